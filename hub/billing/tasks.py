"""Closings, in the background."""

from datetime import timedelta

from hub.billing.actions import closing
from hub.billing.models import CloseJournal
from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick


async def _announce(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        await closing.announce_closings(tx)


async def _close(database: Database, tenant: int | None, message: CloseJournal) -> None:
    del message
    async with database.transaction(tenant) as tx:
        await closing.close_due(tx)


announce_closings_later = Task(
    name="billing.announce_closings", message_type=Nothing, run=_announce
)
close_later = Task(name="billing.close", message_type=CloseJournal, run=_close)

HOURLY = Tick(task=announce_closings_later, every=timedelta(hours=1))
