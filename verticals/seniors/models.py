"""A person, those who help, what the home tells, and what was done."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

ZONE = ZoneInfo("Europe/Paris")  # the clock of those who read and of those who watch
SHARED = ("calls", "alerts")  # what a contact may see, each by the person's consent
KINDS = ("motion", "heartbeat", "battery-low")


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody asks for."""


class AddSenior(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Follow a person."""

    name: str


class AddContact(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody more to call, after those who are there."""

    name: str
    email: str


class AddSensor(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sensor in a home; `pets` may move it, so that its movements prove nothing."""

    place: str
    pets: bool = False


class Event(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a sensor tells: the id that it keeps when it repeats itself, and its own clock."""

    id: str
    kind: str
    at: datetime


class Events(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Events of one sensor, in any order, repeated or late."""

    events: tuple[Event, ...]


class Senior(msgspec.Struct, frozen=True, kw_only=True):
    """A person who is followed; `away_until` is the last day of an absence that was told, `person`
    the account that they tied to their own screen."""

    id: UUID
    name: str
    away_until: date | None
    person: int | None = None


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is called, in the order of `rank`; `shares` is what the person lets them see."""

    id: UUID
    senior: UUID
    name: str
    email: str
    rank: int
    shares: tuple[str, ...]


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A call for help: `calling` the contact of `rank`, `accepted`, or `unanswered` by all."""

    id: UUID
    senior: UUID
    state: str
    rank: int
    called_at: datetime
    closed_at: datetime | None
    contact: UUID | None


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened, by a code, and who did it or whom it was done to."""

    at: datetime
    what: str
    who: str


class Sensor(msgspec.Struct, frozen=True, kw_only=True):
    """A sensor; `heard_at` by the hub's clock."""

    id: UUID
    senior: UUID
    place: str
    pets: bool
    heard_at: datetime | None


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """An unusual silence, or a sensor that is lost or weak; closed with a cause."""

    id: UUID
    senior: UUID
    name: str
    kind: str
    on_day: date
    closed_at: datetime | None
    cause: str


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """That somebody looked at a person's page on a day, how often and when last; `reader` is
    `person:NUMBER` of the association, or `contact:ID`."""

    reader: str
    name: str
    times: int
    last_at: datetime


class ReadingsOld(msgspec.Struct, frozen=True, kw_only=True):
    """The time of an association's oldest readings is over."""


class PatienceOver(msgspec.Struct, frozen=True, kw_only=True):
    """The contact of a rank has had the time to answer a call."""

    call: UUID
    rank: int


class MorningOver(msgspec.Struct, frozen=True, kw_only=True):
    """The watch of a morning ends."""

    senior: UUID
    day: date


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """What an association sees first."""

    seniors: list[Senior]
    alerts: list[Alert]


class Home(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one person: the newest call, what happened of late, and who looked."""

    senior: Senior
    contacts: list[Contact]
    sensors: list[Sensor]
    alerts: list[Alert]
    call: Call | None
    steps: list[Step]
    readings: list[Reading]


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """What a contact sees: the call that they are asked for, and what the person lets them see."""

    contact: Contact
    senior: Senior
    call: Call | None
    asked: bool
    steps: list[Step]
    alerts: list[Alert]
