"""The ledger's keeping, in the background: expiry, the chain, the balances, the daily check."""

from hub.core.db import Database, Tx
from hub.ledger import policy, store
from hub.ledger.models import Check

BATCH = 2_000
EXPIRED_AT_ONCE = 1_000


async def expire_pending(tx: Tx) -> int:
    """Pending transfers whose time is over end by themselves; how many."""
    return await store.expire(tx, EXPIRED_AT_ONCE)


async def link_waiting(tx: Tx, wanted: int = BATCH) -> int:
    """Link the oldest waiting transfers and fold them into the balances; how many.

    In the background, under a lock that only linkers take: a booking never queues behind the
    chain's head, and no balance is a row that every booking of the country wants.
    """
    if not await store.lock_chain(tx):
        return 0
    waiting = await store.list_waiting(tx, wanted)
    if waiting:
        head = await store.find_head(tx) or policy.GENESIS
        await store.append(tx, policy.link(head, waiting))
    return len(waiting)


async def check_whole(database: Database) -> Check:
    """Look through the whole ledger, and write down what was found."""
    check = await look_through(database)
    async with database.transaction() as tx:
        await store.keep_check(tx, check)
    return check


async def look_through(database: Database) -> Check:
    """Count the balances again from every transfer, and walk the chain from its beginning; nothing
    is written."""
    async with database.transaction() as tx:
        recount = await store.recount(tx)
    head, broken_at = policy.GENESIS, recount.forgotten
    while broken_at is None:
        async with database.transaction() as tx:
            linked = await store.list_linked(tx, head.seq, BATCH)
        if not linked:
            break
        broken_at = policy.find_break(head, linked)
        head = policy.head_of(linked[-1])
    return Check(
        at=database.clock.now(),
        accounts=recount.accounts,
        differing=recount.differing,
        links=head.seq,
        head=head.hash.hex(),
        broken_at=broken_at,
    )


async def find_check(tx: Tx) -> Check | None:
    """The newest daily check."""
    return await store.find_check(tx)
