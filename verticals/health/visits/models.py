"""A room, the links that open it once, and what is written after a visit."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec


class Role(StrEnum):
    """Who enters."""

    PATIENT = "patient"
    PRACTITIONER = "practitioner"


class SetVideo(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the practice's rooms are: an address with `{room}` in it, or the name of an installed
    provider; empty for none."""

    provider: str


class WriteNote(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the professional leaves after a visit; the patient reads it."""

    words: str


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """The room of an appointment, since it was opened; its name is a secret."""

    appointment: UUID
    name_sealed: bytes
    opened_at: datetime
    closed_at: datetime | None


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """A link into a room: once, and not for long."""

    id: UUID
    appointment: UUID
    role: Role
    until_at: datetime
    used_at: datetime | None


class Meeting(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider is told: nothing about who meets whom, or why."""

    provider: str
    room: str
    role: Role
    until_at: datetime


# A hook (entry point of the group `usage_hub.video`): the address of a room for who enters. It may
# ask the outside world; no transaction is open then.
Provider = Callable[[Meeting], Awaitable[str]]


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A note as it is kept."""

    id: UUID
    appointment: UUID
    practitioner: UUID
    words_sealed: bytes
    written_at: datetime


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """A note, if it can be read here."""

    words: str | None
    written_at: datetime


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """An appointment as its professional sees it; `may_open` its room now."""

    id: UUID
    patient: UUID
    patient_name: str
    by_video: bool
    begins_at: datetime
    ends_at: datetime
    is_open: bool
    may_open: bool
    notes: list[Words]


class Seat(msgspec.Struct, frozen=True, kw_only=True):
    """A visit as its patient sees it; `may_enter` once the room is open."""

    id: UUID
    practitioner_name: str
    by_video: bool
    begins_at: datetime
    may_enter: bool
    notes: list[Words]
