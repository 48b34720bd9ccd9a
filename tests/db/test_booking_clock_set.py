"""The clock of the machine is set while rooms are held: each hold lasts as long as was promised."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from hub.app import compose, open_database
from hub.core.clock import DrivenClock, SeededIds, SystemClock
from hub.core.db import Database
from hub.core.settings import Settings
from hub.core.vertical import Nothing
from tests.houses import ARRIVAL, find_house, hold, pay, quote
from tests.locks import until_somebody_waits
from tourism.booking.actions import reading
from tourism.booking.models import HOLD_MINUTES, Booking, HoldExpired, State
from tourism.sweeping.tasks import END, release_hold_later

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
AGE = timedelta(minutes=5)
REST = timedelta(minutes=HOLD_MINUTES) - AGE


async def beat(database: Database) -> None:
    await END.task.run(database, None, Nothing())


async def held(demo: Database) -> Booking:
    house = await find_house(demo)
    return await hold(demo, await quote(demo, house.wish()))


async def seen(demo: Database, booking: Booking) -> Booking:
    async with demo.transaction(booking.tenant) as tx:
        return await reading.find_booking(tx, booking.id)


@pytest.mark.parametrize("step", [HOUR, -HOUR, 2 * HOUR, -2 * HOUR, timedelta()])
async def test_a_hold_lasts_as_long_whatever_the_clock_is_set_to(
    demo: Database, clock: DrivenClock, step: timedelta
) -> None:
    booking = await held(demo)
    await beat(demo)
    clock.forward(AGE)
    clock.jump(step)
    await beat(demo)
    moved = await seen(demo, booking)
    assert (moved.held_at, moved.expires_at) == (booking.held_at + step, clock.now() + REST)
    younger = await held(demo)
    clock.forward(REST - SECOND)
    await beat(demo)
    assert (await seen(demo, booking)).state is State.HELD
    clock.forward(SECOND)
    await beat(demo)
    assert (await seen(demo, booking)).state is State.EXPIRED
    clock.forward(AGE - SECOND)
    await beat(demo)
    assert (await seen(demo, younger)).state is State.HELD
    clock.forward(SECOND)
    await beat(demo)
    assert (await seen(demo, younger)).state is State.EXPIRED


@pytest.mark.parametrize("step", [HOUR, -HOUR])
async def test_a_second_worker_moves_nothing_again(
    demo: Database, demo_settings: Settings, clock: DrivenClock, step: timedelta
) -> None:
    second = await open_database(demo_settings, compose(), clock=clock, ids=SeededIds(3))
    booking = await held(demo)
    for database in (demo, second):
        await beat(database)
    clock.jump(step)
    for database in (demo, second):
        await beat(database)
    await second.close()
    assert (await seen(demo, booking)).held_at == booking.held_at + step


@pytest.mark.parametrize("step", [HOUR, -HOUR, 2 * HOUR, -2 * HOUR])
async def test_a_hold_that_was_prolonged_for_longer_than_the_step_is_moved_once(
    demo: Database, demo_settings: Settings, clock: DrivenClock, step: timedelta
) -> None:
    """One card after the other was declined: it was held three hours ago, and has ten minutes."""
    second = await open_database(demo_settings, compose(), clock=clock, ids=SeededIds(3))
    booking = await held(demo)
    clock.forward(3 * HOUR)
    admin = await asyncpg.connect(demo_settings.database_url)
    prolonged = "update booking set expires_at = $2 where id = $1"
    await admin.execute(prolonged, booking.id, clock.now() + REST)
    await admin.close()
    for database in (demo, second):
        await beat(database)
    clock.jump(step)
    for database in (demo, second):
        await beat(database)
    await second.close()
    assert (await seen(demo, booking)).expires_at == clock.now() + REST
    clock.forward(REST - SECOND)
    await beat(demo)
    assert (await seen(demo, booking)).state is State.HELD
    clock.forward(SECOND)
    await beat(demo)
    assert (await seen(demo, booking)).state is State.EXPIRED


async def test_what_is_over_as_the_clock_is_set_back_ends_at_once(
    demo: Database, clock: DrivenClock
) -> None:
    booking = await held(demo)
    await beat(demo)
    clock.forward(AGE + REST)
    clock.jump(-HOUR)
    await beat(demo)
    assert (await seen(demo, booking)).state is State.EXPIRED


async def test_the_message_of_a_single_hold_ends_none_that_the_clock_has_only_passed_over(
    demo: Database, clock: DrivenClock
) -> None:
    booking = await held(demo)
    await beat(demo)
    clock.jump(HOUR)
    over = HoldExpired(booking=booking.id)
    await release_hold_later.run(demo, booking.tenant, over)
    assert (await seen(demo, booking)).state is State.HELD
    clock.forward(AGE + REST)
    await release_hold_later.run(demo, booking.tenant, over)
    assert (await seen(demo, booking)).state is State.EXPIRED


async def test_a_sweep_under_way_as_the_clock_is_set_ends_none_before_its_time(
    demo: Database, demo_settings: Settings, clock: DrivenClock
) -> None:
    over = await held(demo)
    clock.forward(AGE)
    younger = await held(demo)
    clock.forward(REST)
    admin = await asyncpg.connect(demo_settings.database_url)
    async with admin.transaction():
        await admin.execute(
            "select from ari_month where month = $1 for update", ARRIVAL.replace(day=1)
        )
        sweep = asyncio.create_task(beat(demo))
        await until_somebody_waits(admin, sweep)
        clock.jump(HOUR)
    await sweep
    await admin.close()
    await beat(demo)
    assert (await seen(demo, over)).state is State.EXPIRED
    assert (await seen(demo, younger)).expires_at == clock.now() + AGE


async def test_a_hold_can_be_paid_to_the_end_of_its_own_time(
    demo: Database, clock: DrivenClock
) -> None:
    booking = await held(demo)
    await beat(demo)
    clock.jump(HOUR)
    await beat(demo)
    clock.forward(AGE + REST - SECOND)
    assert (await pay(demo, booking)).state is State.CONFIRMED


async def test_what_a_house_promised_until_an_instant_stays(
    demo: Database, demo_settings: Settings, clock: DrivenClock
) -> None:
    booking = await held(demo)
    admin = await asyncpg.connect(demo_settings.database_url)
    until = clock.now() + 3 * HOUR
    await admin.execute(
        "update booking set promised_until = $2, expires_at = $2 where id = $1", booking.id, until
    )
    await admin.close()
    await beat(demo)
    clock.jump(-HOUR)
    await beat(demo)
    assert (await seen(demo, booking)).expires_at == until


async def test_time_that_only_passes_moves_nothing(demo: Database, clock: DrivenClock) -> None:
    booking = await held(demo)
    await beat(demo)
    clock.forward(timedelta(minutes=HOLD_MINUTES) + HOUR)
    await beat(demo)
    assert (await seen(demo, booking)).state is State.EXPIRED


def test_the_machines_own_clock_tells_how_much_time_has_passed() -> None:
    clock = SystemClock()
    before = clock.passed()
    assert timedelta() <= clock.passed() - before < HOUR
