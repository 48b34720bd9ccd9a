"""A debt is given up: proposed by one person, with the reason, and decided by another one.

What is given up is the platform's loss; the other holders of the stay then have their shares. The
house of each stay writes its own part down, in a task.
"""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID, uuid5

from hub import audit
from hub.core import outbox
from hub.core.db import Tx
from hub.core.errors import Conflict, NotFound
from tourism import settlement
from tourism.debts import policy, store
from tourism.debts.errors import AlreadyProposed, BeingWrittenDown
from tourism.debts.models import (
    LOST,
    DebtGivenUp,
    DebtWrittenOff,
    Line,
    ProposeWriteOff,
    Standing,
    WriteOff,
)
from tourism.reconciling.actions import alerting, standing
from tourism.reconciling.models import Debt

LINES_MOST, SHOWN_MOST = 1_000, 100  # of more stays the oldest are given up first
WRITING_DOWN = timedelta(hours=1)
PATIENCE, SWEPT_MOST = timedelta(minutes=10), 500


async def list_open_debts(tx: Tx) -> list[Debt]:
    """Who owes what, the oldest debt first."""
    return await standing.list_debts(tx)


async def list_at_once(tx: Tx, debts: Iterable[Debt]) -> dict[int, int]:
    """What can be given up at once, by holder, of debts of more stays than that."""
    return {
        debt.holder: sum(line.cents for line in await _lines_of(tx, debt.holder))
        for debt in debts
        if debt.stays > LINES_MOST
    }


async def _lines_of(tx: Tx, holder: int) -> list[Line]:
    return await store.list_debts_of(tx, holder, LINES_MOST)


async def list_write_offs(tx: Tx) -> list[WriteOff]:
    """What was proposed to be given up: what waits first, then the newest."""
    return await store.list_write_offs(tx, SHOWN_MOST)


async def propose(tx: Tx, command: ProposeWriteOff) -> UUID:
    """Propose to give up all that a holder owes the caller, or of very many stays the oldest.
    Raises `Invalid`, `DebtChanged`, `AlreadyProposed`, `BeingWrittenDown`, `NotFound`."""
    reason = policy.clean_reason(command.reason)
    lines = await _lines_of(tx, command.holder)
    name = await store.find_name(tx, command.holder)
    if not lines or name is None:
        raise NotFound("This organisation owes nothing.")
    policy.check_amount(lines, command.amount_cents)
    if await store.is_being_written_down(tx, command.holder, lines, tx.now - WRITING_DOWN):
        raise BeingWrittenDown("Look again in a few minutes.")
    id = tx.uuid()
    if not await store.insert_write_off(tx, id, command.holder, name, lines, reason):
        raise AlreadyProposed()
    await _record(tx, "debts.propose_write_off", id, reason, command.amount_cents)
    return id


async def decide(tx: Tx, id: UUID, *, confirmed: bool) -> WriteOff:
    """A second person gives the debt up, or refuses to. Deciding the same again changes nothing.

    Raises `SamePerson`, `DebtChanged` when the debt is no longer what was proposed, `NotFound`."""
    proposal = await find_write_off(tx, id)
    wanted = Standing.CONFIRMED if confirmed else Standing.REFUSED
    if not policy.is_open(proposal):
        if proposal.state is wanted:
            return proposal
        raise Conflict("This proposal was decided otherwise.")
    if confirmed:
        policy.check_decider(proposal, tx.actor)
        await _give_up(tx, proposal)
    await store.decide_write_off(tx, id, wanted)
    await _record(tx, f"debts.{wanted.value}", id, proposal.reason, proposal.amount_cents)
    return await find_write_off(tx, id)


async def _give_up(tx: Tx, proposal: WriteOff) -> None:
    """Each house writes its part down, and who owed is told."""
    now = await _lines_of(tx, proposal.holder)
    policy.check_amount(now, proposal.amount_cents)
    for line in now:
        told = DebtWrittenOff(
            write_off=proposal.id, booking=line.booking, holder=proposal.holder, cents=line.cents
        )
        await store.insert_write_off_line(tx, line.tenant, told)
        await outbox.emit_for(tx, line.tenant, told)
    freed = DebtGivenUp(write_off=proposal.id, cents=proposal.amount_cents)
    await outbox.emit_for(tx, proposal.holder, freed)


async def find_write_off(tx: Tx, id: UUID) -> WriteOff:
    """A proposal of the caller, nobody else's until the commit. Raises `NotFound`."""
    found = await store.lock_write_off(tx, id)
    if found is None:
        raise NotFound("This proposal is unknown.")
    return found


async def tell_holder(tx: Tx, told: DebtGivenUp) -> None:
    """The caller, who owed, reads it in a letter and on its page; once."""
    if await store.insert_given_up(tx, told):
        await alerting.write_to_holder(tx, "written_off", cents=told.cents)


async def apply(tx: Tx, told: DebtWrittenOff) -> int:
    """Write a part of a debt off, never more than it still is; how many cents, 0 for a second
    call, whatever is owed again by then."""
    if await store.lock_write_off_line(tx, told) is False:
        return 0
    clearing = settlement.Clearing(
        id=uuid5(told.write_off, str(told.booking)),
        name=f"writeoff:{told.write_off}",
        code=LOST,
        is_paid=False,
    )
    _, cents = await settlement.clear_debt(tx, told.booking, told.holder, told.cents, clearing)
    await store.mark_kept(tx, told)
    return cents


async def announce_parts(tx: Tx, most: int = SWEPT_MOST) -> int:
    """Tell the houses again what was given up some minutes ago and is not written down: a task is
    given up after a few attempts. How many parts."""
    parts = await store.list_write_offs_to_tell(tx, tx.now - PATIENCE, most)
    for part in parts:
        told = DebtWrittenOff(
            write_off=part.write_off, booking=part.booking, holder=part.holder, cents=part.cents
        )
        await outbox.emit_for(tx, part.house, told)
    return len(parts)


async def _record(tx: Tx, action: str, id: UUID, reason: str, cents: int) -> None:
    await audit.record(
        tx, action=action, subject=f"write_off:{id}", reason=reason, detail={"cents": cents}
    )
