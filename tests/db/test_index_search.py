"""The index answers as PostgreSQL does, to the cent, whatever is changed and however asked."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
from msgspec.structs import replace

from hub.core.clock import local_date
from hub.core.db import Database, Session, open_session
from hub.core.migrate import role_dsn
from hub.core.settings import Settings
from loadtests.asks import Asking
from loadtests.changes import Changer
from loadtests.truth import Answer, Truth
from tests.conftest import NOW, SECRET
from tourism.index import Ask, AskInvalid, CalendarAsk, Found, Order, Places
from tourism.index.generation import Generation
from tourism.index.search import calendar, search
from tourism.indexing.build import build
from tourism.indexing.following import Follower
from tourism.nights.layout import Tables
from tourism.offers import SqlEngine
from tourism.rates.models import Obstacle, RoomParty

TODAY = local_date(NOW, "Europe/Paris")
LOZERE = Places(kind="department", codes=("48",))
PLAIN = Ask(
    area=LOZERE,
    arrival=date(2027, 2, 26),
    nights=3,
    parties=(RoomParty(adults=2),),
    now=NOW,
)

ASKS, CHANGES = 80, 100


@pytest.fixture
async def session(demo_settings: Settings) -> AsyncIterator[Session]:
    assert demo_settings.database_url
    session = await open_session(role_dsn(demo_settings.database_url, "hub_index", SECRET))
    yield session
    await session.close()


@pytest.fixture
async def root(demo_settings: Settings) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(demo_settings.database_url)
    yield connection
    await connection.close()


async def houses_of(root: asyncpg.Connection) -> list[tuple[int, str, float, float]]:
    rows = await root.fetch(
        "select id, commune_code, lat, lng from property where lat is not null"
        " and department_code = '48' order by id"
    )
    return [tuple(row) for row in rows]


async def generation_of(session: Session, folder: Path) -> Generation:
    built = await build(session, lambda _: folder, TODAY)
    return Generation(Tables(Path(built.path), write=True))


async def check(generation: Generation, demo: Database, ask: Ask) -> int:
    """The index and the slow way give the same houses, rooms, plans and totals in one order."""
    truth = Truth(ask)
    await truth.read(demo.reader)
    expected = truth.answers()
    found = search(generation, ask)
    page = expected[ask.offset : ask.offset + ask.limit]
    assert found.total == len(expected), ask
    assert [shown(offer) for offer in found.offers] == [told(answer) for answer in page], ask
    if ask.spread and ask.wants.price_min_cents is None and ask.wants.price_max_cents is None:
        totals = [answer.total for answer in expected]
        assert (found.low_cents, found.high_cents) == (
            (min(totals), max(totals)) if totals else (None, None)
        )
    if ask.facets:
        assert found.houses == len(truth.houses), ask
        check_facets(truth, found, ask)
    check_bands(truth, found, ask)
    return len(expected)


def shown(offer) -> tuple:
    rooms = tuple(taken.room.id for taken in offer.rooms)
    return offer.house.property, offer.plan.id, rooms, offer.gross_cents, offer.tax_cents


def told(answer: Answer) -> tuple:
    return answer.property, answer.plan, answer.rooms, answer.gross, answer.tax


def check_facets(truth: Truth, found: Found, ask: Ask) -> None:
    """Each facet counts what its choice would leave under the other choices."""
    for name, counts in (
        ("kinds", found.facets.kinds),
        ("stars", found.facets.stars),
        ("meal_plans", found.facets.meal_plans),
    ):
        for value in list(counts)[:2]:
            truth.ask = replace(ask, wants=replace(ask.wants, **{name: (value,)}))
            assert len(truth.answers()) == counts[value], (name, value, ask)
    truth.ask = replace(ask, wants=replace(ask.wants, free_cancellation=True))
    assert len(truth.answers()) == found.facets.free_cancellation, ask


def check_bands(truth: Truth, found: Found, ask: Ask) -> None:
    """Each range of totals counts what it would leave, whatever price is wanted."""
    for band in found.price_bands:
        wants = replace(ask.wants, price_min_cents=band.low_cents, price_max_cents=band.high_cents)
        truth.ask = replace(ask, wants=wants)
        assert len(truth.answers()) == band.count, (band, ask)


async def test_random_searches_equal_the_slow_way(
    session: Session, root: asyncpg.Connection, demo: Database, tmp_path: Path
) -> None:
    """On a department where everything was changed at random, before and after it was indexed."""
    houses = await houses_of(root)
    changer = Changer(root, 7, TODAY, [id for id, *_ in houses])
    for _ in range(CHANGES):
        await changer.change()
    generation = await generation_of(session, tmp_path)
    asking = Asking(11, NOW, houses, (LOZERE,))
    counted: list[int] = []
    for _ in range(ASKS // 2):
        counted.append(await check(generation, demo, asking.ask()))
    follower = Follower(session, generation.tables)
    for _ in range(ASKS // 2):
        made = Counter([await changer.change() for _ in range(6)])
        assert await follower.follow() >= 1 or not made
        counted.append(await check(generation, demo, asking.ask()))
    assert sum(count > 0 for count in counted) > ASKS // 2


async def test_a_calendar_is_the_search_of_each_day(session: Session, tmp_path: Path) -> None:
    generation = await generation_of(session, tmp_path)
    asked = CalendarAsk(
        area=LOZERE, first=date(2027, 2, 20), days=9, nights=2, parties=PLAIN.parties, now=NOW
    )
    days = calendar(generation, asked)
    assert [day.on for day in days] == [date(2027, 2, 20) + timedelta(days=n) for n in range(9)]
    for day in days:
        found = search(generation, replace(PLAIN, arrival=day.on, nights=2))
        assert (day.houses, day.total_cents) == (found.total, found.offers[0].total_cents)


async def test_what_the_index_does_not_hold_is_refused(session: Session, tmp_path: Path) -> None:
    generation = await generation_of(session, tmp_path)
    for wrong in (
        replace(PLAIN, nights=0),
        replace(PLAIN, nights=61),
        replace(PLAIN, arrival=date(2026, 11, 1)),
        replace(PLAIN, arrival=date(2028, 9, 1)),
        replace(PLAIN, parties=()),
        replace(PLAIN, parties=(RoomParty(adults=1),) * 10),
        replace(PLAIN, order=Order.DISTANCE),
        replace(PLAIN, area=Places(kind="planet", codes=("3",))),
        replace(PLAIN, limit=5_000),
    ):
        with pytest.raises(AskInvalid):
            search(generation, wrong)
    nowhere = replace(PLAIN, area=Places(kind="commune", codes=("00000",)))
    assert search(generation, nowhere).total == 0


async def test_reasons_are_counted_by_house(
    session: Session, root: asyncpg.Connection, tmp_path: Path
) -> None:
    await root.execute("update ari_month set flags[27] = 4 where month = '2027-02-01'")
    generation = await generation_of(session, tmp_path)
    found = search(generation, replace(PLAIN, reasons=True))
    assert found.total == 0
    assert found.obstacles[Obstacle.CLOSED] == found.houses


async def test_a_house_without_plans_gives_no_reason(
    session: Session, root: asyncpg.Connection, tmp_path: Path
) -> None:
    """Where its plans would be are those of the next house, or none at all."""
    await root.execute(
        "update ari_month set price_cents[27] = 0, flags = array_fill(0::int2, array[28])"
        " where month = '2027-02-01'"
    )
    kept = (await houses_of(root))[0][0]
    await root.execute("update rate_plan set retired = true where property <> $1", kept)
    generation = await generation_of(session, tmp_path)
    found = search(generation, replace(PLAIN, reasons=True))
    assert found.houses > 1
    assert found.obstacles[Obstacle.NO_PRICE] == 1


async def test_a_night_without_a_price_is_nobodys_offer_but_of_a_plan_with_its_own(
    session: Session, root: asyncpg.Connection, tmp_path: Path
) -> None:
    await root.execute("update ari_month set price_cents[27] = 0 where month = '2027-02-01'")
    generation = await generation_of(session, tmp_path / "none")
    for ask in (PLAIN, replace(PLAIN, parties=(RoomParty(adults=2),) * 2)):
        found = search(generation, replace(ask, reasons=6, spread=True))
        assert (found.total, found.available, found.offers) == (0, 0, ())
        assert (found.facets.instant, found.facets.free_cancellation) == (0, 0)
        assert found.obstacles[Obstacle.NO_PRICE] > found.houses // 2
    room = await root.fetchrow(
        "select r.tenant, r.property, r.id, p.id as plan from room_type r"
        " join rate_plan p on p.property = r.property and p.parent is null and not p.retired"
        " join property h on h.id = r.property and h.department_code = '48'"
        " where not r.retired and r.occupancy_max >= 2 and r.adults_max >= 2"
        " order by r.id, p.rank limit 1"
    )
    assert room is not None
    await root.execute(
        "insert into rate_month (tenant, property, room_type, rate_plan, month, price_cents,"
        " min_stay, min_through, max_stay, max_through, flags)"
        " values ($1, $2, $3, $4, '2027-02-01', array_fill(7000, array[28]), $5, $5, $5, $5, $5)",
        *room.values(), [0] * 28,
    )  # fmt: skip
    await root.execute(
        "update ari_month set units_left = array_fill(3::int2, array[28]), flags ="
        " array_fill(0::int2, array[28]), min_stay = array_fill(1::int2, array[28])"
        " where room_type = $1 and month = '2027-02-01'",
        room["id"],
    )
    own = search(await generation_of(session, tmp_path / "own"), PLAIN)
    assert [(offer.house.property, offer.plan.id) for offer in own.offers] == [
        (room["property"], room["plan"])
    ]


async def test_a_plan_that_takes_the_whole_price_off_is_not_sold(
    session: Session, root: asyncpg.Connection, demo: Database, tmp_path: Path
) -> None:
    before = search(await generation_of(session, tmp_path / "before"), PLAIN)
    house = before.offers[0].house.property
    await root.execute(
        "update ari_month set price_cents = array_fill(9800, array[28]) where month = '2027-02-01'"
        " and room_type in (select id from room_type where property = $1)",
        house,
    )
    await root.execute(
        'update rate_plan set details = details || \'{"derivation": {"adjust_cents": -12000}}\''
        " where property = $1",
        house,
    )
    generation = await generation_of(session, tmp_path / "after")
    assert await check(generation, demo, replace(PLAIN, limit=50)) == before.total - 1


ZONES = ("Europe/Paris", "Indian/Reunion", "America/Guadeloupe", "Pacific/Tahiti")


@pytest.mark.parametrize(
    ("now", "arrival", "sold"),
    [
        # 22:30 in Paris: in Réunion today is over.
        (datetime(2026, 12, 1, 21, 30, tzinfo=UTC), date(2026, 12, 1), {0, 2, 3}),
        # 03:00 in Paris: in Guadeloupe and Tahiti it is still yesterday.
        (datetime(2026, 12, 2, 2, 0, tzinfo=UTC), date(2026, 12, 1), {2, 3}),
        (datetime(2026, 12, 2, 9, 0, tzinfo=UTC), date(2026, 12, 1), {3}),
        (datetime(2026, 12, 2, 10, 0, tzinfo=UTC), date(2026, 12, 1), set()),
    ],
)
async def test_a_house_is_found_as_long_as_the_day_of_arrival_is_not_over_there(
    session: Session,
    root: asyncpg.Connection,
    demo: Database,
    tmp_path: Path,
    now: datetime,
    arrival: date,
    sold: set[int],
) -> None:
    """By the index, by PostgreSQL and by the slow way."""
    await root.execute(
        "update property set zone = ($1::text[])[id % 4 + 1] where department_code = '48'", ZONES
    )
    generation = await generation_of(session, tmp_path)
    ask = replace(PLAIN, arrival=arrival, nights=1, now=now, limit=300, facets=False)
    await check(generation, demo, ask)
    found, slow = search(generation, ask), await SqlEngine(demo.reader).search(ask)
    assert [shown(offer) for offer in found.offers] == [shown(offer) for offer in slow.offers]
    assert (found.total, found.available) == (slow.total, slow.available)
    assert {offer.house.property % 4 for offer in found.offers} == sold


async def test_rooms_of_a_party_are_the_cheapest_together(
    session: Session, root: asyncpg.Connection, demo: Database, tmp_path: Path
) -> None:
    """Where the family may leave the cheaper type to the couple, who fit no other."""
    await root.execute(
        "update room_type set occupancy_standard = 2, occupancy_max = 4, children_max = 3,"
        " adults_max = case when id % 2 = 0 then 1 else 2 end"
    )
    await root.execute(
        "update ari_month set units_left = array_fill(1::int2, array[28]),"
        " flags = array_fill(0::int2, array[28]), min_stay = array_fill(1::int2, array[28]),"
        " price_cents = array_fill((7000 + 300 * (room_type % 7))::int, array[28])"
        " where month = '2027-02-01'"
    )
    generation = await generation_of(session, tmp_path)
    for rooms in ((1, 2), (2, 1), (1, 2, 1)):
        parties = tuple(
            RoomParty(adults=adults, child_ages=(4, 6) if adults == 1 else ()) for adults in rooms
        )
        ask = replace(PLAIN, arrival=date(2027, 2, 10), parties=parties, limit=200)
        assert await check(generation, demo, replace(ask, facets=False)) > 0
        slow = await SqlEngine(demo.reader).search(ask)
        found = search(generation, ask)
        assert [shown(offer) for offer in found.offers] == [shown(offer) for offer in slow.offers]


@pytest.mark.parametrize(
    ("before", "after", "sold"),
    [
        ((2026, 118), (2027, 118), True),  # two nights of each year, as many as are left
        ((2026, 119), (2027, 0), False),
        ((2026, 0), (2027, 119), False),
        ((2027, 118), (2028, 117), True),
        ((2027, 119), (2028, 0), False),
        ((2027, 0), (2028, 119), False),
    ],
)
async def test_a_stay_over_new_year_counts_the_nights_of_each_year(
    session: Session,
    root: asyncpg.Connection,
    demo: Database,
    tmp_path: Path,
    before: tuple[int, int],
    after: tuple[int, int],
    *,
    sold: bool,
) -> None:
    """Two and two of a stay from 30 December to 3 January (DOMAIN NL-3), whoever answers."""
    every = [id for id, *_ in await houses_of(root)]
    await root.execute(
        "update ari_month set units_left = array_fill(1::int2, array[31]),"
        " flags = array_fill(0::int2, array[31]), min_stay = array_fill(1::int2, array[31]),"
        " price_cents = array_fill(7000, array[31])"
        " where extract(month from month) in (1, 12)"
    )
    ask = replace(PLAIN, arrival=date(before[0], 12, 30), nights=4, limit=300, facets=False)
    await root.execute("delete from let_year")
    generation = await generation_of(session, tmp_path)
    house = search(generation, ask).offers[0].house.property
    assert house in every
    await root.executemany(
        "insert into let_year (tenant, property, year, nights, nights_max)"
        " select tenant, id, $2, $3, 120 from property where id = $1",
        [(house, year, nights) for year, nights in (before, after)],
    )
    await Follower(session, generation.tables).follow()
    await check(generation, demo, ask)
    found, slow = search(generation, ask), await SqlEngine(demo.reader).search(ask)
    assert [shown(offer) for offer in found.offers] == [shown(offer) for offer in slow.offers]
    assert (house in {offer.house.property for offer in found.offers}) is sold
