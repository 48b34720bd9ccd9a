"""Stays that never came about keep nobody's name for long (GDPR, article 5: no longer than needed).

What was booked is kept with the accounts; a hold that ran out, or a request that was refused, is a
contract with nobody: after a month only its numbers are left.
"""

from datetime import timedelta

from hub.core import outbox
from hub.core.db import Tx
from tourism.booking import store
from tourism.booking.models import ForgetUnborn

NAMED_FOR = timedelta(days=30)
AT_ONCE = 1_000


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
