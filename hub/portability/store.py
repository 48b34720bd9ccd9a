"""The statements that move whole tenants, over an administrator's connection."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime

import msgspec

from hub.core.db import Session
from hub.core.sql import load_queries
from hub.portability.models import Erased, Link, SchemaStep, Table

q = load_queries(__name__)


class Tenant(msgspec.Struct, frozen=True, kw_only=True):
    """The organisation that leaves."""

    id: int
    kind: str
    name: str


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """An order that keeps a tenant's rows."""

    why: str


async def may_pass_walls(session: Session) -> bool:
    return bool(await session.value(bool, q.may_pass_walls))


async def find_tenant(session: Session, tenant: int) -> Tenant | None:
    return await session.one(Tenant, q.find_tenant, tenant=tenant)


async def list_tables(session: Session) -> list[Table]:
    return await session.all(Table, q.list_tables)


async def list_steps(session: Session) -> tuple[SchemaStep, ...]:
    return tuple(await session.all(SchemaStep, q.list_steps))


def stream_lines(
    session: Session, table: Table, by: Sequence[str], tenant: int
) -> AsyncIterator[str]:
    """A tenant's rows of a table, each a line of JSON, in the order of its key."""
    return session.stream(
        str,
        q.stream_lines,
        of=table.name,
        wanted=table.written,
        key=table.key,
        by=by,
        tenant=tenant,
    )


async def list_names(
    session: Session, table: Table, by: Sequence[str], tenant: int, column: str
) -> set[str]:
    """What one column of a tenant's rows names."""
    rows = await session.all(
        _Name, q.list_names, of=table.name, by=by, tenant=tenant, by_column=column
    )
    return {row.name for row in rows}


def stream_named(
    session: Session, table: Table, column: str, names: Sequence[str]
) -> AsyncIterator[str]:
    """Rows that others name, each a line of JSON, in the order of the key."""
    return session.stream(
        str,
        q.stream_named,
        of=table.name,
        wanted=table.written,
        key=table.key,
        by_column=column,
        names=names,
    )


async def fill(session: Session, table: str, written: Sequence[str], lines: Sequence[str]) -> int:
    """Put rows in as they were; how many were not there yet."""
    return await session.value(int, q.fill, of=table, written=written, lines=lines) or 0


async def count_lost(
    session: Session, table: str, by: Sequence[str], tenant: int, link: Link
) -> int:
    """How many of a tenant's rows name, by this link, a row that is not there."""
    lost = await session.value(
        int,
        q.count_lost,
        of=table,
        by=by,
        tenant=tenant,
        columns=link.columns,
        other=link.table,
        keys=link.keys,
    )
    return lost or 0


async def arrive(session: Session, function: str, tenant: int) -> None:
    """Let a slice do what an arrival asks of it, or that a tenant's rows have gone."""
    await session.value(str, q.arrive, function=function, tenant=tenant)


async def tell(session: Session, function: str, tenant: int, at: datetime | None) -> None:
    """Let a slice put by what the law needs of a tenant whose rows go, or note from when on one
    that arrived lives here; None for a copy."""
    await session.value(str, q.tell, function=function, tenant=tenant, at=at)


async def lock(session: Session, table: str, by: Sequence[str], tenant: int) -> None:
    """Keep a tenant's rows as they are until the transaction ends."""
    await session.value(str, q.lock, of=table, by=by, tenant=tenant)


async def erase(session: Session, table: str, by: Sequence[str], tenant: int) -> int:
    """Take a tenant's rows away; how many."""
    return await session.value(int, q.erase, of=table, by=by, tenant=tenant) or 0


async def end(session: Session, table: str, by: Sequence[str], tenant: int, most: int) -> int:
    """Take at most so many of a tenant's rows away, none that another row of the table names; how
    many."""
    return await session.value(int, q.end, of=table, by=by, tenant=tenant, most=most) or 0


async def note_erased(session: Session, tenant: int, erased_on: date) -> None:
    """What is kept of a tenant has its time from this day on."""
    await session.value(int, q.note_erased, tenant=tenant, erased_on=erased_on)


async def list_ending(session: Session, today: date) -> list[Erased]:
    """Some of the erased whose kept rows are to be looked at."""
    return await session.all(Erased, q.list_ending, today=today)


async def note_ending(session: Session, tenant: int, ends_on: date | None, now: datetime) -> None:
    """From when on they are looked at again; without a day they have ended."""
    await session.value(int, q.note_ending, tenant=tenant, ends_on=ends_on, now=now)


async def is_on_hold(session: Session, tenant: int) -> bool:
    return bool(await session.value(bool, q.is_on_hold, tenant=tenant))


async def place_hold(session: Session, tenant: int, why: str, now: datetime) -> None:
    await session.value(str, q.place_hold, tenant=tenant, why=why, now=now)


async def list_orders(session: Session, tenant: int) -> list[str]:
    return [one.why for one in await session.all(Order, q.list_orders, tenant=tenant)]


async def lift_hold(session: Session, tenant: int, why: str, now: datetime) -> bool:
    return bool(await session.value(bool, q.lift_hold, tenant=tenant, why=why, now=now))


async def count(session: Session, table: str, by: Sequence[str], tenant: int) -> int:
    """How many rows of a table are a tenant's."""
    return await session.value(int, q.count, of=table, by=by, tenant=tenant) or 0


async def renumber(session: Session, table: str) -> None:
    await session.value(str, q.renumber, of=table)


class _Name(msgspec.Struct, frozen=True):
    name: str
