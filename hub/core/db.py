"""The database: pools by role, and the transaction that a handler or a task works in.

`Tx` opens at its first statement with one message that begins, sets the tenant and the time
limits; it has no `commit`: whoever opened it closes it. Its COMMIT is checked, because PostgreSQL
answers ROLLBACK, without an error, to the COMMIT of a failed transaction.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Protocol, TypeAlias, TypeVar
from uuid import UUID

import asyncpg
import msgspec
from asyncpg.pool import PoolConnectionProxy

from hub.core.clock import Clock, Ids, SystemClock, SystemIds
from hub.core.errors import CommitRefused, HubError
from hub.core.sql import Query
from hub.core.vertical import Slice, Task

T = TypeVar("T")

STATEMENT_TIMEOUT = "5s"
LOCK_TIMEOUT = "3s"
READ_TIMEOUT = "9s"  # shorter than a silence: a read that is merely slow ends as such
IDLE_TIMEOUT = "60s"  # longer than any request or task: who stands still gives up its locks
SILENCE_S, TURN_S = 10.0, 5.0  # until a silent server is given up; until a turn comes
# Instants that PostgreSQL itself writes as JSON are in UTC, whatever the zone of this machine.
_UTC = {"timezone": "UTC"}
_LIMITS = {
    "statement_timeout": STATEMENT_TIMEOUT,
    "lock_timeout": LOCK_TIMEOUT,
    "idle_in_transaction_session_timeout": IDLE_TIMEOUT,
}
_READS = {"statement_timeout": READ_TIMEOUT}


class Reads(Protocol):
    """What reads: a transaction behind a tenant's wall, or the reader of public listings."""

    async def one(self, kind: type[T], query: Query, /, **values: object) -> T | None: ...
    async def all(self, kind: type[T], query: Query, /, **values: object) -> list[T]: ...
    async def value(self, kind: type[T], query: Query, /, **values: object) -> T | None: ...


# A connection by itself, or lent by a pool: the same methods.
_Connection: TypeAlias = "asyncpg.Connection | PoolConnectionProxy"


async def _one(
    con: _Connection, kind: type[T], query: Query, values: dict[str, object]
) -> T | None:
    row = await con.fetchrow(query.sql, *query.arguments(values))
    return None if row is None else msgspec.convert(dict(row), kind)


async def _all(con: _Connection, kind: type[T], query: Query, values: dict[str, object]) -> list[T]:
    rows = await con.fetch(query.sql, *query.arguments(values))
    return msgspec.convert([dict(row) for row in rows], list[kind])


async def _value(
    con: _Connection, kind: type[T], query: Query, values: dict[str, object]
) -> T | None:
    row = await con.fetchrow(query.sql, *query.arguments(values))
    return None if row is None or row[0] is None else msgspec.convert(row[0], kind)


class Tx:
    """One transaction behind one tenant's wall. Lazy: it costs nothing until its first statement.

    `now` is the injected clock's instant, the same all through the transaction; `actor` says who
    acts, for the audit record.
    """

    def __init__(self, database: "Database", tenant: int | None, actor: str) -> None:
        self.database = database
        self.tenant = tenant
        self.actor = actor
        self.now: datetime = database.clock.now()
        self._con: asyncpg.Connection | None = None

    def enter(self, tenant: int) -> None:
        """Choose whose rows this transaction may see; only before its first statement."""
        if self._con is not None and tenant != self.tenant:
            raise HubError("The transaction has already begun behind another wall.")
        self.tenant = tenant

    def uuid(self) -> UUID:
        return self.database.ids.uuid()

    async def one(self, kind: type[T], query: Query, /, **values: object) -> T | None:
        """The first row as `kind`, or None."""
        return await _one(await self.connection(), kind, query, values)

    async def all(self, kind: type[T], query: Query, /, **values: object) -> list[T]:
        """Every row as `kind`."""
        return await _all(await self.connection(), kind, query, values)

    async def value(self, kind: type[T], query: Query, /, **values: object) -> T | None:
        """The first column of the first row, or None."""
        return await _value(await self.connection(), kind, query, values)

    async def run(self, query: Query, /, **values: object) -> int:
        """Run a statement; the number of rows it touched."""
        con = await self.connection()
        tag = await con.execute(query.sql, *query.arguments(values))
        last = tag.rpartition(" ")[2]
        return int(last) if last.isdecimal() else 0

    async def run_many(self, query: Query, rows: Iterable[Sequence[object]]) -> None:
        """Run a statement for each row of values, given in the order of its parameters."""
        await (await self.connection()).executemany(query.sql, rows)

    async def connection(self) -> asyncpg.Connection:
        """The connection, begun. For COPY and other things `one`/`all`/`run` do not offer."""
        if self._con is None:
            con = await self.database.acquire()
            self._con = con
            tenant = "" if self.tenant is None else f"set local app.tenant = '{self.tenant:d}'; "
            await con.execute(
                f"begin; {tenant}set local statement_timeout = '{STATEMENT_TIMEOUT}'; "
                f"set local lock_timeout = '{LOCK_TIMEOUT}'"
            )
        return self._con

    @asynccontextmanager
    async def part(self) -> AsyncGenerator[None]:
        """What is written inside, and the locks taken there, are given up when an error leaves it;
        the transaction goes on with what was before. Parts may stand within parts."""
        con = await self.connection()
        await con.execute("savepoint part")
        try:
            yield
        except Exception as error:
            if not is_silence(error):
                await con.execute("rollback to savepoint part; release savepoint part")
            raise
        await con.execute("release savepoint part")

    async def close(self, *, keep: bool, silent: bool = False) -> None:
        """Commit or roll back, or leave a server that says nothing. Only the one who opened the
        transaction calls this."""
        con, self._con = self._con, None
        if con is None:
            return
        try:
            if silent:
                await self.database.leave(con)
            elif keep:
                tag = await con.execute("commit")
                if tag != "COMMIT":
                    raise CommitRefused()
            else:
                await _roll_back(con)
        except TimeoutError:
            await self.database.leave(con)
            raise
        finally:
            await self.database.release(con)


async def _roll_back(con: asyncpg.Connection) -> None:
    # The server may have cut the connection: the error that brought us here is the one to tell.
    try:
        await con.execute("rollback")
    except TimeoutError:
        raise
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError):
        with suppress(asyncpg.InterfaceError):  # the pool may have let go of it already
            con.terminate()


class Reader:
    """One statement at a time, each a transaction of its own: over public listings under
    `hub_index`, or through a function that enters a wall itself under `hub_app`."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def one(self, kind: type[T], query: Query, /, **values: object) -> T | None:
        async with _lent(self._pool) as con:
            return await _one(con, kind, query, values)

    async def all(self, kind: type[T], query: Query, /, **values: object) -> list[T]:
        async with _lent(self._pool) as con:
            return await _all(con, kind, query, values)

    async def value(self, kind: type[T], query: Query, /, **values: object) -> T | None:
        async with _lent(self._pool) as con:
            return await _value(con, kind, query, values)


class AllTaken(TimeoutError):
    """No connection of the pool was to be had in time: whoever has one may be well served."""


def is_silence(error: BaseException) -> bool:
    """Whether it says that the server did not answer: nothing more is asked on that line."""
    return isinstance(error, TimeoutError) and not isinstance(error, AllTaken)


async def _acquire(pool: asyncpg.Pool) -> asyncpg.Connection:
    try:
        return await pool.acquire(timeout=TURN_S)  # pyright: ignore[reportReturnType]  a proxy with the same methods
    except TimeoutError as error:
        raise AllTaken from error


async def _leave(con: asyncpg.Connection, pool: asyncpg.Pool) -> None:
    """Hang up on a server that has said nothing for longer than a statement may take. What the line
    swallows here it swallows on all that are open: whoever comes next gets a new one."""
    with suppress(asyncpg.InterfaceError):  # the pool may have let go of it already
        con.terminate()
    await pool.expire_connections()


@asynccontextmanager
async def _lent(pool: asyncpg.Pool) -> AsyncGenerator[asyncpg.Connection]:
    """A connection for one statement."""
    con = await _acquire(pool)
    try:
        yield con
    except TimeoutError:
        await _leave(con, pool)
        raise
    finally:
        await pool.release(con)


class Session:
    """One connection by itself: under `hub_index` for a process that reads listings all the time,
    or an administrator's. It may keep a snapshot, listen, and copy rows out."""

    def __init__(self, con: asyncpg.Connection) -> None:
        self.con = con

    async def one(self, kind: type[T], query: Query, /, **values: object) -> T | None:
        return await _one(self.con, kind, query, values)

    async def all(self, kind: type[T], query: Query, /, **values: object) -> list[T]:
        return await _all(self.con, kind, query, values)

    async def value(self, kind: type[T], query: Query, /, **values: object) -> T | None:
        return await _value(self.con, kind, query, values)

    async def stream(self, kind: type[T], query: Query, /, **values: object) -> AsyncGenerator[T]:
        """The first column of each row, a few hundred at a time; inside a transaction."""
        async for row in self.con.cursor(query.sql, *query.arguments(values), prefetch=500):
            yield msgspec.convert(row[0], kind)

    async def execute(self, sql: str) -> None:
        """A command without parameters, such as `begin`."""
        await self.con.execute(sql)

    async def copy_out(self, sql: str, take: Callable[[bytes], Awaitable[None]]) -> None:
        """The rows of a statement without parameters as a binary COPY gives them."""
        await self.con.copy_from_query(sql, output=take, format="binary", timeout=600)

    async def listen(self, channel: str, wake: Callable[[], None]) -> None:
        """Call `wake` at each notification of a channel."""
        await self.con.add_listener(channel, lambda *_: wake())

    async def close(self) -> None:
        await self.con.close()


async def open_session(dsn: str) -> Session:
    """A connection of its own, for the role that the address names."""
    con = await asyncpg.connect(dsn, timeout=10, command_timeout=600, server_settings=dict(_UTC))
    await _prepare_connection(con)
    return Session(con)


class Database:
    """The pools of one process, with the clock, the ids, the map from events to tasks, and the
    installed slices."""

    def __init__(
        self,
        app_pool: asyncpg.Pool,
        index_pool: asyncpg.Pool,
        *,
        clock: Clock,
        ids: Ids,
        on: Mapping[type, tuple[Task, ...]],
        slices: tuple[Slice, ...] = (),
    ) -> None:
        self._app_pool = app_pool
        self._index_pool = index_pool
        self.reader = Reader(index_pool)
        self.at_once = Reader(app_pool)
        self.clock = clock
        self.ids = ids
        self.on = on
        self.slices = slices

    @asynccontextmanager
    async def transaction(
        self, tenant: int | None = None, *, actor: str = "system"
    ) -> AsyncGenerator[Tx]:
        """A transaction that commits when the block ends well and rolls back when it raises."""
        tx = Tx(self, tenant, actor)
        try:
            yield tx
        except BaseException as error:
            await tx.close(keep=False, silent=is_silence(error))
            raise
        await tx.close(keep=True)

    async def acquire(self) -> asyncpg.Connection:
        return await _acquire(self._app_pool)

    async def release(self, con: asyncpg.Connection) -> None:
        await self._app_pool.release(con)

    async def leave(self, con: asyncpg.Connection) -> None:
        """The server says nothing any more."""
        await _leave(con, self._app_pool)

    async def close(self) -> None:
        await self._app_pool.close()
        await self._index_pool.close()


async def connect(
    app_dsn: str,
    index_dsn: str,
    *,
    pool_size: int = 4,
    clock: Clock | None = None,
    ids: Ids | None = None,
    on: Mapping[type, tuple[Task, ...]] | None = None,
    slices: tuple[Slice, ...] = (),
) -> Database:
    """Open the pools of one process (`hub_app` behind the walls, `hub_index` for listings)."""
    return Database(
        await _open_pool(app_dsn, pool_size, _LIMITS),
        await _open_pool(index_dsn, pool_size, _READS),
        clock=clock or SystemClock(),
        ids=ids or SystemIds(),
        on=on or {},
        slices=slices,
    )


async def _open_pool(dsn: str, size: int, settings: Mapping[str, str]) -> asyncpg.Pool:
    return await asyncpg.create_pool(
        dsn,
        min_size=1,
        max_size=size,
        max_inactive_connection_lifetime=0,
        command_timeout=SILENCE_S,
        init=_prepare_connection,
        reset=_keep_session,
        server_settings={**_UTC, **settings},
    )


async def _prepare_connection(con: asyncpg.Connection) -> None:
    await con.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda value: msgspec.json.encode(value).decode(),
        decoder=msgspec.json.decode,
        format="text",
    )


async def _keep_session(con: asyncpg.Connection) -> None:
    """No session state is ever set, so nothing needs to be reset (measured: 25 % of a read)."""
