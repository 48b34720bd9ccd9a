"""A transfer was received on the platform's bank account, and pays the oldest debts of its sender.

The operator notes it once, by the bank's reference. The house of each stay writes its part down in
a task, as it does with what is given up; what a share has paid meanwhile is due to the holder again
and moves with its shares.
"""

from uuid import UUID, uuid5

from hub import audit
from hub.core import outbox
from hub.core.db import Tx
from hub.core.errors import NotFound
from tourism import settlement
from tourism.reconciling.actions import alerting
from tourism.repaying import policy, store
from tourism.repaying.models import BANK, DebtRepaid, NoteReceived, Received, TransferReceived

LINES_MOST, SHOWN_MOST = 2_000, 100


async def list_received(tx: Tx) -> list[Received]:
    """What the caller, a platform, has noted, the newest first."""
    return await store.list_received(tx, SHOWN_MOST)


async def note_received(tx: Tx, command: NoteReceived) -> Received:
    """Note a transfer of a holder; the same reference of the bank again changes nothing. Raises
    `Invalid`, `NotFound` where nothing is owed, `MoreThanOwed`, `NotedOtherwise`."""
    noted = policy.clean(command, tx.now)
    await store.lock_holder(tx, noted.holder)
    known = await store.find_by_reference(tx, noted.reference)
    if known is None:
        known = await _note(tx, noted)
    policy.check_same(known, noted)
    return known


async def _note(tx: Tx, noted: NoteReceived) -> Received:
    lines = await store.list_lines_to_repay(tx, noted.holder, noted.amount_cents, LINES_MOST)
    policy.check_lines(lines, noted.amount_cents)
    name = await store.find_name(tx, noted.holder)
    if name is None:
        raise NotFound("This organisation owes nothing.")
    id = tx.uuid()
    if await store.insert_received(tx, id, name, noted):
        for line in sorted(lines, key=lambda one: one.booking):  # stays are locked in one order
            await store.insert_line(tx, id, noted.holder, line)
            repaid = DebtRepaid(
                received=id, booking=line.booking, holder=noted.holder, cents=line.cents
            )
            await outbox.emit_for(tx, line.house, repaid)
        await outbox.emit_for(tx, noted.holder, TransferReceived(received=id))
        await audit.record(
            tx, action="debts.received", subject=f"debt_received:{id}",
            detail={"cents": noted.amount_cents, "stays": len(lines)},
        )  # fmt: skip
    found = await store.find_by_reference(tx, noted.reference)
    assert found is not None
    return found


async def apply(tx: Tx, told: DebtRepaid) -> int:
    """Count a part of a transfer for a stay of the caller, a house: how many cents, 0 for a second
    call, or where the transfer was taken back first."""
    if not await store.lock_line(tx, told.received, told.booking):
        return 0
    clearing = settlement.Clearing(
        id=clearing_id(told.received, told.booking),
        name=f"received:{told.received}",
        code=BANK,
        is_paid=True,
    )
    _, cents = await settlement.clear_debt(tx, told.booking, told.holder, told.cents, clearing)
    await store.mark_counted(tx, told.received, told.booking)
    return cents


def clearing_id(received: UUID, booking: UUID) -> UUID:
    """How the part of a transfer for one stay is known."""
    return uuid5(received, str(booking))


async def tell_holder(tx: Tx, told: TransferReceived) -> None:
    """The caller, who owed, reads in a letter that its transfer was received; once."""
    received = await store.mark_told(tx, told.received, back=False)
    if received is not None:
        await alerting.write_to_holder(tx, "received", received=received)
