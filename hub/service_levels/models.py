"""What is promised of a month, what was measured of it, and what it gives back."""

from datetime import date, datetime
from uuid import UUID

import msgspec


class StepDown(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """So many percent of the month, down to an availability (parts per million)."""

    down_to_ppm: int
    percent: int


class Promise(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A target and the steps of its penalty, the mildest first."""

    target_ppm: int
    steps: tuple[StepDown, ...]


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """From an instant until another."""

    since: datetime
    until: datetime


class ReportIncident(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something did not work: since when, and for whom (nobody named: for all)."""

    began_at: datetime
    found_at: datetime
    words: str
    tenants: tuple[int, ...] = ()


class ChangeIncident(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is known later: when it ended, and its cause. What is given is set once."""

    ended_at: datetime | None = None
    cause: str = ""


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """An incident: public from `reported_at` on, told when the letters about it are written."""

    id: UUID
    service: str
    began_at: datetime
    found_at: datetime
    told_at: datetime | None
    ended_at: datetime | None
    tenants: tuple[int, ...]
    words: str
    cause: str
    cause_told_at: datetime | None
    reported_at: datetime | None = None

    def concerns(self, tenant: int | None) -> bool:
        return not self.tenants or tenant in self.tenants


class AnnounceWork(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Planned work: the minutes of it do not count, if it is announced early enough."""

    begins_at: datetime
    ends_at: datetime
    words: str


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """Planned work as it was announced."""

    id: UUID
    service: str
    begins_at: datetime
    ends_at: datetime
    announced_at: datetime
    words: str


class TellIncident(msgspec.Struct, frozen=True, kw_only=True):
    """Write the letters about an incident to the organisations whose number is above `after`."""

    incident: UUID
    after: int = 0


class TellWork(msgspec.Struct, frozen=True, kw_only=True):
    """The same for planned work."""

    work: UUID
    after: int = 0


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """A span in whole minutes: those that count, and those that were up."""

    counted: int
    up: int

    @property
    def down(self) -> int:
        return self.counted - self.up

    @property
    def ppm(self) -> int:
        """The share that was up, rounded down: nobody is told more than there was."""
        return self.up * 1_000_000 // self.counted if self.counted else 1_000_000


class MonthMeasured(Measured, frozen=True, kw_only=True):
    """A month of a service as everybody may see it."""

    month: date


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A client whose month is to be gone through; `through` is the last of its documents."""

    client: int
    through: int


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """The option of a clause in a contract that was signed at an instant."""

    option: str
    at: datetime


class CloseMonth(msgspec.Struct, frozen=True, kw_only=True):
    """Close a service's month for the clients whose number is above `after`."""

    service: str
    month: date
    after: int = 0


class Month(msgspec.Struct, frozen=True, kw_only=True):
    """A client's month of a service for one affair (a subscription's month, the fees of a house),
    as it was closed. A later document of the month is another row: `number` counts them."""

    tenant: int
    service: str
    month: date
    counted: int
    up: int
    target_ppm: int
    percent: int
    base_cents: int
    credit_cents: int
    credit_number: str | None
    closed_at: datetime
    number: int = 1
    affair: str = ""

    @property
    def ppm(self) -> int:
        """The share that was up, in millionths."""
        return Measured(counted=self.counted, up=self.up).ppm
