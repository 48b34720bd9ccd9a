"""Stays that the house sells itself at its desk.

They take the same rooms at the same price as everybody's (`quoting`, `holding`). The guest pays at
the house: the amounts are recorded in the frozen quote, the centre collects nothing, so no charge
is made, no share is posted in the ledger, and a cancellation pays nothing back.
"""

from uuid import UUID

from hub.core.db import Tx
from tourism.booking import policy, store
from tourism.booking.actions.inventory import give_rooms_back
from tourism.booking.actions.moving import lock, move
from tourism.booking.errors import WrongState
from tourism.booking.models import Booking, Event, Guest, StayBooked, StayCancelled
from tourism.quoting.models import DESK


async def confirm_at_desk(tx: Tx, booking_id: UUID, guest: Guest) -> Booking:
    """Confirm a held stay without an online charge; confirming it again changes nothing.

    Raises `StayInvalid`, `HoldOver`, `WrongState`. The guest's e-mail may be empty. The letter of
    paid stays is not written: the desk writes its own.
    """
    policy.check_guest(guest, email_needed=False)
    booking = await lock(tx, booking_id)
    _check_desk(booking)
    policy.check_may_pay(booking, tx.now)
    if policy.decide(booking.state, Event.SELL) is None:
        return booking
    await store.claim_letter(tx, booking.id, "confirmation")
    return await move(
        tx,
        booking,
        Event.SELL,
        "booked at the desk",
        StayBooked(booking=booking.id),
        guest=guest,
        detail={"total_cents": booking.total_cents},
    )


async def cancel_at_desk(tx: Tx, booking_id: UUID, note: str = "") -> Booking:
    """Cancel a stay sold at the desk before it begins: its rooms return, the house settles the
    money itself, and the guest is told by letter. Raises `WrongState` for stays paid online."""
    booking = await lock(tx, booking_id)
    _check_desk(booking)
    if policy.decide(booking.state, Event.CANCEL) is None:
        return booking
    await store.cancel_rooms(tx, booking.id, booking.live_numbers, [0] * len(booking.live_numbers))
    gone = StayCancelled(booking=booking.id, refund_cents=0)
    cancelled = await move(tx, booking, Event.CANCEL, "cancelled at the desk", gone, note=note)
    await give_rooms_back(tx, booking.quote, booking.live_rooms)
    return cancelled


def _check_desk(booking: Booking) -> None:
    if booking.quote.channel != DESK:
        raise WrongState("This stay was not sold at the desk.")
