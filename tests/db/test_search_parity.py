"""A search gives one answer, whichever engine answers it: the national index or PostgreSQL."""

import random
from collections.abc import AsyncIterator
from datetime import date, timedelta

import asyncpg
import msgspec
import pytest
from msgspec.structs import replace

from hub.core.clock import local_date
from hub.core.db import Database
from hub.core.settings import Settings
from loadtests.asks import Asking
from loadtests.changes import Changer
from tests.conftest import NOW
from tests.indexed import fresh_engine, kept_index
from tourism import rates
from tourism.index import CalendarAsk, Circle, Places, Wants
from tourism.offers import SqlEngine, load_shelf, refusal_of
from tourism.rates.models import Obstacle
from tourism.search import search_stays
from tourism.search.actions.engines import Engine
from tourism.search.models import Hit, Party, Results, Search, Sort, Stay

TODAY = local_date(NOW, "Europe/Paris")
SEARCHES, CHANGES, CALENDARS = 200, 150, 60


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
        found = Search(
            place=place,
            radius_km=radius,
            stay=Stay(arrival=arrival,
                      departure=arrival + timedelta(days=pick.choice((1, 2, 3, 4, 7, 14, 28)))),
            party=Party(adults=pick.randint(rooms, 2 * rooms + 2), child_ages=ages, rooms=rooms),
            wants=self.asking.wants() if pick.random() < 0.6 else Wants(),
            sort=pick.choice(tuple(Sort)),
            page=pick.choice((1, 1, 1, 2, 3, 40)),
        )  # fmt: skip
        if found.sort is Sort.DISTANCE and place.startswith(("department:", "box:")):
            return msgspec.structs.replace(found, sort=Sort.PRICE)  # no distance to anything
        return found

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
    for id, *_ in houses[::2]:
        await changer.sizes(id)
    nowhere = await root.fetchval(
        "select count(*) from property where lat is null and department_code = '48'"
    )
    searching = Searching(22, houses)
    filled = mixed = reasons = both = uneven = 0
    async with kept_index(demo_settings):
        for _ in range(SEARCHES):
            one = searching.search()
            quick = await fresh_engine(demo.reader, demo_settings.data)
            results, spots = await answer(quick, demo, one)
            slow, slow_spots = await answer(SqlEngine(demo.reader), demo, one)
            assert replace(results, why_not=()) == replace(slow, why_not=()), one
            assert spots == slow_spots, one
            # Only the index is asked which houses sell a stay nearby; of a house both say the same.
            why = {told.property: told for told in slow.why_not}
            assert all(why.get(told.property, told) == told for told in results.why_not), one
            both += sum(told.property in why for told in results.why_not)
            assert 0 <= results.total - len(spots) <= nowhere
            filled += results.total > 0
            mixed += any(len({r.room_type for r in hit.rooms}) > 1 for hit in results.hits)
            uneven += any(is_uneven(hit) for hit in results.hits)
            reasons += bool(results.why_not) and bool(results.obstacles)
    assert filled > SEARCHES // 2
    assert min(mixed, reasons, both, uneven) > SEARCHES // 20


def is_uneven(hit: Hit) -> bool:
    """Whether its rooms are of persons who could be spread more evenly."""
    persons = [room.party.persons for room in hit.rooms]
    return max(persons) - min(persons) > 1


async def answer(
    engine: Engine, demo: Database, search: Search
) -> tuple[Results, list[tuple[object, ...]]]:
    """The results, and where all of them stand."""
    results, spots = await search_stays(engine, demo.reader, search, NOW)
    arrays = (spots.properties, spots.lats, spots.lngs, spots.totals)
    names = map(spots.name_of, range(len(spots.totals)))
    return results, sorted(zip(*(of.tolist() for of in arrays), names, strict=True))


async def test_both_engines_draw_one_calendar_whatever_is_wanted(
    demo_settings: Settings, demo: Database, root: asyncpg.Connection
) -> None:
    """The cheapest of each day and how many houses sell it, with every filter."""
    rows = await root.fetch(
        "select id, commune_code, lat, lng from property where lat is not null"
        " and department_code = '48' order by id"
    )
    houses = [(r["id"], r["commune_code"], r["lat"], r["lng"]) for r in rows]
    changer = Changer(root, 31, TODAY, [id for id, *_ in houses])
    for _ in range(CHANGES):
        await changer.change()
    await root.execute(
        'update property set facts = facts || \'{"accessibility": ["step_free"]}\''
        " where department_code = '48' and id % 2 = 0"
    )
    pick, asking = random.Random(32), Asking(33, NOW, houses)
    empty = less = 0
    async with kept_index(demo_settings):
        for _ in range(CALENDARS):
            _, commune, lat, lng = pick.choice(houses)
            wants = replace(
                asking.wants(), accessibility=("step_free",) if pick.random() < 0.3 else ()
            )
            ask = CalendarAsk(
                area=pick.choice((Places(kind="commune", codes=(commune,)),
                                  Circle(lat=lat, lng=lng, km=6))),
                first=TODAY + timedelta(days=pick.choice((0, 30, 170))),
                days=5,
                nights=pick.choice((1, 2, 7)),
                parties=rates.distribute(pick.choice((1, 2, 4)), (), 1),
                now=NOW,
                wants=wants,
            )  # fmt: skip
            slow = await SqlEngine(demo.reader).calendar(ask)
            quick = await fresh_engine(demo.reader, demo_settings.data)
            if not slow:  # too many houses for PostgreSQL
                continue
            assert await quick.calendar(ask) == slow, ask
            every = await quick.calendar(replace(ask, wants=Wants(kinds=wants.kinds)))
            less += every != slow
            empty += not any(day.houses for day in slow)
    assert less > CALENDARS // 5
    assert empty < CALENDARS * 4 // 5


async def test_whoever_filters_is_told_of_houses_that_have_what_was_asked(
    demo: Database, root: asyncpg.Connection
) -> None:
    """What is nearly found has the access, and its nearest stay the cancellation, asked for."""
    await root.execute(
        'update property set facts = facts || \'{"accessibility": ["step_free"]}\''
        " where department_code = '48' and id % 3 = 0"
    )
    await root.execute("update ari_month set flags[15] = 4 where month = '2027-07-01'")
    search = Search(
        place="department:48",
        stay=Stay(arrival=date(2027, 7, 15), departure=date(2027, 7, 17)),
        party=Party(adults=2),
        wants=Wants(accessibility=("step_free",), free_cancellation=True),
    )
    results, _ = await answer(SqlEngine(demo.reader), demo, search)
    assert results.total == 0
    assert results.why_not
    for house in results.why_not:
        assert house.property % 3 == 0
        if (near := house.alternative) is not None:
            stay = Stay(arrival=near.arrival, departure=near.departure)
            total = near.total_cents
            wants = replace(search.wants, price_min_cents=total, price_max_cents=total)
            sold, _ = await answer(
                SqlEngine(demo.reader), demo, replace(search, stay=stay, wants=wants)
            )
            assert house.property in [hit.property for hit in sold.hits]


async def test_the_house_forbids_leaving_on_a_day_that_has_no_night(
    demo_settings: Settings, demo: Database, root: asyncpg.Connection
) -> None:
    """Where a room type ends with a month, what its house says of the next day still holds; where
    the house says nothing, nothing forbids leaving."""
    first = date(2027, 6, 1)
    await root.execute(
        "delete from ari_month a using property p, room_type r where r.id = a.room_type"
        " and p.id = r.property and p.department_code = '48' and month >= $1",
        first,
    )
    stay = Stay(arrival=first - timedelta(days=1), departure=first)
    search = Search(place="department:48", stay=stay, party=Party(adults=2), sort=Sort.PRICE)
    free, _ = await answer(SqlEngine(demo.reader), demo, search)
    shut = [hit.property for hit in free.hits[:3]]
    await root.execute(
        "delete from rate_month where month = $1 and property = any ($2)", first, shut
    )
    await root.execute(
        "insert into rate_month (tenant, property, room_type, rate_plan, month, price_cents,"
        " min_stay, min_through, max_stay, max_through, flags)"
        " select tenant, id, 0, 0, $1, array_fill(0, array[30]), $2, $2, $2, $2, $3"
        " from property where id = any ($4)",
        first, [0] * 30, [2] * 30, shut,
    )  # fmt: skip
    async with kept_index(demo_settings):
        quick = await fresh_engine(demo.reader, demo_settings.data)
        results, spots = await answer(quick, demo, search)
    assert results.total == free.total - len(shut) > 0
    assert not {spot[0] for spot in spots} & set(shut)
    slow, slow_spots = await answer(SqlEngine(demo.reader), demo, search)
    assert (replace(results, why_not=()), spots) == (replace(slow, why_not=()), slow_spots)
    for house in shut:
        shelf = await load_shelf(demo.reader, house, stay.arrival, first + timedelta(days=1))
        assert shelf is not None
        refusal = refusal_of(shelf, stay, rates.distribute(2, (), 1), NOW)
        assert Obstacle.CLOSED_TO_DEPARTURE in refusal.obstacles
