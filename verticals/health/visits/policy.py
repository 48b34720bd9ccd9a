"""What is decided without looking anything up: when a room opens, which link opens it, where."""

import re
from datetime import datetime, timedelta

from hub.core.clock import Ids
from hub.core.sentences import say
from hub.tenancy import Role
from verticals.health.agenda import Appointment, Mode, State
from verticals.health.visits.errors import LinkUsed, RoomClosed, RoomsNotYours, VisitInvalid
from verticals.health.visits.models import Room, Ticket

BEFORE, AFTER = timedelta(minutes=15), timedelta(minutes=60)
LINK_LIVES = timedelta(minutes=5)
MOST_ADDRESS, MOST_WORDS = 300, 20_000
NAME_BYTES = 16
LIKE = "https://visio.example.org/{room}"
_ADDRESS = re.compile(r"https://[a-zA-Z0-9.-]+(?::\d{1,5})?/[^\s{}<>\"']*\{room\}[^\s{}<>\"']*")


def may_set_video(role: str | None) -> bool:
    """Whether somebody says where rooms are: whoever does sends every patient there."""
    return role in {Role.OWNER, Role.MANAGER}


def check_sets_video(role: str | None) -> None:
    """Raises `RoomsNotYours`."""
    if not may_set_video(role):
        raise RoomsNotYours()


def read_provider(typed: str, installed: tuple[str, ...]) -> str:
    """An address with `{room}`, an installed provider's name, or nothing. Raises `VisitInvalid`."""
    text = typed.strip()
    known = not text or text in installed
    if not known and (len(text) > MOST_ADDRESS or not _ADDRESS.fullmatch(text)):
        says = say("Write an address like this: %(like)s", like=LIKE)
        raise VisitInvalid(says, field="provider")
    return text


def may_open(appointment: Appointment, now: datetime) -> bool:
    """Whether the room of an appointment can be open: by video, booked, from a quarter of an hour
    before its beginning until an hour after its end."""
    return (
        appointment.mode is Mode.VIDEO
        and appointment.state is State.BOOKED
        and appointment.begins_at - BEFORE <= now < appointment.ends_at + AFTER
    )


def check_open(appointment: Appointment, now: datetime) -> None:
    """Raises `RoomClosed`."""
    if not may_open(appointment, now):
        raise RoomClosed("It opens a quarter of an hour before, for a visit by video.")


def is_open(room: Room | None, appointment: Appointment, now: datetime) -> bool:
    return room is not None and room.closed_at is None and may_open(appointment, now)


def check_ticket(ticket: Ticket | None, now: datetime) -> Ticket:
    """Raises `LinkUsed` for a link that was used, is over, or never was."""
    if ticket is None or ticket.used_at is not None or ticket.until_at <= now:
        raise LinkUsed("Ask for another one on the page of the visit.")
    return ticket


def draw_name(ids: Ids) -> str:
    """The name of a room, which nobody guesses."""
    return f"{ids.below(1 << (8 * NAME_BYTES)):032x}"


def read_words(typed: str) -> str:
    """A note. Raises `VisitInvalid`."""
    text = typed.replace("\r\n", "\n").strip()
    if not 1 <= len(text) <= MOST_WORDS:
        raise VisitInvalid(say("Write 1 to %(most)s letters.", most=MOST_WORDS), field="words")
    return text
