"""What follows a booking, after the commit."""

from datetime import timedelta

from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from tourism.booking.actions import holding, letters
from tourism.booking.models import HoldExpired, RoomsCancelled, StayBooked, StayCancelled


async def _release_hold(database: Database, tenant: int | None, message: HoldExpired) -> None:
    async with database.transaction(tenant) as tx:
        await holding.release_expired_hold(tx, message.booking, message.revision)


async def _sweep_holds(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        await holding.announce_ending_holds(tx)


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
