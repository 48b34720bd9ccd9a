"""A wish that a main residence may not be let for stops nobody who waits behind it."""

from collections.abc import AsyncGenerator
from datetime import date, timedelta

import asyncpg
import msgspec
import pytest

from hub.core.db import Database
from hub.core.settings import Settings
from tests.db.test_let_nights import counted, let
from tests.db.test_waiting_list import find, find_house, join, serve, wish_for
from tests.houses import NIGHTS, House, left
from tourism import lodging
from tourism.rates import move_units
from tourism.waiting.actions import offering
from tourism.waiting.models import JoinList, Wish, WishState

NEW_YEAR = date(2026, 12, 30)  # two nights of this year, one of the next
BEFORE = date(2026, 12, 20)
SPAN = 40


@pytest.fixture
async def connection(demo_settings: Settings) -> AsyncGenerator[asyncpg.Connection]:
    connection = await asyncpg.connect(demo_settings.database_url)
    yield connection
    await connection.close()


@pytest.fixture
async def flat(demo: Database, connection: asyncpg.Connection) -> House:
    """The invented house as somebody's main residence."""
    house = await find_house(demo)
    await connection.execute(
        "update property set kind = 'furnished', facts = facts || $2::jsonb where id = $1",
        house.id,
        msgspec.json.encode({"main_residence": True}).decode(),
    )
    return house


def wish(house: House, name: str, arrival: date, nights: int = NIGHTS) -> JoinList:
    return wish_for(house, name, arrival=arrival, departure=arrival + timedelta(days=nights))


async def fill(demo: Database, house: House) -> None:
    """No double is left in the days around New Year."""
    async with demo.transaction(house.tenant) as tx:
        for n, units in enumerate(await left(tx, house.types["double"], BEFORE, SPAN)):
            day = BEFORE + timedelta(days=n)
            await move_units(tx, [house.types["double"]], [units], day, day + timedelta(days=1))


async def give(demo: Database, house: House) -> None:
    async with demo.transaction(house.tenant) as tx:
        await move_units(tx, [house.types["double"]], [-1], BEFORE, BEFORE + timedelta(days=SPAN))


async def count_quotes(connection: asyncpg.Connection, house: House) -> int:
    found = await connection.fetchval("select count(*) from quote where property = $1", house.id)
    assert isinstance(found, int)
    return found


async def states(demo: Database, *wishes: Wish) -> list[WishState]:
    return [(await find(demo, one)).state for one in wishes]


async def test_a_stay_into_a_full_year_leaves_the_rooms_to_who_waits_behind(
    demo: Database, flat: House
) -> None:
    await fill(demo, flat)
    first = await join(demo, wish(flat, "Un", NEW_YEAR))
    behind = await join(demo, wish(flat, "Deux", NEW_YEAR, 2))
    await let(demo, 120, date(2027, 6, 1))
    await give(demo, flat)
    assert await serve(demo, flat) == 1
    assert await states(demo, first, behind) == [WishState.WAITING, WishState.OFFERED]
    assert await counted(demo) == {2026: 2, 2027: 120}


@pytest.fixture
async def unsellable(demo: Database, flat: House, connection: asyncpg.Connection) -> House:
    """The full year 2027 has a limit of before: what is refused is seen by the hold alone."""
    await fill(demo, flat)
    await let(demo, 120, date(2027, 6, 1))
    await connection.execute("update let_year set nights_max = 366 where property = $1", flat.id)
    return flat


async def test_what_a_refused_hold_has_counted_and_written_is_undone(
    demo: Database, unsellable: House, connection: asyncpg.Connection
) -> None:
    first = await join(demo, wish(unsellable, "Un", NEW_YEAR))
    behind = await join(demo, wish(unsellable, "Deux", NEW_YEAR, 2))
    await give(demo, unsellable)
    quotes = await count_quotes(connection, unsellable)
    assert await serve(demo, unsellable) == 1
    assert await states(demo, first, behind) == [WishState.WAITING, WishState.OFFERED]
    assert await counted(demo) == {2026: 2, 2027: 120}
    assert await count_quotes(connection, unsellable) == quotes + 1


async def test_the_year_of_a_wish_that_is_passed_over_is_not_kept_locked(
    demo: Database, unsellable: House
) -> None:
    """Kept, it would be locked before the year of the next wish: beside a hold over New Year,
    which locks them in their order, a deadlock."""
    later = await join(demo, wish(unsellable, "Un", date(2027, 1, 10)))
    sooner = await join(demo, wish(unsellable, "Deux", BEFORE))
    await give(demo, unsellable)
    found = await lodging.find_property(demo.reader, unsellable.id)
    assert found is not None
    async with demo.transaction(unsellable.tenant) as serving:
        assert await offering.serve_next(serving, found)
        async with demo.transaction(unsellable.tenant) as other:
            await lodging.lock_nights(other, found, date(2027, 1, 1), date(2027, 1, 2))
    assert await states(demo, later, sooner) == [WishState.WAITING, WishState.OFFERED]
