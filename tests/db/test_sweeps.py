"""Sweeps that end what may be kept no longer walk over all houses, however many they are."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import msgspec
import pytest

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import Settings
from hub.core.vertical import Nothing
from tests.houses import GUEST, book, find_house, hold, quote
from tests.orders import legal_hold
from tests.served import Queue
from tourism.booking import tasks as booking_tasks
from tourism.booking.actions import forgetting, holding
from tourism.police import actions as police
from tourism.police import tasks as police_tasks

HOUSES = 7  # and two at once: four batches
SHEET = """
insert into police_sheet (id, tenant, property, arrival, departure, content, made_at)
select gen_random_uuid(), p.tenant, p.id, $1::date, $1::date + 1, '{}', $1::date
  from property p order by p.tenant limit $2
"""
# Rows of a table made after one of them, for the first houses.
COPIED = """
insert into {table} ({columns})
select {columns} from (
  select (jsonb_populate_record(one, jsonb_build_object(
           'id', md5('{table}' || p.tenant)::uuid, 'tenant', p.tenant, 'property', p.id,
           'quote', md5('quote' || p.tenant), 'reference', 'LAC-' || p.tenant,
           'state', 'lapsed') || $3::jsonb)).*
    from {table} one cross join (select * from property order by tenant limit $2) p
   where one.id = $1) as many
"""
COLUMNS = """
select string_agg(quote_ident(column_name), ', ') from information_schema.columns
 where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER'
"""


@pytest.fixture
async def look(demo_settings: Settings) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(demo_settings.database_url)
    yield connection
    await connection.close()


async def test_old_sheets_of_every_house_are_destroyed_beyond_the_first_batch(
    demo: Database, look: asyncpg.Connection, clock: DrivenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(police, "AT_ONCE", 2)
    await look.execute(SHEET, clock.now().date(), HOUSES)
    clock.forward(timedelta(days=190))
    await look.execute(SHEET, clock.now().date(), 1)
    await police_tasks.announce_old_sheets_later.run(demo, None, Nothing())
    await Queue(demo, look).run(only="police.destroy_old_sheets")
    assert await look.fetchval("select count(*) from police_sheet") == 1


async def test_names_of_stays_that_never_came_about_go_beyond_the_first_batch(
    demo: Database, look: asyncpg.Connection, clock: DrivenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "AT_ONCE", 2)
    booked = await book(demo, (await find_house(demo)).wish())
    guest = json.dumps({"guest": msgspec.to_builtins(GUEST)})
    for table, id in (("quote", booked.quote.id), ("booking", booked.id)):
        columns = await look.fetchval(COLUMNS, table)
        await look.execute(COPIED.format(table=table, columns=columns), id, HOUSES, guest)
    clock.forward(timedelta(days=31))
    await booking_tasks.sweep_unborn_later.run(demo, None, Nothing())
    await Queue(demo, look).run(only="booking.forget_unborn")
    named = "select count(*) from booking where state = 'lapsed' and guest ->> 'email' <> ''"
    assert await look.fetchval(named) == 0
    assert await look.fetchval("select count(*) from booking where state = 'lapsed'") == HOUSES


async def test_who_held_a_room_is_named_while_an_order_keeps_the_house(
    demo: Database, clock: DrivenClock, look: asyncpg.Connection
) -> None:
    house = await find_house(demo)
    held = await hold(demo, await quote(demo, house.wish()))
    guest = json.dumps(msgspec.to_builtins(GUEST))  # as one whose card was refused
    await look.execute("update booking set guest = $2 where id = $1", held.id, guest)
    clock.forward(timedelta(minutes=16))
    async with demo.transaction(house.tenant) as tx:
        assert await holding.release_expired_hold(tx, held.id)
    clock.forward(timedelta(days=31))
    named = "select guest ->> 'last_name' from booking where id = $1"

    async def sweep() -> str:
        await booking_tasks.sweep_unborn_later.run(demo, None, Nothing())
        await Queue(demo, look).run(only="booking.forget_unborn")
        async with demo.transaction(house.tenant) as tx:
            await forgetting.forget_unborn(tx)  # a message that was sent before the order
        return await look.fetchval(named, held.id)

    async with legal_hold(look, house.tenant):
        assert await sweep() == GUEST.last_name
    assert await sweep() == ""
