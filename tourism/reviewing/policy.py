"""The decisions about reviews: who may write one and when, and what may stand in it."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hub.core.sentences import say
from tourism.booking.models import Booking, Guest, State
from tourism.reviewing.errors import NotStayedYet, ReviewInvalid
from tourism.reviewing.models import DecideReport, ReportReview, WriteReview

LEAST_LETTERS = 10
MOST_LETTERS = 4_000
MOST_REPLY = 2_000
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")  # RFC 5646, without its rarer parts
# A guest is asked from the day after the departure on, for two weeks; the link is good for a year.
ASKED_FOR = timedelta(days=14)
WRITTEN_WITHIN = timedelta(days=365)
STAYED = frozenset({State.CONFIRMED, State.IN_HOUSE, State.CHECKED_OUT})
_CONTACT = re.compile(
    r"[\w.+-]+@[\w-]+\.\w|https?://|www\.|\b[\w-]+\.(?:com|fr|net|org|eu|io)\b"
    r"|(?:\+|\b0)\d(?:[ .-]?\d){7,}",
    re.IGNORECASE,
)


def check_may_review(booking: Booking, now: datetime) -> None:
    """Whoever stayed may write from the departure on. A stay whose arrival the house never noted
    counts too. Raises `NotStayedYet`."""
    if booking.state not in STAYED:
        raise NotStayedYet("This stay did not take place.")
    today = now.astimezone(ZoneInfo(booking.quote.zone)).date()
    if booking.state is not State.CHECKED_OUT and today < booking.departure:
        raise NotStayedYet("Come back once you have left the house.")
    if today > booking.departure + WRITTEN_WITHIN:
        raise NotStayedYet("A review is written within a year of the stay.")


def check_review(command: WriteReview) -> None:
    """Raise `ReviewInvalid`, with its field."""
    if not 1 <= command.score <= 5:
        raise ReviewInvalid("Choose a score from 1 to 5.", field="score")
    text = command.text.strip()
    if len(text) < LEAST_LETTERS:
        raise ReviewInvalid("Say in a sentence how it was.", field="text")
    if len(text) > MOST_LETTERS:
        raise ReviewInvalid(
            say("A review has at most %(most)s letters.", most=MOST_LETTERS), field="text"
        )
    if _CONTACT.search(text):
        raise ReviewInvalid(
            "Leave out links, e-mail addresses and telephone numbers.", field="text"
        )
    if not _LANGUAGE.fullmatch(command.language):
        raise ReviewInvalid("Name the language by its code, such as fr.", field="language")


def check_reply(text: str) -> str:
    """The reply as it is kept. Raises `ReviewInvalid`."""
    said = text.strip()
    if not said:
        raise ReviewInvalid("Write your reply.", field="reply")
    if len(said) > MOST_REPLY:
        raise ReviewInvalid(
            say("A reply has at most %(most)s letters.", most=MOST_REPLY), field="reply"
        )
    if _CONTACT.search(said):
        raise ReviewInvalid(
            "Leave out links, e-mail addresses and telephone numbers.", field="reply"
        )
    return said


def check_report(command: ReportReview) -> None:
    """A report has its reason and its words. Raises `ReviewInvalid`."""
    if not 10 <= len(command.words.strip()) <= 2_000:
        raise ReviewInvalid("Say in a sentence what is wrong.", field="words")


def check_decision(command: DecideReport) -> None:
    """Who removes says why, in words that the author reads. Raises `ReviewInvalid`."""
    if command.remove and command.reason is None:
        raise ReviewInvalid("Choose a reason.", field="reason")
    if command.remove and not 10 <= len(command.words.strip()) <= 2_000:
        raise ReviewInvalid("Say in a sentence why: its author reads it.", field="words")


def author_of(guest: Guest) -> str:
    """How a guest is shown: the first name and the initial of the last."""
    return f"{guest.first_name.strip()} {guest.last_name.strip()[:1].upper()}."


def days_asked(today: date) -> tuple[date, date]:
    """The departures whose guests are asked today."""
    return today - ASKED_FOR, today - timedelta(days=1)
