"""What the law kept of an erased tenant goes once its time is over: table by table, some rows at a
time; what others' rows still name stays."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

import asyncpg

from hub.core.db import Session
from hub.core.vertical import Slice
from hub.portability import policy, store
from hub.portability.actions.clearing import check_named
from hub.portability.errors import ReferenceLost, WallsStand
from hub.portability.models import Ended, Erased, Table
from hub.portability.policy import Rules

_BEGIN = "begin; set local statement_timeout = '10min'"
_PAST_GUARDS = "set local session_replication_role = replica"
_AS_USUAL = "set local session_replication_role = origin"


async def list_ending(session: Session, today: date) -> list[Erased]:
    """Some of those who were erased from this hub, whichever way they left, whose kept rows are to
    be looked at that day."""
    return await store.list_ending(session, today)


async def note_ending(session: Session, tenant: int, ends_on: date | None, now: datetime) -> None:
    """From when on they are looked at again; without a day they have ended."""
    await store.note_ending(session, tenant, ends_on, now)


async def count_ending(
    session: Session, tenant: int, erased_on: date, slices: Iterable[Slice], today: date
) -> dict[str, int]:
    """By table, the kept rows of a tenant erased that day whose time is over.

    Raises `WallsStand`."""
    if not await store.may_pass_walls(session):
        raise WallsStand()
    rules = policy.rules_of(slices)
    ending = policy.ending(rules, await store.list_tables(session), erased_on, today)
    found = {
        one.name: await store.count(session, one.name, rules.by(one), tenant) for one in ending
    }
    return {name: rows for name, rows in found.items() if rows}


async def end_kept(
    session: Session,
    tenant: int,
    erased_on: date,
    slices: Iterable[Slice],
    *,
    today: date,
    most: int,
) -> Ended:
    """Take away at most so many of those rows, each table in one transaction. Only for a tenant to
    whom nobody belongs any more. Raises `WallsStand`."""
    if not await store.may_pass_walls(session):
        raise WallsStand()
    rules = policy.rules_of(slices)
    tables = await store.list_tables(session)
    gone, stays, left = dict[str, int](), dict[str, int](), most
    for table in policy.ending(rules, tables, erased_on, today):
        rows = await _end(session, table, tables, rules, tenant, left) if left else 0
        left -= rows
        gone |= {table.name: rows} if rows else {}
        rest = await store.count(session, table.name, rules.by(table), tenant)
        stays |= {table.name: rest} if rest else {}
    return Ended(gone=gone, stays=stays, next_on=policy.next_ending(rules, erased_on, today))


async def _end(
    session: Session, table: Table, tables: Sequence[Table], rules: Rules, tenant: int, most: int
) -> int:
    """How many rows of a table went; none when another row names one of them."""
    await session.execute(_BEGIN)
    try:
        if table.guarded:
            await session.execute(_PAST_GUARDS)
        gone = 0
        # A row that others of its table name goes once they have gone.
        while gone < most and (
            some := await store.end(session, table.name, rules.by(table), tenant, most - gone)
        ):
            gone += some
        if table.guarded:
            await session.execute(_AS_USUAL)
            await check_named(session, tables, {table.name})
    except (asyncpg.ForeignKeyViolationError, ReferenceLost):
        await session.execute("rollback")
        return 0
    except BaseException:
        await session.execute("rollback")
        raise
    await session.execute("commit")
    return gone
