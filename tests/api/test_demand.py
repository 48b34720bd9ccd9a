"""Lost demand, from a traveller's search to the hotelier's page."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import asyncpg
import msgspec
import pytest
from litestar.testing import AsyncTestClient

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import Settings
from tests.houses import ARRIVAL, House, find_house
from tests.orders import legal_hold
from tourism import demand
from tourism.demand.actions import counting, noting, telling
from tourism.demand.actions.noting import collector_of
from tourism.demand.models import Counted, SearchesNoted
from tourism.demand.tasks import count_searches_later, forget_old_later, tell_months_later
from tourism.search.actions.engines import choose_engine
from tourism.search.actions.searching import search_stays
from tourism.search.models import Party, Search, Stay

BROWSER = {
    "user-agent": "Mozilla/5.0 Firefox/140.0",
    "accept": "text/html",
    "accept-language": "fr",
}


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


@pytest.fixture
async def look(demo_settings: Settings):
    connection = await asyncpg.connect(demo_settings.database_url)
    yield connection
    await connection.close()


def asked(house: House, nights: int = 2, **fields) -> demand.Asked:
    departure = ARRIVAL + timedelta(days=nights)
    given = {"property": house.id, "adults": 2, **fields}
    return demand.Asked(arrival=ARRIVAL, departure=departure, **given)


async def count(demo: Database, one: demand.Asked, searches: int = 1) -> None:
    counted = (Counted(asked=one, searches=searches),)
    message = SearchesNoted(at=demo.clock.now(), counted=counted)
    await count_searches_later.run(demo, None, message)


async def lost(demo: Database, house: House) -> demand.LostDemand:
    today = demo.clock.now().date()
    async with demo.transaction(house.tenant) as tx:
        return await demand.find_lost_demand(tx, house.id, today - timedelta(days=30), today)


async def restrict(look: asyncpg.Connection, house: House, nights: int) -> None:
    """A minimum stay on every night of every room type."""
    await look.execute(
        "update ari_month set min_stay = array_fill($1::int2, array[cardinality(min_stay)])"
        " where room_type = any($2::int[])",
        nights,
        list(house.types.values()),
    )


async def test_searches_that_met_a_minimum_are_told_with_it(
    demo: Database, house: House, look: asyncpg.Connection
) -> None:
    await restrict(look, house, 3)
    await count(demo, asked(house), 40)
    await count(demo, asked(house), 7)
    await count(demo, asked(house, nights=3), 5)
    found = await lost(demo, house)
    assert (found.found, found.lost) == (5, 47)
    assert found.by_obstacle == (("min_stay", 47),)
    (line,) = found.lines
    assert (line.obstacle, line.nights, line.needed, line.searches) == ("min_stay", 2, 3, 47)
    assert [(row.found, row.lost) for row in found.months] == [(5, 47)]


@pytest.mark.parametrize(
    ("place", "party"),
    [
        ("commune", Party(adults=2)),
        ("department", Party(adults=2)),
        ("region", Party(adults=2)),
        ("point", Party(adults=2)),
        ("department", Party(adults=4, child_ages=(4, 7), rooms=2)),
        ("department", Party(adults=8, rooms=3)),
        ("department", Party(adults=9, child_ages=(3,), rooms=4)),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{value.rooms} rooms",
)
async def test_every_house_of_the_area_is_counted_as_the_search_itself_decides(
    demo: Database, look: asyncpg.Connection, house: House, place: str, party: Party, tmp_path: Path
) -> None:
    row = await look.fetchrow("select * from property where id = $1", house.id)
    codes = {
        "commune": f"commune:{row['commune_code']}",
        "department": f"department:{row['department_code']}",
        "region": f"region:{row['region_code']}",
        "point": f"point:{row['lat']},{row['lng']}",
    }
    one = asked(
        house,
        property=None,
        place=codes[place],
        radius_km=20.0,
        adults=party.adults,
        child_ages=party.child_ages,
        rooms=party.rooms,
    )
    if place in {"department", "region"}:
        one = msgspec.structs.replace(one, radius_km=None)
    await count(demo, one)
    shown: set[int] = set()
    page = 1
    while True:
        search = Search(
            place=one.place,
            radius_km=one.radius_km,
            stay=Stay(arrival=one.arrival, departure=one.departure),
            party=party,
            page=page,
        )
        engine = choose_engine(demo.reader, tmp_path)
        results, _ = await search_stays(engine, demo.reader, search, demo.clock.now())
        shown |= {hit.property for hit in results.hits}
        if page >= results.pages:
            break
        page += 1
    rows = await look.fetch(
        "select property, outcome from lost_search where outcome in ('found','lost')"
    )
    assert {row["property"] for row in rows if row["outcome"] == "found"} == shown
    assert not {row["property"] for row in rows if row["outcome"] == "lost"} & shown
    assert house.id in {row["property"] for row in rows}


@pytest.mark.parametrize(
    ("used", "lost_by"), [((118, 0), True), ((118, 120), True), ((117, 117), False)]
)
async def test_over_new_year_the_nights_of_each_year_are_counted(
    demo: Database, house: House, look: asyncpg.Connection, used: tuple[int, int], lost_by: bool
) -> None:
    for year, nights in zip((2026, 2027), used, strict=True):
        await look.execute(
            "insert into let_year (tenant, property, year, nights, nights_max)"
            " values ($1, $2, $3, $4, 120)",
            house.tenant, house.id, year, nights,
        )  # fmt: skip
    stay = asked(house)
    stay = msgspec.structs.replace(stay, arrival=date(2026, 12, 29), departure=date(2027, 1, 4))
    await count(demo, stay)
    found = await lost(demo, house)
    assert (found.lost, dict(found.by_obstacle).get("nights_limit", 0)) == (lost_by, lost_by)


async def test_a_search_is_answered_first_and_counted_later_once_for_each_visitor(
    visitor: AsyncTestClient, demo: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noting, "FLUSH_S", 3600)  # however slow the machine
    path = f"/hebergements/{house.id}"
    stay = {"arrival": str(ARRIVAL), "departure": str(ARRIVAL + timedelta(days=2))}
    served: Database = visitor.app.state.database
    for _ in range(3):
        await visitor.get(path, params=stay, headers=BROWSER)
    await visitor.get(path, params=stay, headers={**BROWSER, "user-agent": "Otherbot/1.0"})
    await visitor.get(path, headers=BROWSER)
    other = {**BROWSER, "user-agent": "Mozilla/5.0 Safari/18"}
    await visitor.get(path, params={**stay, "adults": "1"}, headers=other)
    search = {"place": "department:48", **stay}
    assert (await visitor.get("/recherche", params=search, headers=other)).status_code == 200
    assert (
        await visitor.get("/recherche", params={**search, "page": "2"}, headers=other)
    ).status_code == 200
    assert (await visitor.get("/api/v1/search", params=search, headers=other)).status_code == 200
    assert (await lost(demo, house)).found == 0, "nothing is written while somebody waits"
    counted = collector_of(served).take().counted
    assert sorted((one.searches, one.asked.adults) for one in counted) == [(1, 1), (1, 2), (1, 2)]


async def test_nights_are_told_where_they_matter(demo: Database, house: House) -> None:
    for nights in (1, 2, 3):
        await count(demo, asked(house, nights=nights, adults=9), 4)
    (line,) = (await lost(demo, house)).lines
    told = (line.obstacle, line.nights, line.needed, line.searches)
    assert told == ("too_many_persons", 0, 9, 12)


async def test_outcomes_known_already_are_added_by_one_statement(
    demo: Database, house: House
) -> None:
    cell = demand.Cell(
        property=house.id,
        on=ARRIVAL,
        outcome="max_stay",
        nights=8,
        needed=7,
        month=ARRIVAL.replace(day=1),
    )
    on = demo.clock.now().date()
    here = msgspec.structs.replace(cell, on=on, searches=4)
    nowhere = msgspec.structs.replace(here, property=999_999)
    demand.note(demo, [here, here, nowhere])
    await demand.flush(demo)
    demand.note(demo, [here])
    await demand.flush(demo)
    assert (await lost(demo, house)).by_obstacle == (("max_stay", 12),)


async def test_noted_searches_reach_the_worker_a_few_at_a_time(
    demo: Database, house: House, look: asyncpg.Connection
) -> None:
    for number in range(12):
        assert demand.note_search(demo, b"%d" % number, asked(house, adults=number % 6 + 1))
    assert await demand.flush(demo) == 12
    assert await demand.flush(demo) == 0
    sent = await look.fetch("select message from pgmq.q_celery where message::text like '%demand%'")
    assert len(sent) == 2


async def test_a_place_that_is_gone_counts_nothing_and_breaks_nothing(
    demo: Database, house: House
) -> None:
    await count(demo, asked(house, property=None, place="commune:00000"))
    await count(demo, asked(house, property=999_999))
    assert (await lost(demo, house)).lost == 0


SEARCHED = date(2027, 1, 31)  # the last evening of a month


async def search(
    look: asyncpg.Connection, outcome: str, searches: Sequence[int], on: date = SEARCHED
) -> list[asyncpg.Record]:
    """Searches of one outcome for the first houses of Lozère; the houses."""
    houses = await look.fetch(
        "select id, tenant from property where department_code = '48' order by id limit $1",
        len(searches),
    )
    for house, many in zip(houses, searches, strict=True):
        await look.execute(
            "insert into lost_search (tenant, property, searched_on, outcome, nights, needed,"
            " month, searches) values ($1, $2, $3, $4, 2, 3, '2027-02-01', $5)",
            house["tenant"], house["id"], on, outcome, many,
        )  # fmt: skip
    return houses


async def told_of(demo: Database, level: demand.Level, month: date) -> dict[str, demand.ToldArea]:
    async with demo.transaction() as tx:
        return {one.area: one for one in await demand.list_told_areas(tx, level, month)}


async def test_a_month_is_told_once_it_is_over_and_never_changes(
    demo: Database, clock: DrivenClock, look: asyncpg.Connection
) -> None:
    houses = await search(look, "found", (10, 20, 30))
    await search(look, "found", (5, 5, 5), SEARCHED + timedelta(days=1))
    month = SEARCHED.replace(day=1)
    clock.set(datetime(2027, 1, 31, 23, 30, tzinfo=UTC))  # in Paris the month is just over
    await tell_months_later.run(demo, None, tell_months_later.message_type())
    assert await told_of(demo, demand.Level.DEPARTMENT, month) == {}
    clock.forward(timedelta(days=1))
    await tell_months_later.run(demo, None, tell_months_later.message_type())
    for level, area in ((demand.Level.DEPARTMENT, "48"), (demand.Level.REGION, "76")):
        told = await told_of(demo, level, month)
        assert {name: one.found for name, one in told.items()} == {area: 60}
    await look.execute("delete from lost_search where property = $1", houses[0]["id"])
    assert await telling.tell_months(demo) == 0
    assert (await told_of(demo, demand.Level.REGION, month))["76"].found == 60
    async with demo.transaction() as tx:
        assert await demand.list_told_months(tx) == [month]


async def test_houses_of_one_siren_are_one_enterprise(
    demo: Database, clock: DrivenClock, look: asyncpg.Connection
) -> None:
    houses = await search(look, "found", (20, 20, 20))
    await search(look, "lost", (20, 20, 20))
    for house in houses[:2]:
        await look.execute(
            "insert into billing_profile (tenant, document, changed_at)"
            """ values ($1, '{"siren": "000000000"}', now())"""
            " on conflict (tenant) do update set document = excluded.document",
            house["tenant"],
        )
    clock.set(datetime(2027, 2, 2, 6, 0, tzinfo=UTC))
    await telling.tell_months(demo)
    told = (await told_of(demo, demand.Level.DEPARTMENT, date(2027, 1, 1)))["48"]
    assert (told.found, told.lost) == (None, None)


async def test_old_numbers_are_forgotten(
    demo: Database, house: House, clock: DrivenClock, look: asyncpg.Connection
) -> None:
    await count(demo, asked(house))
    clock.forward(timedelta(days=400))
    assert await counting.forget_old(demo) == 0
    clock.forward(timedelta(days=1))
    async with legal_hold(look, house.tenant):
        await forget_old_later.run(demo, None, forget_old_later.message_type())
    assert await look.fetchval("select count(*) from lost_search") > 0, "an order keeps them"
    await forget_old_later.run(demo, None, forget_old_later.message_type())
    assert await look.fetchval("select count(*) from lost_search") == 0


async def test_the_hotelier_reads_what_would_change_it(
    visitor: AsyncTestClient, sign_in, demo: Database, house: House, look: asyncpg.Connection
) -> None:
    await sign_in("hotelier")
    none = (await visitor.get("/pro/figures", headers=BROWSER)).text.replace("&#39;", "'")
    assert "aucune recherche n'a été perdue" in none
    await restrict(look, house, 3)
    await count(demo, asked(house), 47)
    text = (await visitor.get("/pro/figures", headers=BROWSER)).text.replace("&#39;", "'")
    assert "47 recherches demandaient 2 nuits : votre minimum est 3." in text
    assert "47 recherches sur 47" in text
    assert "Minimum de nuits à l'arrivée" in text
    ahead = await visitor.get("/pro/figures", params={"period": "next_90"}, headers=BROWSER)
    assert "47 recherches" in ahead.text
    english = {**BROWSER, "accept-language": "en"}
    assert "your minimum is 3" in (await visitor.get("/pro/figures", headers=english)).text


async def test_the_numbers_of_a_house_are_its_own(
    demo: Database, house: House, look: asyncpg.Connection
) -> None:
    await count(demo, asked(house))
    stranger = await look.fetchval(
        "select id from organisation where kind = 'lodging' and id <> $1 limit 1", house.tenant
    )
    async with demo.transaction(stranger) as tx:
        found = await demand.find_lost_demand(tx, house.id, ARRIVAL.replace(year=2026), ARRIVAL)
    assert (found.found, found.lost) == (0, 0)
