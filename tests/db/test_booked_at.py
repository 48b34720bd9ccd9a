"""A stay is booked once: whatever becomes of it, it stays on the books from that instant."""

from datetime import timedelta
from importlib import resources

import asyncpg
import pytest

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import Settings
from hub.payments import CardDeclined
from tests.conftest import NOW
from tests.db.test_booking_changes import DAY, DECLINED, change, find, wish
from tests.db.test_booking_rooms import book_three
from tests.db.test_booking_rooms import cancel as cancel_room
from tests.db.test_figures_report import FEBRUARY, report
from tests.houses import ARRIVAL, NIGHTS, House, book, find_house

LATER = NOW + timedelta(days=5)
MENDS = resources.files("tourism.booking").joinpath("schema", "016_first_confirmed.sql")


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


async def test_a_change_and_one_that_is_not_paid_leave_the_day_of_the_booking(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    stay = await book(demo, house.wish())
    assert stay.confirmed_at == NOW
    clock.set(LATER)
    longer = wish(house, ARRIVAL, ARRIVAL + (NIGHTS + 1) * DAY)
    with pytest.raises(CardDeclined):
        await change(demo, stay, longer, method=DECLINED, key="declined")
    assert (await find(demo, stay)).confirmed_at == NOW
    changed = await change(demo, stay, longer, key="paid")
    assert (changed.version, changed.confirmed_at) == (2, NOW)


async def test_a_room_that_is_given_up_leaves_the_others_on_the_books_from_their_day(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    stay = await book_three(demo, house)
    clock.set(LATER)
    left = await cancel_room(demo, stay, 2)
    assert left.confirmed_at == NOW

    async def gained(earlier: int, later: int) -> int:
        days = [str((NOW + timedelta(days=n)).date()) for n in (earlier, later)]
        evenings = {"pickup_from": days[0], "pickup_to": days[1]}
        found = await report(demo, house.tenant, FEBRUARY | evenings)
        return sum(row.gained for row in found.pickup)

    assert await gained(-1, 0) == 3 * 2  # three rooms, two nights of February
    assert await gained(0, 4) == 0
    assert await gained(4, 5) == -2


async def test_stays_of_before_are_put_back_to_the_day_of_their_booking(
    demo: Database, house: House, demo_settings: Settings, owner: asyncpg.Connection
) -> None:
    moved, kept = [await book(demo, house.wish()) for _ in range(2)]
    admin = await asyncpg.connect(demo_settings.database_url)
    await admin.execute(
        "update booking set confirmed_at = confirmed_at + interval '3 days' where id = $1", moved.id
    )
    await admin.close()
    async with owner.transaction():
        await owner.execute(MENDS.read_text())
    found = [(await find(demo, stay)).confirmed_at for stay in (moved, kept)]
    assert found == [NOW, NOW]
