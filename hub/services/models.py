"""A launched service, and what may be asked of it."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from hub.gates.models import State


class Step(StrEnum):
    """What can happen to it. The last two leave it where it stands."""

    TRY = "try"
    OPEN_TRIAL = "open_trial"
    EXTEND = "extend"
    GO_LIVE = "go_live"
    WIND_DOWN = "wind_down"
    LAPSE = "lapse"
    RESUME = "resume"
    RETIRE = "retire"
    CLOSE = "close"
    TAKE_OUT = "take_out"
    TAKE_IN = "take_in"


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """A service of its launcher's (`tenant`). `space` is the organisation that its people act for
    now, none when it is over; `acts` are today's writes."""

    id: UUID
    tenant: int
    vertical: str
    name: str
    state: State
    version: int
    colour: str
    legal: str
    ends_on: date | None
    began_on: date
    fault: str
    faults_left: int
    exported_at: datetime | None
    exported_rows: int | None
    exported_sha: str | None
    launched_at: datetime
    changed_at: datetime
    space: int | None
    acts: int


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A step that was made; `rows` are those that were taken out or in."""

    id: int
    step: Step
    state: State
    at: datetime
    actor: str
    reason: str
    rows: int | None


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """The writes of a day."""

    day: date
    acts: int


class MonthUse(msgspec.Struct, frozen=True, kw_only=True):
    """The writes of a month (by its first day), and those of them that are billed."""

    month: date
    acts: int
    billable: int


class UseDue(msgspec.Struct, frozen=True, kw_only=True):
    """Billable writes of a day, of which usage billing knows `metered`, and the subscription that
    meters them, with who sells it."""

    service: UUID
    day: date
    billable: int
    metered: int
    seller: int
    subscription: UUID


class Launch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Launch an installed vertical, as a sandbox or at once as a trial until a day."""

    vertical: str
    name: str
    trial_until: date | None = None


class Move(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step of a service that was looked at in this `version`; `until` is the last day of a trial
    that opens, goes on or comes back."""

    step: Step
    version: int
    until: date | None = None
    reason: str = ""


class Dress(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a service looks: its name, one colour (`#rrggbb`, empty for the house's), legal text."""

    name: str
    colour: str = ""
    legal: str = ""


class AskFaults(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let the next requests of a sandbox be refused, or be slow; none ends it."""

    fault: str
    times: int


class Quota(msgspec.Struct, frozen=True, kw_only=True):
    """What a state allows: writes a day, people, days; none where there is no limit."""

    acts: int | None
    people: int | None
    days: int | None


class Community(msgspec.Struct, frozen=True, kw_only=True):
    """A service as its people's pages need it."""

    service: UUID
    space: int
    vertical: str
    name: str
    state: State
    invented: bool
    closed: bool
    colour: str
    has_legal: bool
    ends_on: date | None
    fault: str
    faults_left: int
    changed_at: datetime


class Face(msgspec.Struct, frozen=True, kw_only=True):
    """What everybody may know of a service."""

    name: str
    vertical: str
    state: State
    colour: str
    legal: str


class SandboxOpened(msgspec.Struct, frozen=True, kw_only=True):
    """A space waits to be filled with the example of its vertical."""

    space: int
    vertical: str


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A service whose last day is over."""

    id: UUID
    tenant: int


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A foreign key of a vertical's table."""

    table: str
    columns: tuple[str, ...]
    keys: tuple[str, ...]


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A vertical's table: its columns, those that the database counts, those that are files (a
    photo's bytes), its key."""

    name: str
    columns: tuple[str, ...]
    counted: tuple[str, ...]
    files: tuple[str, ...]
    key: tuple[str, ...]
    links: tuple[Link, ...]

    @property
    def carried(self) -> list[str]:
        """The columns that leave: neither the wall's number nor what the database counts."""
        return [c for c in self.columns if c != "tenant" and c not in self.counted]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A row as JSON, its `mark` in the order of the key, and the contents of its files."""

    line: str
    mark: tuple[str, ...]
    contents: tuple[bytes | None, ...] = ()


class TableCount(msgspec.Struct, frozen=True, kw_only=True):
    """A table in an archive: its rows, and the sum of the SHA-256 of their lines, in hex."""

    table: str
    rows: int
    sum: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What an archive of a service holds; `schema` are the vertical's schema files."""

    format: str
    vertical: str
    name: str
    made_at: datetime
    schema: tuple[str, ...]
    tables: tuple[TableCount, ...]

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.tables)


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows arrived; `turned` by a migration, else as they left."""

    rows: int
    turned: bool
