"""A withdrawn provider, and the way out of each organisation that lives with it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

TAKE_AWAY = "export"  # the choice of whoever goes to no other zone


class State(StrEnum):
    """Where an organisation is on its way out."""

    TOLD = "told"
    CHOSEN = "chosen"
    COPIED = "copied"
    ACCEPTED = "accepted"
    HELD = "held"
    GONE = "gone"


class Step(StrEnum):
    """What can happen on the way."""

    TELL = "tell"
    CHOOSE = "choose"
    COPY = "copy"
    TURN_BACK = "turn_back"
    ACCEPT = "accept"
    HOLD = "hold"
    FINISH = "finish"
    LEAVE = "leave"


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """A zone that an organisation may go to: where, whose, which level; `refused` says why not."""

    zone: str
    title: str
    country: str
    operator: str
    level: str
    refused: tuple[str, ...] = ()


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on both sides, table by table: rows, and the SHA-256 over all their lines.

    `escrowed` is the instant of the copy that was put by, when the provider did not answer."""

    rows: int
    tables: int
    source_sha256: str
    target_sha256: str
    made_at: datetime
    escrowed: datetime | None = None

    @property
    def equal(self) -> bool:
        return self.source_sha256 == self.target_sha256


class Reader(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """Who decides for an organisation: letters go there."""

    email: str
    language: str


class Withdrawal(msgspec.Struct, frozen=True, kw_only=True):
    """A provider whose approval two persons have withdrawn. Whoever was told as it began
    and has not chosen at `choose_by` is held; everything can be fetched until `retrieve_until` at
    least. Who is told later has as long from then on (`policy.choose_by`)."""

    tenant: int
    id: UUID
    service: str
    title: str
    reason: str
    began_at: datetime
    choose_by: datetime
    retrieve_until: datetime
    looked_at: datetime | None
    closed_at: datetime | None


class Departure(msgspec.Struct, frozen=True, kw_only=True):
    """The way out of one organisation. `left_by_notice`: it was erased by its own notice, and goes
    nowhere. `opened_at`: since when it lives where it chose, with what its provider, who is away,
    may hold yet."""

    tenant: int
    withdrawal: UUID
    id: UUID
    zone: str
    organisation: int
    at_home: bool
    kind: str
    name: str
    persons: int
    state: State
    version: int
    choices: tuple[Choice, ...]
    choice: str | None
    chosen_at: datetime | None
    chosen_by: str | None
    copy_in: str | None
    proof: Proof | None
    accepted_at: datetime | None
    accepted_by: str | None
    certificate: dict[str, object] | None
    opened_at: datetime | None = None
    left_by_notice: bool = False
    reminders: int
    fault: str
    faults: int
    kept_at: datetime
    told_at: datetime
    changed_at: datetime


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A step that was made, kept for ever."""

    id: int
    step: Step
    state: State
    at: datetime
    actor: str
    detail: str


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation that lives with the provider, as those who move found it."""

    zone: str
    organisation: int
    at_home: bool
    kind: str
    name: str
    persons: int
    choices: tuple[Choice, ...]
    readers: tuple[Reader, ...]


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """A row, and the operator behind whose wall it stands."""

    tenant: int
    id: UUID


class Silence(msgspec.Struct, frozen=True, kw_only=True):
    """A zone that does not answer: since when, and how often it was asked."""

    since: datetime
    tries: int


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """How many organisations are in a state, with how many persons."""

    state: State
    organisations: int
    persons: int


class Leaving(msgspec.Struct, frozen=True, kw_only=True):
    """What the requests of an organisation need to know."""

    held: bool
    state: State | None
    title: str | None
    choose_by: datetime | None
