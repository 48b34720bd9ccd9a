"""Who waits for whom, as PostgreSQL sees it."""

import asyncio

import asyncpg

_WAITING = """
select exists (select from pg_locks l join pg_stat_activity a using (pid)
                where not l.granted and a.datname = current_database())
"""


async def until_somebody_waits(admin: asyncpg.Connection, who: asyncio.Task[object]) -> None:
    """Return as soon as a lock is waited for in this database, or `who` is done without."""
    while not who.done() and not await admin.fetchval(_WAITING):  # noqa: ASYNC110  the server tells nobody
        await asyncio.sleep(0.005)
