"""The departures of a place and the dates near a stay: few statements, and others are served
between two searches."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from hub.core.db import Database
from hub.core.settings import Settings
from tests.conftest import NOW
from tests.indexed import fresh_engine, kept_index
from tourism import dates
from tourism.index import View, Wants
from tourism.offers import SqlEngine
from tourism.search.models import Party, Search, Sort, Stay
from tourism.search.policy import rules

PLACE, COUPLE = "commune:48095", Party(adults=2, child_ages=(), rooms=1)
CROWD = Party(adults=30, child_ages=(), rooms=1)
ARRIVAL = date(2027, 5, 20)


class Counted:
    """Reads of a database, counted."""

    def __init__(self, reads: Any) -> None:
        self._reads, self.made = reads, 0

    def __getattr__(self, name: str) -> Any:
        self.made += 1
        return getattr(self._reads, name)


@pytest.mark.parametrize("party", [COUPLE, CROWD])
async def test_without_the_index_the_houses_of_a_place_are_read_once(
    demo: Database, party: Party
) -> None:
    reads = Counted(demo.reader)
    engine = SqlEngine(reads)
    found = await dates.area_departures(
        engine, reads, PLACE, 0, ARRIVAL, party, NOW, most=rules.MAX_NIGHTS
    )
    assert len(found) == rules.MAX_NIGHTS
    assert reads.made <= 25
    told = sum(day.refusal is not None for day in found)
    assert told == 3 if party is CROWD else told <= 3
    made, reads.made = reads.made, 0
    stay = Stay(arrival=ARRIVAL, departure=ARRIVAL + timedelta(days=7))
    search = Search(
        place=PLACE, radius_km=0, stay=stay, party=party, wants=Wants(), sort=Sort.PRICE, page=1
    )
    assert await dates.near_stays(SqlEngine(reads), reads, search, NOW)
    assert reads.made <= 25, made


async def test_with_the_index_others_are_served_between_two_searches(
    demo: Database, demo_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No more searches than nights a stay may have, and three that tell what is in the way."""
    turns, asked = 0, list[int]()
    for name in ("search", "calendar"):
        known = getattr(View, name)

        def noted(self: View, ask: Any, known: Any = known) -> Any:
            asked.append(turns)
            return known(self, ask)

        monkeypatch.setattr(View, name, noted)

    async def turn() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async with kept_index(demo_settings):
        engine = await fresh_engine(demo.reader, demo_settings.data)
        others = asyncio.create_task(turn())
        await dates.area_departures(engine, demo.reader, PLACE, 0, ARRIVAL, CROWD, NOW, most=400)
        others.cancel()
    assert rules.MAX_NIGHTS < len(asked) <= rules.MAX_NIGHTS + 3
    assert len(set(asked)) == len(asked)
