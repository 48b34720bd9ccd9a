"""A service as it is shown, and the signed statement about it."""

from datetime import date, datetime

import msgspec


class CriterionView(msgspec.Struct, frozen=True, kw_only=True):
    """A criterion: what it asks at the next level, and what that still needs."""

    id: str
    title: str
    level: str | None
    asks: str
    missing: tuple[str, ...]


class FamilyView(msgspec.Struct, frozen=True, kw_only=True):
    """A family with its level."""

    title: str
    level: str | None
    criteria: tuple[CriterionView, ...]


class FindingView(msgspec.Struct, frozen=True, kw_only=True):
    """The last measurement of a probe; `counts` while it is fresh."""

    probe: str
    title: str
    level: str | None
    says: str
    at: datetime
    counts: bool


class PaperView(msgspec.Struct, frozen=True, kw_only=True):
    """A document, and why it proves nothing."""

    title: str
    issuer: str
    number: str
    expires_on: date
    sha256: str
    faults: tuple[str, ...]


class StepView(msgspec.Struct, frozen=True, kw_only=True):
    """A step of the approval, without who made it."""

    step: str
    level: str | None
    at: datetime
    reason: str


class IncidentView(msgspec.Struct, frozen=True, kw_only=True):
    """An incident, without whom it concerned: `partial` when it was not everybody."""

    began_at: datetime
    found_at: datetime
    reported_at: datetime | None
    told_at: datetime | None
    ended_at: datetime | None
    words: str
    cause: str
    partial: bool


class WorkView(msgspec.Struct, frozen=True, kw_only=True):
    """Planned work; its minutes are left out of the measure when it was announced `in_time`."""

    begins_at: datetime
    ends_at: datetime
    announced_at: datetime
    words: str
    in_time: bool


class MonthView(msgspec.Struct, frozen=True, kw_only=True):
    """A month as it was measured from outside."""

    month: date
    availability_percent: str
    down_minutes: int


class ServiceView(msgspec.Struct, frozen=True, kw_only=True):
    """What everybody may know of a service at this instant. `level` is what is shown; `computed` is
    what the proofs alone would make. `left_at` is when an organisation was last seen to leave it
    whole: exported, and equal in an empty hub."""

    code: str
    title: str
    provider: str
    provider_id: str
    country: str
    scope: str
    referential: str
    version: str
    level: str | None
    computed: str | None
    state: str | None
    expires_on: date | None
    families: tuple[FamilyView, ...]
    findings: tuple[FindingView, ...]
    papers: tuple[PaperView, ...]
    steps: tuple[StepView, ...]
    availability_percent: str | None
    down_minutes: int | None
    left_at: datetime | None
    incidents: tuple[IncidentView, ...] = ()
    works: tuple[WorkView, ...] = ()
    months: tuple[MonthView, ...] = ()


class ServiceLine(msgspec.Struct, frozen=True, kw_only=True):
    """A service in the list."""

    code: str
    title: str
    provider: str
    level: str | None
    state: str | None


class Badge(msgspec.Struct, frozen=True, kw_only=True):
    """The claims of a badge. `level` was checked against `referential`; it says nothing after
    `exp`, and nothing when `status` no longer answers with the same level."""

    iss: str
    sub: str
    service: str
    provider: str
    provider_id: str
    scope: str
    level: str
    referential: str
    iat: int
    exp: int
    status: str


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a badge still stands."""

    service: str
    active: bool
    level: str | None
    checked_at: datetime


class ContractClause(msgspec.Struct, frozen=True, kw_only=True):
    """A clause with the option that is in force."""

    clause: str
    option: str
    title: str
    says: str
    since: datetime


class Contract(msgspec.Struct, frozen=True, kw_only=True):
    """The clauses of a service now. `sha256` is over provider, scope, codes and source words of the
    clauses: the same promise has the same hash in every language."""

    service: str
    title: str
    provider: str
    provider_id: str
    scope: str
    referential: str
    version: str
    clauses: tuple[ContractClause, ...]
    absent: tuple[str, ...]
    sha256: str
