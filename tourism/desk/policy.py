"""The decisions of the desk: what may be done when, and what a text may be."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from tourism.booking import policy as booking_policy
from tourism.booking.errors import WrongState
from tourism.booking.models import Booking, State
from tourism.desk.errors import (
    AlreadyDecided,
    MessageInvalid,
    TooManyMessages,
    WaiverOver,
)
from tourism.desk.models import Act, Decision, NoShowCase
from tourism.quoting.models import DESK

MESSAGE_LETTERS = 2_000
MESSAGES_A_DAY = 20
WAIVE_WITHIN = timedelta(days=7)
BOOKED = (
    State.CONFIRMED,
    State.IN_HOUSE,
    State.CHECKED_OUT,
    State.NO_SHOW,
    State.CANCELLED,
)
PENDING = (State.HELD, State.PAYING)


def clean_message(text: str) -> str:
    """The text as it is kept: no spaces around, one kind of line end. Raises `MessageInvalid`."""
    clean = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip()
    if not clean:
        raise MessageInvalid("Write a few words first.", field="body")
    if len(clean) > MESSAGE_LETTERS:
        raise MessageInvalid("A message has at most 2000 characters.", field="body")
    return clean


def check_may_write(booking: Booking, written_today: int) -> None:
    """Guest and house write about a stay that was booked, not all day long."""
    if booking.state not in BOOKED:
        raise WrongState("Messages begin once the stay is booked.")
    if written_today >= MESSAGES_A_DAY:
        raise TooManyMessages("Wait until tomorrow, or call.", retry_after_s=3_600)


def waive_until(case: NoShowCase) -> datetime:
    """The last instant at which the house may waive what a no-show costs."""
    return case.marked_at + WAIVE_WITHIN


def check_may_decide(case: NoShowCase, decision: Decision, now: datetime) -> None:
    """A house decides once; it may keep at any time and waive within seven days."""
    if case.decision is not None:
        raise AlreadyDecided("The refund is on its way: look at the booking.")
    if decision is Decision.WAIVED and now > waive_until(case):
        raise WaiverOver("A no-show can be waived within seven days.")


def acts_of(booking: Booking, case: NoShowCase | None, now: datetime) -> tuple[Act, ...]:
    """What may be done with the booking at an instant, the most likely first."""
    possible: list[Act] = []
    if booking.state is State.CONFIRMED:
        possible += [Act.CHECK_IN] if _may(booking_policy.check_may_begin, booking, now) else []
        possible += [Act.NO_SHOW] if _may(booking_policy.check_may_miss, booking, now) else []
        possible += [Act.CANCEL_ROOM] if _may_cancel_rooms(booking, now) else []
        possible += [Act.CANCEL] if booking.quote.channel == DESK else []
    if booking.state is State.IN_HOUSE:
        possible.append(Act.CHECK_OUT)
    if booking.state is State.NO_SHOW and case is not None and case.decision is None:
        possible.append(Act.KEEP)
        possible += [Act.WAIVE] if now <= waive_until(case) else []
    return tuple(possible)


def _may_cancel_rooms(booking: Booking, now: datetime) -> bool:
    several = len(booking.live_numbers) > 1
    return several and _may(partial(booking_policy.check_may_cancel, by_house=True), booking, now)


def _may(check: Callable[[Booking, datetime], None], booking: Booking, now: datetime) -> bool:
    try:
        check(booking, now)
    except WrongState:
        return False
    return True
