"""What follows a booking, after the commit."""

from datetime import timedelta

from hub.core import outbox
from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from tourism.booking.actions import forgetting, letters
from tourism.booking.models import (
    ForgetQuotes,
    ForgetUnborn,
    RoomsCancelled,
    StayBooked,
    StayCancelled,
)

_STEPS = 100  # of offers that go, in one task: more than the quiet days that end it


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


async def _forget_quotes(database: Database, tenant: int | None, message: ForgetQuotes) -> None:
    del tenant
    rest = await forgetting.forget_quotes(database, message.before, _STEPS)
    if rest is not None:
        async with database.transaction() as tx:
            await outbox.send(tx, forget_quotes_later, ForgetQuotes(before=rest))


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


sweep_unborn_later = Task(name="booking.sweep_unborn", message_type=Nothing, run=_sweep_unborn)
forget_unborn_later = Task(
    name="booking.forget_unborn", message_type=ForgetUnborn, run=_forget_unborn
)
forget_quotes_later = Task(
    name="booking.forget_quotes", message_type=ForgetQuotes, run=_forget_quotes
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
FORGET = Tick(task=sweep_unborn_later, every=timedelta(hours=6))
FORGET_QUOTES = Tick(task=forget_quotes_later, every=timedelta(hours=6))
