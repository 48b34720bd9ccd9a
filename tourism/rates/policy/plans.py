"""Which rate plans and promotions can be."""

import hashlib
from collections.abc import Collection, Sequence
from itertools import pairwise

import msgspec

from hub.core.sentences import Sentence, say
from tourism.rates.cancellation import MOST_STEPS, Cancellation, CancellationStep, PenaltyKind
from tourism.rates.errors import PlanInvalid, PromotionInvalid, SupplementInvalid
from tourism.rates.models import (
    Deposit,
    Derivation,
    Pricing,
    PricingModel,
    Promotion,
    PromotionKind,
    RatePlan,
    Supplement,
    SupplementPer,
    SupplementVat,
    Windows,
)
from tourism.rates.policy.pricing import MAX_DEPTH, round_half_up_bps

MAX_CENTS = 10_000_000
MAX_ADVANCE_DAYS = 550
MOST_TAKEN = 20


def version_of(plan: RatePlan) -> str:
    """A mark of everything that saving the plan replaces: another one, once somebody has."""
    said = msgspec.structs.replace(plan, code="", rank=0, supplements=())
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()[:16]


def check_lineage(plan: RatePlan, others: Sequence[RatePlan]) -> Sentence | None:
    """Why a plan cannot follow its parent: unknown, in a circle, or more than two derivations
    deep, its own followers counted. None when it can."""
    by_id = {other.id: other for other in others}
    by_id[plan.id] = plan
    depth, seen, above = 0, {plan.id}, plan
    while above.parent is not None:
        if above.parent in seen:
            return say("This plan would follow itself.")
        parent = by_id.get(above.parent)
        if parent is None:
            return say("The plan to follow is not on sale.")
        seen.add(parent.id)
        depth, above = depth + 1, parent
    if depth + _height(plan.id, list(by_id.values())) > MAX_DEPTH:
        return say(
            "A plan may stand at most %(most)s derivations from the calendar's own price.",
            most=MAX_DEPTH,
        )
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
    reason = check_lineage(plan, [other for other in others if other.id != plan.id])
    if reason is not None:
        raise PlanInvalid(reason, field="parent")
    if not -9_000 <= plan.adjust_bps <= 30_000:
        raise PlanInvalid("The percentage is between -90 and +300.", field="adjust")
    _check_amount(plan.supplement_adult_cents, "supplement_adult")
    _check_amount(plan.supplement_child_cents, "supplement_child")
    _check_terms(plan)
    _check_pricing(plan.details.pricing)
    _check_derivation(plan.details.derivation)
    _check_windows(plan.details.windows)


def _check_amount(cents: int, field: str) -> None:
    if not 0 <= cents <= MAX_CENTS:
        raise PlanInvalid("The amount is between 0 and 100,000 €.", field=field)


def _check_terms(plan: RatePlan) -> None:
    days = plan.cancellation.free_days
    if days is not None and not 0 <= days <= 90:
        raise PlanInvalid("Free cancellation ends 0 to 90 days before arrival.", field="free_days")
    if not 0 <= plan.cancellation.free_hour <= 24:
        raise PlanInvalid("The hour is between 0 and 24.", field="free_hour")
    if not 0 <= plan.cancellation.penalty_bps <= 10_000:
        raise PlanInvalid("The penalty is between 0 and 100 percent.", field="penalty_percent")
    if not 0 <= plan.details.no_show.penalty_bps <= 10_000:
        raise PlanInvalid("The penalty is between 0 and 100 percent.", field="no_show_percent")
    _check_steps(plan.cancellation)
    _check_deposit(plan.details.deposit)


def _check_steps(policy: Cancellation) -> None:
    if len(policy.steps) > MOST_STEPS:
        raise PlanInvalid(
            say("A plan has at most %(most)s later steps.", most=MOST_STEPS), field="steps"
        )
    days = [step.days for step in policy.steps]
    if policy.free_days is not None:
        days.insert(0, policy.free_days)
    if not all(0 <= day <= 90 for day in days):
        raise PlanInvalid("A step begins 0 to 90 days before arrival.", field="steps")
    if any(later >= earlier for earlier, later in pairwise(days)):
        raise PlanInvalid(
            "Each step is nearer to the arrival than what stands before it.", field="steps"
        )
    if not all(0 <= step.penalty_bps <= 10_000 for step in policy.steps):
        raise PlanInvalid("The penalty is between 0 and 100 percent.", field="steps")
    if any(not _may_follow(*pair) for pair in pairwise((policy, *policy.steps))):
        raise PlanInvalid("Each step keeps more than what stands before it.", field="steps")


def _may_follow(
    earlier: Cancellation | CancellationStep, later: Cancellation | CancellationStep
) -> bool:
    """Whether more may be kept: of a first night and a part of the price, that depends on the
    stay."""
    if earlier.penalty is not later.penalty:
        return True
    return later.penalty is PenaltyKind.PERCENT and later.penalty_bps > earlier.penalty_bps


def _check_deposit(deposit: Deposit) -> None:
    if not 100 <= deposit.bps <= 9_000:
        raise PlanInvalid("The deposit is 1 to 90 percent of the price.", field="deposit_percent")
    days = deposit.balance_days
    if days is not None and not 1 <= days <= 180:
        raise PlanInvalid("The balance is paid 1 to 180 days before.", field="balance_days")
    if not 1 <= deposit.grace_days <= 30:
        raise PlanInvalid("A balance is waited for 1 to 30 days.", field="grace_days")
    if days is not None and deposit.grace_days > days:
        raise PlanInvalid("A balance is not waited for beyond the arrival.", field="grace_days")


def _check_pricing(pricing: Pricing) -> None:
    _check_amount(pricing.extra_adult_cents, "extra_adult")
    _check_amount(pricing.single_discount_cents, "single_discount")
    _check_amount(pricing.single_supplement_cents, "single_supplement")
    ages = [band.until_age for band in pricing.child_bands]
    if ages != sorted(set(ages)) or not all(0 <= age <= 17 for age in ages):
        raise PlanInvalid("Ages of children go up, from 0 to 17.", field="child_bands")
    for band in pricing.child_bands:
        if not 0 <= band.cents <= MAX_CENTS or not 0 <= band.adult_bps <= 10_000:
            raise PlanInvalid("A child pays nothing, an amount, or a part.", field="child_bands")
        part = round_half_up_bps(pricing.extra_adult_cents, band.adult_bps)
        by_room = pricing.model is PricingModel.PER_ROOM
        if by_room and band.cents + part > pricing.extra_adult_cents:
            raise PlanInvalid(
                "With a price by room, a child pays at most what another adult pays: raise that"
                " amount, or lower the child's.",
                field="child_bands",
            )


def _check_derivation(rule: Derivation) -> None:
    if not -MAX_CENTS <= rule.adjust_cents <= MAX_CENTS:
        raise PlanInvalid("The amount is at most 100,000 €.", field="adjust_cents")
    if not 1 <= rule.step_cents <= MAX_CENTS:
        raise PlanInvalid("Prices are rounded to a cent or more.", field="step")
    _check_amount(rule.floor_cents, "floor")
    _check_amount(rule.cap_cents, "cap")
    if rule.cap_cents and rule.cap_cents < rule.floor_cents:
        raise PlanInvalid("The cap is not below the floor.", field="cap")


def _check_windows(windows: Windows) -> None:
    low, high = windows.min_advance_days, windows.max_advance_days
    for days, field in ((low, "min_advance_days"), (high, "max_advance_days")):
        if days is not None and not 0 <= days <= MAX_ADVANCE_DAYS:
            raise PlanInvalid(
                say("Days before arrival are from 0 to %(most)s.", most=MAX_ADVANCE_DAYS),
                field=field,
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
        raise PromotionInvalid("A promotion takes 1 to 90 percent off.", field="percent")
    elif not 0 <= rule.threshold <= MAX_ADVANCE_DAYS:
        raise PromotionInvalid("The number of days or nights is too large.", field="threshold")
    if rule.stay_from and rule.stay_until and rule.stay_until < rule.stay_from:
        raise PromotionInvalid("The last day is not before the first.", field="stay_until")
    if set(rule.plans) - {plan.id for plan in plans}:
        raise PromotionInvalid("One of the plans is not on sale.", field="plans")


def check_supplement(
    supplement: Supplement, plans: Sequence[RatePlan], room_types: Collection[int]
) -> None:
    """Raise `SupplementInvalid`, with the field, for a supplement that cannot be."""
    rule = supplement.details
    if not supplement.name.strip() or len(supplement.name) > 80:
        raise SupplementInvalid("Give the supplement a name of 1 to 80 letters.", field="name")
    if not 1 <= rule.cents <= MAX_CENTS:
        raise SupplementInvalid("The amount is between 0.01 and 100,000 €.", field="amount")
    if not 0 <= rule.from_age <= 18:
        raise SupplementInvalid("The age is between 0 and 18.", field="from_age")
    if not 1 <= rule.most <= MOST_TAKEN:
        raise SupplementInvalid("A room takes it from 1 to 20 times.", field="most")
    if rule.most > 1 and (rule.mandatory or rule.per is SupplementPer.PERSON):
        raise SupplementInvalid("Only a choice by room is taken several times.", field="most")
    if rule.mandatory and rule.vat is not SupplementVat.LODGING:
        raise SupplementInvalid("What is obligatory is taxed as the room.", field="vat")
    if any(not 1 <= day <= 7 for day in rule.weekdays):
        raise SupplementInvalid("Weekdays are 1 (Monday) to 7.", field="weekdays")
    if set(rule.plans) - {plan.id for plan in plans}:
        raise SupplementInvalid("One of the plans is not on sale.", field="plans")
    if set(rule.room_types) - set(room_types):
        raise SupplementInvalid("One of the room types is not this house's.", field="room_types")
