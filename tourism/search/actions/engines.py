"""Who answers: the national index when it is fresh enough, else PostgreSQL."""

import asyncio
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol, TypeAlias

from msgspec.structs import replace

from hub.core.db import Reads
from tourism.index import Area as Stretch
from tourism.index import (
    Ask,
    Box,
    CalendarAsk,
    Circle,
    DayPrice,
    Found,
    IndexTooOld,
    Places,
    Rows,
    View,
    open_index,
)
from tourism.offers import SqlEngine
from tourism.places import Area
from tourism.rates.models import Obstacle

Stamp: TypeAlias = tuple[int, ...]


class Engine(Protocol):
    """What answers a search. One that `asks_much` answers a few dozen in no time: it alone is asked
    for stays beside the one that is searched."""

    asks_much: bool

    async def search(self, ask: Ask) -> Found: ...
    async def calendar(self, ask: CalendarAsk) -> tuple[DayPrice, ...]: ...
    async def find_obstacles(self, ask: Ask) -> dict[Obstacle, int]: ...


class IndexEngine:
    """The national index at one moment."""

    asks_much = True

    def __init__(self, view: View) -> None:
        self._view = view

    async def search(self, ask: Ask) -> Found:
        return self._view.search(ask)

    async def calendar(self, ask: CalendarAsk) -> tuple[DayPrice, ...]:
        """Day by day: between two days of a large area, whatever else waits has its turn."""
        found: list[DayPrice] = []
        for on in (ask.first + timedelta(days=n) for n in range(ask.days)):
            found += self._view.calendar(replace(ask, first=on, days=1))
            await asyncio.sleep(0)
        return tuple(found)

    async def find_obstacles(self, ask: Ask) -> dict[Obstacle, int]:
        """What stands in the way of the houses of an area; nothing when one of them can be sold.
        After it, whatever else waits has its turn."""
        found = self._view.search(replace(ask, limit=1, facets=False, spread=False, reasons=1))
        await asyncio.sleep(0)
        return {} if found.total else dict(found.obstacles)

    def list_rows(self, ask: Ask) -> Rows | None:
        """A page as numbers, or None where there is more to tell than rows and counts."""
        return self._view.list_rows(ask)

    def stamp(self, area: Area, days: tuple[date, date], now: datetime) -> Stamp:
        """The same as long as an answer about an area and some days (from, to) is."""
        return self._view.stamp(stretch_of(area), *days, now)


def choose_engine(reads: Reads, data: Path) -> Engine:
    """The index that belongs to `HUB_DATA`, or PostgreSQL when it is too old."""
    try:
        return IndexEngine(open_index(data).view())
    except IndexTooOld:
        return SqlEngine(reads)


def stretch_of(area: Area) -> Stretch:
    """An area as the engines know it: with a radius, a circle."""
    if area.box is not None:
        box = area.box
        return Box(south=box.south, west=box.west, north=box.north, east=box.east)
    if area.radius_km and area.lat is not None and area.lng is not None:
        return Circle(lat=area.lat, lng=area.lng, km=area.radius_km)
    return Places(kind=area.kind, codes=area.codes)


def centre_of(area: Area) -> tuple[float, float] | None:
    """The point that distances are from: that of a commune, a landmark or a point."""
    if (
        area.kind in {"country", "department", "region", "box"}
        or area.lat is None
        or area.lng is None
    ):
        return None
    return area.lat, area.lng
