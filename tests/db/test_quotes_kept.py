"""Offers that nobody took go a month after their end; those that a stay or a change names stay."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import Settings
from tests.conftest import NOW
from tests.houses import House, book, find_house, hold, quote
from tests.orders import legal_hold
from tests.served import Queue
from tourism.booking.actions import forgetting, holding
from tourism.booking.models import ForgetQuotes
from tourism.booking.tasks import forget_quotes_later

MONTH = timedelta(days=30)
MADE = """
insert into quote (id, tenant, property, arrival, departure, total_cents, document, made_at,
                   expires_at)
select gen_random_uuid(), q.tenant, q.property, q.arrival, q.departure, q.total_cents, q.document,
       $2::timestamptz - interval '30 minutes', $2 from quote q, generate_series(1, $3)
 where q.id = $1 returning id
"""


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


@pytest.fixture
async def admin_of_demo(
    demo: Database, demo_settings: Settings
) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(demo_settings.database_url)
    yield connection
    await connection.close()


async def made(admin: asyncpg.Connection, like: UUID, ended: datetime, many: int = 1) -> set[UUID]:
    return {row["id"] for row in await admin.fetch(MADE, like, ended, many)}


async def kept(admin: asyncpg.Connection) -> set[UUID]:
    return {row["id"] for row in await admin.fetch("select id from quote")}


async def forget(demo: Database) -> None:
    await forget_quotes_later.run(demo, None, ForgetQuotes())


async def test_an_offer_that_nobody_took_is_kept_for_a_month_after_its_end(
    demo: Database, house: House, admin_of_demo: asyncpg.Connection
) -> None:
    like = (await quote(demo, house.wish())).id
    before = await kept(admin_of_demo)
    young = await made(admin_of_demo, like, NOW - MONTH)
    await made(admin_of_demo, like, NOW - MONTH - timedelta(seconds=1))
    await made(admin_of_demo, like, NOW - MONTH - timedelta(days=3, seconds=1), 4)
    await made(admin_of_demo, like, NOW - MONTH - timedelta(days=4), 4)
    await forget(demo)
    assert await kept(admin_of_demo) == before | young


async def test_an_offer_that_is_named_stays_for_ever(
    demo: Database, house: House, admin_of_demo: asyncpg.Connection, clock: DrivenClock
) -> None:
    booked = await book(demo, house.wish())
    held = await hold(demo, await quote(demo, house.wish()))
    changed = (await quote(demo, house.wish())).id
    await admin_of_demo.execute(
        "insert into booking_change (id, tenant, booking, quote, difference, state, begun_at,"
        " expires_at, ended_at) values ($1, $2, $3, $1, '{}', 'declined', $4, $4, $4)",
        changed,
        house.tenant,
        booked.id,
        NOW,
    )
    named = await kept(admin_of_demo)
    lost = (await quote(demo, house.wish())).id
    clock.forward(timedelta(minutes=16))
    async with demo.transaction(house.tenant) as tx:
        assert await holding.release_expired_hold(tx, held.id)
    clock.forward(MONTH + timedelta(minutes=15))
    await forget(demo)
    assert lost not in await kept(admin_of_demo)
    assert await kept(admin_of_demo) == named


async def test_many_go_in_steps_and_the_rest_by_another_message(
    demo: Database, house: House, admin_of_demo: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "QUOTES_AT_ONCE", 7)
    monkeypatch.setattr(forgetting, "QUIET", 2)
    monkeypatch.setattr("tourism.booking.tasks._STEPS", 3)
    like = (await quote(demo, house.wish())).id
    before = await kept(admin_of_demo)
    for day in range(3):
        ended = NOW - MONTH - timedelta(days=day, minutes=1)
        await made(admin_of_demo, like, ended, 10)
    await forget(demo)
    assert len(await kept(admin_of_demo) - before) == 20, "ten of a day, and a look at what is left"
    queue = Queue(demo, admin_of_demo)
    for _ in range(10):
        await queue.run(only="booking.forget_quotes")
    assert await kept(admin_of_demo) == before


async def test_none_goes_of_an_organisation_that_is_held(
    demo: Database, house: House, admin_of_demo: asyncpg.Connection
) -> None:
    like = (await quote(demo, house.wish())).id
    theirs = await made(admin_of_demo, like, NOW - MONTH - timedelta(hours=1))
    await admin_of_demo.execute(
        "insert into held_organisation (tenant, since, reason) values ($1, $2, 'move')",
        house.tenant,
        NOW,
    )
    await forget(demo)
    assert theirs <= await kept(admin_of_demo)


async def test_none_goes_of_an_organisation_that_an_order_keeps(
    demo: Database, house: House, admin_of_demo: asyncpg.Connection
) -> None:
    like = (await quote(demo, house.wish())).id
    theirs = await made(admin_of_demo, like, NOW - MONTH - timedelta(hours=1))
    async with legal_hold(admin_of_demo, house.tenant):
        await forget(demo)
    assert theirs <= await kept(admin_of_demo)
    await forget(demo)
    assert not theirs & await kept(admin_of_demo)


async def test_one_that_is_named_keeps_none_of_its_day(
    demo: Database, house: House, admin_of_demo: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "QUOTES_AT_ONCE", 7)
    booked = await book(demo, house.wish())
    like = (await quote(demo, house.wish())).id
    before = await kept(admin_of_demo)
    named, *_ = sorted(await made(admin_of_demo, like, NOW - MONTH - timedelta(minutes=1), 20))
    await admin_of_demo.execute(
        "insert into booking_change (id, tenant, booking, quote, difference, state, begun_at,"
        " expires_at, ended_at) values ($1, $2, $3, $1, '{}', 'declined', $4, $4, $4)",
        named,
        house.tenant,
        booked.id,
        NOW,
    )
    await made(admin_of_demo, like, NOW - MONTH - timedelta(days=40), 3)
    await forget(demo)
    assert await kept(admin_of_demo) == before | {named}
