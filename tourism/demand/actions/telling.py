"""Count finished months for areas, once and for all. A month that were counted twice could tell by
the difference what one house did that moved, left, or was counted late."""

import asyncio
from datetime import date

from hub.core.clock import local_date
from hub.core.db import Database, Tx
from hub.territory import departments
from tourism.demand import store
from tourism.demand.models import DepartmentSearches, Level, ToldArea
from tourism.demand.policy.months import finished_months, last_day
from tourism.demand.policy.secrecy import tell_areas

PARIS = "Europe/Paris"
_AT_ONCE = 2  # departments: of the connections of a process, some are left


async def tell_months(database: Database) -> int:
    """Count the finished months that nobody has counted, the oldest first; how many."""
    months = finished_months(local_date(database.clock.now(), PARIS))
    async with database.transaction() as tx:
        counted = set(await store.list_counted_months(tx, months[0]))
    told = [await _tell_month(database, month) for month in months if month not in counted]
    return sum(told)


async def _tell_month(database: Database, month: date) -> bool:
    turns = asyncio.Semaphore(_AT_ONCE)

    async def count(region: str, department: str) -> list[DepartmentSearches]:
        async with turns, database.transaction() as tx:
            rows = await store.list_searches_of_department(tx, department, month, last_day(month))
        return [
            DepartmentSearches(
                region=region,
                department=department,
                outcome=row.outcome,
                enterprises=row.enterprises,
                searches=row.searches,
            )
            for row in rows
        ]

    pages = await asyncio.gather(*(count(one.region, one.code) for one in departments()))
    areas = await asyncio.to_thread(tell_areas, [row for page in pages for row in page])
    async with database.transaction() as tx:
        mine = await store.count_month(tx, month, tx.now)
        if mine:
            await store.tell_areas(tx, month, areas)
    return mine


async def list_told_months(tx: Tx) -> list[date]:
    """The first days of the latest months of which something is told, the newest first."""
    return await store.list_told_months(tx)


async def list_told_areas(tx: Tx, level: Level, month: date) -> list[ToldArea]:
    """What was told of the regions or departments in a month, under statistical secrecy
    (`policy.secrecy`)."""
    return await store.list_told_areas(tx, level, month)
