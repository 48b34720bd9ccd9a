"""A part of a transfer that its house has not written down is told again: a task is given up after
a few attempts, and half a transfer is none."""

from datetime import timedelta

from hub.core import outbox
from hub.core.db import Tx
from tourism.repaying import store
from tourism.repaying.models import DebtRepaid, RepaymentTakenBack

PATIENCE = timedelta(minutes=10)
SWEPT_MOST = 500


async def announce_parts(tx: Tx, most: int = SWEPT_MOST) -> int:
    """Tell the houses again what was noted, or taken back, some minutes ago; how many parts."""
    parts = await store.list_parts_to_tell(tx, tx.now - PATIENCE, most)
    for part in parts:
        told = RepaymentTakenBack if part.is_back else DebtRepaid
        message = told(
            received=part.received, booking=part.booking, holder=part.holder, cents=part.cents
        )
        await outbox.emit_for(tx, part.house, message)
    return len(parts)
