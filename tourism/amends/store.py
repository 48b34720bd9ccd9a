"""The statements of amends."""

from datetime import date
from uuid import UUID

from hub.core.db import Tx
from hub.core.sql import load_queries
from tourism.amends.models import Amends
from tourism.booking.models import Booking

q = load_queries(__name__)


async def insert_amends(tx: Tx, booking: Booking, cents: int) -> None:
    await tx.run(
        q.insert_amends,
        tenant=booking.tenant,
        booking=booking.id,
        platform=booking.quote.split.platform,
        scheme=booking.quote.split.scheme,
        reference=booking.reference,
        house=booking.quote.property_name,
        amount_cents=cents,
        now=tx.now,
    )


async def find_amends(tx: Tx, booking: UUID) -> Amends | None:
    return await tx.one(Amends, q.find_amends, booking=booking)


async def lock_amends(tx: Tx, booking: UUID) -> Amends | None:
    return await tx.one(Amends, q.lock_amends, booking=booking)


async def list_amends(tx: Tx, wanted: int) -> list[Amends]:
    """Of the caller, a platform."""
    return await tx.all(Amends, q.list_amends, platform=tx.tenant, wanted=wanted)


async def keep_account(tx: Tx, booking: UUID, holder: str, iban: str) -> None:
    await tx.run(q.keep_account, booking=booking, holder=holder, iban=iban)


async def mark_paid(tx: Tx, booking: UUID, on: date, reference: str) -> None:
    await tx.run(q.mark_paid, booking=booking, paid_on=on, reference=reference)
