"""Everything of my organisation, for programs: ask, look, fetch."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from hub.core.caller import Caller, access
from hub.core.db import Tx
from hub.core.web import answer_once
from hub.exports.actions import asking
from hub.exports.answers import stream_archive
from hub.exports.models import Export

ASK = "/api/v1/organisation/exports"
_ACCESS = access(*asking.MAY_ASK)


@post(ASK, opt=_ACCESS, summary="Ask for everything of my organisation", status_code=202)
async def ask(
    request: Request[Any, Any, Any], tx: NamedDependency[Tx], caller: NamedDependency[Caller]
) -> Response[Any]:
    """Have everything put together, without giving notice; the one under way, if there is one.
    Owners and managers only. 429 with Retry-After when one was asked for less than a day ago."""
    asking.check_may_export(caller)

    async def act() -> Export:
        return await asking.ask_export(tx, caller)

    return await answer_once(tx, request, act, status=202)


@get(ASK, opt=_ACCESS, summary="The exports of my organisation")
async def see_all(tx: NamedDependency[Tx], caller: NamedDependency[Caller]) -> list[Export]:
    """The newest ones, each with how far it is."""
    return await asking.list_exports(tx, caller)


@get(f"{ASK}/{{export:uuid}}", opt=_ACCESS, summary="How far an export is")
async def see(
    tx: NamedDependency[Tx], caller: NamedDependency[Caller], export: FromPath[UUID]
) -> Export:
    """`waiting`, `building` (`done` of `parts` tables), `ready` until `expires_at`, or `failed`."""
    return await asking.find_export(tx, caller, export)


@get(
    f"{ASK}/{{export:uuid}}/archive",
    opt=_ACCESS,
    summary="Fetch everything of my organisation",
    media_type="application/zip",
)
async def fetch(
    request: Request[Any, Any, Any], caller: NamedDependency[Caller], export: FromPath[UUID]
) -> Stream:
    """The ZIP in the form of `hub export`: `manifest.json`, `SHA256SUMS`, one JSON line a row, the
    JSON Schema of each table. A download can be resumed (Range, If-Range). 409 while it is being
    made."""
    return await stream_archive(request, caller, export)


handlers: tuple[Any, ...] = (ask, see_all, see, fetch)
