"""Whom a practice knows: their traits, and how far their identity has been checked."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from verticals.health.patients.spelling import key_of

NIR_OID = "1.2.250.1.213.1.4.8"
NIA_OID = "1.2.250.1.213.1.4.9"


class Sex(StrEnum):
    """The trait as RNIV has it."""

    FEMALE = "female"
    MALE = "male"
    UNKNOWN = "unknown"


class Status(StrEnum):
    """The four statuses of an identity (RNIV): nothing checked; its matricule given by INSi; an
    official paper looked at; both. Only the last may carry the matricule."""

    PROVISIONAL = "provisional"
    RETRIEVED = "retrieved"
    VALIDATED = "validated"
    QUALIFIED = "qualified"


class Paper(StrEnum):
    """What shows an identity with the trust that RNIV asks for."""

    IDENTITY_CARD = "identity-card"
    PASSPORT = "passport"
    RESIDENCE_PERMIT = "residence-permit"
    FAMILY_BOOK = "family-book"  # for a minor, with a parent's paper


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody asks for, as typed."""


class AddPatient(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A patient. `born` is a day, a month (`1985-03`) or a year (`1985`) where more is not known;
    `birthplace` an INSEE code, 99 and three digits for a country abroad, 99999 where it is not
    known (RNIV); nothing is checked without it. `another` says that it is not who is known under
    the same traits."""

    birth_name: str
    first_names: str
    born: str
    sex: str
    birthplace: str = ""
    used_name: str = ""
    email: str = ""
    phone: str = ""
    another: bool = False


class CorrectTraits(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The traits as they are from now on, written as in `AddPatient`; `revision` is of those that
    somebody looked at."""

    birth_name: str
    first_names: str
    born: str
    sex: str
    revision: int
    birthplace: str = ""
    used_name: str = ""
    email: str = ""
    phone: str = ""
    another: bool = False


class CheckIdentity(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An official paper was looked at; `revision` is of the traits that it was compared with."""

    paper: str
    revision: int


class TakeIns(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the INSi service answered: the matricule with its key, and the OID that says which of
    the two kinds it is."""

    matricule: str
    oid: str
    revision: int


class Traits(msgspec.Struct, frozen=True, kw_only=True):
    """The strict traits of an identity, with what else is kept to reach somebody."""

    birth_name: str
    first_names: str
    born_on: date
    sex: Sex
    birthplace: str
    used_name: str = ""
    email: str = ""
    phone: str = ""


class Ins(msgspec.Struct, frozen=True, kw_only=True):
    """A matricule without its key: 13 signs, and its OID; `whole` with it, 15 signs."""

    matricule: str
    oid: str

    @property
    def whole(self) -> str:
        return f"{self.matricule}{key_of(self.matricule):02}"

    @property
    def is_nir(self) -> bool:
        return self.oid == NIR_OID


class Patient(msgspec.Struct, frozen=True, kw_only=True):
    """A patient of a practice; `person` is the account under which they book."""

    id: UUID
    person: int | None
    birth_name: str
    first_names: str
    used_name: str
    born_on: date
    sex: Sex
    birthplace: str
    email: str
    phone: str
    paper: str
    retrieved_at: datetime | None
    ins_sealed: bytes | None
    merged_into: UUID | None
    revision: int
    added_at: datetime
    changed_at: datetime

    @property
    def status(self) -> Status:
        if self.retrieved_at is not None:
            return Status.QUALIFIED if self.paper else Status.RETRIEVED
        return Status.VALIDATED if self.paper else Status.PROVISIONAL

    @property
    def first_name(self) -> str:
        return self.first_names.split(" ")[0]

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.used_name or self.birth_name}"


class What(StrEnum):
    """What of a patient somebody looked at: their record, their appointments, their visits with the
    notes, or that they have documents; whoever opens a document is written down beside it."""

    RECORD = "record"
    AGENDA = "agenda"
    VISITS = "visits"
    DOCUMENTS = "documents"


class LooksOld(msgspec.Struct, frozen=True, kw_only=True):
    """The time of a practice's oldest looks is over."""


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What an account looked at on one day, so many times; without a number once it is erased."""

    person: int | None
    what: What
    looked_on: date
    times: int
    last_at: datetime


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A look as its patient reads it; without a name for whom is not of the practice any more."""

    name: str | None
    look: Look


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """Which patients are asked for; all that is said must hold. RNIV: first by the day of birth."""

    id: UUID | None = None
    born_on: date | None = None
    name: str = ""
    given: str = ""
    after: UUID | None = None
    wanted: int = 100
