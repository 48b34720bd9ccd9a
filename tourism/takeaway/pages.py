"""Take everything away: one button, how far it is, and the archive."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from hub.core.caller import Caller, access
from hub.core.db import Tx
from hub.core.pages import AnyRequest, page
from tourism.takeaway.actions import asking
from tourism.takeaway.answers import stream_archive
from tourism.takeaway.models import KEPT_DAYS, State
from tourism.takeaway.policy.contents import LEFT_OUT, PARTS

PAGE = "/pro/take-away"


@get(PAGE, opt=access("lodging"), include_in_schema=False)
async def show_takeaways(
    request: AnyRequest, tx: NamedDependency[Tx], caller: NamedDependency[Caller]
) -> Response[str]:
    """The archives of the house, and the button for a new one."""
    asking.check_may_take(caller)
    found = await asking.list_takeaways(tx)
    return page(
        request,
        "takeaway/takeaway.html",
        takeaways=found,
        underway=any(one.state in {State.WAITING, State.BUILDING} for one in found),
        parts=PARTS,
        left_out=LEFT_OUT,
        kept_days=KEPT_DAYS,
    )


@post(PAGE, opt=access("lodging"), include_in_schema=False)
async def ask_takeaway(tx: NamedDependency[Tx], caller: NamedDependency[Caller]) -> Redirect:
    """Have everything put into an archive."""
    asking.check_may_take(caller)
    await asking.ask_takeaway(tx)
    return Redirect(PAGE, status_code=303)


@get(f"{PAGE}/{{takeaway:uuid}}/archive", opt=access("lodging"), include_in_schema=False)
async def fetch_takeaway(
    request: AnyRequest, tx: NamedDependency[Tx], takeaway: FromPath[UUID]
) -> Stream:
    """The archive as a file."""
    return await stream_archive(request, tx, takeaway)


handlers: tuple[Any, ...] = (show_takeaways, ask_takeaway, fetch_takeaway)
