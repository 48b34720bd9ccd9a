"""The clock of ways out."""

from datetime import timedelta

from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from hub.exits.actions import following


async def _advance(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    await following.advance(database)


advance_later = Task(name="exits.advance", message_type=Nothing, run=_advance)
EVERY_QUARTER = Tick(task=advance_later, every=timedelta(minutes=15))
