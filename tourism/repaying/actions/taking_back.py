"""A noted transfer counts no more: the bank took it back, or it was noted by mistake.

What it has paid is owed again, stay by stay, in a task of each house; a part that no house has
counted yet is not counted any more.
"""

from uuid import UUID, uuid5

from hub import audit
from hub.core import outbox
from hub.core.db import Tx
from hub.core.errors import NotFound
from tourism import settlement
from tourism.reconciling.actions import alerting
from tourism.repaying import policy, store
from tourism.repaying.actions.receiving import clearing_id
from tourism.repaying.models import (
    BANK,
    Received,
    RepaymentTakenBack,
    TakeBack,
    TransferTakenBack,
)


async def take_back(tx: Tx, id: UUID, command: TakeBack) -> Received:
    """A transfer of the caller, a platform, counts no more; a second call changes nothing. Raises
    `Invalid`, `NotFound`."""
    why = policy.clean_why(command.why)
    known = await store.lock_received(tx, id)
    if known is None:
        raise NotFound("This transfer is unknown.")
    if known.taken_back_at is not None:
        return known
    await store.take_back(tx, id, why)
    for line in await store.list_lines(tx, id):
        taken = RepaymentTakenBack(
            received=id, booking=line.booking, holder=known.holder, cents=line.cents
        )
        await outbox.emit_for(tx, line.house, taken)
    await outbox.emit_for(tx, known.holder, TransferTakenBack(received=id))
    await audit.record(
        tx, action="debts.received_taken_back", subject=f"debt_received:{id}", reason=why,
        detail={"cents": known.amount_cents},
    )  # fmt: skip
    found = await store.lock_received(tx, id)
    assert found is not None
    return found


async def undo(tx: Tx, told: RepaymentTakenBack) -> int:
    """Owe again a part that was counted for a stay of the caller, a house: how many cents."""
    await store.lock_line(tx, told.received, told.booking)
    await store.mark_line_taken_back(tx, told.received, told.booking)
    cleared = clearing_id(told.received, told.booking)
    clearing = settlement.Clearing(
        id=uuid5(cleared, "back"),
        name=f"received:{told.received}:back",
        code=BANK,
        is_paid=True,
    )
    _, cents = await settlement.undo_clearing(tx, told.booking, cleared, told.cents, clearing)
    return cents


async def tell_holder(tx: Tx, told: TransferTakenBack) -> None:
    """The caller reads in a letter that its transfer counts no more, and why; once."""
    received = await store.mark_told(tx, told.received, back=True)
    if received is not None:
        await alerting.write_to_holder(tx, "returned", received=received)
