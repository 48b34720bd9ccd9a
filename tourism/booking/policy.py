"""The decisions of booking: what may happen when, and what comes back."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from tourism.booking.errors import HoldOver, WrongState
from tourism.booking.models import Booking, Guest, Refund, State
from tourism.quoting.errors import StayInvalid
from tourism.quoting.models import DESK, Breakdown, CancellationTerms

NO_SHOW_HOUR = 18
_STANDS = {
    State.HELD: "The booking is not paid yet.",
    State.PAYING: "The booking is just being paid.",
    State.CONFIRMED: "The stay has not begun.",
    State.IN_HOUSE: "The guest is in the house.",
    State.CHECKED_OUT: "The guest has left.",
    State.NO_SHOW: "The guest did not come.",
    State.CANCELLED: "The booking is cancelled.",
    State.EXPIRED: "The hold is over: nothing was booked.",
}


def refund_at(breakdown: Breakdown, terms: CancellationTerms, now: datetime) -> Refund:
    """What comes back if the stay is cancelled now. The tourist tax always does: no stay, no tax
    (CGCT L2333-29)."""
    free = terms.free_until_at is not None and now <= terms.free_until_at
    penalty = 0 if free else terms.penalty_cents
    return Refund(
        refund_cents=breakdown.total_cents - penalty,
        penalty_cents=penalty,
        tourist_tax_cents=breakdown.tourist_tax_cents,
        free=free,
    )


def check_may_pay(booking: Booking, now: datetime) -> None:
    """A held booking may be paid until its hold is over."""
    if booking.state is State.EXPIRED:
        raise HoldOver("The rooms went back on sale: take them again if they are still free.")
    if booking.state is State.HELD and booking.expires_at is not None and now >= booking.expires_at:
        raise HoldOver("The rooms went back on sale: take them again if they are still free.")
    if booking.state not in {State.HELD, State.PAYING}:
        raise WrongState(f"The booking is {booking.state.value}.")


def check_may_cancel(booking: Booking, now: datetime) -> None:
    """A confirmed stay may be cancelled until the end of its arrival day."""
    if booking.state is not State.CONFIRMED:
        raise WrongState(f"The booking is {booking.state.value}.")
    if booking.quote.channel == DESK:
        raise WrongState("This stay is paid at the house: ask the house.")
    if now.astimezone(ZoneInfo(booking.quote.zone)).date() > booking.arrival:
        raise WrongState("The stay has begun: ask the house.")


def check_state(booking: Booking, *allowed: State) -> None:
    """Raise `WrongState`, with where the booking stands, unless it stands in one of these."""
    if booking.state not in allowed:
        raise WrongState(_STANDS[booking.state])


def check_may_begin(booking: Booking, now: datetime) -> None:
    """A confirmed guest may come from the arrival day to the departure day, house's time."""
    check_state(booking, State.CONFIRMED)
    today = now.astimezone(ZoneInfo(booking.quote.zone)).date()
    if today < booking.arrival:
        raise WrongState("The stay begins later: the arrival day has not come.")
    if today > booking.departure:
        raise WrongState("The stay is over: the departure day has passed.")


def no_show_from(booking: Booking) -> datetime:
    """From when on a guest who has not come may be called missing: 18:00 of the arrival day."""
    zone = ZoneInfo(booking.quote.zone)
    return datetime.combine(booking.arrival, time(NO_SHOW_HOUR), zone)


def check_may_miss(booking: Booking, now: datetime) -> None:
    """Raise `WrongState` unless the stay is confirmed and its guest is late enough."""
    check_state(booking, State.CONFIRMED)
    if now < no_show_from(booking):
        raise WrongState("Wait until 18:00 of the arrival day: the guest may still come.")


def refund_of_no_show(breakdown: Breakdown, terms: CancellationTerms, *, waived: bool) -> Refund:
    """What a guest who did not come gets back: all but the penalty, or all when it is waived."""
    penalty = 0 if waived else terms.penalty_cents
    return Refund(
        refund_cents=breakdown.total_cents - penalty,
        penalty_cents=penalty,
        tourist_tax_cents=breakdown.tourist_tax_cents,
        free=waived,
    )


def check_guest(guest: Guest, *, email_needed: bool = True) -> None:
    """Raise `StayInvalid` for guest details that no letter could reach."""
    if not guest.first_name.strip() or not guest.last_name.strip():
        raise StayInvalid("First and last name are needed.", field="last_name")
    if max(len(guest.first_name), len(guest.last_name)) > 100:
        raise StayInvalid("Names have at most 100 letters.", field="last_name")
    name, at, domain = guest.email.strip().partition("@")
    good = bool(name) and at and "." in domain.strip(".") and " " not in guest.email.strip()
    good = good or (not guest.email and not email_needed)
    if not good or len(guest.email) > 254 or domain.startswith(".") or domain.endswith("."):
        raise StayInvalid("This e-mail address is not complete.", field="email")
    if guest.phone and len(guest.phone) > 30:
        raise StayInvalid("A telephone number has at most 30 characters.", field="phone")
    if guest.message and len(guest.message) > 2000:
        raise StayInvalid("A message has at most 2000 characters.", field="message")
