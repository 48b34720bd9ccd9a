"""A proposed rule replayed on what was really shared."""

from datetime import datetime
from uuid import UUID

import msgspec

from hub.rules import RuleText


class Sums(msgspec.Struct, frozen=True, kw_only=True):
    """What each role had and would have had, and how often each rule of the new text decided."""

    before: dict[str, int] = {}
    after: dict[str, int] = {}
    decided: dict[str, int] = {}


class Simulation(msgspec.Struct, frozen=True, kw_only=True):
    """Where a replay stands. `after_at` and `after_id` are the place reached."""

    id: UUID
    subject: str
    before: RuleText
    after: RuleText
    since: datetime
    until: datetime
    total: int
    done: int
    after_at: datetime
    after_id: UUID
    sums: Sums
    fault: str
    started_at: datetime
    ended_at: datetime | None


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """What remains to a member under both texts. `place` is its department."""

    member: int
    place: str
    bookings: int
    base_cents: int
    before_cents: int
    after_cents: int

    @property
    def change_bps(self) -> int:
        """The change in basis points of what remained before."""
        return round((self.after_cents - self.before_cents) * 10_000 / max(self.before_cents, 1))


class Tally(msgspec.Struct, kw_only=True):
    """What a member had and would have had in one step."""

    place: str
    bookings: int = 0
    base_cents: int = 0
    before_cents: int = 0
    after_cents: int = 0


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """How many members change by so many tenths of a per cent."""

    step: int
    members: int


class Sides(msgspec.Struct, frozen=True, kw_only=True):
    """How many members win, lose, or see no change."""

    winning: int
    losing: int
    same: int


class PlaceEffect(msgspec.Struct, frozen=True, kw_only=True):
    """What changes in a department whose figures may be told."""

    place: str
    members: int
    before_cents: int
    after_cents: int

    @property
    def change_bps(self) -> int:
        return round((self.after_cents - self.before_cents) * 10_000 / max(self.before_cents, 1))


class SimulationGoesOn(msgspec.Struct, frozen=True, kw_only=True):
    """A simulation has steps left."""

    simulation: UUID
