"""Which searches can be made, and how their results are ordered and counted."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta

from tourism.places.models import Area
from tourism.rates.models import MealPlan
from tourism.search.errors import SearchInvalid
from tourism.search.models import Facet, Filters, Hit, Party, Results, Sort, Stay

HORIZON_DAYS = 400
MAX_NIGHTS = 28
MAX_ROOMS = 9
MAX_PERSONS = 30
PAGE_SIZE = 20
# One table for the code and for the words that the law asks for (P2B 5, L111-7).
RANKING: dict[Sort, tuple[str, Callable[[Hit], tuple[float, int]]]] = {
    Sort.PRICE: (
        "Du séjour le moins cher au plus cher, toutes taxes comprises ; à prix égal, dans l'ordre "
        "d'inscription. Aucune position n'est à vendre.",
        lambda hit: (hit.total_cents, hit.property),
    ),
    Sort.DISTANCE: (
        "De l'hébergement le plus proche du centre du lieu cherché au plus éloigné, à un "
        "kilomètre près ; à distance égale, dans l'ordre d'inscription.",
        lambda hit: (
            hit.distance_km if hit.distance_km is not None else 9e9,
            hit.property,
        ),
    ),
}


def check_stay(stay: Stay, today: date) -> None:
    """Raise `SearchInvalid` for dates that cannot be searched."""
    if stay.departure <= stay.arrival:
        raise SearchInvalid("The departure must be after the arrival.", field="departure")
    if stay.arrival < today:
        raise SearchInvalid("The arrival is in the past.", field="arrival")
    if stay.nights > MAX_NIGHTS:
        raise SearchInvalid(f"A stay has at most {MAX_NIGHTS} nights.", field="departure")
    if stay.departure > today + timedelta(days=HORIZON_DAYS):
        raise SearchInvalid(f"Stays can be searched {HORIZON_DAYS} days ahead.", field="departure")


def check_party(party: Party) -> None:
    """Raise `SearchInvalid` for a party that cannot be lodged."""
    if party.adults < 1:
        raise SearchInvalid("At least one adult is needed.", field="adults")
    if not 1 <= party.rooms <= MAX_ROOMS:
        raise SearchInvalid(f"From 1 to {MAX_ROOMS} rooms can be searched.", field="rooms")
    if party.adults < party.rooms:
        raise SearchInvalid("Each room needs an adult.", field="rooms")
    if any(not 0 <= age <= 17 for age in party.child_ages):
        raise SearchInvalid("Children are from 0 to 17 years old.", field="child_ages")
    if party.adults + len(party.child_ages) > MAX_PERSONS:
        raise SearchInvalid(f"At most {MAX_PERSONS} persons can be searched.", field="adults")


def passes(hit: Hit, filters: Filters) -> bool:
    """Whether a hit has what the filters ask."""
    return (
        (not filters.kinds or hit.kind in filters.kinds)
        and (not filters.stars or hit.stars in filters.stars)
        and (filters.price_min_cents is None or hit.total_cents >= filters.price_min_cents)
        and (filters.price_max_cents is None or hit.total_cents <= filters.price_max_cents)
    )


def make_results(
    hits: Sequence[Hit],
    filters: Filters,
    sort: Sort,
    page: int,
    *,
    area: Area,
    lodgings_in_area: int,
    offered_meals: Iterable[MealPlan],
    free_cancellation: int,
) -> Results:
    """One page of the ordered hits; each facet counts what its choices would leave."""
    kept = sorted((hit for hit in hits if passes(hit, filters)), key=RANKING[sort][1])
    pages = max(1, -(-len(kept) // PAGE_SIZE))
    page = min(max(page, 1), pages)
    totals = [hit.total_cents for hit in hits]
    return Results(
        total=len(kept),
        page=page,
        pages=pages,
        hits=tuple(kept[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]),
        kinds=_count(hit.kind.value for hit in hits),
        stars=_count(str(hit.stars) for hit in hits if hit.stars is not None),
        meal_plans=_count(str(meal.value) for meal in offered_meals),
        free_cancellation=free_cancellation,
        price_low_cents=min(totals, default=None),
        price_high_cents=max(totals, default=None),
        area=area,
        lodgings_in_area=lodgings_in_area,
    )


def _count(values: Iterable[str]) -> tuple[Facet, ...]:
    counted = Counter(values)
    return tuple(
        Facet(value=value, count=counted[value]) for value in sorted(counted, reverse=True)
    )
