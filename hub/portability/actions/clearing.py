"""A copy of a tenant goes, of one who lives elsewhere: the law keeps rows where they were made, not
in a copy that nobody used."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

import asyncpg

from hub.core.db import Session
from hub.core.sentences import say
from hub.core.vertical import Slice
from hub.portability import policy, store
from hub.portability.errors import ReferenceLost, TenantUnknown, WallsStand
from hub.portability.models import Table
from hub.portability.policy import Rules

_BEGIN = "begin; set local statement_timeout = '30min'"
_PAST_GUARDS = "set local session_replication_role = replica"
_AS_USUAL = "set local session_replication_role = origin"


async def clear_copy(session: Session, tenant: int, slices: Iterable[Slice]) -> int:
    """Take away a copy of a tenant in one transaction, also rows that the law keeps where they were
    made; how many rows. What somebody else's rows name stays, and so do accounts that were counted
    here (`with_triggers`): they never change, and take nothing up when they arrive once more.

    Only for a copy that nobody can have written to. Raises `TenantUnknown` and `WallsStand`."""
    rules = policy.rules_of(slices)
    await session.execute(_BEGIN)
    try:
        gone = await _clear(session, tenant, rules)
    except BaseException:
        await session.execute("rollback")
        raise
    await session.execute("commit")
    return gone


async def _clear(session: Session, tenant: int, rules: Rules) -> int:
    if not await store.may_pass_walls(session):
        raise WallsStand()
    if await store.find_tenant(session, tenant) is None:
        raise TenantUnknown()
    await store.lock(session, "organisation", ("id",), tenant)
    tables = await store.list_tables(session)
    gone = 0
    for table in policy.children_first([one for one in tables if rules.leaves(one)]):
        if table.name not in rules.kept:
            gone += await _take(session, table, rules, tenant)
        elif table.name not in rules.with_triggers:
            gone += await _try(session, table, tables, rules, tenant)
    for function in rules.ends:
        await store.arrive(session, function, tenant)
    return gone


async def _try(
    session: Session, table: Table, tables: Sequence[Table], rules: Rules, tenant: int
) -> int:
    """A table's rows, or none of them when another row names one."""
    await session.execute("savepoint whole")
    try:
        gone = await _take(session, table, rules, tenant)
        if table.guarded:
            await check_named(session, tables, {table.name})
    except (asyncpg.ForeignKeyViolationError, ReferenceLost):
        await session.execute("rollback to savepoint whole")
        gone = 0
    await session.execute("release savepoint whole")
    return gone


async def _take(session: Session, table: Table, rules: Rules, tenant: int) -> int:
    """PostgreSQL checks every reference, but where a trigger that refuses to delete is passed."""
    by = rules.by(table)
    if not table.guarded:
        return await store.erase(session, table.name, by, tenant)
    await session.execute(_PAST_GUARDS)
    gone = await store.erase(session, table.name, by, tenant)
    await session.execute(_AS_USUAL)
    return gone


async def make_room(session: Session, tables: Sequence[Table], rules: Rules, tenant: int) -> None:
    """What a former copy left goes before it comes again in this transaction, also what the law
    keeps; `check_others` tells whether whoever names it finds it again. Leaves the transaction past
    the guards."""
    await session.execute(_AS_USUAL)
    await store.lock(session, "organisation", ("id",), tenant)
    for table in policy.children_first([one for one in tables if rules.leaves(one)]):
        if table.name not in rules.kept:
            await _take(session, table, rules, tenant)
    await session.execute(_PAST_GUARDS)
    for table in tables:
        if table.name in rules.kept.keys() - set(rules.with_triggers) and rules.leaves(table):
            await store.erase(session, table.name, rules.by(table), tenant)


async def check_others(session: Session, tables: Sequence[Table], rules: Rules) -> None:
    """Whether rows that stayed find what they name. Raises `ReferenceLost`."""
    leaving = {table.name for table in tables if rules.leaves(table)}
    await check_named(session, [one for one in tables if one.name not in leaving], leaving)
    await check_named(session, tables, leaving & rules.named.keys())


async def check_named(session: Session, tables: Sequence[Table], gone: AbstractSet[str]) -> None:
    """Whether every row of these tables finds what it names in those that lost some. Raises
    `ReferenceLost`."""
    for table in tables:
        for link in table.links:
            if link.table in gone and await store.count_lost(session, table.name, (), 0, link):
                raise ReferenceLost(
                    say(
                        "Rows of %(table)s name rows of %(other)s that are not here.",
                        table=table.name,
                        other=link.table,
                    )
                )
