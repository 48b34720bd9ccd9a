"""Who is reminded of a stay, when, and of what: pure decisions."""

from datetime import date, datetime, timedelta

from tourism.booking.models import Booking, State
from tourism.paying.policy import worth_of
from tourism.quoting.models import DESK
from tourism.rates.policy.terms import local_instant

DAYS_BEFORE = 3
MORNING = 9
BOOKED_AHEAD = timedelta(days=7)  # who booked later has the confirmation at hand


def remind_from(arrival: date, zone: str) -> datetime:
    """From when on a guest is reminded: the morning of the third day before, at the house."""
    return local_instant(arrival - timedelta(days=DAYS_BEFORE), MORNING, zone)


def may_remind(booking: Booking, now: datetime) -> bool:
    """Whether the guest of a stay is reminded now: one that stands as it is, was booked long enough
    before, and is near, until its arrival day begins at the house."""
    if booking.state is not State.CONFIRMED or booking.changing is not None:
        return False
    if booking.guest is None or not booking.guest.email:
        return False
    zone = booking.quote.zone
    begins = local_instant(booking.arrival, 0, zone)
    ahead = booking.held_at <= begins - BOOKED_AHEAD
    return ahead and remind_from(booking.arrival, zone) <= now < begins


def is_free(booking: Booking, now: datetime) -> bool:
    """Whether the whole stay, as it was sold, can still be cancelled for nothing."""
    until = booking.quote.terms.free_until_at
    whole = len(booking.live_numbers) == len(booking.reservations)
    return whole and until is not None and now <= until


def due_at_house(booking: Booking) -> int:
    """What is to be paid at the house: all that a stay sold at its desk still costs, or the rest of
    one that is paid there."""
    if booking.quote.channel == DESK:
        worth = worth_of(booking)
        parts = (*worth.chosen_cents.values(), *worth.taxes.values())
        return worth.gross_cents + sum(parts) + booking.kept_cents
    return booking.owed_cents if booking.quote.payment.rest_at_house else 0


def claim_of(booking: Booking) -> str:
    """Once for each day of arrival: a stay that is moved to later days is reminded of again."""
    return f"reminder {booking.arrival.isoformat()}"
