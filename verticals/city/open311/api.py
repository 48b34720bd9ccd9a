"""The addresses of the standard, under one base for each town.

They speak the standard's own language and errors, so they are described by it and not by ours.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath

from hub.core.caller import ANYBODY, access
from hub.core.db import Database, Tx
from hub.core.errors import Busy, HubError
from hub.core.pages import AnyRequest
from hub.core.pictures import FILE_BYTES_MAX
from hub.core.web import headers_of
from verticals.city import reports, towns
from verticals.city.open311 import actions, policy
from verticals.city.open311.errors import NotKnown
from verticals.city.reports import Photo
from verticals.city.towns import Town

BASE = "/api/open311/{space:int}"


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """Where something is asked: behind the wall of a town, in a format, with a photo or none."""

    tx: Tx
    town: Town
    format: str
    photo: Photo | None


class Given(msgspec.Struct, frozen=True):
    """What is answered; `again` when nothing new was written."""

    body: bytes
    again: bool = False


Act = Callable[[Scene], Awaitable[Given]]


@get(BASE + "/{file:str}", opt=access(ANYBODY), include_in_schema=False)
async def list_things(
    request: AnyRequest, space: FromPath[int], file: FromPath[str]
) -> Response[bytes]:
    """`services` or `requests`."""

    async def act(at: Scene) -> Given:
        match policy.read_file(file).what:
            case "services":
                offered = policy.services_answer(await reports.list_services(at.tx))
                return Given(policy.write(offered, at.format))
            case "requests":
                asked = await _requests(request, at.tx, at.town)
                return Given(policy.write(asked, at.format))
            case _:
                raise NotKnown("There are services and requests.")

    return await _answer(request, space, file, act)


@get(BASE + "/{what:str}/{file:str}", opt=access(ANYBODY), include_in_schema=False)
async def show_thing(
    request: AnyRequest, space: FromPath[int], what: FromPath[str], file: FromPath[str]
) -> Response[bytes]:
    """The definition of a service, or one request."""

    async def act(at: Scene) -> Given:
        named = policy.read_file(file).what
        if what == "services":
            service = await reports.find_service(at.tx, named)
            return Given(policy.write_definition(policy.definition_of(service), at.format))
        if what != "requests":
            raise NotKnown("There are services and requests.")
        found = await reports.find_numbered(at.tx, policy.read_numbers(named))
        if not found:
            raise NotKnown("service_request_id was not found.")
        rows = policy.requests_answer(found, at.town, _base(request))
        return Given(policy.write(rows, at.format))

    return await _answer(request, space, file, act)


@post(
    BASE + "/{file:str}",
    opt=access(ANYBODY),
    request_max_body_size=FILE_BYTES_MAX + 100_000,
    include_in_schema=False,
)
async def send_request(
    request: AnyRequest, space: FromPath[int], file: FromPath[str]
) -> Response[bytes]:
    """Take a request in; 201 with its number."""
    form = await request.form()
    jurisdiction = str(form.get("jurisdiction_id", ""))

    async def act(at: Scene) -> Given:
        if policy.read_file(file).what != "requests":
            raise NotKnown("Only requests are sent.")
        fields = [(name, text) for name, text in form.multi_items() if isinstance(text, str)]
        command = policy.read_request(fields)
        key = request.headers.get("idempotency-key", "")
        sent, again = await actions.take_in(at.tx, command, at.photo, key)
        return Given(policy.write(policy.sent_answer(sent), at.format), again)

    media = form.get("media")
    return await _answer(request, space, file, act, jurisdiction=jurisdiction, media=media)


async def _read_photo(value: object) -> Photo | None:
    if not isinstance(value, UploadFile):
        return None
    try:
        content = await value.read(FILE_BYTES_MAX + 1)
    finally:
        await value.close()
    return await reports.prepare_photo(content)


async def _requests(request: AnyRequest, tx: Tx, town: Town) -> Any:
    query = request.query_params.dict()
    given = {name: ",".join(map(str, values)) for name, values in query.items()}
    if given.get("service_request_id"):
        numbers = policy.read_numbers(given["service_request_id"])
        found = await reports.find_numbered(tx, numbers)
    else:
        now: datetime = tx.now
        found = await reports.list_public(tx, policy.read_filter(given, now))
    return policy.requests_answer(found, town, _base(request))


async def _answer(
    request: AnyRequest,
    space: int,
    file: str,
    act: Act,
    *,
    jurisdiction: str | None = None,
    media: object = None,
) -> Response[bytes]:
    """What `act` gives, in the format that the address ends in; refusals as the standard says."""
    format = "json" if file.endswith(".json") else "xml"
    database: Database = request.app.state.database
    status = 201 if request.method == "POST" else 200
    try:
        photo = await _read_photo(media)
        async with database.transaction(None, actor="open311") as tx:
            town = await towns.enter_town(tx, space)
            given = jurisdiction or request.query_params.get("jurisdiction_id", "")
            policy.check_jurisdiction(town, given)
            answer = await act(Scene(tx=tx, town=town, format=format, photo=photo))
    except HubError as error:
        if error.status >= 500 and not isinstance(error, Busy):
            raise
        status = error.status
        answer = Given(policy.write(policy.errors_answer(error), format))
    return Response(
        answer.body,
        status_code=status,
        media_type=policy.FORMATS[format],
        headers=headers_of(replayed=answer.again),
    )


def _base(request: AnyRequest) -> str:
    return request.app.state.settings.public_url


handlers = (list_things, show_thing, send_request)
