"""What a stay costs: one place, for every surface that shows a price."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from hub.core.money import BPS
from tourism.rates.models import (
    ChildBand,
    Derivation,
    Night,
    Overlay,
    Pricing,
    PricingModel,
    Promotion,
    PromotionKind,
    RatePlan,
    RoomParty,
    Rounding,
    StayPrice,
)
from tourism.rates.policy.restrictions import merge_night, within
from tourism.rates.policy.supplements import price_supplements

MAX_DEPTH = 2
PLAIN = Derivation()
NO_PRICING = Pricing()


def round_half_up_bps(amount_cents: int, rate_bps: int) -> int:
    """A positive amount times a rate, in whole cents, halves up; integers only, for hot loops."""
    return (amount_cents * rate_bps * 2 + BPS) // (2 * BPS)


def derive(parent_cents: int, plan: RatePlan) -> int:
    """A night's price that follows another: percent, then cents, then the step, then floor and
    cap, which always hold (the floor where they contradict)."""
    changed = parent_cents
    if plan.adjust_bps:
        changed = round_half_up_bps(parent_cents, BPS + plan.adjust_bps)
    rule = plan.details.derivation
    if rule == PLAIN:
        return changed
    changed = _to_step(max(changed + rule.adjust_cents, 0), rule)
    if rule.cap_cents:
        changed = min(changed, rule.cap_cents)
    return max(changed, rule.floor_cents)


def _to_step(cents: int, rule: Derivation) -> int:
    step = rule.step_cents
    match rule.rounding:
        case Rounding.NEAREST:
            return (cents * 2 + step) // (2 * step) * step
        case Rounding.UP:
            return -(-cents // step) * step
        case Rounding.DOWN:
            return cents // step * step


def plan_nights(
    plan: RatePlan,
    plans: Mapping[int, RatePlan],
    room_type: int,
    nights: Sequence[Night],
    overlays: Iterable[Overlay] = (),
) -> list[Night]:
    """The nights of a room type as a plan sells them: its own or derived base price, and every
    restriction of the house, the room type, the plan, and the plan in the room type."""
    lineage = lineage_of(plan, plans)
    about = [o for o in overlays if o.room_type in {0, room_type}]
    own = {(o.rate_plan, o.on): o.price_cents for o in about if o.price_cents and o.room_type}
    binding: dict[date, list[Overlay]] = {}
    for overlay in about:
        if overlay.rate_plan in {0, plan.id}:
            binding.setdefault(overlay.on, []).append(overlay)
    return [
        merge_night(
            night, _resolve(night.price_cents, night.on, lineage, own), binding.get(night.on, ())
        )
        for night in nights
    ]


def _resolve(
    room_cents: int, on: date, lineage: Sequence[RatePlan], own: Mapping[tuple[int, date], int]
) -> int:
    cents = room_cents
    for plan in lineage:
        # What follows a night without a price has none either, whatever its floor says.
        cents = own.get((plan.id, on)) or (derive(cents, plan) if cents > 0 else 0)
    return cents


def lineage_of(plan: RatePlan, plans: Mapping[int, RatePlan]) -> list[RatePlan]:
    """The plan behind its ancestors, the oldest first; at most `MAX_DEPTH` derivations deep."""
    lineage = [plan]
    while (parent := lineage[0].parent) is not None and len(lineage) <= MAX_DEPTH:
        lineage.insert(0, plans[parent])
    return lineage


def price_night(base_cents: int, plan: RatePlan, party: RoomParty, standard: int) -> int:
    """Gross cents of one unit for one night: the plan's base for these persons, and their meals.
    `standard` is the number of persons that the unit's own price is for."""
    return occupancy_cents(base_cents, plan.details.pricing, party, standard) + meal_cents(
        plan, party
    )


def meal_cents(plan: RatePlan, party: RoomParty) -> int:
    """What the meals of the persons cost a night."""
    return (
        party.adults * plan.supplement_adult_cents
        + len(party.child_ages) * plan.supplement_child_cents
    )


def occupancy_cents(base_cents: int, pricing: Pricing, party: RoomParty, standard: int) -> int:
    """What the persons cost a night without meals. More persons never cost less."""
    if pricing == NO_PRICING:
        return base_cents
    if pricing.model is PricingModel.PER_PERSON:
        return _per_person(base_cents, pricing, party)
    children = sorted(
        _child_cents(age, pricing, pricing.extra_adult_cents) for age in party.child_ages
    )
    extra = max(party.adults - standard, 0)
    places = max(standard - party.adults, 0)
    # The places that the price includes go to the dearest children.
    beyond = children[: max(len(children) - places, 0)]
    discount = pricing.single_discount_cents if party.persons == 1 and standard > 1 else 0
    return max(base_cents - discount, 0) + extra * pricing.extra_adult_cents + sum(beyond)


def _per_person(adult_cents: int, pricing: Pricing, party: RoomParty) -> int:
    single = min(pricing.single_supplement_cents, adult_cents) if party.adults == 1 else 0
    return (
        party.adults * adult_cents
        + single
        + sum(_child_cents(age, pricing, adult_cents) for age in party.child_ages)
    )


def _child_cents(age: int, pricing: Pricing, adult_cents: int) -> int:
    band = band_of(age, pricing.child_bands)
    if band is None:
        return adult_cents
    return min(band.cents + round_half_up_bps(adult_cents, band.adult_bps), adult_cents)


def band_of(age: int, bands: Sequence[ChildBand]) -> ChildBand | None:
    """The band of a child, or None for one who pays as an adult."""
    reaching = [band for band in bands if age <= band.until_age]
    return min(reaching, key=lambda band: band.until_age) if reaching else None


def price_stay(
    base_cents: Sequence[int],
    arrival: date,
    plan: RatePlan,
    party: RoomParty,
    standard: int,
    promotions: Sequence[Promotion] = (),
    booked_on: date | None = None,
    *,
    room_type: int,
) -> StayPrice:
    """What one unit costs, from the plan's own or derived base price of each night on, under the
    promotion that saves most (promotions do not add up), with the mandatory supplements, which no
    promotion reduces. Percentages are rounded once a night, in the traveller's favour."""
    pricing = plan.details.pricing
    lodging = [occupancy_cents(cents, pricing, party, standard) for cents in base_cents]
    meals = meal_cents(plan, party)
    best: list[int] = lodging
    name = None
    for promotion in promotions:
        if booked_on is not None and promotion_applies(
            promotion, plan, arrival, len(lodging), booked_on
        ):
            reduced = reduce_nights(lodging, promotion)
            if sum(reduced) < sum(best):
                best, name = reduced, promotion.name
    return StayPrice(
        night_cents=tuple(cents + meals for cents in best),
        lodging_cents=tuple(best),
        promotion=name,
        saved_cents=sum(lodging) - sum(best),
        supplements=price_supplements(plan, room_type, arrival, len(lodging), party),
    )


def promotion_applies(
    promotion: Promotion, plan: RatePlan, arrival: date, nights: int, booked_on: date
) -> bool:
    """Whether a promotion is for this plan, these nights and a booking made on this day."""
    rule = promotion.details
    if not nights or (rule.plans and plan.id not in rule.plans):
        return False
    if not within(rule.stay_from, rule.stay_until, arrival, arrival + timedelta(days=nights - 1)):
        return False
    ahead = (arrival - booked_on).days
    match rule.kind:
        case PromotionKind.EARLY:
            return ahead >= rule.threshold
        case PromotionKind.LAST_MINUTE:
            return ahead <= rule.threshold
        case PromotionKind.LONG_STAY | PromotionKind.FREE_NIGHTS:
            return nights >= rule.threshold


def reduce_nights(cents: Sequence[int], promotion: Promotion) -> list[int]:
    """The prices of the nights under a promotion: a percentage less, or the cheapest nights free
    (`free_nights` for each whole `threshold`)."""
    rule = promotion.details
    if rule.kind is not PromotionKind.FREE_NIGHTS:
        return [night - -(-night * rule.percent_bps // BPS) for night in cents]
    free = len(cents) // rule.threshold * rule.free_nights
    cheapest = sorted(range(len(cents)), key=lambda n: (cents[n], n))[:free]
    return [0 if n in cheapest else night for n, night in enumerate(cents)]


def fits(party: RoomParty, occupancy_max: int, adults_max: int, children_max: int) -> bool:
    """Whether the persons fit the room: all of them, its adults, its children of whatever age."""
    children = len(party.child_ages)
    return (
        party.persons <= occupancy_max and party.adults <= adults_max and children <= children_max
    )
