"""Every night, and whenever somebody asks."""

from datetime import timedelta

from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from tourism.reconciling.actions import alerting, comparing


async def _reconcile(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    await comparing.reconcile(database)
    await alerting.tell_breaks(database)
    await alerting.ask_debts(database)


reconcile_later = Task(name="reconciling.reconcile", message_type=Nothing, run=_reconcile)

NIGHTLY = Tick(task=reconcile_later, every=timedelta(hours=24))
