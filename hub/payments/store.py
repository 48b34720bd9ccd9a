"""The statements of payments."""

from uuid import UUID

from hub.core.db import Tx
from hub.core.sql import load_queries
from hub.payments.models import Charge, Outcome, Refund, State

q = load_queries(__name__)


async def insert_charge(tx: Tx, id: UUID, subject: str, amount_cents: int, method: str) -> None:
    await tx.run(
        q.insert_charge,
        id=id,
        tenant=tx.tenant,
        subject=subject,
        amount_cents=amount_cents,
        method=method,
        now=tx.now,
    )


async def find_charge(tx: Tx, id: UUID) -> Charge | None:
    return await tx.one(Charge, q.find_charge, id=id)


async def list_paid_charges(tx: Tx, subject: str) -> list[Charge]:
    return await tx.all(Charge, q.list_paid_charges, subject=subject)


async def settle_charge(tx: Tx, id: UUID, outcome: Outcome) -> bool:
    """True for the one call that settles it."""
    settled = await tx.run(
        q.settle_charge,
        id=id,
        state=State.SUCCEEDED if outcome.succeeded else State.FAILED,
        reference=outcome.reference,
        decline_code=outcome.decline_code,
        now=tx.now,
    )
    return settled == 1


async def refunded_cents(tx: Tx, charge: UUID) -> int:
    return await tx.value(int, q.refunded_cents, charge=charge) or 0


async def insert_refund(tx: Tx, id: UUID, charge: UUID, amount_cents: int) -> None:
    await tx.run(
        q.insert_refund,
        id=id,
        tenant=tx.tenant,
        charge=charge,
        amount_cents=amount_cents,
        now=tx.now,
    )


async def find_refund(tx: Tx, id: UUID) -> Refund | None:
    return await tx.one(Refund, q.find_refund, id=id)


async def list_refunds(tx: Tx, subject: str) -> list[Refund]:
    return await tx.all(Refund, q.list_refunds, subject=subject)


async def settle_refund(tx: Tx, id: UUID, outcome: Outcome) -> bool:
    """True for the one call that settles it."""
    settled = await tx.run(
        q.settle_refund,
        id=id,
        state=State.SUCCEEDED if outcome.succeeded else State.FAILED,
        reference=outcome.reference,
        now=tx.now,
    )
    return settled == 1
