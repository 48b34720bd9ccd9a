"""Wishes that were closed long ago are forgotten, with who made them."""

from hub.core.db import Tx
from tourism.waiting import store
from tourism.waiting.policy import KEPT_AFTER


async def list_old(tx: Tx) -> list[int]:
    """The tenants that have something to forget."""
    return await store.list_tenants_with_old_wishes(tx, tx.now - KEPT_AFTER)


async def forget_old(tx: Tx) -> None:
    """Forget them, behind one wall."""
    await store.forget_old(tx, tx.now - KEPT_AFTER)
