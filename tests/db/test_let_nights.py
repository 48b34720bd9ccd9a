"""The nights that a main residence may be let in a year: vectors NL-1 to NL-5 of the law."""

import asyncio
from datetime import date, timedelta
from uuid import UUID

import asyncpg
import msgspec
import pytest

from hub.core.db import Database, Tx
from hub.core.idempotency import Once, Reply
from hub.core.settings import Settings, read_settings
from tests.houses import NIGHTS, House, find_house, hold, quote
from tourism import lodging
from tourism.booking import store
from tourism.booking.actions import holding, rushing
from tourism.booking.models import Booking
from tourism.indexing.store import list_lets
from tourism.lodging import Kind, NightsLimitReached, Property
from tourism.lodging.models import DeclareHouse
from tourism.quoting.errors import QuoteExpired
from tourism.quoting.models import Quote

ANNECY, PARIS_5 = "74010", "75105"


async def let(
    demo: Database, nights: int, first: date, *, main: bool = True, commune: str = ANNECY
) -> None:
    """Count a stay of so many nights of the invented house, were it like this."""
    house = await find_house(demo)
    async with demo.transaction(house.tenant) as tx:
        own = _as(await lodging.own_house(tx), main=main, commune=commune)
        await lodging.take_nights(tx, own, first, first + timedelta(days=nights))


def _as(house: Property, *, main: bool = True, commune: str = ANNECY) -> Property:
    facts = msgspec.structs.replace(house.facts, main_residence=main)
    return msgspec.structs.replace(house, kind=Kind.FURNISHED, commune_code=commune, facts=facts)


async def counted(demo: Database) -> dict[int, int]:
    house = await find_house(demo)
    async with demo.transaction(house.tenant) as tx:
        years = await lodging.list_let_years(tx, await lodging.own_house(tx))
    return {year.year: year.nights for year in years}


@pytest.mark.parametrize(
    ("id", "before", "nights", "commune", "goes"),
    [
        ("NL-1", 119, 1, ANNECY, True),
        ("NL-1", 119, 2, ANNECY, False),
        ("NL-2", 89, 1, PARIS_5, True),
        ("NL-2", 90, 1, PARIS_5, False),
        ("NL-2", 0, 91, PARIS_5, False),
    ],
)
async def test_the_night_beyond_the_limit_is_refused(
    demo: Database, id: str, before: int, nights: int, commune: str, goes: bool
) -> None:
    first = date(2027, 1, 1)
    if before:
        await let(demo, before, first, commune=commune)
    after = first + timedelta(days=before)
    if goes:
        await let(demo, nights, after, commune=commune)
        assert await counted(demo) == {2027: before + nights}, id
    else:
        with pytest.raises(NightsLimitReached):
            await let(demo, nights, after, commune=commune)
        assert await counted(demo) == ({2027: before} if before else {}), id


async def test_a_stay_over_the_new_year_counts_in_both(demo: Database) -> None:
    await let(demo, 118, date(2026, 1, 1))
    await let(demo, 4, date(2026, 12, 30))  # NL-3: two and two
    assert await counted(demo) == {2026: 120, 2027: 2}
    with pytest.raises(NightsLimitReached):
        await let(demo, 1, date(2026, 12, 1))


async def test_a_second_home_has_no_limit_and_its_nights_are_counted(demo: Database) -> None:
    await let(demo, 300, date(2027, 1, 1), main=False)  # NL-4
    await let(demo, 300, date(2027, 1, 1), main=False)  # a second flat of it
    assert await counted(demo) == {2027: 600}
    house = await find_house(demo)
    async with demo.transaction(house.tenant) as tx:
        [year] = await lodging.list_let_years(tx, await lodging.own_house(tx))
    assert year.nights_max == 32_767  # the search leaves it in


async def test_the_count_of_a_large_second_home_has_no_end(demo: Database) -> None:
    for _ in range(110):
        await let(demo, 300, date(2027, 1, 1), main=False)
    house = await find_house(demo)
    async with demo.transaction(house.tenant) as tx:
        [year] = await lodging.list_let_years(tx, await lodging.own_house(tx))
    assert year.nights + 366 < year.nights_max


@pytest.fixture
async def flat(demo: Database, demo_settings: Settings) -> House:
    """The invented house as somebody's main residence."""
    house = await find_house(demo)
    await _say(demo_settings, house, main=True)
    return house


async def _say(settings: Settings, house: House, *, main: bool) -> None:
    connection = await asyncpg.connect(settings.database_url)
    await connection.execute(
        "update property set kind = 'furnished', facts = facts || $2::jsonb where id = $1",
        house.id,
        msgspec.json.encode({"main_residence": main}).decode(),
    )
    await connection.close()


async def test_nights_sold_before_it_was_the_main_residence_are_of_its_year(
    demo: Database, demo_settings: Settings, flat: House
) -> None:
    await _say(demo_settings, flat, main=False)
    await let(demo, 116, date(2027, 6, 1), main=False)
    await hold(demo, await quote(demo, flat.wish()))  # and three more by the front door
    assert await counted(demo) == {2027: 119}
    said = DeclareHouse(
        vat_regime="EXEMPT_261D",
        services=(),
        registration_number="74010000001A1",
        main_residence=True,
        sworn_name="Lou Martin",
    )
    async with demo.transaction(flat.tenant) as tx:
        await lodging.declare_house(tx, demo.reader, await lodging.own_house(tx), said)
    async with demo.transaction(flat.tenant) as tx:
        [year] = await lodging.list_let_years(tx, await lodging.own_house(tx))
    assert (year.nights, year.nights_max) == (119, 120)
    with pytest.raises(NightsLimitReached):
        await hold(demo, await quote(demo, flat.wish(nights=2)))


@pytest.mark.parametrize("way", ["alone", "in the rush"])
async def test_a_stay_beyond_the_year_is_refused_until_another_is_given_back(
    demo: Database, flat: House, way: str
) -> None:
    await let(demo, 120 - 2 * NIGHTS + 1, date(2027, 6, 1))

    async def book() -> UUID:
        quoted = await quote(demo, flat.wish())
        if way == "alone":
            return (await hold(demo, quoted)).id
        reply = await rushing.hold_now(demo, _wish(quoted))
        return msgspec.json.decode(reply.body, type=UUID)

    first = await book()
    assert await counted(demo) == {2027: 120 - NIGHTS + 1}
    with pytest.raises(NightsLimitReached):
        await book()
    assert await counted(demo) == {2027: 120 - NIGHTS + 1}
    async with demo.transaction(flat.tenant, actor="guest") as tx:
        await holding.release_hold(tx, first)
    assert await counted(demo) == {2027: 120 - 2 * NIGHTS + 1}
    await book()
    assert await counted(demo) == {2027: 120 - NIGHTS + 1}


@pytest.mark.parametrize("left", [2 * NIGHTS, NIGHTS])
async def test_an_offer_that_two_hold_at_once_is_counted_once(
    demo: Database, demo_settings: Settings, flat: House, left: int
) -> None:
    await let(demo, 120 - left, date(2027, 6, 1))
    quoted = await quote(demo, flat.wish())
    admin = await asyncpg.connect(demo_settings.database_url)
    async with demo.transaction(flat.tenant, actor="guest") as tx:
        first = await holding.hold_stay(tx, quoted.id)
        second = asyncio.create_task(hold(demo, quoted))  # it sees no hold yet
        for _ in range(400):
            if second.done() or await admin.fetchval(_WAITING):
                break
            await asyncio.sleep(0.01)
    assert (await second).id == first.id
    await admin.close()
    assert await counted(demo) == {2027: 120 - left + NIGHTS}


async def test_a_crowd_of_a_house_with_a_limit_waits_in_the_gate(
    demo: Database, flat: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await let(demo, 120 - 2 * NIGHTS, date(2027, 6, 1))
    inside: list[int] = []
    most = 0

    async def watched(tx: Tx, quote: UUID) -> Booking:
        nonlocal most
        inside.append(1)
        most = max(most, len(inside))
        try:
            return await holding.hold_stay(tx, quote)
        finally:
            inside.pop()

    monkeypatch.setattr(rushing, "hold_stay", watched)
    quotes = [await quote(demo, flat.wish()) for _ in range(12)]
    answers = await asyncio.gather(
        *[rushing.hold_now(demo, _wish(one)) for one in quotes], return_exceptions=True
    )
    assert sum(isinstance(one, Reply) for one in answers) == 2
    assert sum(isinstance(one, NightsLimitReached) for one in answers) == 10
    assert most <= read_settings().hold_writers_each
    assert await counted(demo) == {2027: 120}


_WAITING = (
    "select exists (select from pg_stat_activity"
    " where wait_event_type = 'Lock' and datname = current_database())"
)


def _wish(quoted: Quote) -> rushing.Wish:
    return rushing.Wish(
        tenant=quoted.tenant,
        quote=quoted.id,
        actor="guest",
        once=Once(scope=f"guest:{quoted.id}", key="first", fingerprint=b"same"),
        render=lambda booking: msgspec.json.encode(booking.id),
    )


async def test_cancelled_nights_do_not_count(demo: Database) -> None:
    await let(demo, 120, date(2027, 1, 1))
    house = await find_house(demo)
    async with demo.transaction(house.tenant) as tx:  # NL-5
        own = _as(await lodging.own_house(tx))
        await lodging.give_nights_back(tx, own, date(2027, 1, 10), date(2027, 1, 13))
    assert await counted(demo) == {2027: 117}
    await let(demo, 3, date(2027, 6, 1))
    assert await counted(demo) == {2027: 120}


@pytest.fixture
async def second_home(demo: Database, demo_settings: Settings) -> House:
    """The invented house as a furnished let that nobody lives in."""
    house = await find_house(demo)
    await _say(demo_settings, house, main=False)
    return house


async def test_a_hold_of_a_second_home_is_in_the_rush_and_counted(
    demo: Database, second_home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: object) -> Reply:
        raise AssertionError("the long way")

    monkeypatch.setattr(rushing, "_go_the_long_way", never)
    wish = second_home.wish(arrival=date(2026, 12, 30))
    quotes = [await quote(demo, wish) for _ in range(3)]
    assert {(one.night_counted, one.night_limited) for one in quotes} == {(True, False)}
    replies = [await rushing.hold_now(demo, _wish(one)) for one in quotes[:2]]
    assert await counted(demo) == {2026: 4, 2027: 2}
    async with demo.transaction(second_home.tenant, actor="guest") as tx:
        first = msgspec.json.decode(replies[0].body, type=UUID)
        await holding.release_hold(tx, first)
    assert await counted(demo) == {2026: 2, 2027: 1}
    replies = await asyncio.gather(*[rushing.hold_now(demo, _wish(one)) for one in quotes[2:]])
    assert await counted(demo) == {2026: 4, 2027: 2}


async def test_holds_of_a_second_home_in_one_batch_are_counted_together(
    demo: Database, second_home: House
) -> None:
    quotes = [await quote(demo, second_home.wish(arrival=date(2026, 12, 30))) for _ in range(3)]
    look = await store.look_at_quotes(
        demo.at_once, second_home.tenant, [(one.id, None) for one in quotes]
    )
    now = demo.clock.now()
    drafts = [
        holding.decide_hold(demo, look, offer, now, "guest")
        for offer in sorted(look.offers, key=lambda offer: offer.n)
    ]
    verdicts = await store.hold_quotes(demo.at_once, second_home.tenant, now, drafts)
    assert verdicts == [store.Verdict.HELD] * 3
    assert await counted(demo) == {2026: 6, 2027: 3}
    [again] = await store.hold_quotes(demo.at_once, second_home.tenant, now, drafts[:1])
    assert again is store.Verdict.AGAIN
    assert await counted(demo) == {2026: 6, 2027: 3}


@pytest.mark.parametrize("batch", [1, 2])
async def test_an_offer_of_before_it_was_the_main_residence_is_over(
    demo: Database, demo_settings: Settings, second_home: House, batch: int
) -> None:
    quotes = [await quote(demo, second_home.wish()) for _ in range(batch)]
    look = await store.look_at_quotes(
        demo.at_once, second_home.tenant, [(one.id, None) for one in quotes]
    )
    now = demo.clock.now()
    drafts = [holding.decide_hold(demo, look, one, now, "guest") for one in look.offers]
    await _say(demo_settings, second_home, main=True)
    with pytest.raises(QuoteExpired):
        await store.hold_quotes(demo.at_once, second_home.tenant, now, drafts)
    assert await counted(demo) == {}


async def test_an_offer_of_an_older_release_is_counted_as_it_said(
    demo: Database, flat: House
) -> None:
    written = msgspec.to_builtins(await quote(demo, flat.wish()))
    del written["night_counted"]
    for limited in (True, False):
        old = msgspec.convert(written | {"night_limited": limited}, Quote)
        assert old.counts_nights is limited


async def test_the_city_of_a_main_residence_is_looked_up_once_a_stay(
    demo: Database, flat: House
) -> None:
    asked: list[str] = []
    async with demo.transaction(flat.tenant) as tx:
        own = await lodging.own_house(tx)
        con = await tx.connection()
        con.add_query_logger(lambda logged: asked.append(logged.query))
        await lodging.take_nights(tx, own, date(2026, 12, 30), date(2027, 1, 2))
    assert sum("commune c" in query for query in asked) == 1


async def test_the_search_hears_of_nights_that_are_limited_only(
    demo: Database, demo_settings: Settings
) -> None:
    house = await find_house(demo)
    connection = await asyncpg.connect(demo_settings.database_url)

    async def told() -> int:
        count = "select count(*) from index_change where kind = 'house' and property = $1"
        number = await connection.fetchval(count, house.id)
        await connection.execute("delete from index_change where property = $1", house.id)
        return number

    async def listed() -> int:
        return len(await list_lets(demo.reader, [house.id]))

    await told()
    await let(demo, 3, date(2027, 1, 1), main=False)  # a new year
    await let(demo, 3, date(2027, 1, 1), main=False)
    assert (await told(), await listed()) == (0, 0)
    await let(demo, 3, date(2027, 1, 1))  # it is a main residence now
    assert (await told(), await listed()) == (1, 1)
    await let(demo, 3, date(2027, 1, 1))
    await let(demo, 3, date(2028, 1, 1))  # a new year
    assert (await told(), await listed()) == (2, 2)
    await let(demo, 3, date(2027, 1, 1), main=False)  # and no more
    assert (await told(), await listed()) == (1, 1)
    await connection.close()
