"""Claims: who says that a house is theirs, what proves it, and who decided."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from tourism.lodging.models import Kind, Listing


class State(StrEnum):
    """`open`: waits for a proof; `asked`: waits for a decision; the others are over."""

    OPEN = "open"
    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class FoundHouse(msgspec.Struct, frozen=True, kw_only=True):
    """A house that somebody may claim, as the public may see it."""

    id: int
    kind: Kind
    name: str
    address: str | None
    postcode: str | None
    commune: str
    department_code: str
    listing: Listing

    @property
    def claimed(self) -> bool:
        """Whether somebody runs it here already: claiming it opens a dispute."""
        return self.listing in {Listing.DRAFT, Listing.PUBLISHED}


class BeginClaim(msgspec.Struct, frozen=True, kw_only=True):
    """Say that a house is mine: its establishment's SIRET, what I am there, where to call me."""

    property: int
    siret: str
    quality: str
    phone: str


class AskOffice(msgspec.Struct, frozen=True, kw_only=True):
    """Ask the tourist office, in words that help it to recognise me."""

    statement: str


class AskConfirmation(msgspec.Struct, frozen=True, kw_only=True):
    """Ask those who know a house that I added to confirm that I run it."""

    quality: str
    phone: str
    statement: str


class DecideClaim(msgspec.Struct, frozen=True, kw_only=True):
    """Confirm or refuse a claim; the reason is told to the claimant."""

    grant: bool
    reason: str


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """One person's claim of one house. `code_hash` is keyed; the code itself is nowhere. It
    `confirms` when the person runs the house already, having added it: then it changes no hands."""

    id: UUID
    property: int
    person: int
    state: State
    siret: str
    quality: str
    phone: str
    statement: str
    email: str | None
    code_hash: bytes | None
    code_expires_at: datetime | None
    code_tries: int
    codes_sent: int
    codes_on: date | None
    proven_at: datetime | None
    reason: str
    decided_at: datetime | None
    made_at: datetime
    confirms: bool = False


class OwnClaim(msgspec.Struct, frozen=True, kw_only=True):
    """A claim of a person, and behind which wall it lies."""

    id: UUID
    tenant: int
    property: int
    house: str
    commune: str
    state: State
    codes_sent: int
    codes_on: date | None
    confirms: bool
    made_at: datetime


class ClaimToDecide(msgspec.Struct, frozen=True, kw_only=True):
    """What whoever decides needs to know; `members` are those who run the house now."""

    id: UUID
    tenant: int
    property: int
    house: str
    kind: Kind
    address: str | None
    commune: str
    siret: str
    quality: str
    phone: str
    statement: str
    claimant: str
    claimant_email: str
    proven_email: str | None
    members: list[str]
    confirms: bool
    made_at: datetime


class Decider(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation that decides about the claims of a house."""

    tenant: int
    name: str
    kind: str


class TypedCode(StrEnum):
    """What came of a code that was typed."""

    GRANTED = "granted"
    ASKED = "asked"
    WRONG = "wrong"
    EXPIRED = "expired"


class ClaimAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A claim waits for a decision."""

    claim: UUID


class HouseNow(msgspec.Struct, frozen=True, kw_only=True):
    """The organisation that the claimant may act for from now on."""

    tenant: int
