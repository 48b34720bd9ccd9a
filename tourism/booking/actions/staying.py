"""A stay as it happens at the house: it begins, it ends, or its guest does not come.

Each is one numbered revision with its author; `note` is what the house adds to the reason. Doing
the same again gives the booking back unchanged; anything else in a wrong state is refused.
"""

from datetime import timedelta
from uuid import UUID

import msgspec

from hub.core.db import Tx
from tourism import quoting, rates
from tourism.booking import policy
from tourism.booking.actions import sharing
from tourism.booking.actions.cancelling import pay_back
from tourism.booking.actions.moving import lock, move
from tourism.booking.models import (
    Booking,
    Event,
    Refund,
    StayBegun,
    StayEnded,
    StayMissed,
    Worth,
)
from tourism.quoting.models import DESK


async def begin_stay(tx: Tx, booking_id: UUID, note: str = "") -> Booking:
    """The guest has come. From the arrival day to the departure day of the house's own clock."""
    booking = await lock(tx, booking_id)
    if policy.decide(booking.state, Event.ARRIVE) is None:
        return booking
    policy.check_may_begin(booking, tx.now)
    return await move(
        tx, booking, Event.ARRIVE, "arrived", StayBegun(booking=booking.id), note=note
    )


async def end_stay(tx: Tx, booking_id: UUID, note: str = "") -> Booking:
    """The guest has left. Nights that were paid and not slept stay the guest's."""
    booking = await lock(tx, booking_id)
    if policy.decide(booking.state, Event.LEAVE) is None:
        return booking
    return await move(tx, booking, Event.LEAVE, "left", StayEnded(booking=booking.id), note=note)


async def miss_stay(tx: Tx, booking_id: UUID, note: str = "") -> Booking:
    """The guest did not come: from 18:00 of the arrival day on. The nights from the second on go
    back on sale; no money moves before the house decides (`settle_missed_stay`)."""
    booking = await lock(tx, booking_id)
    if policy.decide(booking.state, Event.MISS) is None:
        return booking
    policy.check_may_miss(booking, tx.now)
    missed = StayMissed(booking=booking.id)
    changed = await move(tx, booking, Event.MISS, "did not come", missed, note=note)
    second = booking.arrival + timedelta(days=1)
    if second < booking.departure:
        wanted = quoting.units_wanted(booking.live_rooms)
        back = [-units for units in wanted.values()]
        await rates.move_units(tx, list(wanted), back, second, booking.departure)
    return changed


async def settle_missed_stay(tx: Tx, booking_id: UUID, *, waived: bool, note: str = "") -> Refund:
    """Pay back what a no-show does not cost, and take its shares back in proportion.

    Once a booking: the caller keeps the decision. A stay paid at the house moves no money here.
    """
    booking = await lock(tx, booking_id)
    policy.decide(booking.state, Event.SETTLE)
    quote = booking.quote
    refund = policy.refund_of_no_show(booking, waived=waived)
    if quote.channel == DESK:
        refund = msgspec.structs.replace(refund, refund_cents=0)
    reason = "no-show waived" if waived else "no-show kept"
    back = booking.refund_cents + refund.refund_cents
    await move(tx, booking, Event.SETTLE, reason, note=note, refund_cents=back)
    if quote.channel == DESK:
        return refund
    refunds = await pay_back(tx, booking, refund.refund_cents)
    await sharing.reverse(tx, booking, _worth_missed(booking, refund), refunds)
    return refund


def _worth_missed(booking: Booking, refund: Refund) -> Worth:
    earlier = sum(room.penalty_cents for room in booking.reservations)
    return Worth(gross_cents=earlier + refund.penalty_cents)
