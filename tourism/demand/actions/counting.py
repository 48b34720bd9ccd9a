"""What noted searches meant for each house: read in pages of houses, decided in a thread."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from hub.core.clock import local_date
from hub.core.db import Database, Reads
from tourism import offers, places, rates
from tourism.demand import store
from tourism.demand.models import KEPT_DAYS, Cell, Counted, SearchesNoted
from tourism.demand.policy import explaining
from tourism.offers.models import HouseRow, Stay
from tourism.places import PlaceInvalid, PlaceUnknown

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
        page = await store.list_houses(reader, asked, area, after=page[-1].property)
    return cells


async def _explain_page(
    reader: Reads, page: Sequence[HouseRow], counted: Counted, at: datetime
) -> list[Cell]:
    asked = counted.asked
    stay = Stay(arrival=asked.arrival, departure=asked.departure)
    last = stay.departure + timedelta(days=1)
    shelves = await offers.load_shelves(reader, page, stay.arrival, last, most=len(page))
    parties = rates.distribute(asked.adults, asked.child_ages, asked.rooms)
    on = local_date(at, PARIS)

    def decide() -> list[Cell]:
        cells: list[Cell] = []
        for shelf in shelves:
            sold = offers.sells(shelf, stay, parties, at)
            reasons = None if sold else explaining.explain(shelf, stay, parties, at)
            house = shelf.house.property
            cells += explaining.cells_of(house, asked, reasons, on, counted.searches)
        return cells

    return await asyncio.to_thread(decide)


async def forget_old(database: Database) -> int:
    """Numbers of more than 400 days ago are gone; how many."""
    async with database.transaction() as tx:
        before = local_date(tx.now, PARIS) - timedelta(days=KEPT_DAYS)
        return await store.forget_lost_searches(tx, before)
