"""One stay takes the place of another: its rooms, its price, and the money that follows."""

from hub import payments
from hub.core.db import Tx
from tourism import groups
from tourism.booking.actions.moving import move
from tourism.booking.models import Booking, Event
from tourism.changing import policy, store
from tourism.changing.actions import swapping
from tourism.changing.actions.sharing import post_change
from tourism.changing.models import Difference, StayChanged
from tourism.paying.actions.cancelling import pay_back
from tourism.paying.models import OwedChanged
from tourism.quoting.models import DESK, Quote


async def apply_change(
    tx: Tx,
    booking: Booking,
    wanted: Quote,
    difference: Difference,
    note: str,
    charge: payments.Charge | None = None,
) -> Booking:
    """The new stay is taken already; the old one goes, and the money follows."""
    old, new = swapping.old_span(booking), swapping.new_span(wanted)
    await store.replace_stay(tx, booking, wanted, policy.kept_before(booking, difference.fee_cents))
    back = difference.back_cents if booking.quote.channel != DESK else 0
    await _count(tx, booking, difference)
    more = difference.due_cents if charge is None and policy.pays_later(booking) else 0
    less = min(back, booking.owed_cents)
    partly = [] if booking.quote.payment.is_whole else [OwedChanged(booking=booking.id)]
    changed = await move(
        tx,
        booking,
        Event.CHANGE,
        "changed",
        StayChanged(
            booking=booking.id,
            revision=booking.revision + 1,
            cents=difference.cents,
            later_cents=more - less,
        ),
        *partly,
        note=note,
        refund_cents=booking.refund_cents + back,
        owed_cents=booking.owed_cents + more - less,
        detail={"difference_cents": difference.cents, "fee_cents": difference.fee_cents},
    )
    if booking.quote.channel != DESK:
        await _follow(tx, booking, changed, difference, back - less, charge, more - less)
    await swapping.give(tx, booking, booking.quote, new, old)
    if booking.quote.group is not None:
        await groups.note_change(tx, booking.id, new.units, new.first, new.until)
    return changed


async def _count(tx: Tx, booking: Booking, difference: Difference) -> None:
    """What the guest pays in all: at the house, simply the price of now."""
    cents = difference.cents if booking.quote.channel == DESK else difference.due_cents
    await store.add_to_total(tx, booking.id, cents)


async def _follow(
    tx: Tx,
    booking: Booking,
    changed: Booking,
    difference: Difference,
    back: int,
    charge: payments.Charge | None,
    owed_cents: int,
) -> None:
    refunds = await pay_back(tx, booking, back)
    kept = policy.kept_before(booking, difference.fee_cents)
    await post_change(tx, booking, changed, kept, charge, refunds, owed_cents)
