"""What is told of a service's file as time goes by."""

from datetime import timedelta

from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from hub.trust import telling


async def _tell_lapsing(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    await telling.tell_all(database)


tell_lapsing_later = Task(name="trust.tell_lapsing", message_type=Nothing, run=_tell_lapsing)
DAILY = Tick(task=tell_lapsing_later, every=timedelta(hours=24))
