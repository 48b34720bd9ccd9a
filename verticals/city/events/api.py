"""Events as open data."""

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from hub.core.caller import ANYBODY, access
from hub.core.db import Tx
from hub.core.pages import AnyRequest
from verticals.city import towns
from verticals.city.events import policy
from verticals.city.events.actions import publishing
from verticals.city.events.models import OpenEvent


@get("/api/v1/towns/{space:int}/events", opt=access(ANYBODY), tags=["Towns"])
async def list_events(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int]
) -> list[OpenEvent]:
    """A town's events that are not over, the next first, at most 100, without anything about who
    comes (Licence Ouverte 2.0); 404 `town-unknown`."""
    town = await towns.enter_town(tx, space)
    base = request.app.state.settings.public_url
    return [policy.show(one, town, base) for one in await publishing.list_sheets(tx)]


handlers = (list_events,)
