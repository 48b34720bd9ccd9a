"""The nights of a furnished let whose stay is changed: counted once, and locked in one order."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from importlib import resources

import asyncpg
import msgspec
import pytest

from hub import payments
from hub.core.db import Database
from hub.core.migrate import role_dsn
from hub.core.settings import Settings
from tests.conftest import NOW, SECRET
from tests.houses import ARRIVAL, NIGHTS, House, book, find_house, quote
from tourism import lodging
from tourism.booking.actions import holding
from tourism.booking.models import Booking
from tourism.changing.actions import changing
from tourism.changing.models import ChangeStay
from tourism.paying.actions import cancelling
from tourism.paying.models import CancelBooking
from tourism.quoting.models import RoomWanted

OTHERS = 10


@pytest.fixture
async def con(demo: Database, demo_settings: Settings) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(demo_settings.database_url)
    yield connection
    await connection.close()


@pytest.fixture
async def let(demo: Database, con: asyncpg.Connection) -> House:
    """The invented house as a furnished let that nobody lives in, with other nights let."""
    house = await find_house(demo)
    await con.execute("update property set kind = 'furnished' where id = $1", house.id)
    async with demo.transaction(house.tenant) as tx:
        own = await lodging.own_house(tx)
        await lodging.take_nights(
            tx, own, date(2027, 6, 1), date(2027, 6, 1) + OTHERS * timedelta(days=1)
        )
    return house


async def counted(demo: Database, house: House) -> int:
    async with demo.transaction(house.tenant) as tx:
        [year] = await lodging.list_let_years(tx, await lodging.own_house(tx))
    return year.nights


async def change(demo: Database, booked: Booking, house: House, nights: int, method: str) -> None:
    command = ChangeStay(
        arrival=ARRIVAL,
        departure=ARRIVAL + timedelta(days=nights),
        rate_plan=house.plans["flexible"],
        rooms=(RoomWanted(room_type=house.types["double"], adults=2),),
    )
    async with demo.transaction(booked.tenant, actor="guest") as tx:
        shown = (await changing.preview_change(tx, demo.reader, booked.id, command))[2]
    agreed = msgspec.structs.replace(
        command, difference_cents=shown.cents, payment_method=method if shown.due_cents else None
    )
    await changing.pay_change(demo, booked.tenant, booked.id, agreed, f"{nights}-{method}")


@pytest.mark.parametrize("before", [True, False])
async def test_a_changed_stay_counts_whole_and_is_given_back_whole(
    demo: Database, con: asyncpg.Connection, let: House, before: bool
) -> None:
    """Also one that was booked before nights were counted."""
    booked = await book(demo, let.wish())
    assert await counted(demo, let) == OTHERS + NIGHTS
    if before:
        old = '{"night_counted": false, "night_limited": false}'
        await con.execute(
            "update booking set document = document || $2::jsonb where id = $1", booked.id, old
        )
        await con.execute("update let_year set nights = $1", OTHERS)
    with pytest.raises(payments.CardDeclined):
        await change(demo, booked, let, NIGHTS + 1, "pm_card_visa_chargeDeclined")
    assert await counted(demo, let) == (OTHERS if before else OTHERS + NIGHTS)
    await change(demo, booked, let, NIGHTS + 1, "pm_card_visa")
    assert await counted(demo, let) == OTHERS + NIGHTS + 1
    await change(demo, booked, let, NIGHTS - 1, "pm_card_visa")
    assert await counted(demo, let) == OTHERS + NIGHTS - 1
    async with demo.transaction(booked.tenant, actor="guest") as tx:
        _, refund = await cancelling.preview_refund(tx, booked.id)
        command = CancelBooking(refund_cents=refund.refund_cents)
        await cancelling.cancel_booking(tx, booked.id, command)
    assert await counted(demo, let) == OTHERS


async def test_a_change_locks_the_years_before_the_months_as_a_hold_does(
    demo: Database, let: House
) -> None:
    booked = await book(demo, let.wish())
    command = ChangeStay(
        arrival=ARRIVAL,
        departure=ARRIVAL + timedelta(days=NIGHTS - 1),
        rate_plan=let.plans["flexible"],
        rooms=(RoomWanted(room_type=let.types["double"], adults=2),),
    )
    async with demo.transaction(booked.tenant, actor="guest") as tx:
        shown = (await changing.preview_change(tx, demo.reader, booked.id, command))[2]
    command = msgspec.structs.replace(command, difference_cents=shown.cents)
    asked: list[str] = []
    async with demo.transaction(booked.tenant, actor="guest") as tx:
        (await tx.connection()).add_query_logger(lambda logged: asked.append(logged.query))
        await changing.change_stay(tx, demo.reader, booked.id, command)
    locked = [
        "months" if "ari_month" in query else "years"
        for query in asked
        if "for update" in query and ("ari_month" in query or "let_year" in query)
    ]
    assert locked[:2] == ["years", "months"]


async def test_stays_of_before_the_nights_were_counted_are_counted_once(
    demo: Database, demo_settings: Settings, con: asyncpg.Connection, let: House
) -> None:
    """By the schema, which runs once; a second time would change nothing."""
    async with demo.transaction(let.tenant, actor="guest") as tx:
        over = await holding.hold_stay(tx, (await quote(demo, let.wish())).id)
        await holding.release_hold(tx, over.id)
    booked, offered = await book(demo, let.wish()), await quote(demo, let.wish())
    for table in ("booking", "quote"):
        await con.execute(
            f"update {table} set document = document - 'night_counted' where property = $1", let.id
        )
    await con.execute("update let_year set nights = $1 where property = $2", OTHERS, let.id)
    await con.execute(  # the others of this house are counted already
        "update booking set document = document || '{\"night_counted\": true}'"
        " where property = $1 and id <> all ($2::uuid[])",
        let.id,
        [booked.id, over.id],
    )
    assert demo_settings.database_url
    owner = await asyncpg.connect(role_dsn(demo_settings.database_url, "hub_owner", SECRET))
    file = resources.files("tourism.booking") / "schema" / "011_counted_nights.sql"
    sql = file.read_text().replace("now()", f"timestamptz '{NOW.isoformat()}'")
    for _ in range(2):
        await owner.execute(sql)
        assert await counted(demo, let) == OTHERS + NIGHTS
    await owner.close()
    marked = "select document -> 'night_counted' from {} where id = $1"
    assert await con.fetchval(marked.format("booking"), booked.id) == "true"
    assert await con.fetchval(marked.format("booking"), over.id) is None
    assert await con.fetchval(marked.format("quote"), offered.id) == "true"
