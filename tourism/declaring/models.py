"""Declarations, and what they are made of."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec


class Kind(StrEnum):
    """What is declared."""

    TOURIST_TAX = "tourist_tax"
    DAC7 = "dac7"
    SHORT_TERM = "short_term"


class Declaration(msgspec.Struct, frozen=True, kw_only=True):
    """A declaration as it was made, and where it was sent. `facts` are the figures it shows."""

    id: UUID
    kind: Kind
    period: str
    scope: str
    number: int
    facts: dict[str, int]
    file_name: str
    sha256: str
    made_at: datetime
    made_by: str
    sent_at: datetime | None
    sent_to: str | None
    receipt: str | None
    sent_by: str | None


class DeclarationFile(msgspec.Struct, frozen=True, kw_only=True):
    file_name: str
    file: bytes


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A further file of a declaration, by its place."""

    declaration: UUID
    place: int
    file_name: str


class TaxLine(msgspec.Struct, frozen=True, kw_only=True):
    """The tax of a stay for one beneficiary, as the law wants it told: never who the guest was
    (CGCT R2333-50). Below zero: a correction of what was declared before."""

    booking: UUID
    code: str
    cents: int
    commune: str
    house: str
    address: str
    kind: str
    stars: int | None
    registration: str | None
    arrival: date
    departure: date
    adults: int
    minors: int
    room_cents: int
    beneficiary: str

    @property
    def nights(self) -> int:
        return (self.departure - self.arrival).days


class CommuneTax(msgspec.Struct, frozen=True, kw_only=True):
    """What one commune and each of the other beneficiaries there receive."""

    commune: str
    name: str
    stays: int
    by_beneficiary: dict[str, int]

    @property
    def cents(self) -> int:
        return sum(self.by_beneficiary.values())


class HouseQuarter(msgspec.Struct, frozen=True, kw_only=True):
    """What a listing was paid in a quarter (1 to 4). A stay is counted, with its nights, its fees
    and its taxes, where it was first paid."""

    seller: int
    property: int
    house: str
    address: str
    kind: str
    quarter: int
    cents: int
    fees_cents: int
    taxes_cents: int
    nights: int
    stays: int


class Seller(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a seller; `name` is None while its file is missing."""

    seller: int
    organisation: str
    person: bool | None
    name: str | None
    address: str | None
    country: str | None
    tax_number: str | None
    vat_number: str | None
    born_on: date | None
    born_at: str | None
    account: str | None
    reminders: int
    first_reminder: datetime | None


class SellerFile(msgspec.Struct, frozen=True, kw_only=True):
    """What a house says of itself for the tax authority."""

    person: bool
    name: str
    address: str
    country: str = "FR"
    tax_number: str = ""
    vat_number: str = ""
    born_on: date | None = None
    born_at: str = ""


class ListingYear(msgspec.Struct, frozen=True, kw_only=True):
    """A year of one listing, by quarter: what its seller was paid, for how many stays, what it was
    charged, what was collected beside, and the nights that were let."""

    property: int
    house: str
    address: str
    kind: str
    paid_cents: tuple[int, int, int, int]
    activities: tuple[int, int, int, int]
    fees_cents: tuple[int, int, int, int]
    taxes_cents: tuple[int, int, int, int]
    nights: int

    def count_lettings(self) -> int:
        return sum(self.activities)


class SellerYear(msgspec.Struct, frozen=True, kw_only=True):
    """A seller of the yearly report."""

    seller: int
    listings: tuple[ListingYear, ...]

    def count_lettings(self) -> int:
        return sum(listing.count_lettings() for listing in self.listings)


class ShortLet(msgspec.Struct, frozen=True, kw_only=True):
    """A night of a furnished let and how many slept there."""

    property: int
    house: str
    address: str
    commune: str
    registration: str | None
    night: date
    guests: int
