"""What offers have of what is wanted, and how many houses each choice would leave: pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import msgspec

from tourism.index import Facets, Offer, Wants
from tourism.offers.models import Traits
from tourism.rates.models import MealPlan

NO_TRAITS = Traits(property=0, amenities=(), accessibility=(), pets=False)
HOUSE_GROUPS = ("kinds", "stars", "amenities", "accessibility", "pets")


class HouseOffers(msgspec.Struct, frozen=True):
    """The offers of a house under each of its plans, the cheapest first; those of rooms and plans
    that need not be asked of the house first; and its traits."""

    offers: tuple[Offer, ...]
    confirmed: tuple[Offer, ...]
    traits: Traits = NO_TRAITS


def best_offer(house: HouseOffers, wants: Wants) -> Offer | None:
    """The cheapest offer of the house that has what is wanted, but for the price; or None."""
    if not has_all(house, wants):
        return None
    return next((o for o in _offers(house, wants.instant) if _plan_passes(o, wants)), None)


def _offers(house: HouseOffers, instant: bool) -> Sequence[Offer]:
    return house.confirmed if instant else house.offers


def at_price(total_cents: int, wants: Wants) -> bool:
    """Whether an all-in total is within what is wanted."""
    low, high = wants.price_min_cents, wants.price_max_cents
    return (low is None or total_cents >= low) and (high is None or total_cents <= high)


def has_all(house: HouseOffers, wants: Wants, but: str = "") -> bool:
    """Whether a house has what every group of its own wants, but for one."""
    offer, traits = house.offers[0], house.traits
    tests: dict[str, bool] = {
        "kinds": not wants.kinds or offer.house.kind in wants.kinds,
        "stars": not wants.stars or offer.stars in wants.stars,
        "amenities": set(wants.amenities) <= set(traits.amenities),
        "accessibility": set(wants.accessibility) <= set(traits.accessibility),
        "pets": not wants.pets or traits.pets,
    }
    return all(passed for group, passed in tests.items() if group != but)


def _plan_passes(offer: Offer, wants: Wants, but: str = "") -> bool:
    tests: dict[str, bool] = {
        "meal_plans": not wants.meal_plans or offer.plan.meal_plan in wants.meal_plans,
        "free_cancellation": not wants.free_cancellation or offer.free_until_at is not None,
    }
    return all(passed for group, passed in tests.items() if group != but)


def count(houses: Sequence[HouseOffers], wants: Wants) -> Facets:
    """How many houses each choice would leave: of kinds, stars and meals each choice instead of
    those made, of everything else each choice beside those made; at the wanted price."""

    def sold(
        house: HouseOffers,
        test: Callable[[Offer], bool] = lambda _: True,
        but: str = "",
        instant: bool = wants.instant,
    ) -> bool:
        every = _offers(house, instant)
        best = next((o for o in every if _plan_passes(o, wants, but) and test(o)), None)
        return best is not None and at_price(best.total_cents, wants)

    def sells(house: HouseOffers, meal: MealPlan) -> bool:
        return sold(house, lambda offer: offer.plan.meal_plan == meal, "meal_plans")

    here = [house for house in houses if has_all(house, wants)]
    kept = [house for house in here if sold(house)]
    meals = {o.plan.meal_plan for house in here for o in house.offers}
    return Facets(
        kinds=Counter(h.offers[0].house.kind for h in _but(houses, wants, "kinds") if sold(h)),
        stars=Counter(
            stars for h in _but(houses, wants, "stars") if sold(h) and (stars := h.offers[0].stars)
        ),
        amenities=Counter(name for h in kept for name in h.traits.amenities),
        accessibility=Counter(name for h in kept for name in h.traits.accessibility),
        pets=sum(h.traits.pets and sold(h) for h in _but(houses, wants, "pets")),
        meal_plans={meal: n for meal in sorted(meals) if (n := sum(sells(h, meal) for h in here))},
        free_cancellation=sum(
            sold(h, lambda o: o.free_until_at is not None, "free_cancellation") for h in here
        ),
        instant=sum(sold(h, instant=True) for h in here),
    )


def _but(houses: Iterable[HouseOffers], wants: Wants, group: str) -> list[HouseOffers]:
    return [house for house in houses if has_all(house, wants, group)]
