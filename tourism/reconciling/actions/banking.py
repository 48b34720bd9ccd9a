"""Post the platform's own movements at the service, and follow its payouts to its bank."""

from datetime import datetime

from hub import ledger, payments
from hub.core.db import Database, Tx
from tourism.reconciling import bank_leg, policy, store
from tourism.reconciling.models import OwnLine

POSTED_MOST, PAYOUTS_MOST = 1_000, 1_000


async def post_own_lines(database: Database) -> int:
    """Bring the ledger to what the service has booked of the platform's own; a second call posts
    nothing. How many movements; none while nobody is known whose they are."""
    owner = await _find_owner(database)
    if owner is None:
        return 0
    posted = 0
    while step := await _post_some(database, owner):
        posted += step
        if step < POSTED_MOST:
            break
    return posted


async def _find_owner(database: Database) -> int | None:
    async with database.transaction() as tx:
        return await store.find_balance_owner(tx)


async def _post_some(database: Database, owner: int) -> int:
    async with database.transaction(owner, actor="reconciling") as tx:
        lines = await store.list_lines_to_post(tx, POSTED_MOST)
        await _post(tx, owner, lines)
        return len(lines)


async def _post(tx: Tx, owner: int, lines: list[OwnLine]) -> None:
    """The scheme is the platform itself: no agreement governs what it pays its own bank."""
    await ledger.post(tx, owner, [bank_leg.draft_of(line, owner) for line in lines])
    await store.mark_posted(tx, [line.key for line in lines])


async def follow_payouts(database: Database, since: datetime) -> int:
    """Ask how the platform's own payouts stand, bring the ledger to it, and keep what differs; how
    many differ."""
    owner = await _find_owner(database)
    if owner is None:
        return 0
    theirs = await payments.list_account_payouts(since, None)
    async with database.transaction(owner, actor="reconciling") as tx:
        ours = await store.list_own_payouts(tx, since.date(), PAYOUTS_MOST)
        for payout in theirs:
            await _follow(tx, owner, payout)
        found = bank_leg.compare(ours, theirs, since=since, now=tx.now)
        for one in found:
            await store.keep_break(tx, one)
        looked_at = [f"{policy.PAYOUT}{id}" for id in bank_leg.looked_at(ours, theirs)]
        await store.close_breaks_of(tx, looked_at, [one.key for one in found])
    return len(found)


async def _follow(tx: Tx, owner: int, payout: payments.Payout) -> None:
    """One whose line is not posted yet is followed another night."""
    if payout.line is None:
        return
    known = await store.keep_own_payout(tx, payout)
    draft = bank_leg.follow(payout, owner, arrived=known.arrived) if known.left_balance else None
    if draft is not None:
        await ledger.post(tx, owner, [draft])
        await store.mark_arrived(tx, payout.id, arrived=not known.arrived)
