"""Closings, and what goes to the platform and comes from it, in the background."""

from datetime import timedelta

from hub.billing.actions import closing, sending
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


async def _announce_invoices(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        await sending.announce_invoices(tx)


async def _hear(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    await sending.hear_statuses(database)


announce_closings_later = Task(
    name="billing.announce_closings", message_type=Nothing, run=_announce
)
close_later = Task(name="billing.close", message_type=CloseJournal, run=_close)
announce_invoices_later = Task(
    name="billing.announce_invoices", message_type=Nothing, run=_announce_invoices
)
hear_later = Task(name="billing.hear", message_type=Nothing, run=_hear)

HOURLY = Tick(task=announce_closings_later, every=timedelta(hours=1))
SENDING = Tick(task=announce_invoices_later, every=timedelta(minutes=10))
HEARING = Tick(task=hear_later, every=timedelta(minutes=15))
