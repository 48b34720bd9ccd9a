"""What the service tells: kept first, applied once, whatever the order."""

from datetime import timedelta
from uuid import UUID

from hub.core import outbox
from hub.core.db import Tx
from hub.payments import store
from hub.payments.actions.calling import find_waiting_call, settle_call
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


async def note_reference(tx: Tx, event: Heard) -> None:
    """Remember the service's own number of what we asked, in case its answer was lost. Behind the
    wall of whoever asked."""
    match event.kind.split("."):
        case ["payment_intent" | "setup_intent", "succeeded"] if "charge" in event.marks:
            await store.note_reference(tx, UUID(event.marks["charge"]), event.thing)
        case ["refund", *_] if "refund" in event.marks:
            await store.note_refund(tx, UUID(event.marks["refund"]), event.thing)
        case ["transfer", "created"] if "call" in event.marks:
            call = await find_waiting_call(tx, UUID(event.marks["call"]))
            if call is not None:
                await settle_call(tx, call, event.thing, None)
        case _:
            pass


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
        told = RefundPrepared(
            refund=UUID(marks["refund"]), has_failed=event.kind == "refund.failed"
        )
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
