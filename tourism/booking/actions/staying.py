"""A stay as it happens at the house: it begins, it ends, or its guest does not come.

Each is one numbered revision with its author; `note` is what the house adds to the reason. Doing
the same again gives the booking back unchanged; anything else in a wrong state is refused.
"""

from datetime import timedelta
from uuid import UUID

from hub.core.db import Tx
from tourism import quoting, rates
from tourism.booking import policy
from tourism.booking.actions.moving import lock, move
from tourism.booking.models import Booking, Event, StayBegun, StayEnded, StayMissed


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
    back on sale; no money moves before the house decides (slice paying)."""
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
