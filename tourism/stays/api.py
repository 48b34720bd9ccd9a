"""A person's stays, for programs."""

from litestar import get
from litestar.di import NamedDependency

from hub.core.caller import SIGNED_IN, Caller, access
from hub.core.db import Database
from hub.core.pages import AnyRequest
from tourism.quoting.doors import settings_of
from tourism.stays.actions import finding
from tourism.stays.views import StayLine, view_stay


@get("/api/v1/me/stays", opt=access(SIGNED_IN), tags=["Booking"], summary="My stays")
async def list_stays(request: AnyRequest, caller: NamedDependency[Caller]) -> list[StayLine]:
    """All stays booked under the address of my account, also those of before it; none until the
    address is proven by the link of a letter."""
    database: Database = request.app.state.database
    async with database.transaction(actor=caller.actor) as tx:
        stays = await finding.list_stays(tx, caller)
    return [view_stay(settings_of(request), stay) for stay in stays]


handlers = (list_stays,)
