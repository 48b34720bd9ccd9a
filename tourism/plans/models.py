"""Rate plans as their pages and the API show them."""

from datetime import date

import msgspec

from tourism.rates.models import (
    Cancellation,
    MealPlan,
    PlanDetails,
    Promotion,
    PromotionDetails,
    RatePlan,
    RoomParty,
    Supplement,
    SupplementDetails,
)


class SavePlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rate plan to add or to change, whole. Amounts are gross cents, rates basis points."""

    name: str
    meal_plan: MealPlan
    cancellation: Cancellation
    adjust_bps: int = 0
    supplement_adult_cents: int = 0
    supplement_child_cents: int = 0
    parent: int | None = None
    details: PlanDetails = PlanDetails()


class AddPromotion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A promotion to add."""

    name: str
    details: PromotionDetails


class AddSupplement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A supplement to add."""

    name: str
    details: SupplementDetails


class ShownPlan(RatePlan, frozen=True, kw_only=True):
    """A rate plan with its `version`, for `If-Match` when it is replaced."""

    version: str


class SavedPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A plan that was saved, and the version that it is now."""

    id: int
    version: str


class Plans(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that prices the nights of a house beside its calendar."""

    plans: tuple[ShownPlan, ...]
    promotions: tuple[Promotion, ...]
    supplements: tuple[Supplement, ...]


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """The id of what was saved or ended."""

    id: int


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """A night as a plan sells it. `on` is None where the calendar has no price yet and a round
    sum stands for it; `source_cents` is what the plan follows; `parties` are persons with what
    they pay, meals included."""

    on: date | None
    room_code: str
    room_name: str | None
    source_cents: int
    plan_cents: int
    parties: tuple[tuple[RoomParty, int], ...]


class Branch(msgspec.Struct, frozen=True, kw_only=True):
    """A plan where it stands in the tree of plans that follow one another."""

    plan: RatePlan
    depth: int
    source: RatePlan | None
    example: Example
