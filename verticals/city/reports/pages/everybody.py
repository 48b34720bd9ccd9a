"""What everybody sees: report, follow by link, look at what is reported, take it all."""

import csv
import io
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Stream

from hub.core.caller import ANYBODY, access
from hub.core.db import Database, Tx
from hub.core.errors import HubError, Invalid, TooMany
from hub.core.pages import AnyRequest, page
from hub.core.pictures import FILE_BYTES_MAX
from hub.core.problems import describe_problem
from hub.core.tokens import read_reference, sign_reference
from hub.core.web import headers_of
from verticals.city import towns
from verticals.city.reports import policy
from verticals.city.reports.actions import sending, services, tracking
from verticals.city.reports.actions.letters import REPORT
from verticals.city.reports.errors import PhotosBusy, ReportInvalid, ReportKnown, ServiceUnknown
from verticals.city.reports.models import CLOSED, OPEN, Photo, Report, SendReport, Sent

FORM_BYTES_MAX = FILE_BYTES_MAX + 100_000
TEXTS = ("lat", "long", "address", "description", "email", "first_name", "last_name", "phone")
COLUMNS: tuple[str, ...] = (
    "number", "service", "service_name", "description", "address", "lat", "long", "state",
    "answer", "sent_at", "updated_at", "duplicate_of",
)  # fmt: skip
OPEN_DATA_PIECE = 1_000
STATES = {"ouverts": OPEN, "clos": CLOSED}


@get("/villes/{space:int}/signaler", opt=access(ANYBODY), include_in_schema=False)
async def show_form(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int], quoi: FromQuery[str] = ""
) -> Response[str]:
    """What it is about first, then the rest."""
    return await _form(request, tx, space, {"service": quoi}, None)


@post(
    "/villes/{space:int}/signaler",
    opt=access(ANYBODY),
    request_max_body_size=FORM_BYTES_MAX,
    include_in_schema=False,
)
async def send(request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int]) -> Response[Any]:
    """Take it in; what was typed is kept when something is wrong with it."""
    form = await request.form()
    typed = {name: str(value) for name, value in form.items() if isinstance(value, str)}
    try:
        photo = await _read_photo(form.get("photo"))
        sent = await _send(request, space, typed, photo)
    except (Invalid, ReportKnown, TooMany, ServiceUnknown, PhotosBusy) as error:
        return await _form(request, tx, space, typed, error)
    token = sign_reference(request.app.state.settings.secret_key, REPORT, space, sent.id)
    return Redirect(f"/suivi/{token}", status_code=303, headers=headers_of(replayed=sent.again))


async def _send(
    request: AnyRequest, space: int, typed: dict[str, str], photo: Photo | None
) -> Sent:
    answers = {
        name.removeprefix("attribute[").rstrip("]"): (text,)
        for name, text in typed.items()
        if name.startswith("attribute[") and text.strip()
    }
    command = SendReport(
        service=typed.get("service", ""),
        attributes=answers,
        **{name: typed.get(name, "") for name in TEXTS},
    )
    try:
        key = UUID(typed.get("idempotency_key", ""))
    except ValueError:
        raise ReportInvalid("This form is not complete.") from None
    if len(towns.clean(command.description)) < 5:
        raise ReportInvalid("Say in a few words what is wrong.", field="description")
    database: Database = request.app.state.database
    async with database.transaction(None, actor="resident") as tx:
        await towns.enter_town(tx, space)
        id = towns.id_of_form(request.app.state.settings.secret_key, "report", space, key)
        return await sending.send_report(tx, id, command, photo, anyway="anyway" in typed)


async def _read_photo(value: object) -> Photo | None:
    if not isinstance(value, UploadFile):
        return None
    try:
        content = await value.read(FILE_BYTES_MAX + 1)
    finally:
        await value.close()
    return await sending.prepare_photo(content) if content else None


async def _form(
    request: AnyRequest, tx: Tx, space: int, typed: dict[str, str], error: HubError | None
) -> Response[str]:
    town = await towns.enter_town(tx, space)
    offered = await services.list_services(tx)
    problem = describe_problem(error, request.url.path) if error else None
    return page(
        request,
        "reports/send.html",
        status_code=problem.status if problem else 200,
        town=town,
        map=towns.map_around(town),
        services=offered,
        service=next((one for one in offered if one.code == typed.get("service")), None),
        typed=typed,
        problem=problem,
    )


@get("/villes/{space:int}/signalements", opt=access(ANYBODY), include_in_schema=False)
async def show_reports(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    etat: FromQuery[str] = "",
    avant: FromQuery[int] = policy.NEWEST,
) -> Response[str]:
    """What was reported in the last 90 days, and what came of it: a page of it."""
    town = await towns.enter_town(tx, space)
    before = policy.number_of(avant)
    return page(
        request,
        "reports/public.html",
        town=town,
        map=towns.map_around(town),
        found=await tracking.see_latest(tx, STATES.get(etat, ()), before),
        etat=etat if etat in STATES else "",
        newest=before == policy.NEWEST,
        licence=towns.LICENCE,
    )


@get("/villes/{space:int}/signalements.csv", opt=access(ANYBODY), include_in_schema=False)
async def give_csv(request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int]) -> Stream:
    """All that was ever reported, without anything about who reported it."""
    await towns.enter_town(tx, space)

    async def lines() -> AsyncIterator[bytes]:
        yield _csv([])
        async for rows in _open_data(request, space):
            yield _csv(rows)[len(_csv([])) :]

    headers = {"content-disposition": 'attachment; filename="signalements.csv"'}
    return Stream(lines(), media_type="text/csv; charset=utf-8", headers=headers)


def _csv(rows: list[dict[str, Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(COLUMNS))
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _harmless(value) for name, value in row.items()})
    return out.getvalue().encode()


@get("/villes/{space:int}/signalements.json", opt=access(ANYBODY), include_in_schema=False)
async def give_json(request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int]) -> Stream:
    """The same for programs, with its licence."""
    town = await towns.enter_town(tx, space)
    head = msgspec.json.encode({"licence": towns.LICENCE, "commune": town.code, "reports": []})

    async def parts() -> AsyncIterator[bytes]:
        yield head.removesuffix(b"]}")
        between = b""
        async for rows in _open_data(request, space):
            yield between + b",".join(map(msgspec.json.encode, rows))
            between = b","
        yield b"]}"

    return Stream(parts(), media_type="application/json")


async def _open_data(request: AnyRequest, space: int) -> AsyncIterator[list[dict[str, Any]]]:
    """Everything, a piece at a time, each in a short transaction of its own."""
    database: Database = request.app.state.database
    before, found = policy.NEWEST, True
    while found:
        async with database.transaction(space, actor="open-data") as tx:
            reports = await tracking.list_all_public(tx, before, OPEN_DATA_PIECE)
        found = len(reports) == OPEN_DATA_PIECE
        if reports:
            before = reports[-1].number
            yield [_open_row(one) for one in reports]


def _open_row(report: Report) -> dict[str, Any]:
    row: dict[str, Any] = msgspec.to_builtins(report)
    return {name: row["lng" if name == "long" else name] for name in COLUMNS}


def _harmless(value: object) -> object:
    """A cell that a spreadsheet does not take for a formula."""
    risky = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t"))
    return f"'{value}" if risky else value


@get("/villes/{space:int}/photos/{id:uuid}", opt=access(ANYBODY), include_in_schema=False)
async def show_photo(
    tx: NamedDependency[Tx], space: FromPath[int], id: FromPath[UUID]
) -> Response[bytes]:
    """A photo that the town has looked at."""
    await towns.enter_town(tx, space)
    return photo_of(await tracking.find_photo(tx, id))


@get("/suivi/{token:str}", opt=access(ANYBODY), include_in_schema=False)
async def show_followed(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str]
) -> Response[str]:
    """Who sent a report sees it whole, and every step."""
    reference = read_reference(request.app.state.settings.secret_key, REPORT, token)
    tx.enter(reference.tenant)
    town, followed = await towns.find_town(tx), await tracking.follow(tx, reference.id)
    asked = await services.list_all(tx)
    return page(
        request,
        "reports/followed.html",
        town=town,
        followed=followed,
        service=next((one for one in asked if one.code == followed.report.service), None),
        token=token,
    )


@get("/suivi/{token:str}/photo", opt=access(ANYBODY), include_in_schema=False)
async def show_own_photo(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str]
) -> Response[bytes]:
    """The photo, to who sent it."""
    reference = read_reference(request.app.state.settings.secret_key, REPORT, token)
    tx.enter(reference.tenant)
    return photo_of(await tracking.find_photo(tx, reference.id, public=False))


def photo_of(photo: Photo) -> Response[bytes]:
    headers = {"cache-control": "private, no-cache"}
    return Response(photo.content, media_type="image/webp", headers=headers)


handlers = (
    show_form,
    send,
    show_reports,
    give_csv,
    give_json,
    show_photo,
    show_followed,
    show_own_photo,
)
