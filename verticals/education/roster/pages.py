"""The school's own pages: its classes, the list that is taken in, who has left."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from hub.core.caller import access
from hub.core.db import Database, Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, page
from hub.core.problems import describe_problem
from hub.core.web import caller_of
from verticals.education.roster import actions
from verticals.education.roster.errors import RosterChanged, RosterInvalid
from verticals.education.roster.sheets import ARCHIVE_BYTES_MAX

HOME, LIST = "/ecole", "/ecole/liste"


@get(HOME, opt=access("school"), include_in_schema=False)
async def show_board(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """The school at a glance."""
    may_lead = caller_of(request).role in actions.HEADS
    return page(request, "roster/board.html", board=await actions.see_board(tx), may_lead=may_lead)


@get("/ecole/classes/{id:uuid}", opt=access("school"), include_in_schema=False)
async def show_class(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID]
) -> Response[str]:
    """One class and who is in it."""
    found, seats = await actions.see_class(tx, id)
    may_lead = caller_of(request).role in actions.HEADS
    return page(request, "roster/class.html", found=found, seats=seats, may_lead=may_lead)


@get(LIST, opt=access("school"), include_in_schema=False)
async def show_list(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """Send a list, and look at what it would change."""
    return await _list(request, tx, None)


@post(
    LIST,
    opt=access("school"),
    request_max_body_size=ARCHIVE_BYTES_MAX + 100_000,
    include_in_schema=False,
)
async def send_list(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[Any]:
    """Read a list and show what it would change; nothing of it is taken in yet."""
    value = (await request.form()).get("file")
    content = await value.read(ARCHIVE_BYTES_MAX + 1) if isinstance(value, UploadFile) else b""
    name = value.filename if isinstance(value, UploadFile) else ""
    database: Database = request.app.state.database
    caller = caller_of(request)
    try:
        actions.check_head(caller.role)
        bundle = await actions.read_bundle(content)
        async with database.transaction(caller.tenant, actor=caller.actor) as writing:
            await actions.keep_upload(writing, bundle, name, role=caller.role)
    except RosterInvalid as error:
        return await _list(request, tx, error)
    return Redirect(LIST, status_code=303)


@post(LIST + "/appliquer", opt=access("school"), include_in_schema=False)
async def apply_list(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[Any]:
    """Take in what was seen."""
    seen = str((await request.form()).get("print", ""))
    database: Database = request.app.state.database
    caller = caller_of(request)
    try:
        async with database.transaction(caller.tenant, actor=caller.actor) as writing:
            await actions.apply_upload(writing, seen, role=caller.role)
    except (RosterChanged, RosterInvalid) as error:
        return await _list(request, tx, error)
    return Redirect(HOME, status_code=303)


@post(LIST + "/abandonner", opt=access("school"), include_in_schema=False)
async def drop_list(request: AnyRequest, tx: NamedDependency[Tx]) -> Redirect:
    """What waits is not wanted."""
    await actions.drop_upload(tx, role=caller_of(request).role)
    return Redirect(LIST, status_code=303)


@post("/ecole/partis/{id:uuid}/effacer", opt=access("school"), include_in_schema=False)
async def erase_leaver(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID]
) -> Redirect:
    """Nothing stays of somebody who has left."""
    await actions.erase_leaver(tx, id, role=caller_of(request).role)
    return Redirect(HOME, status_code=303)


async def _list(request: AnyRequest, tx: Tx, error: HubError | None) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    return page(
        request,
        "roster/list.html",
        status_code=problem.status if problem else 200,
        waiting=await actions.see_waiting(tx),
        rows=error.extra.get("rows", ()) if error else (),
        may_lead=caller_of(request).role in actions.HEADS,
        problem=problem,
    )


handlers = (show_board, show_class, show_list, send_list, apply_list, drop_list, erase_leaver)
