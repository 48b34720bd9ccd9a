"""When a house may go back on a stay, and what is written down of it: pure decisions."""

from datetime import date, datetime

from hub.core.errors import Invalid
from tourism.amends.models import Amends, Standing
from tourism.booking import policy as booking_policy
from tourism.booking.models import Booking

NOTE_MOST, HOLDER_MOST, REFERENCE_MOST = 500, 70, 140


def check_may_renounce(booking: Booking, now: datetime) -> None:
    """A stay that was paid here, until the end of its arrival day. Raises `WrongState`."""
    booking_policy.check_may_cancel(booking, now, by_house=True)
    booking_policy.check_paid_here(booking)


def check_payable(amends: Amends, paid_on: date, now: datetime) -> None:
    """Raise `Invalid` unless a transfer can have been made on that day."""
    if amends.state is not Standing.READY:
        raise Invalid("The guest has not said where to transfer it.")
    if not amends.made_at.date() <= paid_on <= now.date():
        raise Invalid("Give the day of the transfer: not before it was owed, not later than today.",
                      field="paid_on")  # fmt: skip


def clean_note(typed: str) -> str:
    said = " ".join(typed.split())
    if len(said) > NOTE_MOST:
        raise Invalid("Say it in fewer words.", field="note")
    return said


def clean_holder(typed: str) -> str:
    """The account's holder, as banks take it. Raises `Invalid`."""
    said = " ".join(typed.split())
    if not 2 <= len(said) <= HOLDER_MOST:
        raise Invalid("Give the name of the account's holder.", field="holder")
    return said


def clean_reference(typed: str) -> str:
    said = " ".join(typed.split())
    if not 1 <= len(said) <= REFERENCE_MOST:
        raise Invalid("Give the bank's reference of the transfer.", field="reference")
    return said
