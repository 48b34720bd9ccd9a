"""Names end with their time: what nobody confirmed, and those of events that are long over."""

from datetime import datetime

from hub.core import outbox
from hub.core.db import Tx
from verticals.city.events import policy, store
from verticals.city.events.models import NamesOld


async def announce_old_names(tx: Tx) -> int:
    """Wake every town that holds names whose time is over; how many."""
    found = await store.list_with_old_names(tx, *_before(tx))
    for tenant in found:
        await outbox.emit_for(tx, tenant, NamesOld())
    return len(found)


async def forget_old_names(tx: Tx) -> int:
    """Those of a town go; the places stay counted. How many."""
    return await store.forget_old(tx, *_before(tx))


def _before(tx: Tx) -> tuple[datetime, datetime]:
    return tx.now - policy.CONFIRMED_WITHIN, tx.now - policy.NAMED_FOR
