"""Who waits for whom, as PostgreSQL sees it."""

import asyncio

import asyncpg

_WAITING = """
select exists (select from pg_locks l join pg_stat_activity a using (pid)
                where not l.granted and a.datname = current_database())
"""


_MANY = """
select count(distinct l.pid)::int from pg_locks l join pg_stat_activity a using (pid)
 where not l.granted and a.datname = current_database()
"""


async def until_so_many_wait(admin: asyncpg.Connection, wanted: int) -> None:
    """Return as soon as so many wait for a lock in this database."""
    for _ in range(1_000):
        if await admin.fetchval(_MANY) >= wanted:
            return
        await asyncio.sleep(0.005)
    raise AssertionError("so many do not wait")


async def until_somebody_waits(admin: asyncpg.Connection, who: asyncio.Task[object]) -> None:
    """Return as soon as a lock is waited for in this database. That `who` is done first, and waited
    for nobody, is an error."""
    while not await admin.fetchval(_WAITING):
        assert not who.done(), "it is done, and waited for nobody"
        await asyncio.sleep(0.005)
