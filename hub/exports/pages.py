"""Everything of my organisation: one button, how far it is, and the archive."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from hub.core.caller import Caller, access
from hub.core.db import Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, page
from hub.core.problems import describe_problem, retry_headers
from hub.exports import letters, policy
from hub.exports.actions import asking
from hub.exports.answers import stream_archive
from hub.exports.errors import ExportedToday

PAGE = letters.PAGE
_ACCESS = access(*asking.MAY_ASK)


@get(PAGE, opt=_ACCESS, include_in_schema=False)
async def show_exports(
    request: AnyRequest, tx: NamedDependency[Tx], caller: NamedDependency[Caller]
) -> Response[str]:
    """The exports of the organisation, and the button for a new one."""
    return await _page(request, tx, caller, None)


@post(PAGE, opt=_ACCESS, include_in_schema=False)
async def ask_export(
    request: AnyRequest, tx: NamedDependency[Tx], caller: NamedDependency[Caller]
) -> Response[str] | Redirect:
    """Have everything put together, or say when it can be asked for again."""
    try:
        await asking.ask_export(tx, caller)
    except ExportedToday as error:
        return await _page(request, tx, caller, error)
    return Redirect(PAGE, status_code=303)


@get(f"{PAGE}/{{export:uuid}}/archive", opt=_ACCESS, include_in_schema=False)
async def fetch_export(
    request: AnyRequest, caller: NamedDependency[Caller], export: FromPath[UUID]
) -> Stream:
    """The archive as a file."""
    return await stream_archive(request, caller, export)


async def _page(
    request: AnyRequest, tx: Tx, caller: Caller, error: HubError | None
) -> Response[str]:
    found = await asking.list_exports(tx, caller)
    problem = describe_problem(error, request.url.path) if error else None
    answer = page(
        request,
        "exports/exports.html",
        status_code=problem.status if problem else 200,
        exports=found,
        underway=any(one.state in policy.UNDERWAY for one in found),
        kept_days=policy.KEPT.days,
        problem=problem,
    )
    if problem:
        answer.headers.update(retry_headers(problem))
    return answer


handlers: tuple[Any, ...] = (show_exports, ask_export, fetch_export)
