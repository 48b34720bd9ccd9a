"""Taxe de séjour and VAT as data: every tariff, rate and bound is dated and has its source."""

from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import NewType

import msgspec

NetCents = NewType("NetCents", Fraction)
"""A price without VAT, exact. Make one with `policy.net_of`; a gross price is not one."""

NOTHING = NetCents(Fraction(0))


class Category(StrEnum):
    """The lines of the national scale (CGCT L2333-30)."""

    PALACE = "PALACE"
    H5 = "H5"
    H4 = "H4"
    H3 = "H3"
    H2 = "H2"
    H1 = "H1"
    C35 = "C35"
    C12 = "C12"
    NC = "NC"


class Regime(StrEnum):
    """Who pays: the guest (au réel) or the house (au forfait)."""

    REAL = "real"
    FORFAIT = "forfait"


class Rounding(StrEnum):
    """R-TS-12: each beneficiary's part rounded on its own, or the whole once."""

    PER_PART = "per_part"
    GLOBAL = "global"


class Bound(msgspec.Struct, frozen=True, kw_only=True):
    """The national floor and ceiling of a category in a year (cents; bps for NC)."""

    category: Category
    year: int
    floor: int
    ceiling: int
    source: str


class Tariff(msgspec.Struct, frozen=True, kw_only=True):
    """What a collectivity voted for a category, without additional taxes.

    `amount` is cents a person and night, or bps of the cost of the night for NC, capped at
    `highest_cents`, the highest tariff the collectivity voted (R-TS-06). `territory` is a commune,
    a department, or FR for the marked demonstration tariff.
    """

    territory: str
    category: Category
    regime: Regime = Regime.REAL
    amount: int
    highest_cents: int = 0
    valid_from: date
    valid_to: date
    min_rent_cents: int = 0
    demonstration: bool = False
    source: str


class AdditionalTax(msgspec.Struct, frozen=True, kw_only=True):
    """A tax on the commune's amount (R-TS-11), for whom and where."""

    code: str
    rate_bps: int
    departments: tuple[str, ...]
    communes: tuple[str, ...] = ()
    except_communes: tuple[str, ...] = ()
    valid_from: date
    valid_to: date
    beneficiary: str
    demonstration: bool = False
    source: str


class Occupant(msgspec.Struct, frozen=True, kw_only=True):
    """A person who sleeps there, with the age on the night, or an exemption (R-TS-09)."""

    age: int
    exemption: str | None = None


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What one beneficiary receives for a person and night."""

    code: str
    beneficiary: str
    unit_cents: int


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """The tax of one night: the parts of a person, and how many persons pay."""

    on: date
    category: Category
    parts: tuple[Part, ...]
    persons: int
    exempt: tuple[str, ...]
    tariff_from: date | None
    demonstration: bool
    source: str

    @property
    def unit_cents(self) -> int:
        return sum(part.unit_cents for part in self.parts)

    @property
    def amount_cents(self) -> int:
        return self.unit_cents * self.persons


class StayTax(msgspec.Struct, frozen=True, kw_only=True):
    """The tax of a stay, night by night."""

    lines: tuple[Line, ...]

    @property
    def total_cents(self) -> int:
        return sum(line.amount_cents for line in self.lines)

    @property
    def demonstration(self) -> bool:
        return any(line.demonstration for line in self.lines)

    def by_beneficiary(self) -> dict[tuple[str, str], int]:
        """Cents by (tax code, beneficiary), in the order of the parts."""
        amounts: dict[tuple[str, str], int] = {}
        for line in self.lines:
            for part in line.parts:
                key = (part.code, part.beneficiary)
                amounts[key] = amounts.get(key, 0) + part.unit_cents * line.persons
        return amounts


class VatRegime(StrEnum):
    """The VAT regime of a house, declared and versioned (DOMAIN 2.1)."""

    HOTEL_10 = "HOTEL_10"
    EXEMPT_261D = "EXEMPT_261D"
    FRANCHISE_293B = "FRANCHISE_293B"


class VatRate(msgspec.Struct, frozen=True, kw_only=True):
    """A rate of a kind of supply, dated."""

    supply: str
    rate_bps: int
    valid_from: date
    valid_to: date
    source: str


class VatLine(msgspec.Struct, frozen=True, kw_only=True):
    """net + vat = gross, in cents."""

    rate_bps: int
    net_cents: int
    vat_cents: int
    gross_cents: int
