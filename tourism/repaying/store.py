"""The statements of repaying."""

from datetime import datetime
from uuid import UUID

from hub.core.db import Tx
from hub.core.sql import load_queries
from tourism.repaying.models import (
    AgedDebt,
    NoteReceived,
    OwedShare,
    PartDue,
    Payee,
    Received,
    RepaidLine,
)

q = load_queries(__name__)


async def list_owed_shares(tx: Tx, wanted: int) -> list[OwedShare]:
    return await tx.all(OwedShare, q.list_owed_shares, tenant=tx.tenant, wanted=wanted)


async def list_payees(tx: Tx, wanted: int) -> list[Payee]:
    return await tx.all(Payee, q.list_payees, wanted=wanted)


async def list_aged(tx: Tx, wanted: int) -> list[AgedDebt]:
    return await tx.all(AgedDebt, q.list_aged, now=tx.now, wanted=wanted)


async def lock_holder(tx: Tx, holder: int) -> None:
    await tx.run(q.lock_holder, holder=holder)


async def list_lines_to_repay(
    tx: Tx, holder: int, amount_cents: int, wanted: int
) -> list[RepaidLine]:
    return await tx.all(
        RepaidLine,
        q.list_lines_to_repay,
        holder=holder,
        amount_cents=amount_cents,
        wanted=wanted,
    )


async def find_by_reference(tx: Tx, reference: str) -> Received | None:
    return await tx.one(Received, q.find_by_reference, tenant=tx.tenant, reference=reference)


async def insert_received(tx: Tx, id: UUID, name: str, noted: NoteReceived) -> bool:
    """False where the bank's reference is noted already."""
    done = await tx.run(
        q.insert_received,
        tenant=tx.tenant,
        id=id,
        holder=noted.holder,
        name=name,
        amount_cents=noted.amount_cents,
        received_on=noted.received_on,
        reference=noted.reference,
        actor=tx.actor,
        now=tx.now,
    )
    return done == 1


async def insert_line(tx: Tx, received: UUID, holder: int, line: RepaidLine) -> None:
    await tx.run(
        q.insert_line,
        tenant=tx.tenant,
        received=received,
        booking=line.booking,
        house=line.house,
        holder=holder,
        cents=line.cents,
    )


async def lock_line(tx: Tx, received: UUID, booking: UUID) -> bool | None:
    """Whether a part of a transfer for a stay of the caller still counts."""
    return await tx.value(bool, q.lock_line, received=received, booking=booking, tenant=tx.tenant)


async def mark_line_taken_back(tx: Tx, received: UUID, booking: UUID) -> None:
    await tx.run(q.mark_line_taken_back, received=received, booking=booking, now=tx.now)


async def lock_received(tx: Tx, id: UUID) -> Received | None:
    return await tx.one(Received, q.lock_received, tenant=tx.tenant, id=id)


async def take_back(tx: Tx, id: UUID, why: str) -> None:
    await tx.run(q.take_back, tenant=tx.tenant, id=id, actor=tx.actor, why=why, now=tx.now)


async def list_lines(tx: Tx, id: UUID) -> list[RepaidLine]:
    return await tx.all(RepaidLine, q.list_lines, tenant=tx.tenant, id=id)


async def mark_counted(tx: Tx, received: UUID, booking: UUID) -> None:
    await tx.run(q.mark_counted, received=received, booking=booking, now=tx.now)


async def mark_told(tx: Tx, id: UUID, *, back: bool) -> Received | None:
    """The transfer, the first time only; none when it was taken `back`, or was not, meanwhile."""
    return await tx.one(Received, q.mark_told, id=id, tenant=tx.tenant, now=tx.now, back=back)


async def list_received(tx: Tx, wanted: int) -> list[Received]:
    return await tx.all(Received, q.list_received, tenant=tx.tenant, wanted=wanted)


async def list_own_received(tx: Tx, wanted: int) -> list[Received]:
    return await tx.all(Received, q.list_own_received, tenant=tx.tenant, wanted=wanted)


async def find_name(tx: Tx, holder: int) -> str | None:
    return await tx.value(str, q.find_name, holder=holder)


async def list_parts_to_tell(tx: Tx, before: datetime, wanted: int) -> list[PartDue]:
    return await tx.all(PartDue, q.list_parts_to_tell, before=before, wanted=wanted)
