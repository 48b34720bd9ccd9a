"""The statements of changing: versions of a stay, and changes that wait for their payment."""

from uuid import UUID

from hub.core.db import Tx
from hub.core.sql import load_queries
from tourism.booking.models import Booking
from tourism.booking.store import insert_reservations
from tourism.changing.models import Change
from tourism.quoting.models import Quote

q = load_queries(__name__)


async def replace_stay(tx: Tx, booking: Booking, wanted: Quote, kept_cents: int) -> None:
    """The next version of a stay, with its rooms; the one before is kept."""
    await tx.run(q.keep_version, booking=booking.id, now=tx.now)
    await tx.run(
        q.replace_stay,
        booking=booking.id,
        document=wanted,
        arrival=wanted.arrival,
        departure=wanted.departure,
        kept_cents=kept_cents,
    )
    await tx.run(q.drop_reservations, booking=booking.id)
    await insert_reservations(tx, booking.id, wanted)


async def add_to_total(tx: Tx, booking: UUID, cents: int) -> None:
    await tx.run(q.add_to_total, booking=booking, cents=cents)


async def mark_changing(tx: Tx, booking: UUID, change: UUID | None) -> None:
    await tx.run(q.mark_changing, booking=booking, change=change)


async def insert_change(tx: Tx, change: Change) -> None:
    await tx.run(
        q.insert_change,
        id=change.id,
        tenant=tx.tenant,
        booking=change.booking,
        quote=change.quote,
        difference=change.difference,
        state=change.state,
        now=tx.now,
        expires_at=change.expires_at,
    )


async def find_change(tx: Tx, id: UUID) -> Change | None:
    return await tx.one(Change, q.find_change, id=id)


async def end_change(tx: Tx, id: UUID, state: str) -> None:
    await tx.run(q.end_change, id=id, state=state, now=tx.now)
