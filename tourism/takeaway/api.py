"""Take everything away, for programs: ask, look, fetch."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from hub.core.caller import Caller, access
from hub.core.db import Tx
from hub.core.web import answer_once
from tourism.takeaway.actions import asking
from tourism.takeaway.answers import stream_archive
from tourism.takeaway.models import Takeaway

ASK = "/api/v1/house/take-aways"


@post(ASK, opt=access("lodging"), tags=["house"], summary="Ask for everything", status_code=202)
async def ask(
    request: Request[Any, Any, Any], tx: NamedDependency[Tx], caller: NamedDependency[Caller]
) -> Response[Any]:
    """Have everything the house has put into an archive; the one underway, if there is one."""
    asking.check_may_take(caller)
    return await answer_once(tx, request, lambda: asking.ask_takeaway(tx), status=202)


@get(f"{ASK}/{{takeaway:uuid}}", opt=access("lodging"), tags=["house"], summary="How far it is")
async def see(
    tx: NamedDependency[Tx], caller: NamedDependency[Caller], takeaway: FromPath[UUID]
) -> Takeaway:
    """An archive: how far it is, then its files with their rows, sums and hashes."""
    asking.check_may_take(caller)
    return await asking.find_takeaway(tx, takeaway)


@get(
    f"{ASK}/{{takeaway:uuid}}/archive",
    opt=access("lodging"),
    tags=["house"],
    summary="Fetch it",
    media_type="application/zip",
)
async def fetch(
    request: Request[Any, Any, Any], tx: NamedDependency[Tx], takeaway: FromPath[UUID]
) -> Stream:
    """The archive as a ZIP file."""
    return await stream_archive(request, tx, takeaway)


handlers = (ask, see, fetch)
