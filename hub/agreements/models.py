"""A collective agreement: its ratified versions, and the allocation of one booking under one."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from hub.rules import Base, Facts, Role, RuleText

# How wide a territory is in which an organisation receives a role's shares.
TerritoryKind = Literal["nation", "region", "department", "commune"]


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


class Suspension(msgspec.Struct, frozen=True, kw_only=True):
    """A version does not decide from a day until another, the first on which it does again."""

    version: int
    from_on: date
    until_on: date
    reason: str
    minutes: str
    at: datetime

    def covers(self, on: date) -> bool:
        return self.from_on <= on < self.until_on


class GrantDerogation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let a member owe a role at most `at_most_bps` of each base, from a day until another."""

    name: str
    role: Role
    at_most_bps: int
    reason: str
    since: date
    until: date


class Derogation(msgspec.Struct, frozen=True, kw_only=True):
    """A derogation on the record: it only ever lowers a fee, and ends by itself."""

    id: UUID
    member: int
    name: str
    role: Role
    at_most_bps: int
    reason: str
    since: date
    until: date
    granted_at: datetime
    ended_on: date | None = None
    ended_reason: str | None = None

    @property
    def ends_on(self) -> date:
        """The first day without it."""
        return self.ended_on or self.until


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """What one party receives, and the VAT on its fee."""

    role: Role
    amount_cents: int
    vat_cents: int = 0


class Allocation(msgspec.Struct, frozen=True, kw_only=True):
    """The shares of one booking, and everything needed to compute them again: the version with the
    hash of its text, the rule that decided, the facts and the bases (cents)."""

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


class PastAllocation(msgspec.Struct, frozen=True, kw_only=True):
    """What a member shared once: its facts and bases as JSON, for a replay under other rules."""

    id: UUID
    member: int
    made_at: datetime
    facts: str
    bases: str


class ReplayedBooking(msgspec.Struct, frozen=True, kw_only=True):
    """One booking of a replay file, with the shares it had."""

    facts: Facts
    bases: dict[Base, int]
    shares: tuple[Share, ...] = ()


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """A file from which anybody computes again, without us: the rules, their hash, the bookings."""

    hash: str
    text: RuleText
    bookings: tuple[ReplayedBooking, ...]


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """What was shared once, computed again from the version in the record."""

    kept: KeptAllocation
    version: Version
    again: Allocation

    @property
    def same(self) -> bool:
        """Whether the text still has the hash of then, and gives the shares of then."""
        return self.again == self.kept.allocation
