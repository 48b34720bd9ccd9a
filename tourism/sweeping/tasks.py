"""Four times a second each worker ends what is over; some holds have a message of their own too.

Their names are older than this slice: messages that were sent under them are waiting.
"""

from datetime import timedelta

from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from tourism.booking.actions import holding
from tourism.booking.models import HoldExpired
from tourism.sweeping.actions import ending
from tourism.sweeping.actions.setting import at_its_time


async def _release_hold(database: Database, tenant: int | None, message: HoldExpired) -> None:
    async with at_its_time(database, tenant) as tx:
        await holding.release_expired_hold(tx, message.booking, message.revision)


async def _end_holds(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    await ending.end_all(database)


release_hold_later = Task(name="booking.release_hold", message_type=HoldExpired, run=_release_hold)
sweep_holds_later = Task(name="booking.sweep_holds", message_type=Nothing, run=_end_holds)

# No schedule of the queue: while it is full of letters, rooms must not wait behind them.
END = Tick(task=sweep_holds_later, every=timedelta(seconds=0.25))
