"""The statements of booking."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from hub.core.db import Tx
from hub.core.sql import load_queries
from tourism.booking.models import Booking, Event, Guest, State
from tourism.quoting.models import Quote

q = load_queries(__name__)


class OverdueHold(msgspec.Struct, frozen=True, kw_only=True):
    """A hold whose time has passed, and its wall."""

    tenant: int
    booking: UUID


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """One change of a booking."""

    revision: int
    state: State
    event: Event | None
    reason: str
    actor: str
    at: datetime


async def insert_booking(
    tx: Tx, id: UUID, quote: Quote, reference: str, expires_at: datetime
) -> bool:
    """False when the quote is already held or the reference is taken."""
    inserted = await tx.run(
        q.insert_booking,
        id=id,
        tenant=quote.tenant,
        quote=quote.id,
        reference=reference,
        now=tx.now,
        expires_at=expires_at,
    )
    return inserted == 1


async def insert_reservations(tx: Tx, booking: UUID, quote: Quote) -> None:
    rooms = [
        {
            "number": number,
            "room_type": room.room_type,
            "rate_plan": quote.rate_plan,
            "adults": room.party.adults,
            "child_ages": room.party.child_ages,
            "gross_cents": room.gross_cents,
        }
        for number, room in enumerate(quote.breakdown.rooms, start=1)
    ]
    await tx.run(q.insert_reservations, booking=booking, tenant=quote.tenant, rooms=rooms)


async def cancel_rooms(
    tx: Tx, booking: UUID, numbers: Sequence[int], penalties: Sequence[int]
) -> None:
    await tx.run(
        q.cancel_rooms,
        booking=booking,
        numbers=list(numbers),
        penalties=list(penalties),
        now=tx.now,
    )


async def insert_revision(
    tx: Tx, booking: UUID, revision: int, state: State, event: Event, reason: str
) -> None:
    await tx.run(
        q.insert_revision,
        booking=booking,
        revision=revision,
        tenant=tx.tenant,
        state=state,
        event=event,
        reason=reason,
        actor=tx.actor,
        now=tx.now,
    )


async def find_booking(tx: Tx, id: UUID) -> Booking | None:
    return await tx.one(Booking, q.find_booking, id=id)


async def find_booking_of_quote(tx: Tx, quote: UUID) -> Booking | None:
    return await tx.one(Booking, q.find_booking_of_quote, quote=quote)


async def lock_booking(tx: Tx, id: UUID) -> Booking | None:
    return await tx.one(Booking, q.lock_booking, id=id)


async def change_booking(
    tx: Tx,
    booking: Booking,
    event: Event,
    reason: str,
    *,
    state: State,
    guest: Guest | None,
    refund_cents: int,
    expires_at: datetime | None,
    confirmed_at: datetime | None,
    cancelled_at: datetime | None,
) -> Booking | None:
    """The booking at its next revision; None when somebody else changed it first."""
    return await tx.one(
        Booking,
        q.change_booking,
        id=booking.id,
        revision=booking.revision,
        state=state,
        guest=guest,
        refund_cents=refund_cents,
        expires_at=expires_at,
        confirmed_at=confirmed_at,
        cancelled_at=cancelled_at,
        event=event,
        reason=reason,
        actor=tx.actor,
        now=tx.now,
    )


async def list_overdue_holds(tx: Tx, wanted: int) -> Sequence[OverdueHold]:
    return await tx.all(OverdueHold, q.list_overdue_holds, now=tx.now, wanted=wanted)


async def list_day(tx: Tx, day: date) -> list[Booking]:
    return await tx.all(Booking, q.list_day, day=day)


async def list_newest(tx: Tx, wanted: int) -> list[Booking]:
    return await tx.all(Booking, q.list_newest, wanted=wanted)


async def list_revisions(tx: Tx, booking: UUID) -> list[Revision]:
    return await tx.all(Revision, q.list_revisions, booking=booking)


async def claim_letter(tx: Tx, booking: UUID, kind: str) -> bool:
    """True for the one call that may write this letter."""
    claimed = await tx.run(q.claim_letter, booking=booking, kind=kind, tenant=tx.tenant, now=tx.now)
    return claimed == 1
