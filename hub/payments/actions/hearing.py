"""What the service tells: kept first, applied once, whatever the order."""

from datetime import timedelta
from uuid import UUID

from hub.core import outbox
from hub.core.db import Tx
from hub.payments import store
from hub.payments.models import CallPrepared, ChargeAnswered, EventHeard, Heard, RefundPrepared

PATIENCE = timedelta(minutes=5)
SWEPT_MOST = 500


async def keep_event(tx: Tx, event: Heard) -> bool:
    """Keep an event; True the first time it is told. A task applies it after the commit."""
    first = await store.keep_event(tx, event)
    if first:
        await outbox.emit(tx, EventHeard(event=event.id))
    return first


async def find_event(tx: Tx, id: str) -> Heard | None:
    return await store.find_event(tx, id)


async def finish_event(tx: Tx, event: Heard) -> None:
    """The event is applied: whoever it concerns asks the service how the thing stands."""
    if not await store.mark_event(tx, event.id):
        return
    marks = event.marks
    if "tenant" not in marks:
        return
    tenant = int(marks["tenant"])
    if "charge" in marks:
        told = ChargeAnswered(charge=UUID(marks["charge"]), subject="")
    elif "refund" in marks:
        told = RefundPrepared(refund=UUID(marks["refund"]))
    elif "call" in marks:
        told = CallPrepared(call=UUID(marks["call"]))
    else:
        return
    await outbox.emit_for(tx, tenant, told)


async def apply_again(tx: Tx) -> int:
    """Send on its way again what was heard and never applied; how many."""
    found = await store.list_unapplied(tx, tx.now - PATIENCE, SWEPT_MOST)
    for id in found:
        await outbox.emit(tx, EventHeard(event=id))
    return len(found)
