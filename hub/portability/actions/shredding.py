"""The keys of an organisation that is not here any more are destroyed by hand: those that a copy of
it, or an erasure, has left behind."""

from collections.abc import Iterable
from datetime import datetime

from hub import keys
from hub.core.db import Session
from hub.core.sentences import say
from hub.core.vertical import Slice
from hub.portability import policy, store
from hub.portability.actions.holding import check_not_on_hold
from hub.portability.errors import StillHere, WallsStand
from hub.portability.policy import Rules

_BEGIN = "begin; set local statement_timeout = '30min'"


async def shred_keys(
    session: Session, tenant: int, slices: Iterable[Slice], *, now: datetime
) -> int:
    """Give up the keys of an organisation of which no row stands but what the law keeps; how many.
    Their host destroys what wrapped them after the commit (`keys.let_go`).

    Raises `StillHere` while it lives here, `UnderLegalHold`, `WallsStand`."""
    rules = policy.rules_of(slices)
    await session.execute(_BEGIN)
    try:
        if not await store.may_pass_walls(session):
            raise WallsStand()
        # Whoever adds a row names the organisation, and waits from here on.
        await store.lock(session, "organisation", ("id",), tenant)
        await check_not_on_hold(session, tenant)
        await _check_gone(session, tenant, rules)
        ended = await keys.end(session, tenant, now)
    except BaseException:
        await session.execute("rollback")
        raise
    await session.execute("commit")
    return ended


async def _check_gone(session: Session, tenant: int, rules: Rules) -> None:
    for table in await store.list_tables(session):
        if not rules.erases(table):
            continue
        rows = await store.count(session, table.name, rules.by(table), tenant)
        if rows:
            says = say("%(rows)s rows of %(table)s stand here.", rows=rows, table=table.name)
            raise StillHere(says)
