"""All rows of all tables at one instant, as a count and a sum of hashes a table."""

import asyncio
from datetime import datetime

import asyncpg
import msgspec

TRIES = 20
_TABLES = (
    "select format('%I.%I', n.nspname, c.relname) as name from pg_class c"
    " join pg_namespace n on n.oid = c.relnamespace"
    " where c.relkind = 'r' and n.nspname in ('public', 'pgmq') order by c.oid"
)


class Rows(msgspec.Struct, frozen=True):
    """The rows of a table."""

    rows: int
    hashes: str


class Photo(msgspec.Struct, frozen=True):
    """Every table at an instant."""

    at: datetime
    tables: dict[str, Rows]


async def photograph(admin: asyncpg.Connection, *, held: bool) -> Photo:
    """With `held`, all writing waits meanwhile, so that the instant is one for all tables; a writer
    who stands in the way of that is let past, and it is tried again."""
    names = [row["name"] for row in await admin.fetch(_TABLES)]
    for _ in range(TRIES):
        try:
            async with admin.transaction():
                await admin.execute("set local lock_timeout = '2s'")
                if held:
                    await admin.execute(f"lock table {', '.join(names)} in share mode")
                at = await admin.fetchval("select clock_timestamp()")
                assert at is not None
                return Photo(at, {name: await _look(admin, name) for name in names})
        except (asyncpg.DeadlockDetectedError, asyncpg.LockNotAvailableError):
            await asyncio.sleep(0.3)
    raise AssertionError("nobody stands still")


async def _look(admin: asyncpg.Connection, name: str) -> Rows:
    row = await admin.fetchrow(
        "select count(*) as rows, coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text"
        f" as hashes from {name} t"
    )
    assert row is not None
    return Rows(row["rows"], row["hashes"])
