"""What follows a booking, after the commit."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
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
    OverHold,
    RoomsCancelled,
    StayBooked,
    StayCancelled,
)

log = structlog.get_logger(__name__)
_AT_ONCE = 4  # houses
_TOGETHER = 1_000  # holds of a house in one statement: its months are locked no longer than that
_ALONE = 200  # of a house in one beat
_looks: WeakKeyDictionary[Database, setting.Look] = WeakKeyDictionary()


async def _release_hold(database: Database, tenant: int | None, message: HoldExpired) -> None:
    async with database.transaction(tenant) as tx:
        await holding.release_expired_hold(tx, message.booking, message.revision)


async def _end_holds(database: Database, tenant: int | None, message: Nothing) -> None:
    """End all that is over, house by house; what fails or is being worked on is tried again by the
    next beat."""
    del tenant, message
    after: OverHold | None = None
    while True:
        async with database.transaction() as tx:
            over = await holding.list_over(tx, after)
        if not over:
            return
        after = over[-1]
        houses: defaultdict[int, list[OverHold]] = defaultdict(list)
        for hold in over:
            houses[hold.tenant].append(hold)
        waiting = list(houses.items())
        for n in range(0, len(waiting), _AT_ONCE):
            some = waiting[n : n + _AT_ONCE]
            await asyncio.gather(*(_end_of_house(database, *house) for house in some))


async def _end_of_house(database: Database, tenant: int, over: Sequence[OverHold]) -> None:
    """Its holds together: one that cannot end keeps none of the others; each request by itself."""
    alone = [hold.booking for hold in over if hold.requested]
    holds = [hold.booking for hold in over if not hold.requested]
    for n in range(0, len(holds), _TOGETHER):
        some = holds[n : n + _TOGETHER]
        try:
            async with database.transaction(tenant) as tx:
                await holding.end_holds(tx, some)
        except Exception as error:
            log.warning("holds not ended together", tenant=tenant, error=repr(error))
            alone += some
    for booking in alone[:_ALONE]:
        await _end(database, tenant, booking)


async def _end_on_time(database: Database, tenant: int | None, message: Nothing) -> None:
    """Where the machine's clock was set since the last time, holds are moved with it before any of
    them ends; the first time it is only looked at."""
    seen = setting.look_at_clock(database.clock)
    step = setting.find_step(_looks.get(database, seen), seen)
    if step:
        log.warning("the clock was set", by=str(step))
        async with database.transaction() as tx:
            await setting.move_holds(tx, step)
    _looks[database] = seen  # afterwards: who looks meanwhile moves them too, and waits for us
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
sweep_holds_later = Task(name="booking.sweep_holds", message_type=Nothing, run=_end_on_time)
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
SWEEP = Tick(task=sweep_holds_later, every=timedelta(seconds=1))
# While the queue is full of letters, that sweep waits behind them; the rooms must not.
END = Tick(
    task=Task(name="booking.end_holds", message_type=Nothing, run=_end_on_time),
    every=timedelta(seconds=0.25),
)
FORGET = Tick(task=sweep_unborn_later, every=timedelta(hours=6))
