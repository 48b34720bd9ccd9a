"""A collective agreement: how the revenue of a booking is shared, as an ordered list of rules.

By type it cannot speak of a room price, a floor price, a discount or another sales channel: there
are no words for them (TFEU 101, code de commerce L420-1).
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

import msgspec


class Role(StrEnum):
    """Who may receive a share. The lodging holds the remainder."""

    LODGING = "lodging"
    PLATFORM = "platform"
    FEDERATION = "federation"
    OFFICE = "office"
    REGION = "region"
    RESERVE = "reserve"
    PROJECT = "project"


class Base(StrEnum):
    """What a percentage is taken of; always net of VAT and of the tourist tax."""

    LODGING_NET = "lodging_net"
    SUPPLEMENTS_NET = "supplements_net"
    PENALTY = "penalty"


# How wide a territory is in which an organisation receives a role's shares.
TerritoryKind = Literal["nation", "region", "department", "commune"]


class Season(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Arrivals from `first` to `last`, both included."""

    first: date
    last: date


class Conditions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All must hold; within one, any value will do; empty means anything."""

    regions: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    communes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    stars: tuple[int, ...] = ()
    channels: tuple[Literal["site", "office", "campaign", "partner"], ...] = ()
    seasons: tuple[Season, ...] = ()
    nights_min: int | None = None
    nights_max: int | None = None
    member: bool | None = None


class Component(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One share: a percentage of a base or a fixed sum, within a floor and a cap (cents).

    `vat_bps` is the VAT on the fee, billed to the lodging beside it (CGI 259-1).
    """

    beneficiary: Role
    base: Base = Base.LODGING_NET
    percent_bps: int | None = None
    fixed_cents: int | None = None
    per: Literal["booking", "night"] = "booking"
    floor_cents: int | None = None
    cap_cents: int | None = None
    vat_bps: int = 0


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first rule whose conditions hold decides. The last matches everything and says so."""

    name: str
    components: tuple[Component, ...]
    conditions: Conditions = Conditions()
    catch_all: bool = False


class RuleText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is voted: the rules in order, and who holds what remains."""

    rules: tuple[Rule, ...]
    remainder: Role = Role.LODGING


class RatifyVersion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Write down a version that the members have voted."""

    agreement: str
    title: str
    effective_on: date
    text: RuleText
    minutes: str


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A ratified version. `hash` is the SHA-256 of its canonical text."""

    id: int
    tenant: int
    agreement: str
    title: str
    number: int
    effective_on: date
    text: RuleText
    hash: str
    minutes: str
    ratified_at: datetime


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the conditions look at."""

    region: str
    department: str
    commune: str
    kind: str
    stars: int | None
    channel: str
    arrival: date
    nights: int
    member: bool


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """What one party receives, and the VAT on its fee."""

    role: Role
    amount_cents: int
    vat_cents: int = 0


class Allocation(msgspec.Struct, frozen=True, kw_only=True):
    """The shares of one booking, and everything needed to compute them again."""

    version: int
    number: int
    hash: str
    rule: str
    facts: Facts
    bases: dict[Base, int]
    shares: tuple[Share, ...]

    @property
    def total_cents(self) -> int:
        return sum(share.amount_cents for share in self.shares)


class KeptAllocation(msgspec.Struct, frozen=True, kw_only=True):
    """An allocation as it was frozen on its subject."""

    id: UUID
    tenant: int
    scheme: int
    subject: str
    allocation: Allocation
    reversed_cents: int
    made_at: datetime
