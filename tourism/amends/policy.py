"""When a house may go back on a stay, and what is written down of it: pure decisions."""

from datetime import date, datetime

from hub.core.clock import local_date
from hub.core.errors import Invalid
from tourism.amends.models import Amends, Standing

PARIS = "Europe/Paris"  # where the platform's bank counts its days
NOTE_MOST, HOLDER_MOST, REFERENCE_MOST = 500, 70, 140


def check_payable(amends: Amends, paid_on: date, now: datetime) -> None:
    """Raise `Invalid` unless a transfer can have been made on that day."""
    if amends.state is not Standing.READY:
        raise Invalid("The guest has not said where to transfer it.")
    if not local_date(amends.made_at, PARIS) <= paid_on <= local_date(now, PARIS):
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
