"""What a guest who did not come pays, once the house has decided."""

from uuid import UUID

import msgspec

from hub.core.db import Tx
from tourism.booking.actions.moving import lock, move
from tourism.booking.models import Booking, Event
from tourism.booking.policy import decide
from tourism.paying import policy
from tourism.paying.actions import reversing
from tourism.paying.actions.cancelling import check_undisputed, pay_back
from tourism.paying.models import OwedChanged, Refund, Worth
from tourism.quoting.models import DESK


async def settle_missed_stay(tx: Tx, booking_id: UUID, *, waived: bool, note: str = "") -> Refund:
    """Pay back what a no-show does not cost, take the shares of the price back, and share the
    penalty by its own rule.

    Once a booking: the caller keeps the decision. A stay paid at the house moves no money here.
    Raises `WrongState` when something would go back that a bank has taken.
    """
    booking = await lock(tx, booking_id)
    decide(booking.state, Event.SETTLE)
    quote = booking.quote
    refund = policy.refund_of_no_show(booking, waived=waived)
    if quote.channel == DESK:
        refund = msgspec.structs.replace(refund, refund_cents=0)
    elif refund.back_cents:
        await check_undisputed(tx, booking)
    reason = "no-show waived" if waived else "no-show kept"
    back = booking.refund_cents + refund.refund_cents
    owed = booking.owed_cents - refund.unpaid_cents
    partly = () if quote.payment.is_whole else (OwedChanged(booking=booking.id),)
    await move(
        tx, booking, Event.SETTLE, reason, *partly, note=note, refund_cents=back, owed_cents=owed
    )
    if quote.channel == DESK:
        return refund
    refunds = await pay_back(tx, booking, refund.back_cents)
    missed = _worth_missed(booking, refund)
    await reversing.reverse(
        tx, booking, missed, refunds, event=reversing.NO_SHOW, unpaid_cents=refund.unpaid_cents
    )
    return refund


def _worth_missed(booking: Booking, refund: Refund) -> Worth:
    earlier = sum(room.penalty_cents for room in booking.reservations)
    penalties = earlier + refund.penalty_cents
    return Worth(gross_cents=penalties, penalty_cents=penalties)
