"""A referential as data, the proofs that a service gives, and the level that they make.

A level is a rank: 0 is none, 1 the first of the referential's levels, and so on. What the levels
are called is data.
"""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

NONE = 0


class Check(StrEnum):
    """How something is proved: by a measurement, a document, or a clause of the contract."""

    PROBE = "probe"
    EVIDENCE = "evidence"
    CLAUSE = "clause"


class Titled(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A code with its French title."""

    code: str
    title: str


class DataClass(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Data that may not run below a level."""

    code: str
    floor: int


class ProbeKind(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A measurement; its finding proves nothing any more after `fresh_days`."""

    code: str
    title: str
    fresh_days: int


class EvidenceKind(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document. An `independent` one is not issued by whom it is about; only `issuers` can issue
    it, when they are named; the number of one to be `confirmed` was looked up at its issuer's."""

    code: str
    title: str
    issuers: tuple[str, ...] = ()
    independent: bool = False
    confirmed: bool = False


class ClauseOption(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One wording of a clause, and the level that it is worth."""

    code: str
    level: int
    says: str


class ClauseKind(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A clause with its options."""

    code: str
    title: str
    options: tuple[ClauseOption, ...]


class Need(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """What a step wants proved: `probe:tls`."""

    check: Check
    code: str


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one criterion asks at one level."""

    says: str
    needs: tuple[Need, ...]


class Criterion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A criterion: a step a level, lowest first. `only_for` names the data class it concerns;
    `maps_to` the schemes that it is compared with."""

    id: str
    family: str
    title: str
    steps: tuple[Step, ...]
    maps_to: tuple[str, ...] = ()
    only_for: str | None = None


class Referential(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A referential of one day."""

    code: str
    version: str
    published_on: date
    title: str
    levels: tuple[Titled, ...]
    families: tuple[Titled, ...]
    schemes: tuple[Titled, ...]
    data_classes: tuple[DataClass, ...]
    probes: dict[str, ProbeKind]
    evidence: dict[str, EvidenceKind]
    clauses: dict[str, ClauseKind]
    criteria: tuple[Criterion, ...]

    @property
    def top(self) -> int:
        return len(self.levels)

    def rank(self, code: str) -> int:
        """The rank of a level's code; 0 when there is none of this name."""
        codes = [level.code for level in self.levels]
        return codes.index(code) + 1 if code in codes else NONE

    def name(self, rank: int) -> str | None:
        """The code of a rank."""
        return self.levels[rank - 1].code if rank else None


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is proved up to a level. `since` and `until` bound the time in which it
    counts."""

    need: Need
    rank: int
    since: datetime | None = None
    until: datetime | None = None


class Met(msgspec.Struct, frozen=True, kw_only=True):
    """How far a criterion is met, and what the next level still needs."""

    id: str
    rank: int
    missing: tuple[Need, ...]


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """A level is the lowest of the families; below the floor of a class of data there is none, and
    `barred_by` names that class."""

    rank: int
    families: dict[str, int]
    criteria: tuple[Met, ...]
    barred_by: str | None = None

    def lacking(self, rank: int) -> tuple[Met, ...]:
        """The criteria that keep the service below a rank."""
        return tuple(one for one in self.criteria if one.rank < rank)


class RegisterService(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A service and who answers for it in law. `provider_id` is its SIREN, or its number in the
    register of its country; `scope` says in words what is assessed. `address` is where it answers
    (this hub's own when empty); `run_here` whether this hub runs it."""

    code: str
    title: str
    provider: str
    provider_id: str
    scope: str
    country: str = "FR"
    data_classes: tuple[str, ...] = ()
    referential: str = "secure-cloud"
    address: str = ""
    run_here: bool = True


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """A service as it is registered. `operator` is the organisation that keeps its file."""

    code: str
    title: str
    provider: str
    provider_id: str
    country: str
    scope: str
    data_classes: tuple[str, ...]
    referential: str
    operator: int
    registered_at: datetime
    address: str = ""
    run_here: bool = True


class Fault(StrEnum):
    """Why a document proves nothing."""

    UNKNOWN_KIND = "unknown-kind"
    NOT_YET = "not-yet"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    OTHER_ENTITY = "other-entity"
    OTHER_SERVICE = "other-service"
    SELF_ISSUED = "self-issued"
    ISSUER_UNKNOWN = "issuer-unknown"
    NUMBER_UNKNOWN = "number-unknown"


class AddEvidence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document: what it is, who issued it (`issuer_id` when it has one), whom (`entity`, a
    number like a provider's) and which services (codes) it is about, the days on which it holds,
    and the SHA-256 of its file in hex."""

    kind: str
    issuer: str
    entity: str
    services: tuple[str, ...]
    issued_on: date
    expires_on: date
    sha256: str
    number: str = ""
    issuer_id: str = ""


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """A document as it is kept with a service's file."""

    id: UUID
    service: str
    kind: str
    number: str
    issuer: str
    issuer_id: str
    entity: str
    services: tuple[str, ...]
    issued_on: date
    expires_on: date
    sha256: str
    added_at: datetime
    added_by: str
    confirmed_at: datetime | None
    confirmed_by: str | None
    withdrawn_at: datetime | None


class ChangeClause(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The option of a clause in the service's contract; none takes the clause out."""

    clause: str
    option: str | None


class Clause(msgspec.Struct, frozen=True, kw_only=True):
    """A clause that is in the contract."""

    clause: str
    option: str
    since: datetime


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What a probe found. `says` is a French pattern that the probes' manifest lists for the
    catalogues, `filled` its values; `detail` holds figures for programs."""

    rank: int
    says: str
    filled: dict[str, str | int] = {}
    detail: dict[str, object] = {}


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A finding as it is kept, for ever."""

    id: int
    service: str
    probe: str
    rank: int
    at: datetime
    until: datetime
    says: str
    filled: dict[str, str | int]
    detail: dict[str, object]


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A document with why it proves nothing; no fault when it counts."""

    evidence: Evidence
    faults: tuple[Fault, ...]


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where a service stands now: everything that its level is made of."""

    service: Service
    referential: Referential
    assessment: Assessment
    papers: tuple[Paper, ...]
    clauses: tuple[Clause, ...]
    findings: tuple[Finding, ...]
