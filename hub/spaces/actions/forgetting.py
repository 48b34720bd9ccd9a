"""Decisions and reports are kept a year, the words that were taken off as long as somebody may
contest it."""

from hub.core import outbox
from hub.core.db import Tx
from hub.spaces import policy, store
from hub.spaces.models import OldDecisions

WALLS = 1_000


async def announce_old(tx: Tx) -> None:
    """Send the organisations whose spaces have something to forget to their task."""
    before = tx.now - policy.CONTESTED_WITHIN
    for tenant in await store.list_tenants_with_old(tx, before, WALLS):
        await outbox.emit_for(tx, tenant, OldDecisions())


async def forget_old(tx: Tx) -> None:
    """Forget them, behind one wall."""
    await store.forget_old(tx, tx.now - policy.CONTESTED_WITHIN, tx.now - policy.KEPT_FOR)
