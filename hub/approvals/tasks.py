"""The clock of approvals."""

from datetime import timedelta

from hub.approvals import actions
from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick


async def _advance(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    await actions.advance(database)


advance_later = Task(name="approvals.advance", message_type=Nothing, run=_advance)
EVERY_MINUTE = Tick(task=advance_later, every=timedelta(minutes=1))
