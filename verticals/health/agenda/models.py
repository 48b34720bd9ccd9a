"""Who receives patients, when, and who comes."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec


class Mode(StrEnum):
    """How they meet."""

    PLACE = "place"
    VIDEO = "video"


class State(StrEnum):
    """How an appointment stands."""

    BOOKED = "booked"
    CANCELLED = "cancelled"


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody asks for, as typed."""


class AddPractitioner(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody who receives patients, with their number in the RPPS."""

    family: str
    given: str
    profession: str
    rpps: str


class OpenSlots(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hours of a day that can be booked: from `begins` to `ends` by the practice's clock, each of
    so many `minutes`, in the `modes` that are named (`place`, `video` or `both`)."""

    practitioner: str
    day: str
    begins: str
    ends: str
    minutes: str
    modes: str


class Practitioner(msgspec.Struct, frozen=True, kw_only=True):
    """A professional; `active` until they are struck off the RPPS or have left: then nobody books
    with them any more. `person` is the account under which they open what is shared with them,
    `asked` one that has not accepted yet. What was shared before `person_at` is for nobody: the
    account was another one then."""

    id: UUID
    family: str
    given: str
    profession: str
    rpps: str
    active: bool
    person: int | None
    asked: int | None
    person_at: datetime | None
    changed_at: datetime

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """A time of a practitioner; `taken` while somebody has it, `closed` when it is not offered."""

    id: UUID
    practitioner: UUID
    begins_at: datetime
    ends_at: datetime
    modes: tuple[str, ...]
    closed: bool
    taken: bool
    changed_at: datetime


class Appointment(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody comes, or would have come."""

    id: UUID
    slot: UUID
    practitioner: UUID
    patient: UUID
    mode: Mode
    state: State
    begins_at: datetime
    ends_at: datetime
    booked_at: datetime
    changed_at: datetime
    by_practice: bool


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """An appointment with the names that a page shows."""

    id: UUID
    slot: UUID
    practitioner: UUID
    patient: UUID
    practitioner_name: str
    patient_name: str
    mode: Mode
    state: State
    begins_at: datetime
    ends_at: datetime
    by_practice: bool


class Practice(msgspec.Struct, frozen=True, kw_only=True):
    """The practice whose public pages these are, and its clock."""

    tenant: int
    name: str
    zone: str


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A practitioner with their next free times."""

    practitioner: Practitioner
    slots: list[Slot]


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """What a practice sees of the days to come."""

    practice: Practice
    practitioners: list[Practitioner]
    appointments: list[Listed]
    free: list[Slot]


class SoughtPractitioners(msgspec.Struct, frozen=True, kw_only=True):
    """Who is asked for; all that is said must hold. `by_id`: in that order, not by name."""

    id: UUID | None = None
    rpps: str = ""
    name: str = ""
    active: bool | None = None
    after: UUID | None = None
    by_id: bool = False
    wanted: int = 100


class SoughtSlots(msgspec.Struct, frozen=True, kw_only=True):
    """Which slots are asked for; all that is said must hold."""

    id: UUID | None = None
    practitioner: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    taken: bool | None = None
    closed: bool | None = None
    after: UUID | None = None
    wanted: int = 100


class SoughtAppointments(msgspec.Struct, frozen=True, kw_only=True):
    """Which appointments are asked for; all that is said must hold."""

    id: UUID | None = None
    practitioner: UUID | None = None
    patient: UUID | None = None
    slot: UUID | None = None
    state: State | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: UUID | None = None
    wanted: int = 100
