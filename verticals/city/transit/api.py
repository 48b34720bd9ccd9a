"""Departures for programs."""

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from hub.core.caller import ANYBODY, access
from hub.core.db import Tx
from verticals.city import towns
from verticals.city.transit import actions
from verticals.city.transit.models import Board, Stop


@get("/api/v1/towns/{space:int}/stops", opt=access(ANYBODY), tags=["Towns"])
async def list_stops(
    tx: NamedDependency[Tx], space: FromPath[int], name: FromQuery[str] = ""
) -> list[Stop]:
    """Stops of a town's network by a part of their name, at most 100; 404 `town-unknown`."""
    await towns.enter_town(tx, space)
    return await actions.list_stops(tx, name)


@get("/api/v1/towns/{space:int}/departures", opt=access(ANYBODY), tags=["Towns"])
async def list_departures(
    tx: NamedDependency[Tx], space: FromPath[int], stop: FromQuery[str]
) -> Board:
    """The next 30 departures of a stop and its platforms within 12 hours, in the network's own
    zone, with what disturbs them; 404 `town-unknown`, `stop-unknown`."""
    await towns.enter_town(tx, space)
    return await actions.see_stop(tx, stop)


handlers = (list_stops, list_departures)
