"""The documents of a space: looked through, added, taken home."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from hub.core.caller import SIGNED_IN, access
from hub.core.db import Database, Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, page
from hub.core.web import caller_of
from hub.shelf import actions, policy
from hub.shelf.models import Upload
from hub.spaces import Write, check_key, check_writes, doors, read

DOCUMENTS = f"{doors.ONE}/documents"
FORM_BYTES_MAX = policy.FILE_MOST + 100_000


@get(DOCUMENTS, opt=access(SIGNED_IN), response_headers=doors.PRIVATE, include_in_schema=False)
async def show_documents(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    place: FromPath[UUID],
    after: FromQuery[UUID | None] = None,
) -> Response[str]:
    """What there is, and the form of another one."""
    return await _show(request, tx, space, place, {}, None, after)


@post(
    DOCUMENTS,
    opt=access(SIGNED_IN),
    response_headers=doors.PRIVATE,
    request_max_body_size=FORM_BYTES_MAX,
    include_in_schema=False,
)
async def add_document(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int], place: FromPath[UUID]
) -> Response[Any]:
    """A document with its message; the file is looked at before anything is written, and only for
    who writes here."""
    caller, form = caller_of(request), await doors.read_form(request)
    database: Database = request.app.state.database
    try:
        async with database.transaction(None, actor=caller.actor) as looking:
            check_writes(await read(looking, space, place, caller.person))
        file = await actions.prepare(await _read_file(request))
        key = check_key(form.get("idempotency_key", ""))
        typed = Write(title=form.get("title", ""), body=form.get("body", ""))
        async with database.transaction(None, actor=caller.actor) as writing:
            seat = await read(writing, space, place, caller.person)
            await actions.add(writing, seat, key, typed, file)
    except HubError as error:
        if error.status not in doors.SHOWN_AGAIN:
            raise
        return await _show(request, tx, space, place, form, error)
    return Redirect(doors.here(space, place, "/documents"), status_code=303)


async def _read_file(request: AnyRequest) -> Upload:
    value = (await request.form()).get("file")
    if not isinstance(value, UploadFile):
        return Upload(name="", content=b"")
    try:
        return Upload(name=value.filename, content=await value.read(policy.FILE_MOST + 1))
    finally:
        await value.close()


async def _show(
    request: AnyRequest,
    tx: Tx,
    space: int,
    place: UUID,
    form: doors.Form,
    error: HubError | None,
    after: UUID | None = None,
) -> Response[str]:
    seat = await doors.read(request, tx, space, place)
    documents, more = await actions.list_documents(tx, seat, after)
    return page(
        request,
        "shelf/documents.html",
        seat=seat,
        documents=documents,
        after=more,
        most=policy.FILE_MOST // 1_000_000,
        photo=actions.PHOTO,
        **doors.told(request, form, error),
    )


@get(
    f"{DOCUMENTS}/{{id:uuid}}",
    opt=access(SIGNED_IN),
    response_headers=doors.PRIVATE,
    include_in_schema=False,
)
async def give_document(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    place: FromPath[UUID],
    id: FromPath[UUID],
) -> Response[bytes]:
    """The file, always to be kept and never to be opened in this site's name."""
    seat = await doors.read(request, tx, space, place)
    found = await actions.find_file(tx, seat, id)
    headers = {
        "content-disposition": policy.header_of(found.name),
        "content-security-policy": "default-src 'none'; sandbox",
        "x-content-type-options": "nosniff",
    }
    return Response(found.content, media_type=policy.MEDIA[found.kind], headers=headers)


handlers: tuple[Any, ...] = (show_documents, add_document, give_document)
