"""Decisions and reports are kept a year, the words that were taken off as long as somebody may
contest it."""

from hub.core import outbox
from hub.core.db import Tx
from hub.spaces import policy, store
from hub.spaces.models import OldDecisions

WALLS = 1_000


async def announce_old(tx: Tx) -> None:
    """Send the organisations whose spaces have something to forget to their task."""
    before, after, found = tx.now - policy.CONTESTED_WITHIN, 0, WALLS
    while found == WALLS:
        tenants = await store.list_tenants_with_old(tx, before, after, WALLS)
        for after in tenants:
            await outbox.emit_for(tx, after, OldDecisions())
        found = len(tenants)


async def forget_old(tx: Tx) -> None:
    """Forget them, behind one wall; nothing while an order keeps what stands behind it."""
    await store.forget_old(tx, tx.now - policy.CONTESTED_WITHIN, tx.now - policy.KEPT_FOR)
