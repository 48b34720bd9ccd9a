"""What follows a booking, after the commit."""

import asyncio
from datetime import timedelta
from uuid import UUID
from weakref import WeakKeyDictionary

import structlog

from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from tourism.booking.actions import forgetting, holding, letters, setting
from tourism.booking.models import (
    ForgetUnborn,
    HoldExpired,
    RoomsCancelled,
    StayBooked,
    StayCancelled,
)

log = structlog.get_logger(__name__)
_AT_ONCE = 4
_looks: WeakKeyDictionary[Database, setting.Look] = WeakKeyDictionary()


async def _release_hold(database: Database, tenant: int | None, message: HoldExpired) -> None:
    async with database.transaction(tenant) as tx:
        await holding.release_expired_hold(tx, message.booking, message.revision)


async def _sweep_holds(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        await holding.announce_ending_holds(tx)


async def _end_holds(database: Database, tenant: int | None, message: Nothing) -> None:
    """End what is over now, some at a time; what fails is tried again by its message."""
    del tenant, message
    async with database.transaction() as tx:
        over = await holding.list_over(tx)
    for n in range(0, len(over), _AT_ONCE):
        ends = (_end(database, hold.tenant, hold.booking) for hold in over[n : n + _AT_ONCE])
        await asyncio.gather(*ends)


async def _end_on_time(database: Database, tenant: int | None, message: Nothing) -> None:
    """Where the machine's clock was set since the last time, holds are moved with it before any of
    them ends; the first time it is only looked at."""
    seen = setting.look_at_clock(database.clock)
    before, _looks[database] = _looks.get(database, seen), seen
    step = setting.find_step(before, seen)
    if step:
        log.warning("the clock was set", by=str(step))
        async with database.transaction() as tx:
            await setting.move_holds(tx, step)
    await _end_holds(database, tenant, message)


async def _end(database: Database, tenant: int, booking: UUID) -> None:
    try:
        async with database.transaction(tenant) as tx:
            await holding.release_expired_hold(tx, booking)
    except Exception as error:
        log.warning("hold not ended", booking=str(booking), error=repr(error))


async def _sweep_unborn(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    after: int | None = 0
    while after is not None:
        async with database.transaction() as tx:
            after = await forgetting.announce_unborn(tx, after)


async def _forget_unborn(database: Database, tenant: int | None, message: ForgetUnborn) -> None:
    del message
    async with database.transaction(tenant, actor="booking") as tx:
        await forgetting.forget_unborn(tx)


async def _write_confirmation(database: Database, tenant: int | None, message: StayBooked) -> None:
    async with database.transaction(tenant) as tx:
        await letters.write_confirmation(tx, message.booking)


async def _write_cancellation(
    database: Database, tenant: int | None, message: StayCancelled
) -> None:
    async with database.transaction(tenant) as tx:
        await letters.write_cancellation(tx, message.booking, message.refund_cents)


async def _write_room_cancellation(
    database: Database, tenant: int | None, message: RoomsCancelled
) -> None:
    async with database.transaction(tenant) as tx:
        await letters.write_room_cancellation(
            tx, message.booking, message.revision, message.refund_cents
        )


release_hold_later = Task(name="booking.release_hold", message_type=HoldExpired, run=_release_hold)
sweep_holds_later = Task(name="booking.sweep_holds", message_type=Nothing, run=_sweep_holds)
sweep_unborn_later = Task(name="booking.sweep_unborn", message_type=Nothing, run=_sweep_unborn)
forget_unborn_later = Task(
    name="booking.forget_unborn", message_type=ForgetUnborn, run=_forget_unborn
)
write_confirmation_later = Task(
    name="booking.write_confirmation", message_type=StayBooked, run=_write_confirmation
)
write_cancellation_later = Task(
    name="booking.write_cancellation", message_type=StayCancelled, run=_write_cancellation
)
write_room_cancellation_later = Task(
    name="booking.write_room_cancellation",
    message_type=RoomsCancelled,
    run=_write_room_cancellation,
)
# What ends is announced a moment before; where the clock has jumped over it, within a second.
SWEEP = Tick(task=sweep_holds_later, every=timedelta(seconds=1))
# While the queue is full of letters, that message waits behind them; the rooms must not.
END = Tick(
    task=Task(name="booking.end_holds", message_type=Nothing, run=_end_on_time),
    every=timedelta(seconds=0.25),
)
FORGET = Tick(task=sweep_unborn_later, every=timedelta(hours=6))
