"""Lay the ledger, the service's balance and the banks' lines side by side, once a night.

The service is asked first, outside of any transaction; what was begun in the last hour is left
alone, for it may be written down on one side only while we look.
"""

from datetime import datetime, timedelta

import structlog

from hub import payments
from hub.core.db import Database, Tx
from hub.core.errors import HubError
from tourism.reconciling import policy, store
from tourism.reconciling.models import AccountMoves, Found, Reconciliation

WINDOW, OVERLAP, GRACE = timedelta(days=100), timedelta(days=4), timedelta(hours=1)
MARGIN = timedelta(days=30)  # a movement may be posted so long after it was made
FOUND_MOST, PAYOUTS_MOST = 1_000, 1_000

log = structlog.get_logger("tourism.reconciling")


async def reconcile(database: Database) -> Reconciliation | None:
    """Compare everything, and keep what differs; None where no service is set up."""
    if not payments.has_hosted_page():
        return None
    now = database.clock.now()
    since = now - WINDOW
    lines = await _read_lines(database, since)
    service_cents = await payments.balance_cents()
    found, payouts = await _look_at_accounts(database, since, now)
    async with database.transaction(actor="reconciling") as tx:
        differing = policy.judge(await store.list_cash_breaks(tx, since, now - GRACE, FOUND_MOST))
        run = await _conclude(tx, since, [*differing, *found], lines, payouts, service_cents)
    for id in policy.to_ask_about(differing):
        await _hear_dispute(database, id)
    return run


async def _hear_dispute(database: Database, id: str) -> None:
    """Ask about one whose messages or task were lost, and tell it again; one that is not of our
    making stays a break."""
    try:
        await payments.hear_dispute(database, id, again=True)
    except HubError as error:
        log.warning("a dispute is not told", dispute=id, error=str(error))


async def _read_lines(database: Database, since: datetime) -> int:
    """Keep the service's lines that are new; how many."""
    async with database.transaction() as tx:
        last = await store.last_line(tx)
    begin = since - MARGIN if last is None else max(since - MARGIN, last - OVERLAP)
    lines = await payments.list_balance_lines(begin)
    new = 0
    async with database.transaction() as tx:
        for line in lines:
            for key, cents in policy.keys_of(line):
                new += await store.keep_line(tx, line.id, key, line.kind, cents, line.at)
    return new


async def _look_at_accounts(
    database: Database, since: datetime, now: datetime
) -> tuple[list[Found], int]:
    async with database.transaction() as tx:
        moves = await store.list_account_moves(tx, since.date())
    found: list[Found] = []
    seen = 0
    for one in moves:
        differing, count = await _look_at_account(database, one, since, now)
        found += differing
        seen += count
    return found, seen


async def _look_at_account(
    database: Database, moves: AccountMoves, since: datetime, now: datetime
) -> tuple[list[Found], int]:
    async with database.transaction() as tx:
        ours = await store.list_known_payouts(tx, moves.account, since.date(), PAYOUTS_MOST)
    theirs = await payments.list_account_payouts(since, moves.account)
    balance = await payments.balance_cents(moves.account)
    found = policy.compare_payouts(ours, theirs, since=since, now=now)
    for one in policy.to_hear_again(found):
        await payments.hear_payout(database, one, moves.account)
    return found + policy.check_account(moves, ours, theirs, balance, now), len(theirs)


async def _conclude(
    tx: Tx, since: datetime, found: list[Found], lines: int, payouts: int, service_cents: int
) -> Reconciliation:
    found = [*found, *policy.refused(await store.list_refused_refunds(tx, FOUND_MOST))]
    for one in found:
        await store.keep_break(tx, one)
    await store.close_breaks(tx, since, [one.key for one in found])
    run = Reconciliation(
        at=tx.now,
        lines=lines,
        payouts=payouts,
        breaks=len(found),
        ledger_cents=await store.cash_held(tx),
        service_cents=service_cents,
    )
    await store.keep_run(tx, run)
    if found:
        log.error("money differs", breaks=len(found), oldest=min(one.since for one in found))
    return run
