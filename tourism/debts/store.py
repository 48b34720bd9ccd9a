"""The statements of debts."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from hub.core.db import Tx
from hub.core.sql import load_queries
from tourism.debts.models import (
    DebtGivenUp,
    DebtWrittenOff,
    GivenUp,
    Line,
    OwedStay,
    Payment,
    Standing,
    WriteOff,
    WriteOffDue,
)

q = load_queries(__name__)


async def list_owed_stays(tx: Tx, wanted: int) -> list[OwedStay]:
    return await tx.all(OwedStay, q.list_owed_stays, tenant=tx.tenant, wanted=wanted)


async def list_debts_of(tx: Tx, holder: int, wanted: int) -> list[Line]:
    return await tx.all(Line, q.list_debts_of, holder=holder, platform=tx.tenant, wanted=wanted)


async def insert_payment(tx: Tx, id: UUID, lines: Sequence[Line]) -> bool:
    """False where another payment is under way."""
    done = await tx.run(
        q.insert_payment,
        tenant=tx.tenant,
        id=id,
        lines=lines,
        amount_cents=sum(line.cents for line in lines),
        now=tx.now,
    )
    return done == 1


async def find_payment(tx: Tx, id: UUID) -> Payment | None:
    return await tx.one(Payment, q.find_payment, id=id)


async def list_payments(tx: Tx, wanted: int) -> list[Payment]:
    return await tx.all(Payment, q.list_payments, wanted=wanted)


async def mark_paid(tx: Tx, id: UUID) -> None:
    await tx.run(q.mark_paid, id=id, now=tx.now)


async def drop_payment(tx: Tx, id: UUID) -> None:
    await tx.run(q.drop_payment, id=id)


async def insert_write_off(
    tx: Tx, id: UUID, holder: int, name: str, lines: Sequence[Line], reason: str
) -> bool:
    """False where another proposal for the same holder waits."""
    done = await tx.run(
        q.insert_write_off,
        tenant=tx.tenant,
        id=id,
        holder=holder,
        name=name,
        lines=lines,
        amount_cents=sum(line.cents for line in lines),
        reason=reason,
        actor=tx.actor,
        now=tx.now,
    )
    return done == 1


async def is_being_written_down(
    tx: Tx, holder: int, lines: Sequence[Line], since: datetime
) -> bool:
    return bool(
        await tx.value(
            bool,
            q.is_being_written_down,
            holder=holder,
            bookings=[line.booking for line in lines],
            since=since,
        )
    )


async def lock_write_off(tx: Tx, id: UUID) -> WriteOff | None:
    return await tx.one(WriteOff, q.lock_write_off, id=id)


async def list_write_offs(tx: Tx, wanted: int) -> list[WriteOff]:
    return await tx.all(WriteOff, q.list_write_offs, wanted=wanted)


async def decide_write_off(tx: Tx, id: UUID, state: Standing) -> None:
    await tx.run(q.decide_write_off, id=id, state=state, actor=tx.actor, now=tx.now)


async def find_name(tx: Tx, holder: int) -> str | None:
    return await tx.value(str, q.find_name, holder=holder)


async def insert_given_up(tx: Tx, told: DebtGivenUp) -> bool:
    """True the first time that the caller is told."""
    done = await tx.run(
        q.insert_given_up, tenant=tx.tenant, write_off=told.write_off, cents=told.cents, now=tx.now
    )
    return done == 1


async def list_given_up(tx: Tx, wanted: int) -> list[GivenUp]:
    return await tx.all(GivenUp, q.list_given_up, wanted=wanted)


async def insert_write_off_line(tx: Tx, house: int, told: DebtWrittenOff) -> None:
    await tx.run(
        q.insert_write_off_line,
        tenant=tx.tenant,
        write_off=told.write_off,
        booking=told.booking,
        house=house,
        holder=told.holder,
        cents=told.cents,
        now=tx.now,
    )


async def lock_write_off_line(tx: Tx, told: DebtWrittenOff) -> bool | None:
    """Whether the caller, a house, has still to write a part down; None for one that is unknown."""
    return await tx.value(
        bool,
        q.lock_write_off_line,
        write_off=told.write_off,
        booking=told.booking,
        tenant=tx.tenant,
    )


async def mark_kept(tx: Tx, told: DebtWrittenOff) -> None:
    await tx.run(
        q.mark_kept,
        write_off=told.write_off,
        booking=told.booking,
        tenant=tx.tenant,
        now=tx.now,
    )


async def list_write_offs_to_tell(tx: Tx, before: datetime, wanted: int) -> list[WriteOffDue]:
    return await tx.all(WriteOffDue, q.list_write_offs_to_tell, before=before, wanted=wanted)
