"""When somebody is told what: pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hub.digests.errors import ChoiceInvalid
from hub.digests.models import Choice, News, Told

ZONE = ZoneInfo("Europe/Paris")
FIRST_HOUR = 7  # a digest comes in the morning, never at night
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


def is_morning(now: datetime) -> bool:
    """Whether digests may go."""
    return now.astimezone(ZONE).hour >= FIRST_HOUR


def due_before(choice: Choice, upto: datetime) -> datetime:
    """Until when somebody must have been told last to be told again: a digest comes once a day."""
    return upto - BETWEEN if choice is Choice.DIGEST else upto


def news_of(reader: Told, news: Sequence[News]) -> list[News]:
    """What is new to a reader: nothing of their own, nothing that they were told of."""
    return [one for one in news if one.author != reader.person and one.shown_at > reader.since]


def excerpt(body: str) -> str:
    """The beginning of a message, in one line."""
    line = " ".join(body.split())
    return line if len(line) <= EXCERPT else f"{line[: EXCERPT - 1].rstrip()}…"
