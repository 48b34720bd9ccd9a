"""Searches are explained after they were answered; finished months are counted for areas; old
numbers are forgotten."""

from datetime import timedelta

from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from tourism.demand.actions import counting, telling
from tourism.demand.models import SearchesNoted


async def _count_searches(database: Database, tenant: int | None, message: SearchesNoted) -> None:
    del tenant
    await counting.count_searches(database, message)


async def _tell_months(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    await telling.tell_months(database)


async def _forget_old(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    await counting.forget_old(database)


count_searches_later = Task(
    name="demand.count_searches", message_type=SearchesNoted, run=_count_searches
)
tell_months_later = Task(name="demand.tell_months", message_type=Nothing, run=_tell_months)
forget_old_later = Task(name="demand.forget_old", message_type=Nothing, run=_forget_old)

TICKS = tuple(
    Tick(task=task, every=timedelta(days=1)) for task in (tell_months_later, forget_old_later)
)
