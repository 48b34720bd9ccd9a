"""When somebody is told what: pure."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hub.digests.errors import ChoiceInvalid
from hub.digests.models import Choice

FIRST_HOUR, LAST_HOUR = 7, 21  # a digest comes by day, never at night
BETWEEN = timedelta(hours=20)
LOOKED_BACK = timedelta(days=3)
# What is shown in a transaction is seen a moment after the instant that it bears.
SETTLED = timedelta(seconds=15)
LISTED, EXCERPT = 20, 280


def read_choice(typed: str) -> Choice:
    """Raises `ChoiceInvalid`."""
    try:
        return Choice(typed)
    except ValueError:
        raise ChoiceInvalid("Choose one of the answers.", field="choice") from None


def is_day(now: datetime, zone: str) -> bool:
    """Whether digests may go, on the clock of the organisation whose space it is."""
    return FIRST_HOUR <= now.astimezone(ZoneInfo(zone)).hour < LAST_HOUR


def due_before(choice: Choice, upto: datetime) -> datetime:
    """Until when somebody must have been told last to be told again: a digest comes once a day."""
    return upto - BETWEEN if choice is Choice.DIGEST else upto


def excerpt(body: str) -> str:
    """The beginning of a message, in one line."""
    line = " ".join(body.split())
    return line if len(line) <= EXCERPT else f"{line[: EXCERPT - 1].rstrip()}…"
