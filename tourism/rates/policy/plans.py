"""Which rate plans and promotions can be."""

from collections.abc import Sequence

from tourism.rates.errors import PlanInvalid, PromotionInvalid
from tourism.rates.models import (
    PlanDetails,
    Pricing,
    Promotion,
    PromotionKind,
    RatePlan,
    Windows,
)
from tourism.rates.policy.pricing import MAX_DEPTH

MAX_CENTS = 10_000_000
MAX_ADVANCE_DAYS = 550


def check_lineage(plan: RatePlan, others: Sequence[RatePlan]) -> str | None:
    """Why a plan cannot follow its parent: unknown, in a circle, or more than two derivations
    deep, its own followers counted. None when it can."""
    by_id = {other.id: other for other in others}
    by_id[plan.id] = plan
    depth, seen, above = 0, {plan.id}, plan
    while above.parent is not None:
        if above.parent in seen:
            return "This plan would follow itself."
        parent = by_id.get(above.parent)
        if parent is None:
            return "The plan to follow is not on sale."
        seen.add(parent.id)
        depth, above = depth + 1, parent
    if depth + _height(plan.id, list(by_id.values())) > MAX_DEPTH:
        return f"A plan may stand at most {MAX_DEPTH} derivations from the calendar's own price."
    return None


def _height(id: int, plans: Sequence[RatePlan]) -> int:
    """How many derivations hang below a plan; finite, because circles are refused first."""
    below = [_height(plan.id, plans) + 1 for plan in plans if plan.parent == id]
    return max(below, default=0)


def check_plan(plan: RatePlan, others: Sequence[RatePlan]) -> None:
    """Raise `PlanInvalid`, with the field and what to change, for a plan that cannot be."""
    if not (plan.name or "").strip() or len(plan.name or "") > 80:
        raise PlanInvalid("Give the plan a name of 1 to 80 letters.", field="name")
    if any(other.name == plan.name and other.id != plan.id for other in others):
        raise PlanInvalid("Another plan has this name.", field="name")
    if not -9_000 <= plan.adjust_bps <= 30_000:
        raise PlanInvalid("The percentage is between -90 and +300.", field="adjust")
    if min(plan.supplement_adult_cents, plan.supplement_child_cents) < 0:
        raise PlanInvalid("A meal costs nothing or more.", field="supplement_adult")
    days = plan.cancellation.free_days
    if days is not None and not 0 <= days <= 90:
        raise PlanInvalid("Free cancellation ends 0 to 90 days before arrival.", field="free_days")
    if not 0 <= plan.cancellation.free_hour <= 24:
        raise PlanInvalid("The hour is between 0 and 24.", field="free_hour")
    if not 0 <= plan.cancellation.penalty_bps <= 10_000:
        raise PlanInvalid("The penalty is between 0 and 100 %.", field="penalty")
    _check_pricing(plan.details.pricing)
    _check_derivation(plan.details)
    _check_windows(plan.details.windows)
    reason = check_lineage(plan, [other for other in others if other.id != plan.id])
    if reason is not None:
        raise PlanInvalid(reason, field="parent")


def _check_pricing(pricing: Pricing) -> None:
    amounts = (
        pricing.extra_adult_cents,
        pricing.single_discount_cents,
        pricing.single_supplement_cents,
    )
    if not all(0 <= cents <= MAX_CENTS for cents in amounts):
        raise PlanInvalid("Amounts of persons are nothing or more.", field="extra_adult")
    ages = [band.until_age for band in pricing.child_bands]
    if ages != sorted(set(ages)) or not all(0 <= age <= 17 for age in ages):
        raise PlanInvalid("Ages of children go up, from 0 to 17.", field="child_bands")
    for band in pricing.child_bands:
        if not 0 <= band.cents <= MAX_CENTS or not 0 <= band.adult_bps <= 10_000:
            raise PlanInvalid("A child pays nothing, an amount, or a part.", field="child_bands")


def _check_derivation(details: PlanDetails) -> None:
    rule = details.derivation
    if rule.step_cents < 1:
        raise PlanInvalid("Prices are rounded to a cent or more.", field="step")
    if not 0 <= rule.floor_cents <= MAX_CENTS or not 0 <= rule.cap_cents <= MAX_CENTS:
        raise PlanInvalid("Floor and cap are nothing or more.", field="floor")
    if rule.cap_cents and rule.cap_cents < rule.floor_cents:
        raise PlanInvalid("The cap is not below the floor.", field="cap")


def _check_windows(windows: Windows) -> None:
    low, high = windows.min_advance_days, windows.max_advance_days
    for days in (low, high):
        if days is not None and not 0 <= days <= MAX_ADVANCE_DAYS:
            raise PlanInvalid(
                f"Days before arrival are from 0 to {MAX_ADVANCE_DAYS}.", field="min_advance_days"
            )
    if low is not None and high is not None and high < low:
        raise PlanInvalid("The first day to book is before the last.", field="max_advance_days")
    if not 0 <= windows.cutoff_hour <= 24:
        raise PlanInvalid("The hour is between 0 and 24.", field="cutoff_hour")
    for first, last, field in (
        (windows.stay_from, windows.stay_until, "stay_until"),
        (windows.book_from, windows.book_until, "book_until"),
    ):
        if first is not None and last is not None and last < first:
            raise PlanInvalid("The last day is not before the first.", field=field)


def check_promotion(promotion: Promotion, plans: Sequence[RatePlan]) -> None:
    """Raise `PromotionInvalid`, with the field, for a promotion that cannot be."""
    rule = promotion.details
    if not promotion.name.strip() or len(promotion.name) > 80:
        raise PromotionInvalid("Give the promotion a name of 1 to 80 letters.", field="name")
    if rule.kind is PromotionKind.FREE_NIGHTS:
        if not 2 <= rule.threshold <= 28 or not 1 <= rule.free_nights < rule.threshold:
            raise PromotionInvalid(
                "Of 2 to 28 nights, at least one is free and one is paid.", field="threshold"
            )
    elif not 1 <= rule.percent_bps <= 9_000:
        raise PromotionInvalid("A promotion takes 1 to 90 % off.", field="percent")
    elif not 0 <= rule.threshold <= MAX_ADVANCE_DAYS:
        raise PromotionInvalid("The number of days or nights is too large.", field="threshold")
    if rule.stay_from and rule.stay_until and rule.stay_until < rule.stay_from:
        raise PromotionInvalid("The last day is not before the first.", field="stay_until")
    if set(rule.plans) - {plan.id for plan in plans}:
        raise PromotionInvalid("One of the plans is not on sale.", field="plans")
