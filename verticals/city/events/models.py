"""An event, its hours, and who comes."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec


class State(StrEnum):
    """How a registration stands: not confirmed yet, with a place, waiting for one, or given up."""

    ASKED = "asked"
    REGISTERED = "registered"
    WAITING = "waiting"
    CANCELLED = "cancelled"


class NamesOld(msgspec.Struct, frozen=True, kw_only=True):
    """The time of some names that a town holds is over."""


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody asks for, as typed; instants by the town's own clock."""


class Publish(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An event. `slots` are its hours, one a line: `14:00 20` or `2026-12-13 14:00 20`; without
    them it has one, with the event's `capacity`."""

    title: str
    words: str = ""
    place: str = ""
    begins: str = ""
    ends: str = ""
    opens: str = ""
    closes: str = ""
    capacity: str = ""
    slots: str = ""


class Change(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Other words for an event, other room by slot; `revision` is of what was looked at."""

    revision: int
    title: str
    words: str = ""
    place: str = ""
    closes: str = ""
    capacities: Mapping[str, str] = {}


class Register(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody would come at an hour of an event, with others or alone."""

    slot: str
    name: str
    email: str
    places: str = "1"


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What an event says, checked; `slots` are the instants and the room of its hours."""

    title: str
    words: str
    place: str
    begins_at: datetime
    ends_at: datetime
    opens_at: datetime
    closes_at: datetime
    slots: tuple[tuple[datetime, int], ...]


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """An event as it is kept; `capacity` and `taken` over all its slots, `cancelled` says why it
    does not take place."""

    id: UUID
    title: str
    words: str
    place: str
    begins_at: datetime
    ends_at: datetime
    opens_at: datetime
    closes_at: datetime
    cancelled: str
    revision: int
    written_at: datetime
    capacity: int
    taken: int

    def is_open(self, now: datetime) -> bool:
        """Whether one may register."""
        return not self.cancelled and self.opens_at <= now < self.closes_at


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """An hour of an event."""

    id: UUID
    event: UUID
    begins_at: datetime
    capacity: int
    taken: int

    @property
    def free(self) -> int:
        return self.capacity - self.taken


class Registration(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who comes, or would come."""

    id: UUID
    event: UUID
    slot: UUID
    state: State
    places: int
    name: str
    email: str
    asked_at: datetime
    since: datetime


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """How many asked lately, and how many of them for one address."""

    all: int
    same: int


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """An event with its hours."""

    event: Event
    slots: list[Slot]

    @property
    def has_hours(self) -> bool:
        """Whether there is anything to choose."""
        return len(self.slots) > 1 or self.slots[0].begins_at != self.event.begins_at


class OpenSlot(msgspec.Struct, frozen=True, kw_only=True):
    """An hour as everybody sees it."""

    begins_at: datetime
    capacity: int
    free: int


class OpenEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event as everybody sees it: nothing of who comes. Instants are in the town's zone."""

    id: UUID
    title: str
    words: str
    place: str
    begins_at: datetime
    ends_at: datetime
    registration_from: datetime
    registration_until: datetime
    cancelled: str
    slots: list[OpenSlot]
    page: str
