"""What a received transfer may be, and how transfers are recognised: pure decisions."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from hub.core.clock import local_date
from hub.core.errors import Invalid, NotFound
from hub.core.sentences import say
from tourism.repaying.errors import MoreThanOwed, NotedOtherwise
from tourism.repaying.models import NoteReceived, Received, RepaidLine

PARIS = "Europe/Paris"  # where the platform's bank counts its days
REFERENCE_MOST, OLD = 140, timedelta(days=366)
WHY_LEAST, WHY_MOST = 10, 500


def transfer_reference(holder: int) -> str:
    """What a holder's transfer says, so that it is recognised: a creditor reference with its key
    (ISO 11649), which banks check."""
    body = f"DU{holder:06d}"
    digits = "".join(str(int(sign, 36)) for sign in f"{body}RF00")
    return f"RF{98 - int(digits) % 97:02d}{body}"


def clean(command: NoteReceived, now: datetime) -> NoteReceived:
    """As it is kept. Raises `Invalid`."""
    reference = " ".join(command.reference.split())
    if not 1 <= len(reference) <= REFERENCE_MOST:
        raise Invalid("Give the bank's reference of the transfer.", field="reference")
    if command.amount_cents <= 0:
        raise Invalid("Give the amount that was received.", field="amount_cents")
    today = local_date(now, PARIS)
    if not today - OLD <= command.received_on <= today:
        raise Invalid(
            "Give the day on which the bank received it: within a year, not later than today.",
            field="received_on",
        )
    return NoteReceived(
        holder=command.holder,
        amount_cents=command.amount_cents,
        received_on=command.received_on,
        reference=reference,
    )


def clean_why(typed: str) -> str:
    """Why a transfer counts no more, as it is kept. Raises `Invalid`."""
    said = " ".join(typed.split())
    if not WHY_LEAST <= len(said) <= WHY_MOST:
        raise Invalid("Say why, in a sentence: it stays with the books.", field="why")
    return said


def check_same(known: Received, command: NoteReceived) -> None:
    """Raise `NotedOtherwise` unless a reference that comes again says the same."""
    said = (command.holder, command.amount_cents, command.received_on)
    if said != (known.holder, known.amount_cents, known.received_on):
        raise NotedOtherwise(
            "Look at it below: a bank's reference names one transfer only.", field="reference"
        )


def check_lines(lines: Sequence[RepaidLine], cents: int) -> None:
    """Raise `NotFound` where nothing is owed, `MoreThanOwed`, or `Invalid` for more stays than are
    written down at once."""
    if not lines:
        raise NotFound("This organisation owes nothing.")
    owed = lines[0].owed_cents
    if cents > owed:
        raise MoreThanOwed(
            say(
                "It owes %(amount)s €: note as much, and send the rest back.",
                amount=amount_of(owed),
            ),
            field="amount_cents",
            owed_cents=owed,
        )
    if sum(line.cents for line in lines) != cents:
        raise Invalid("These are too many stays at once: note it in parts.", field="amount_cents")


def amount_of(cents: int) -> str:
    """Euros as they are typed into a form."""
    return f"{cents // 100},{cents % 100:02d}"


def day_of(text: str) -> date:
    """A day as the form sends it. Raises `Invalid`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid("Give the day of the transfer.", field="received_on") from None
