"""Rows of the database as rows of the index's tables: one house at a time, pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import numpy as np

from tourism import lodging, taxes
from tourism.index.models import HouseCard, PlanCard, RoomCard
from tourism.indexing.models import HouseRow, LetRow, Whole
from tourism.lodging.models import ACCESSIBILITY, AMENITIES, HouseFacts, Kind, Pets
from tourism.nights import layout
from tourism.nights.codes import (
    GROUPS,
    KINDS,
    MEALS,
    PETS,
    PLANES,
    PROMOTIONS,
    REGIMES,
    ROUNDINGS,
    bits_of,
)
from tourism.rates.models import (
    Derivation,
    MealPlan,
    Pricing,
    PricingModel,
    Promotion,
    PromotionKind,
    RatePlan,
    Rounding,
    SupplementDetails,
    SupplementEach,
    SupplementPer,
    Windows,
)

EVERY_DAY = 0b1111_1110  # bit n is the ISO weekday n
DEPTH = 3  # a plan and two above it
BPS = 10_000
TRUE = 1 - 3e-7
MOST_PLANS = 255


def card_of(whole: Whole) -> HouseCard:
    """What is shown of a house."""
    house = whole.house
    return HouseCard(
        property=house.property,
        tenant=house.tenant,
        name=house.name,
        kind=house.kind,
        commune_code=house.commune_code,
        commune=house.commune,
        department_code=house.department_code,
        landscape=house.landscape,
        zone=house.zone,
        lat=house.lat,
        lng=house.lng,
        rooms=tuple(
            RoomCard(
                room.id,
                room.code,
                room.name,
                room.occupancy_standard,
                room.occupancy_max,
                room.adults_max,
                room.on_request,
            )
            for room in whole.rooms
        ),
        plans=tuple(
            PlanCard(
                plan.id,
                plan.code,
                plan.name,
                plan.meal_plan,
                plan.cancellation,
                plan.details.on_request,
            )
            for plan in whole.plans
        ),
        promotions=tuple((promotion.id, promotion.name) for promotion in whole.promotions),
    )


def stars_until(house: HouseRow) -> int:
    """The ordinal of the last day on which the stars may be shown (`lodging.stars_shown`)."""
    last = lodging.stars_last_shown(
        house.stars,
        house.classified_on,
        extended=house.classification_extended,
        export_on=house.registry_export_on,
    )
    return ordinal(last, 0)


def tax_keys(house: HouseRow) -> tuple[str, str]:
    """What decides the tourist tax: place and category, with the stars and without them."""
    with_stars = taxes.category_of(house.kind.value, house.stars)
    without = taxes.category_of(house.kind.value, None)
    place = f"{taxes.tax_place(house.commune_code)}|{house.department_code}"
    return f"{place}|{with_stars.value}", f"{place}|{without.value}"


def amenity_bits(facts: HouseFacts) -> tuple[int, int]:
    return bits_of(facts.amenities, AMENITIES), bits_of(facts.accessibility, ACCESSIBILITY)


def fill_house(row: np.void, house: HouseRow, lets: Sequence[LetRow], first_year: int) -> None:
    """What the house itself says; its references are the caller's."""
    row["property"], row["tenant"] = house.property, house.tenant
    row["kind"], row["vat"] = KINDS.index(house.kind), REGIMES.index(house.vat_regime)
    row["amenities"], row["accessibility"] = amenity_bits(house.facts)
    row["pets"] = PETS.index(house.facts.pets)
    row["lat"] = np.nan if house.lat is None else house.lat
    row["lng"] = np.nan if house.lng is None else house.lng
    left = np.full(layout.YEARS, np.iinfo(np.int16).max, np.int16)
    for let in lets:
        if 0 <= let.year - first_year < layout.YEARS:
            left[let.year - first_year] = max(let.nights_left, 0)
    row["lets"] = left


class Summary(msgspec.Struct, frozen=True):
    """What the plans of a house say together: the bits of the house, until when one of them can be
    cancelled for nothing (a lead), and which of the counted things it has, by plane."""

    bits: int
    free: int
    planes: np.ndarray


def sum_up(whole: Whole) -> Summary:
    plans, facts = sellable_plans(whole.plans)[:MOST_PLANS], whole.house.facts
    asking = any(room.on_request for room in whole.rooms)
    plain = bool(plans) and not whole.overlays and not any(is_windowed(plan) for plan in plans)
    falling = any(may_fall(plan) for plan in plans)
    plain = plain and not asking and not falling
    bits = layout.PLAIN * plain | layout.OVERLAID * bool(whole.overlays)
    bits |= layout.LIMITED * bool(whole.lets) | layout.ASKING * asking
    bits |= layout.FALLING * falling
    meals = frozenset(plan.meal_plan for plan in plans)
    planes = planes_of(whole.house.kind, facts.pets, meals, facts.amenities, facts.accessibility)
    return Summary(bits, min((free_lead(plan) for plan in plans), default=layout.FAR), planes)


@lru_cache(maxsize=4_096)
def planes_of(
    kind: Kind,
    pets: Pets,
    meals: frozenset[MealPlan],
    amenities: tuple[str, ...],
    accessibility: tuple[str, ...],
) -> np.ndarray:
    """Which of the counted things a house has."""
    planes = np.zeros(PLANES, bool)
    planes[GROUPS["kinds"]] = [one == kind for one in KINDS]
    planes[GROUPS["pets"]] = PETS.index(pets) > 0
    planes[GROUPS["meals"]] = [meal in meals for meal in MEALS]
    planes[GROUPS["amenities"]] = [name in amenities for name in AMENITIES]
    planes[GROUPS["accessibility"]] = [name in accessibility for name in ACCESSIBILITY]
    return planes


def is_windowed(plan: RatePlan) -> bool:
    """Whether a plan may be booked or stayed in at some times only, or asks the house first."""
    return plan.details.on_request or plan.details.windows != Windows()


def may_fall(plan: RatePlan) -> bool:
    """Whether a plan may leave nothing of a price: by what it takes off, or by its rounding."""
    rule = plan.details.derivation
    if rule.floor_cents:
        return False
    rounds_off = rule.step_cents > 1 and rule.rounding is not Rounding.UP
    return rule.adjust_cents < 0 or rounds_off or plan.adjust_bps < -BPS // 2


def ordinal(day: date | None, default: int) -> int:
    return default if day is None else day.toordinal()


def lead(days: int, hour: int) -> int:
    """`hour` o'clock, `days` before the arrival, in wall-clock hours before its midnight."""
    return 24 * days - hour


def free_lead(plan: RatePlan) -> int:
    """The lead until which a plan can be cancelled for nothing."""
    days = plan.cancellation.free_days
    return layout.FAR if days is None else lead(days, plan.cancellation.free_hour)


def plan_row(plan: RatePlan, parent: int, promotions: int, supplements: int) -> tuple[int, ...]:
    """How a plan is found, and when it can be booked, in the order of `layout.PLAN`; `promotions`
    and `supplements` are references, of which the low half is their number."""
    windows = plan.details.windows
    least, most = windows.min_advance_days, windows.max_advance_days
    asks = plan.details.on_request
    bits = (
        layout.WINDOWED * is_windowed(plan)
        | layout.DERIVED * (plan.details.derivation != Derivation())
        | layout.PRICED * (plan.details.pricing != Pricing())
        | layout.REDUCED * (promotions & 0xFFFF > 0)
        | layout.SUPPLEMENTED * (supplements & 0xFFFF > 0)
    )
    return (
        plan.id, parent, plan.adjust_bps, plan.supplement_adult_cents, plan.supplement_child_cents,
        promotions, supplements, plan.rank,
        free_lead(plan),
        -layout.FAR if least is None else lead(least, windows.cutoff_hour),
        layout.FAR if most is None else most,
        ordinal(windows.stay_from, 0), ordinal(windows.stay_until, layout.FAR),
        ordinal(windows.book_from, 0), ordinal(windows.book_until, layout.FAR),
        MEALS.index(plan.meal_plan), asks, bits,
    )  # fmt: skip


@lru_cache(maxsize=4_096)
def pricing_row(pricing: Pricing, rule: Derivation) -> np.ndarray:
    """How a plan's price is derived, and what its persons pay, by age for children."""
    row = np.zeros((), layout.PRICING)
    row["per_person"] = pricing.model is PricingModel.PER_PERSON
    row["extra_adult"] = pricing.extra_adult_cents
    row["single_discount"] = pricing.single_discount_cents
    row["single_supplement"] = pricing.single_supplement_cents
    row["adjust_cents"], row["step"] = rule.adjust_cents, rule.step_cents
    row["rounding"] = ROUNDINGS.index(rule.rounding)
    row["floor"], row["cap"] = rule.floor_cents, rule.cap_cents or np.iinfo(np.int32).max
    for age in range(18):
        reaching = [band for band in pricing.child_bands if age <= band.until_age]
        band = min(reaching, key=lambda band: band.until_age, default=None)
        row["child_cents"][age] = 0 if band is None else band.cents
        row["child_bps"][age] = BPS if band is None else band.adult_bps
    return row


def fill_promotion(row: np.void, promotion: Promotion) -> None:
    rule = promotion.details
    row["id"], row["kind"] = promotion.id, PROMOTIONS.index(rule.kind)
    row["threshold"], row["percent_bps"] = rule.threshold, rule.percent_bps
    row["free"] = rule.free_nights
    row["stay_from"] = ordinal(rule.stay_from, 0)
    row["stay_until"] = ordinal(rule.stay_until, layout.FAR)


def supplement_rows(plan: RatePlan) -> list[tuple[int, SupplementDetails]]:
    """The plan's mandatory supplements that cost something, once for each room type they are for
    (0: all of them)."""
    return [
        (room_type, supplement.details)
        for supplement in plan.supplements
        if supplement.details.mandatory
        and (not supplement.details.plans or plan.id in supplement.details.plans)
        for room_type in dict.fromkeys(supplement.details.room_types) or (0,)
    ]


def fill_supplement(row: np.void, room_type: int, rule: SupplementDetails) -> None:
    row["room_type"], row["cents"] = room_type, rule.cents
    row["a_person"] = rule.per is SupplementPer.PERSON
    row["a_night"] = rule.each is SupplementEach.NIGHT
    row["from_age"] = min(max(rule.from_age, 0), 255)
    row["weekdays"] = sum(1 << day for day in set(rule.weekdays)) or EVERY_DAY


def sellable_plans(plans: Sequence[RatePlan]) -> list[RatePlan]:
    """Those whose every ancestor is on sale too."""
    by_id = {plan.id: plan for plan in plans}
    return [plan for plan in plans if _lineage(plan, by_id) is not None]


def _lineage(plan: RatePlan, by_id: Mapping[int, RatePlan]) -> list[RatePlan] | None:
    """The plan and what it follows, itself first; None when an ancestor is not on sale."""
    found = [plan]
    while found[-1].parent is not None and len(found) < DEPTH:
        above = by_id.get(found[-1].parent)
        if above is None:
            return None
        found.append(above)
    return found


def bound_of(whole: Whole, plan: RatePlan, by_id: Mapping[int, RatePlan]) -> tuple[int, int]:
    """Of a night's base price, at least so many bps and so many cents are asked under the plan,
    whoever comes and whatever is on promotion. Never more than the truth; what is hard to bound
    is bounded by nothing."""
    lineage = _lineage(plan, by_id) or [plan]
    bps, cents = BPS, 0
    for step in reversed(lineage):
        rule = step.details.derivation
        if rule.cap_cents:
            return 0, 0
        bps = bps * (BPS + step.adjust_bps) // BPS
        cents = min(cents, 0) * (BPS + max(step.adjust_bps, 0)) // BPS - 2
        cents += min(rule.adjust_cents, 0) - (rule.step_cents if rule != Derivation() else 0)
    cents -= plan.details.pricing.single_discount_cents
    least = BPS
    for promotion in whole.promotions:
        rule = promotion.details
        if rule.plans and plan.id not in rule.plans:
            continue
        if rule.kind is PromotionKind.FREE_NIGHTS:
            least = min(least, BPS - -(-BPS * rule.free_nights // rule.threshold))
        else:
            least = min(least, BPS - rule.percent_bps)
    return max(bps * least // BPS, 0), cents - 2


def bounds_of(whole: Whole) -> tuple[float, int]:
    """The lowest bound of the house's plans, for every room type of it: a part of the base price
    and cents a night; the part is a little lower, for what short floats lose."""
    plans = sellable_plans(whole.plans)
    if not plans or any(key.room_type for key in whole.overlays):
        return 0, 0  # prices of their own may be anything
    by_id = {plan.id: plan for plan in whole.plans}
    found = [bound_of(whole, plan, by_id) for plan in plans]
    return min(bps for bps, _ in found) / BPS * TRUE, min(cents for _, cents in found)


@cache
def known_zone(zone: str) -> str:
    """The zone, or Paris for one that this machine does not know."""
    try:
        return ZoneInfo(zone).key
    except (ZoneInfoNotFoundError, ValueError):
        return "Europe/Paris"
