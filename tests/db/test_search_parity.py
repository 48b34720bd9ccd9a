"""A search gives one answer, whichever engine answers it: the national index or PostgreSQL."""

import random
from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest

from hub.core.clock import local_date
from hub.core.db import Database
from hub.core.settings import Settings
from loadtests.asks import Asking
from loadtests.changes import Changer
from tests.conftest import NOW
from tests.indexed import fresh_engine, kept_index
from tourism.index import Wants
from tourism.offers import SqlEngine
from tourism.search import search_stays
from tourism.search.actions.engines import Engine
from tourism.search.models import Party, Pin, Results, Search, Sort, Stay

TODAY = local_date(NOW, "Europe/Paris")
SEARCHES, CHANGES = 200, 150


@pytest.fixture
async def root(demo_settings: Settings) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(demo_settings.database_url)
    yield connection
    await connection.close()


class Searching:
    """Random searches as a visitor makes them, the same for the same seed."""

    def __init__(self, seed: int, houses: list[tuple[int, str, float, float]]) -> None:
        self.random = random.Random(seed)
        self.houses = houses
        self.asking = Asking(seed, NOW, houses)

    def search(self) -> Search:
        pick = self.random
        arrival = TODAY + timedelta(
            days=pick.choice((0, 1, 5, 40, 90, 180, 300)) + pick.randint(0, 20)
        )
        rooms = pick.choice((1, 1, 1, 2, 2, 3))
        ages = tuple(pick.randint(0, 17) for _ in range(pick.choice((0, 0, 1, 2, 3))))
        place, radius = self.place()
        return Search(
            place=place,
            radius_km=radius,
            stay=Stay(arrival=arrival,
                      departure=arrival + timedelta(days=pick.choice((1, 2, 3, 4, 7, 14, 28)))),
            party=Party(adults=pick.randint(rooms, 2 * rooms + 2), child_ages=ages, rooms=rooms),
            wants=self.asking.wants() if pick.random() < 0.6 else Wants(),
            sort=pick.choice(tuple(Sort)),
            page=pick.choice((1, 1, 1, 2, 3, 40)),
        )  # fmt: skip

    def place(self) -> tuple[str, float | None]:
        pick = self.random
        _, commune, lat, lng = pick.choice(self.houses)
        half = pick.choice((0.05, 0.2))
        return pick.choice((
            ("department:48", None),
            ("department:48", None),
            (f"commune:{commune}", pick.choice((None, 0, 20))),
            (f"point:{lat:.3f},{lng:.3f}", pick.choice((None, 15))),
            (f"box:{lat - half:.3f},{lng - half:.3f},{lat + half:.3f},{lng + half:.3f}", None),
            ("landmark:gorges-du-tarn", None),
        ))  # fmt: skip


async def test_both_engines_answer_random_searches_alike(
    demo_settings: Settings, demo: Database, root: asyncpg.Connection
) -> None:
    """Lists, totals, plans, rooms, facets and reasons, on a department changed at random."""
    rows = await root.fetch(
        "select id, commune_code, lat, lng from property where lat is not null"
        " and department_code = '48' order by id"
    )
    houses = [(r["id"], r["commune_code"], r["lat"], r["lng"]) for r in rows]
    changer = Changer(root, 21, TODAY, [id for id, *_ in houses])
    for _ in range(CHANGES):
        await changer.change()
    searching = Searching(22, houses)
    filled = mixed = reasons = 0
    async with kept_index(demo_settings):
        for _ in range(SEARCHES):
            one = searching.search()
            quick = await fresh_engine(demo.reader, demo_settings.data)
            results, pins = await answer(quick, demo, one)
            assert (results, pins) == await answer(SqlEngine(demo.reader), demo, one), one
            filled += results.total > 0
            mixed += any(len({r.room_type for r in hit.rooms}) > 1 for hit in results.hits)
            reasons += bool(results.why_not) and bool(results.obstacles)
    assert filled > SEARCHES // 2
    assert min(mixed, reasons) > SEARCHES // 20


async def answer(engine: Engine, demo: Database, search: Search) -> tuple[Results, list[Pin]]:
    return await search_stays(engine, demo.reader, search, NOW)
