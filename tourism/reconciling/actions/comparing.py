"""Lay the ledger, the service's balance and the banks' lines side by side, once a night.

The service is asked first, outside of any transaction; what was begun in the last hour is left
alone, for it may be written down on one side only while we look.
"""

from datetime import datetime, timedelta

import msgspec
import structlog

from hub import payments
from hub.core import outbox
from hub.core.db import Database
from hub.core.errors import HubError
from tourism.reconciling import bank_leg, policy, store
from tourism.reconciling.actions import banking
from tourism.reconciling.models import AccountMoves, AccountsToCompare, Reconciliation

WINDOW, OVERLAP, GRACE = timedelta(days=100), timedelta(days=4), timedelta(hours=1)
MARGIN = timedelta(days=30)  # a movement may be posted so long after it was made
FOUND_MOST, PAYOUTS_MOST = 1_000, 1_000
ACCOUNTS_MOST = 10  # a task looks at so many, and sends the next one on its way
PATIENCE = "20s"  # the whole ledger is summed once a night

log = structlog.get_logger("tourism.reconciling")


async def reconcile(database: Database) -> Reconciliation | None:
    """Compare everything at once, and keep what differs; None where no service is set up."""
    step = await _compare_balance(database)
    while step is not None:
        run, step = await _compare_accounts(database, step)
        if step is None:
            return run
    return None


async def begin(database: Database) -> Reconciliation | None:
    """Compare the platform's balance and the first accounts; messages go on with the others, a few
    each. The run, if it is over."""
    step = await _compare_balance(database)
    return await go_on(database, step) if step is not None else None


async def go_on(database: Database, step: AccountsToCompare) -> Reconciliation | None:
    """Compare the next accounts. The run, if those were the last."""
    run, further = await _compare_accounts(database, step)
    if further is None:
        return run
    async with database.transaction() as tx:
        await outbox.emit(tx, further)
    return None


async def _compare_balance(database: Database) -> AccountsToCompare | None:
    if not payments.has_hosted_page():
        return None
    now = database.clock.now()
    since = now - WINDOW
    lines = await _read_lines(database, since)
    await banking.post_own_lines(database)
    late = await banking.follow_payouts(database, since)
    service_cents = await payments.balance_cents()
    async with database.transaction(actor="reconciling") as tx:
        await (await tx.connection()).execute(f"set local statement_timeout = '{PATIENCE}'")
        differing = policy.judge(await store.list_cash_breaks(tx, since, now - GRACE, FOUND_MOST))
        found = [*differing, *policy.refused(await store.list_refused_refunds(tx, FOUND_MOST))]
        for one in found:
            await store.keep_break(tx, one)
        await store.close_breaks(tx, since, [one.key for one in found])
        waiting = await store.count_to_explain(tx)
        run = Reconciliation(
            at=tx.now,
            lines=lines,
            payouts=0,
            breaks=len(found) + late + waiting,
            ledger_cents=await store.cash_held(tx),
            service_cents=service_cents,
        )
    for id in policy.to_ask_about(differing):
        await _hear_dispute(database, id)
    return AccountsToCompare(run=run, since=since)


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
            keys = bank_leg.keys_of(line) if bank_leg.is_own(line) else policy.keys_of(line)
            for key, cents in keys:
                new += await store.keep_line(tx, line, key, cents)
    return new


async def _compare_accounts(
    database: Database, step: AccountsToCompare
) -> tuple[Reconciliation, AccountsToCompare | None]:
    """The next few accounts; the run so far, and how it goes on."""
    async with database.transaction() as tx:
        moves = await store.list_account_moves(tx, step.since.date(), step.after, ACCOUNTS_MOST)
    run = step.run
    for one in moves:
        found, payouts = await _compare_account(database, one, step.since)
        run = msgspec.structs.replace(run, breaks=run.breaks + found, payouts=run.payouts + payouts)
    if len(moves) == ACCOUNTS_MOST:
        return run, AccountsToCompare(run=run, since=step.since, after=moves[-1].account)
    async with database.transaction(actor="reconciling") as tx:
        await store.keep_run(tx, run)
    if run.breaks:
        log.error("money differs", breaks=run.breaks)
    return run, None


async def _compare_account(
    database: Database, moves: AccountMoves, since: datetime
) -> tuple[int, int]:
    """Keep what differs of an account: how much, and how many payouts it has. One at which the
    service lets nobody look is a difference, and keeps no other one from being looked at."""
    async with database.transaction() as tx:
        ours = await store.list_known_payouts(tx, moves.account, since.date(), PAYOUTS_MOST)
    now, theirs = database.clock.now(), list[payments.Payout]()
    try:
        theirs = await payments.list_account_payouts(since, moves.account)
        balance = await payments.balance_cents(moves.account)
        found = policy.compare_payouts(ours, theirs, since=since, now=now)
        for one in policy.to_hear_again(found):
            await payments.hear_payout(database, one, moves.account)
        found += policy.check_account(moves, ours, theirs, balance, now)
    except payments.ServiceAway as error:
        if not error.refused:
            raise
        found = [policy.closed(moves, ours, now)]
    async with database.transaction(actor="reconciling") as tx:
        for one in found:
            await store.keep_break(tx, one)
        looked_at = policy.looked_at(moves, ours, theirs)
        await store.close_breaks_of(tx, looked_at, [one.key for one in found])
    return len(found), len(theirs)
