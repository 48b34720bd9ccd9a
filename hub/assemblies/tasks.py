"""Votes open and close by the clock."""

from datetime import timedelta

from hub.assemblies.actions import counting
from hub.assemblies.models import ProposalDue
from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick


async def _announce_due(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        await counting.announce_due(tx)


async def _advance(database: Database, tenant: int | None, message: ProposalDue) -> None:
    async with database.transaction(tenant) as tx:
        await counting.advance(tx, message.proposal)


announce_due_later = Task(name="assemblies.announce_due", message_type=Nothing, run=_announce_due)
advance_later = Task(name="assemblies.advance", message_type=ProposalDue, run=_advance)
EVERY_MINUTE = Tick(task=announce_due_later, every=timedelta(minutes=1))
