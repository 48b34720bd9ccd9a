"""What is asked of the service: written down, done once, told to who asked."""

from datetime import timedelta
from uuid import UUID

from hub.core import outbox
from hub.core.db import Tx
from hub.payments import store
from hub.payments.models import (
    Call,
    CallPrepared,
    CallSettled,
    CallState,
    ChargeAnswered,
    RefundPrepared,
    Wish,
)

PATIENCE = timedelta(minutes=10)
SWEPT_MOST = 500


async def prepare_call(tx: Tx, *, id: UUID, subject: str, wish: Wish) -> None:
    """Write down what the service shall do; a task asks it after the commit. The same id again
    changes nothing."""
    await store.insert_call(tx, id, subject, wish)
    await outbox.emit(tx, CallPrepared(call=id))


async def find_call(tx: Tx, id: UUID) -> Call | None:
    """One call of this tenant."""
    return await store.find_call(tx, id)


async def find_waiting_call(tx: Tx, id: UUID) -> Call | None:
    """The call, if it is still to be done."""
    call = await store.find_call(tx, id)
    return call if call is not None and call.state is CallState.WAITING else None


async def settle_call(tx: Tx, call: Call, reference: str | None, refusal: str | None) -> None:
    """Write down the service's answer and tell it; a second call does nothing."""
    if await store.settle_call(tx, call.id, reference, refusal):
        await outbox.emit(tx, CallSettled(call=call.id, subject=call.subject))


async def ask_again(tx: Tx) -> int:
    """Send on its way again whatever has waited too long; how many."""
    found = await store.list_waiting(tx, tx.now - PATIENCE, SWEPT_MOST)
    for item in found:
        match item.kind:
            case "charge":
                told = ChargeAnswered(charge=item.id, subject="")
            case "refund":
                told = RefundPrepared(refund=item.id)
            case _:
                told = CallPrepared(call=item.id)
        await outbox.emit_for(tx, item.tenant, told)
    return len(found)
