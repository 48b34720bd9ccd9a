"""A rule text: how the revenue of a booking is shared, as an ordered list of rules.

By type it cannot speak of a room price, a floor price, a discount or another sales channel: there
are no words for them (TFEU 101, code de commerce L420-1). What it may speak of at all is said by
the vocabulary of a vertical (`vocabulary.py`).
"""

import re
from datetime import date
from enum import StrEnum
from typing import TypeAlias

import msgspec

_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


class _OpenCode(StrEnum):
    """Codes that are known here, and any other that a vocabulary brings."""

    @classmethod
    def _missing_(cls, value: object) -> "_OpenCode | None":
        if not isinstance(value, str) or not _CODE.fullmatch(value):
            return None
        member = str.__new__(cls, value)
        member._name_, member._value_ = value.upper(), value
        return cls._value2member_map_.setdefault(value, member)  # pyright: ignore[reportReturnType]  members of this class


class Role(_OpenCode):
    """Who may receive a share."""

    LODGING = "lodging"
    PLATFORM = "platform"
    FEDERATION = "federation"
    OFFICE = "office"
    REGION = "region"
    RESERVE = "reserve"
    PROJECT = "project"


class Base(_OpenCode):
    """What a share is taken of; always net of VAT and of the tourist tax."""

    LODGING_NET = "lodging_net"
    SUPPLEMENTS_NET = "supplements_net"
    PENALTY = "penalty"


# What is known of a booking, by subject. Dates are kept as ISO text.
Fact: TypeAlias = str | int | bool | None
Facts: TypeAlias = dict[str, Fact]
GivenFacts: TypeAlias = dict[str, Fact | date]


class Span(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Days from `first` to `last`, both included."""

    first: date
    last: date


class Yearly(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Days of every year, as `MM-DD`, both included; it may run over New Year."""

    first: str
    last: str


class Calendar(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A published calendar as it stood when the text was written; unknown after `known_until`."""

    code: str
    spans: tuple[Span, ...]
    known_until: date


class Season(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A name for days; a day of any part belongs to it."""

    name: str
    spans: tuple[Span, ...] = ()
    yearly: tuple[Yearly, ...] = ()
    calendars: tuple[Calendar, ...] = ()


class Condition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What must hold of one subject: one of the values, or a number between two, or yes or no,
    or a day in one of the seasons."""

    subject: str
    any_of: tuple[str | int, ...] = ()
    at_least: int | None = None
    at_most: int | None = None
    holds: bool | None = None
    seasons: tuple[str, ...] = ()


class Tier(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rate up to a yearly volume of the base (cents); the last has no end."""

    percent_bps: int
    upto_cents: int | None = None


class Component(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One share: a rate of a base, rates by tiers of yearly volume, or a fixed sum; within a floor
    and a cap (cents).

    `per` is `booking`, or the fact that a fixed sum is multiplied by. `vat_bps` is the VAT on the
    fee, billed beside it (CGI 259-1).
    """

    beneficiary: Role
    base: Base = Base.LODGING_NET
    percent_bps: int | None = None
    tiers: tuple[Tier, ...] = ()
    fixed_cents: int | None = None
    per: str = "booking"
    floor_cents: int | None = None
    cap_cents: int | None = None
    vat_bps: int = 0


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first rule whose conditions all hold decides. The last matches everything and says so."""

    name: str
    components: tuple[Component, ...]
    conditions: tuple[Condition, ...] = ()
    catch_all: bool = False


class Absorption(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a party bears in the place of others: a `cause` of the vocabulary, once it has lasted
    `after_days`; at most so much for each case, and in a calendar year (cents)."""

    fund: Role
    cause: str
    after_days: int = 0
    case_cents: int | None = None
    year_cents: int | None = None


class RuleText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is voted: seasons, rules in order, who holds what remains, and what is borne by whom."""

    title: str
    vocabulary: str
    rules: tuple[Rule, ...]
    remainder: Role
    seasons: tuple[Season, ...] = ()
    absorbs: tuple[Absorption, ...] = ()


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with a text, and where: line and column from 1, the column's end excluded.

    `message` is French with named places, translated by catalogue.
    """

    line: int
    column: int
    end_column: int
    message: str
    values: dict[str, str] = {}

    def say(self, translated: str | None = None) -> str:
        return (translated or self.message) % self.values
