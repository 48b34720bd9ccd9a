"""Post the platform's own movements at the service, and follow its payouts to its bank.

What comes of a payout is posted in the books in which it has left the balance, whoever holds money
at the service by then.
"""

from datetime import datetime

import structlog

from hub import ledger, payments
from hub.core.db import Database, Tx
from hub.core.errors import HubError
from tourism.reconciling import bank_leg, policy, store
from tourism.reconciling.models import Found, OwnLine

POSTED_MOST, PAYOUTS_MOST = 1_000, 1_000
OLD_MOST = 50  # so many payouts of before are asked about a night, one by one

log = structlog.get_logger("tourism.reconciling")


async def post_own_lines(database: Database) -> int:
    """Bring the ledger to what the service has booked of the platform's own; a second call posts
    nothing. How many movements; none while nobody is known whose they are."""
    owner = await _find_owner(database)
    if owner is None:
        return 0
    posted = 0
    while step := await _post_some(database, owner):
        posted += step
    return posted


async def _find_owner(database: Database) -> int | None:
    async with database.transaction() as tx:
        return await store.find_balance_owner(tx)


async def _post_some(database: Database, owner: int) -> int:
    async with database.transaction() as tx:
        holders = await store.list_line_holders(tx, owner, POSTED_MOST)
    posted = 0
    for holder in holders:
        async with database.transaction(holder, actor="reconciling") as tx:
            lines = await store.list_lines_to_post(tx, holder, owner, POSTED_MOST)
            await _post(tx, holder, lines)
            posted += len(lines)
    return posted


async def _post(tx: Tx, holder: int, lines: list[OwnLine]) -> None:
    """The scheme is the platform itself: no agreement governs what it pays its own bank. What the
    service does not explain is listed as it is posted."""
    await ledger.post(tx, holder, [bank_leg.draft_of(line, holder) for line in lines])
    await store.mark_posted(tx, holder, lines)
    await store.follow_again(tx, lines)
    for one in bank_leg.corrections(lines):
        await store.keep_break(tx, one)


async def follow_payouts(database: Database, since: datetime) -> int:
    """Ask how the platform's own payouts stand, bring the ledger to it, and keep what differs; how
    many differ. Those made before `since` are asked about one by one, some each night, until they
    have ended. One that cannot be followed is a difference, and keeps no other one from it. One
    that the bank has sent back stays open until somebody has said what it is; it is not counted."""
    if await _find_owner(database) is None:
        return 0
    old, gone = await _ask_old(database, since)
    listed = await payments.list_account_payouts(since, None)
    theirs = [*listed, *(one for one in old if one.id not in {known.id for known in listed})]
    async with database.transaction() as tx:
        ours = await store.list_own_payouts(tx, since.date(), PAYOUTS_MOST)
    now = database.clock.now()
    found = {one.key: one for one in bank_leg.compare(ours, theirs, since=since, now=now)}
    for payout in theirs:
        if not await _is_followed(database, payout):
            one = bank_leg.not_followed(payout, now)
            found[one.key] = one
    found |= {one.key: one for one in gone}
    async with database.transaction(actor="reconciling") as tx:
        sent_back = (one for one in theirs if one.state == policy.SENT_BACK)
        for one in [*found.values(), *(bank_leg.returned(payout, now) for payout in sent_back)]:
            await store.keep_break(tx, one)
        looked_at = [f"{policy.PAYOUT}{id}" for id in bank_leg.looked_at(ours, theirs)]
        looked_at += [f"{policy.PAYOUT}{one.line}" for one in old]
        await store.close_breaks_of(tx, looked_at, list(found))
    return len(found)


async def _ask_old(
    database: Database, before: datetime
) -> tuple[list[payments.Payout], list[Found]]:
    """The next payouts of before that have not ended, as the service tells them, and those of which
    it tells nothing."""
    async with database.transaction() as tx:
        lines = await store.list_payouts_to_follow(tx, before, OLD_MOST)
        await store.mark_followed(tx, lines)
    told, gone = list[payments.Payout](), list[Found]()
    for line in lines:
        payout = await payments.find_payout_of_line(line.id)
        if payout is None:
            gone.append(bank_leg.unknown_line(line))
        else:
            told.append(payout)
    return told, gone


async def _is_followed(database: Database, payout: payments.Payout) -> bool:
    try:
        await _follow(database, payout)
    except HubError as error:
        log.warning("a payout is not followed", payout=payout.id, error=str(error))
        return False
    return True


async def _follow(database: Database, payout: payments.Payout) -> None:
    """One whose line is not posted yet is followed another night."""
    if payout.line is None:
        return
    async with database.transaction() as tx:
        holder = await store.find_line_holder(tx, payout.line)
    async with database.transaction(holder, actor="reconciling") as tx:
        known = await store.keep_own_payout(tx, payout)
        if holder is None or not known.left_balance:
            return
        draft = bank_leg.follow(payout, holder, arrived=known.arrived)
        if draft is not None:
            await ledger.post(tx, holder, [draft])
            await store.mark_arrived(tx, payout.id, arrived=not known.arrived)
        await store.mark_ended(tx, payout.line, ended=bank_leg.has_ended(payout))
