"""What noted searches meant for each house: read in pages of houses, decided in a thread."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from hub.core.clock import local_date
from hub.core.db import Database, Reads
from tourism import places, rates
from tourism.demand import store
from tourism.demand.models import KEPT_DAYS, Cell, Counted, HouseInArea, SearchesNoted
from tourism.demand.policy import explaining
from tourism.places import PlaceInvalid, PlaceUnknown
from tourism.rates.models import Night, Overlay, RatePlan

PARIS = "Europe/Paris"


async def count_searches(database: Database, noted: SearchesNoted) -> int:
    """Add the searches to the numbers of every house they looked at; how many numbers changed."""
    changed = 0
    for counted in noted.counted:
        cells = await _explain(database.reader, counted, noted.at)
        for first in range(0, len(cells), 20_000):
            async with database.transaction() as tx:
                changed += await store.note_lost_searches(tx, cells[first : first + 20_000])
    return changed


async def _explain(reader: Reads, counted: Counted, at: datetime) -> list[Cell]:
    asked = counted.asked
    try:
        area = None
        if asked.property is None:
            area = await places.find_area(reader, asked.place, asked.radius_km)
    except (PlaceInvalid, PlaceUnknown):
        return []
    cells: list[Cell] = []
    page = await store.list_houses(reader, asked, area, after=0)
    while page:
        cells += await _explain_page(reader, page, counted, at)
        page = await store.list_houses(reader, asked, area, after=page[-1].id)
    return cells


async def _explain_page(
    reader: Reads, page: Sequence[HouseInArea], counted: Counted, at: datetime
) -> list[Cell]:
    asked = counted.asked
    ids = [house.id for house in page]
    rooms = defaultdict(list)
    for room in await store.list_rooms(reader, ids):
        rooms[room.property].append(room)
    plans: dict[int, list[RatePlan]] = defaultdict(list)
    for plan in await store.list_plans(reader, ids):
        plans[plan.property].append(plan)
    last = asked.departure + timedelta(days=1)
    overlays: dict[int, list[Overlay]] = defaultdict(list)
    for overlay in await rates.list_overlays(reader, ids, asked.arrival, last):
        overlays[overlay.property].append(overlay)
    types = [room.id for found in rooms.values() for room in found]
    nights: dict[int, list[Night]] = defaultdict(list)
    for night in await rates.list_nights(reader, types, asked.arrival, last):
        nights[night.room_type].append(night)
    parties = rates.distribute(asked.adults, asked.child_ages, asked.rooms)
    on = local_date(at, PARIS)

    def decide() -> list[Cell]:
        cells: list[Cell] = []
        for house in page:
            terms = rates.HouseRates(
                arrival=asked.arrival,
                departure=asked.departure,
                plans=tuple(plans[house.id]),
                nights={room.id: tuple(nights[room.id]) for room in rooms[house.id]},
                overlays=tuple(overlays[house.id]),
            )
            reasons = explaining.explain(house, rooms[house.id], terms, parties, at)
            cells += explaining.cells_of(house.id, asked, reasons, on, counted.searches)
        return cells

    return await asyncio.to_thread(decide)


async def forget_old(database: Database) -> int:
    """Numbers of more than 400 days ago are gone; how many."""
    async with database.transaction() as tx:
        before = local_date(tx.now, PARIS) - timedelta(days=KEPT_DAYS)
        return await store.forget_lost_searches(tx, before)
