"""Searches are explained after they were answered; old numbers are forgotten."""

from datetime import timedelta

from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from tourism.demand.actions import counting
from tourism.demand.models import SearchesNoted


async def _count_searches(database: Database, tenant: int | None, message: SearchesNoted) -> None:
    del tenant
    await counting.count_searches(database, message)


async def _forget_old(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    await counting.forget_old(database)


count_searches_later = Task(
    name="demand.count_searches", message_type=SearchesNoted, run=_count_searches
)
forget_old_later = Task(name="demand.forget_old", message_type=Nothing, run=_forget_old)

DAILY = Tick(task=forget_old_later, every=timedelta(days=1))
