"""When what is owed is asked for, charged, waited for, and given up: pure decisions."""

from datetime import date, datetime, timedelta

from tourism.booking.models import Booking, State
from tourism.owing.models import Due, DueKind, DueState, Step, Wanted
from tourism.rates.policy.terms import local_instant

MORNING = 9
REMIND_DAYS = 3
ASK_AGAIN_DAYS = (7, 14, 30)  # after a penalty that the card did not pay
KEPT_DAYS = 2  # a card is let go so long after the departure
BUSY = timedelta(minutes=30)  # the guest is just paying
ABANDONED = timedelta(minutes=35)  # a guest who began to pay comes back within half an hour
ANSWER = timedelta(minutes=10)  # the service is asked again after so long
ANOTHER_DAY = timedelta(days=1)  # what cannot be ended now
LIVING = frozenset({State.CONFIRMED, State.IN_HOUSE, State.CHECKED_OUT})
OVER = frozenset({State.CANCELLED, State.NO_SHOW})


def wanted_of(booking: Booking, today: date, *, decided: bool) -> Wanted | None:
    """What its guest owes by card as the stay stands. What is paid at the house is not asked for; a
    guest who did not come owes nothing before the house has `decided`."""
    terms = booking.quote.payment
    if not booking.owed_cents:
        return None
    if booking.state in LIVING:
        if terms.balance_on is None:
            return None
        return Wanted(kind=DueKind.BALANCE, cents=booking.owed_cents, due_on=terms.balance_on)
    if booking.state is State.CANCELLED or (booking.state is State.NO_SHOW and decided):
        return Wanted(kind=DueKind.PENALTY, cents=booking.owed_cents, due_on=today)
    return None


def is_abandoned(begun_at: datetime, now: datetime) -> bool:
    """Whether a guest who began to pay has gone away from it."""
    return now >= begun_at + ABANDONED


def may_release(booking: Booking, *, decided: bool) -> bool:
    """Whether nothing can be charged to the card any more."""
    if booking.state is State.CHECKED_OUT:
        return not booking.owed_cents or booking.quote.payment.rest_at_house
    over = booking.state is State.CANCELLED or (booking.state is State.NO_SHOW and decided)
    return over and not booking.owed_cents


def first_at(wanted: Wanted, now: datetime, zone: str) -> datetime:
    """When something is done first: a balance is announced, a penalty charged at once."""
    if wanted.kind is DueKind.PENALTY:
        return now
    early = local_instant(wanted.due_on - timedelta(days=REMIND_DAYS), MORNING, zone)
    return early if early > now else max(now, charge_at(wanted.due_on, zone))


def charge_at(due_on: date, zone: str) -> datetime:
    return local_instant(due_on, MORNING, zone)


def release_at(booking: Booking) -> datetime:
    """When the card of a stay that nobody has ended is let go."""
    return local_instant(booking.departure + timedelta(days=KEPT_DAYS), MORNING, booking.quote.zone)


def lapse_at(due: Due, booking: Booking) -> datetime:
    """When a balance that is not paid ends the stay."""
    days = timedelta(days=booking.quote.payment.grace_days)
    return max(
        local_instant(due.due_on + days, MORNING, booking.quote.zone),
        due.opened_at + timedelta(days=1),
    )


def step_of(due: Due, booking: Booking, now: datetime, *, card: bool) -> Step:
    """What is to be done now."""
    if due.kind is DueKind.RELEASE:
        return Step.RELEASE
    if due.state is DueState.ASKED:
        return Step.FINISH
    if due.kind is DueKind.BALANCE:
        if due.state is DueState.UNPAID:
            return Step.LAPSE if now >= lapse_at(due, booking) else Step.REMIND
        if now < charge_at(due.due_on, booking.quote.zone):
            return Step.REMIND
    elif due.state is DueState.UNPAID:
        return Step.REMIND
    return Step.CHARGE if card else Step.ASK


def after_reminder(due: Due, booking: Booking) -> datetime | None:
    """When something is done after a letter."""
    if due.kind is DueKind.BALANCE:
        if due.state is DueState.UNPAID:
            return lapse_at(due, booking)
        return charge_at(due.due_on, booking.quote.zone)
    again = due.letters - 1  # the first one said that the card did not pay
    if again >= len(ASK_AGAIN_DAYS):
        return None
    return due.opened_at + timedelta(days=ASK_AGAIN_DAYS[again])


def after_refusal(due: Due, booking: Booking, now: datetime) -> datetime:
    """When the guest is asked again after the card did not pay: half-way to the end of a balance's
    grace, a week later for a penalty."""
    if due.kind is DueKind.BALANCE:
        return now + max(timedelta(), (lapse_at(due, booking) - now) / 2)
    return due.opened_at + timedelta(days=ASK_AGAIN_DAYS[0])
