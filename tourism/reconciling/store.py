"""The statements of reconciling."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from hub.core.db import Tx
from hub.core.sql import load_queries
from hub.payments.models import BalanceLine, Payout
from tourism.reconciling.models import (
    TO_EXPLAIN,
    AccountMoves,
    Break,
    Debt,
    Difference,
    Found,
    KnownPayout,
    OwnLine,
    OwnMonth,
    OwnPayoutKnown,
    Reconciliation,
    RefusedRefund,
)

q = load_queries(__name__)


class _Id(msgspec.Struct, frozen=True):
    id: int


async def keep_line(tx: Tx, line: BalanceLine, key: str, cents: int) -> bool:
    """True the first time."""
    done = await tx.run(
        q.keep_line,
        id=line.id,
        key=key,
        kind=line.kind,
        cents=cents,
        at=line.at,
        source=line.source,
        now=tx.now,
    )
    return done == 1


async def last_line(tx: Tx) -> datetime | None:
    return await tx.value(datetime, q.last_line)


async def list_cash_breaks(
    tx: Tx, since: datetime, until: datetime, wanted: int
) -> list[Difference]:
    return await tx.all(Difference, q.list_cash_breaks, since=since, until=until, wanted=wanted)


async def cash_held(tx: Tx) -> int:
    return await tx.value(int, q.cash_held) or 0


async def list_account_moves(tx: Tx, before: date, after: str, wanted: int) -> list[AccountMoves]:
    """In the order of their names, those that come after one."""
    return await tx.all(
        AccountMoves, q.list_account_moves, before=before, after=after, wanted=wanted
    )


async def list_known_payouts(tx: Tx, account: str, since: date, wanted: int) -> list[KnownPayout]:
    return await tx.all(
        KnownPayout, q.list_known_payouts, account=account, since=since, wanted=wanted
    )


async def list_refused_refunds(tx: Tx, wanted: int) -> list[RefusedRefund]:
    return await tx.all(RefusedRefund, q.list_refused_refunds, wanted=wanted)


async def list_holders(tx: Tx) -> list[int]:
    return [row.id for row in await tx.all(_Id, q.list_holders)]


async def keep_break(tx: Tx, found: Found) -> None:
    await tx.run(
        q.keep_break,
        key=found.key,
        kind=found.kind,
        ours_cents=found.ours_cents,
        theirs_cents=found.theirs_cents,
        since=found.since,
        now=tx.now,
    )


async def close_breaks(tx: Tx, since: datetime, found: Sequence[str]) -> int:
    return await tx.run(
        q.close_breaks, now=tx.now, since=since, found=list(found), to_explain=sorted(TO_EXPLAIN)
    )


async def close_breaks_of(tx: Tx, looked_at: Sequence[str], found: Sequence[str]) -> int:
    return await tx.run(q.close_breaks_of, now=tx.now, looked_at=list(looked_at), found=list(found))


async def list_open(tx: Tx, wanted: int) -> list[Break]:
    return await tx.all(Break, q.list_open, to_explain=sorted(TO_EXPLAIN), wanted=wanted)


async def list_closed(tx: Tx, wanted: int) -> list[Break]:
    return await tx.all(Break, q.list_closed, wanted=wanted)


async def list_untold(tx: Tx, wanted: int) -> list[Break]:
    return await tx.all(Break, q.list_untold, to_explain=sorted(TO_EXPLAIN), wanted=wanted)


async def mark_told(tx: Tx, keys: Sequence[str]) -> None:
    await tx.run(q.mark_told, now=tx.now, keys=list(keys))


async def note_break(tx: Tx, key: str, note: str) -> bool:
    return await tx.run(q.note_break, key=key, note=note) == 1


async def explain_break(tx: Tx, key: str, note: str) -> bool:
    """False for one that is closed, or that waits for no word."""
    done = await tx.run(
        q.explain_break, key=key, note=note, now=tx.now, to_explain=sorted(TO_EXPLAIN)
    )
    return done == 1


async def is_explained(tx: Tx, key: str, note: str) -> bool:
    return bool(await tx.value(bool, q.is_explained, key=key, note=note))


async def count_to_explain(tx: Tx) -> int:
    return await tx.value(int, q.count_to_explain, to_explain=sorted(TO_EXPLAIN)) or 0


async def keep_run(tx: Tx, run: Reconciliation) -> None:
    await tx.run(
        q.keep_run,
        now=run.at,
        lines=run.lines,
        payouts=run.payouts,
        breaks=run.breaks,
        ledger_cents=run.ledger_cents,
        service_cents=run.service_cents,
    )


async def last_run(tx: Tx) -> Reconciliation | None:
    return await tx.one(Reconciliation, q.last_run)


async def list_debts(tx: Tx, wanted: int) -> list[Debt]:
    """What is owed to the caller, a platform, or to each of them; the oldest first."""
    return await tx.all(
        Debt, q.list_debts, platform=tx.tenant, old=tx.now, unasked=tx.now, wanted=wanted
    )


async def list_debts_to_ask(tx: Tx, old: datetime, unasked: datetime, wanted: int) -> list[Debt]:
    """What is owed since `old` or longer, and was last asked for at `unasked` or before."""
    return await tx.all(
        Debt, q.list_debts, platform=tx.tenant, old=old, unasked=unasked, wanted=wanted
    )


async def insert_told(tx: Tx, payout: str) -> bool:
    """False when the caller was told of this payout before."""
    return await tx.run(q.insert_told, tenant=tx.tenant, payout=payout, now=tx.now) == 1


async def insert_asked(tx: Tx, cents: int) -> None:
    """The caller is asked for what it owes."""
    await tx.run(q.insert_asked, tenant=tx.tenant, now=tx.now, cents=cents)


async def find_balance_owner(tx: Tx) -> int | None:
    return await tx.value(int, q.balance_owner)


async def list_line_holders(tx: Tx, owner: int, wanted: int) -> list[int]:
    """In whose books the movements belong that the ledger does not have: the owner's, where nothing
    else is known."""
    return [row.id for row in await tx.all(_Id, q.list_line_holders, owner=owner, wanted=wanted)]


async def list_lines_to_post(tx: Tx, holder: int, owner: int, wanted: int) -> list[OwnLine]:
    return await tx.all(OwnLine, q.list_lines_to_post, holder=holder, owner=owner, wanted=wanted)


async def mark_posted(tx: Tx, holder: int, lines: Sequence[OwnLine]) -> None:
    ids, keys = [line.id for line in lines], [line.key for line in lines]
    await tx.run(q.mark_posted, ids=ids, keys=keys, holder=holder, now=tx.now)


async def follow_again(tx: Tx, lines: Sequence[OwnLine]) -> None:
    await tx.run(q.follow_again, lines=[line.id for line in lines])


async def find_line_holder(tx: Tx, line: str) -> int | None:
    """In whose books a payout has left the balance; None while it has not."""
    return await tx.value(int, q.find_line_holder, line=line)


async def list_payouts_to_follow(tx: Tx, before: datetime, wanted: int) -> list[OwnLine]:
    return await tx.all(OwnLine, q.list_payouts_to_follow, before=before, wanted=wanted)


async def mark_followed(tx: Tx, lines: Sequence[OwnLine]) -> None:
    await tx.run(q.mark_followed, ids=[line.id for line in lines], now=tx.now)


async def mark_ended(tx: Tx, line: str, *, ended: bool) -> None:
    await tx.run(q.mark_ended, line=line, ended=ended)


async def list_own_payouts(tx: Tx, since: date, wanted: int) -> list[KnownPayout]:
    return await tx.all(KnownPayout, q.list_own_payouts, since=since, wanted=wanted)


async def keep_own_payout(tx: Tx, payout: Payout) -> OwnPayoutKnown:
    found = await tx.one(
        OwnPayoutKnown,
        q.keep_own_payout,
        id=payout.id,
        line=payout.line,
        cents=payout.amount_cents,
        state=payout.state,
        failure=payout.failure,
        arrives_on=payout.arrives_on,
    )
    assert found is not None
    return found


async def mark_arrived(tx: Tx, id: str, *, arrived: bool) -> None:
    await tx.run(q.mark_arrived, id=id, arrived=arrived)


async def list_own_months(tx: Tx, since: datetime, wanted: int) -> list[OwnMonth]:
    return await tx.all(OwnMonth, q.sum_own_months, since=since, wanted=wanted)
