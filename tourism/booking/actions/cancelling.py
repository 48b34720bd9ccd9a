"""Cancel for exactly the refund that was shown: rooms return, the split is reversed."""

from uuid import UUID

from hub import audit, payments
from hub.core import outbox
from hub.core.db import Tx
from hub.core.errors import NotFound
from tourism.booking import policy, store
from tourism.booking.actions import sharing
from tourism.booking.actions.holding import give_rooms_back
from tourism.booking.errors import RefundChanged
from tourism.booking.models import Booking, CancelBooking, Refund, State, StayCancelled
from tourism.booking.subjects import subject_of


async def preview_refund(tx: Tx, booking_id: UUID) -> tuple[Booking, Refund]:
    """What would come back now. Raises `WrongState` when the stay cannot be cancelled."""
    booking = await store.find_booking(tx, booking_id)
    if booking is None:
        raise NotFound("This booking is unknown.")
    policy.check_may_cancel(booking, tx.now)
    return booking, policy.refund_at(booking.quote.breakdown, booking.quote.terms, tx.now)


async def cancel_booking(tx: Tx, booking_id: UUID, command: CancelBooking) -> Booking:
    """Cancel; the refund is paid by a task. Cancelling a cancelled stay gives it back unchanged.

    Raises `RefundChanged` (with the refund of now) when another one was shown.
    """
    booking = await store.lock_booking(tx, booking_id)
    if booking is None:
        raise NotFound("This booking is unknown.")
    if booking.state is State.CANCELLED and booking.refund_cents == command.refund_cents:
        return booking
    policy.check_may_cancel(booking, tx.now)
    refund = policy.refund_at(booking.quote.breakdown, booking.quote.terms, tx.now)
    if refund.refund_cents != command.refund_cents:
        raise RefundChanged(
            "Look at the refund of now and confirm it.", refund_cents=refund.refund_cents
        )
    await _cancel(tx, booking, refund)
    cancelled = await store.find_booking(tx, booking.id)
    assert cancelled is not None
    return cancelled


async def _cancel(tx: Tx, booking: Booking, refund: Refund) -> None:
    await store.change_booking(
        tx,
        booking,
        State.CANCELLED,
        refund_cents=refund.refund_cents,
        confirmed_at=booking.confirmed_at,
        cancelled_at=tx.now,
    )
    await store.insert_revision(
        tx, booking.id, booking.revision + 1, State.CANCELLED, "cancelled by the guest"
    )
    paid_back = None
    if refund.refund_cents:
        paid_back = await payments.prepare_refund(
            tx, subject=subject_of(booking.id), amount_cents=refund.refund_cents
        )
    await sharing.reverse(tx, booking, refund, paid_back)
    await audit.record(
        tx,
        action="booking.cancel",
        subject=subject_of(booking.id),
        detail={"refund_cents": refund.refund_cents, "penalty_cents": refund.penalty_cents},
    )
    await outbox.emit(tx, StayCancelled(booking=booking.id, refund_cents=refund.refund_cents))
    await give_rooms_back(tx, booking.quote)
