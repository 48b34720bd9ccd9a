"""When things may happen to a booking, by the house's own clock."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from tourism.booking.errors import HoldOver, WrongState
from tourism.booking.models import Booking, Event, State
from tourism.booking.policy.life import decide
from tourism.quoting.models import DESK

NO_SHOW_HOUR = 18


def check_may_pay(booking: Booking, now: datetime) -> None:
    """A held booking may be paid until its hold is over. Raises `HoldOver`, `WrongState`."""
    decide(booking.state, Event.PAY)
    if booking.state is State.HELD and booking.expires_at is not None and now >= booking.expires_at:
        raise HoldOver("The rooms went back on sale: take them again if they are still free.")


def check_paid_here(booking: Booking) -> None:
    """What is paid at the house is never charged from its link. Raises `WrongState`."""
    if booking.quote.channel == DESK:
        raise WrongState("This stay is paid at the house: ask the house.")


def check_may_cancel(booking: Booking, now: datetime, *, by_house: bool = False) -> None:
    """A confirmed stay may be cancelled until the end of its arrival day; one that is paid at the
    house, by the house."""
    if decide(booking.state, Event.CANCEL) is None:
        raise WrongState("The booking is cancelled.")
    if booking.changing is not None:
        raise WrongState("A change of this stay is just being paid.")
    if booking.quote.channel == DESK and not by_house:
        raise WrongState("This stay is paid at the house: ask the house.")
    if now.astimezone(ZoneInfo(booking.quote.zone)).date() > booking.arrival:
        raise WrongState("The stay has begun: ask the house.")


def check_may_begin(booking: Booking, now: datetime) -> None:
    """A confirmed guest may come from the arrival day to the departure day, house's time."""
    decide(booking.state, Event.ARRIVE)
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
    decide(booking.state, Event.MISS)
    if now < no_show_from(booking):
        raise WrongState("Wait until 18:00 of the arrival day: the guest may still come.")
    quote = booking.quote
    if quote.payment.rest_at_house and now.astimezone(ZoneInfo(quote.zone)).date() > (
        booking.departure
    ):
        raise WrongState("The stay is over: what was paid at the house is counted.")
