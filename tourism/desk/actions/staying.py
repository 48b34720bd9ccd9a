"""What the desk does with a stay: arrivals, departures, no-shows and what becomes of them."""

from uuid import UUID

from hub.core.db import Tx
from hub.core.errors import Invalid, NotFound
from tourism.booking import policy as booking_policy
from tourism.booking.actions import selling, staying
from tourism.booking.actions.reading import find_booking
from tourism.booking.models import Booking
from tourism.desk import policy, store
from tourism.desk.actions import letters
from tourism.desk.models import Act, Decision
from tourism.paying.actions import cancelling, settling
from tourism.paying.models import CancelBooking


async def act_on(
    tx: Tx, booking_id: UUID, act: Act, note: str = "", *, cancel: CancelBooking | None = None
) -> None:
    """Do one act; doing it again changes nothing.

    `cancel` says which rooms a `CANCEL_ROOM` is for, and the refund that was shown; `note` is what
    the house adds to the reason. Raises `NotFound`, `WrongState`, `NoteTooLong`, `RefundChanged`,
    and for no-shows `AlreadyDecided` (when the house decided otherwise) and `WaiverOver`.
    """
    clean = booking_policy.clean_note(note)
    match act:
        case Act.CHECK_IN:
            await staying.begin_stay(tx, booking_id, clean)
        case Act.CHECK_OUT:
            await staying.end_stay(tx, booking_id, clean)
        case Act.NO_SHOW:
            await staying.miss_stay(tx, booking_id, clean)
            await store.insert_no_show(tx, booking_id)
        case Act.CANCEL:
            await selling.cancel_at_desk(tx, booking_id, clean)
        case Act.CANCEL_ROOM:
            if cancel is None or not cancel.rooms:
                raise Invalid("Choose the room to cancel.")
            await cancelling.cancel_booking(tx, booking_id, cancel, by_house=True, note=clean)
        case Act.KEEP:
            await _decide(tx, booking_id, Decision.KEPT, clean)
        case Act.WAIVE:
            await _decide(tx, booking_id, Decision.WAIVED, clean)


async def _decide(tx: Tx, booking_id: UUID, decision: Decision, note: str) -> None:
    booking: Booking = await find_booking(tx, booking_id)
    case = await store.lock_no_show(tx, booking.id)
    if case is None:
        raise NotFound("This guest was not reported missing.")
    if case.decision is decision:
        return
    policy.check_may_decide(case, decision, tx.now)
    refund = await settling.settle_missed_stay(
        tx, booking.id, waived=decision is Decision.WAIVED, note=note
    )
    await store.decide_no_show(tx, booking.id, decision, refund.penalty_cents)
    await letters.write_no_show(tx, booking, refund)
