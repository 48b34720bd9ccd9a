"""Cancel for exactly the refund that was shown: rooms return, the split is reversed."""

from uuid import UUID

from hub import payments
from hub.core.db import Tx
from tourism.booking import policy
from tourism.booking.actions import sharing
from tourism.booking.actions.inventory import give_rooms_back
from tourism.booking.actions.moving import lock, move
from tourism.booking.actions.reading import find_booking
from tourism.booking.errors import RefundChanged
from tourism.booking.models import Booking, CancelBooking, Event, Refund, State, StayCancelled
from tourism.booking.subjects import subject_of


async def preview_refund(tx: Tx, booking_id: UUID) -> tuple[Booking, Refund]:
    """What would come back now. Raises `WrongState` when the stay cannot be cancelled."""
    booking = await find_booking(tx, booking_id)
    policy.check_may_cancel(booking, tx.now)
    return booking, policy.refund_at(booking.quote.breakdown, booking.quote.terms, tx.now)


async def cancel_booking(tx: Tx, booking_id: UUID, command: CancelBooking) -> Booking:
    """Cancel; the refund is paid by a task. Cancelling a cancelled stay gives it back unchanged.

    Raises `RefundChanged` (with the refund of now) when another one was shown.
    """
    booking = await lock(tx, booking_id)
    if booking.state is State.CANCELLED and booking.refund_cents == command.refund_cents:
        return booking
    policy.check_may_cancel(booking, tx.now)
    refund = policy.refund_at(booking.quote.breakdown, booking.quote.terms, tx.now)
    if refund.refund_cents != command.refund_cents:
        raise RefundChanged(
            "Look at the refund of now and confirm it.", refund_cents=refund.refund_cents
        )
    return await _cancel(tx, booking, refund)


async def _cancel(tx: Tx, booking: Booking, refund: Refund) -> Booking:
    cancelled = await move(
        tx,
        booking,
        Event.CANCEL,
        "cancelled by the guest",
        StayCancelled(booking=booking.id, refund_cents=refund.refund_cents),
        refund_cents=refund.refund_cents,
        detail={"refund_cents": refund.refund_cents, "penalty_cents": refund.penalty_cents},
    )
    paid_back = None
    if refund.refund_cents:
        paid_back = await payments.prepare_refund(
            tx, subject=subject_of(booking.id), amount_cents=refund.refund_cents
        )
    await sharing.reverse(tx, booking, refund, paid_back)
    await give_rooms_back(tx, booking.quote)
    return cancelled
