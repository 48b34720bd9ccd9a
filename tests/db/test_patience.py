"""A slow read is not a silent server, and who stands still within a transaction keeps no locks."""

from collections.abc import AsyncIterator

import asyncpg
import msgspec
import pytest

from hub.core import db
from hub.core.db import Database, connect
from hub.core.problems import describe_problem
from hub.core.sql import parse_query

PID = parse_query("pid", "select pg_backend_pid()")
SLOW = parse_query("slow", "select pg_sleep(60)")
LOCK = parse_query("lock", "select pg_advisory_xact_lock(7)")
LIMITS = parse_query(
    "limits",
    "select extract(epoch from current_setting(name)::interval)::float8 as s"
    "  from unnest(array['statement_timeout', 'lock_timeout',"
    "                    'idle_in_transaction_session_timeout']) with ordinality as l (name, n)"
    " order by n",
)


class Limit(msgspec.Struct, frozen=True):
    s: float


async def limits(reads: db.Reads) -> list[float]:
    return [limit.s for limit in await reads.all(Limit, LIMITS)]


@pytest.fixture
async def hasty(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    """A database of one line a pool, whose patience ends soon; only silence is longer."""
    monkeypatch.setattr(db, "_READS", {"statement_timeout": "200ms"})
    soon = {"idle_in_transaction_session_timeout": "200ms"}
    monkeypatch.setattr(db, "_LIMITS", db._LIMITS | soon)
    database = await connect(database_url, database_url, pool_size=1)
    yield database
    await database.close()


async def test_every_wait_ends_before_it_is_taken_for_silence(database: Database) -> None:
    statement, lock, idle = await limits(database.at_once)
    assert 0 < lock <= statement < db.SILENCE_S < idle
    async with database.transaction() as tx:
        assert await limits(tx) == [statement, lock, idle]
    statement, _, _ = await limits(database.reader)
    assert 0 < statement < db.SILENCE_S


async def test_a_read_that_is_merely_slow_is_told_so_and_keeps_its_line(hasty: Database) -> None:
    before = await hasty.reader.value(int, PID)
    with pytest.raises(asyncpg.QueryCanceledError) as slow:
        await hasty.reader.value(str, SLOW)
    assert describe_problem(slow.value, "/").status == 503
    assert await hasty.reader.value(int, PID) == before


async def test_who_stands_still_within_a_transaction_gives_up_its_locks(
    hasty: Database, admin: asyncpg.Connection
) -> None:
    async def stand_still() -> None:
        async with hasty.transaction() as tx:
            await tx.value(str, LOCK)
            # It comes as soon as the server has cut the line.
            await admin.execute("select pg_advisory_lock(7)", timeout=60)

    with pytest.raises(Exception) as cut:  # noqa: PT011  which one is told depends on the driver
        await stand_still()
    assert describe_problem(cut.value, "/").status == 503
    assert not isinstance(cut.value, TimeoutError)
    async with hasty.transaction() as tx:
        assert await tx.value(int, PID)
