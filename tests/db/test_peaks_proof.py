"""What the load tests ask the database: whether every unit is explained by its booking."""

import asyncpg

from hub.core.db import Database
from hub.core.settings import Settings
from loadtests.peaks.watching import prove, remember
from tests.houses import NIGHTS, book, find_house

CHANGE = (
    "update ari_month set units_left[$3] = units_left[$3] + $4 where room_type = $1 and month = $2"
)


async def test_a_booking_explains_its_nights(demo: Database, demo_settings: Settings) -> None:
    dsn = str(demo_settings.database_url)
    house = await find_house(demo)
    await remember(dsn)
    booking = await book(demo, house.wish())
    proof = await prove(dsn, [booking.reference])
    assert (proof.nights, proof.oversold, proof.unexplained) == (NIGHTS, 0, 0)
    assert (proof.confirmed, proof.lost) == (1, 0)
    assert proof.wal_bytes > 0


async def test_a_unit_that_no_booking_took_is_found_and_a_lost_booking_too(
    demo: Database, demo_settings: Settings
) -> None:
    dsn = str(demo_settings.database_url)
    house = await find_house(demo)
    await remember(dsn)
    booking = await book(demo, house.wish())
    first = booking.quote.arrival
    admin = await asyncpg.connect(dsn)
    await admin.execute(CHANGE, house.types["double"], first.replace(day=1), first.day, 1)
    await admin.close()
    proof = await prove(dsn, [booking.reference, "NEVER-MADE"])
    assert (proof.nights, proof.unexplained, proof.lost) == (NIGHTS, 1, 1)


async def test_more_sold_than_was_left_is_oversold(demo: Database, demo_settings: Settings) -> None:
    dsn = str(demo_settings.database_url)
    house = await find_house(demo)
    booking = await book(demo, house.wish())
    admin = await asyncpg.connect(dsn)
    first = booking.quote.arrival
    left = await admin.fetchval(
        "select units_left[$3] from ari_month where room_type = $1 and month = $2",
        house.types["double"], first.replace(day=1), first.day,
    )  # fmt: skip
    await admin.execute(CHANGE, house.types["double"], first.replace(day=1), first.day, -left)
    await remember(dsn)
    # Somebody gives units that do not exist, and they are sold.
    await admin.execute(CHANGE, house.types["double"], first.replace(day=1), first.day, 1)
    await book(demo, house.wish())
    await admin.close()
    proof = await prove(dsn, [])
    assert proof.oversold == 1
    assert proof.unexplained == 1
