"""Stays that never came about keep nobody's name for long (GDPR, article 5: no longer than needed).

What was booked is kept with the accounts; a hold that ran out, or a request that was refused, is a
contract with nobody: after a month only its numbers are left. An offer that nobody even held names
nobody and binds nobody: a month after its end, when the first answer to its key is forgotten too,
it goes.
"""

from datetime import datetime, timedelta

from hub.core import outbox
from hub.core.db import Database, Tx
from tourism.booking import store
from tourism.booking.models import ForgetUnborn

NAMED_FOR = timedelta(days=30)
AT_ONCE = 1_000
QUOTES_AT_ONCE = 5_000
QUOTES_KEPT = timedelta(days=30)
SPAN, QUIET = timedelta(days=1), 60


async def announce_unborn(tx: Tx, after: int = 0) -> int | None:
    """Send the next houses that still name somebody on their way; the last one of them, after which
    to go on, or None when there is none any more."""
    found = await store.list_tenants_of_unborn(tx, tx.now - NAMED_FOR, after, AT_ONCE)
    for tenant in found:
        await outbox.emit_for(tx, tenant, ForgetUnborn())
    return found[-1] if found else None


async def forget_unborn(tx: Tx) -> int:
    """Leave no name in the caller's stays that never came about; how many there were."""
    return await store.forget_unborn(tx, tx.now - NAMED_FOR, AT_ONCE)


async def forget_quotes(database: Database, before: datetime | None, steps: int) -> datetime | None:
    """Old offers that no stay names go, day by day backwards, until two months of days in a row had
    none; each step in a transaction of its own, and a day is left when a step found nothing to take
    any more. From where to go on after so many steps, or None when it is done."""
    until = before or database.clock.now() - QUOTES_KEPT
    quiet = 0
    for _ in range(steps):
        async with database.transaction() as tx:
            gone = await store.forget_quotes(tx, until - SPAN, until, QUOTES_AT_ONCE)
        if gone:
            quiet = 0
            continue
        until -= SPAN
        quiet += 1
        if quiet == QUIET:
            return None
    return until
