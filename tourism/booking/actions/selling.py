"""Stays that the house sells itself at its desk.

They take the same rooms at the same price as everybody's (`quoting`, `holding`). The guest pays at
the house: the amounts are recorded in the frozen quote, the centre collects nothing, so no charge
is made, no share is posted in the ledger, and a cancellation pays nothing back.
"""

from uuid import UUID

from hub import audit
from hub.core import outbox
from hub.core.db import Tx
from tourism.booking import policy, store
from tourism.booking.actions.holding import give_rooms_back
from tourism.booking.actions.staying import lock, move
from tourism.booking.errors import WrongState
from tourism.booking.models import Booking, Guest, State, StayBooked, StayCancelled
from tourism.booking.subjects import subject_of
from tourism.quoting.models import DESK


async def confirm_at_desk(tx: Tx, booking_id: UUID, guest: Guest) -> Booking:
    """Confirm a held stay without an online charge; confirming it again changes nothing.

    Raises `StayInvalid`, `HoldOver`, `WrongState`. The guest's e-mail may be empty. The letter of
    paid stays is not written: the desk writes its own.
    """
    policy.check_guest(guest, email_needed=False)
    booking = await lock(tx, booking_id)
    _check_desk(booking)
    if booking.state is State.CONFIRMED:
        return booking
    policy.check_may_pay(booking, tx.now)
    policy.check_state(booking, State.HELD)
    await store.claim_letter(tx, booking.id, "confirmation")
    await store.change_booking(tx, booking, State.CONFIRMED, guest=guest, confirmed_at=tx.now)
    await store.insert_revision(
        tx, booking.id, booking.revision + 1, State.CONFIRMED, "booked at the desk"
    )
    await audit.record(
        tx,
        action="booking.sell",
        subject=subject_of(booking.id),
        detail={"total_cents": booking.total_cents},
    )
    await outbox.emit(tx, StayBooked(booking=booking.id))
    confirmed = await store.find_booking(tx, booking.id)
    assert confirmed is not None
    return confirmed


async def cancel_at_desk(tx: Tx, booking_id: UUID, note: str = "") -> Booking:
    """Cancel a stay sold at the desk before it begins: its rooms return, the house settles the
    money itself. Raises `WrongState` for stays that were paid online."""
    booking = await lock(tx, booking_id)
    _check_desk(booking)
    if booking.state is State.CANCELLED:
        return booking
    policy.check_state(booking, State.CONFIRMED)
    await store.claim_letter(tx, booking.id, "cancellation")
    gone = StayCancelled(booking=booking.id, refund_cents=0)
    cancelled = await move(tx, booking, State.CANCELLED, "cancelled at the desk", note, gone)
    await give_rooms_back(tx, booking.quote)
    return cancelled


def _check_desk(booking: Booking) -> None:
    if booking.quote.channel != DESK:
        raise WrongState("This stay was not sold at the desk.")
