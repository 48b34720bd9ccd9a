"""Search stays at a place, and look at one house."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from hub.core.clock import local_date
from hub.core.db import Reads
from hub.territory import Place, distance_km, find_place
from tourism import lodging, rates
from tourism.rates.models import MealPlan, Obstacle, RatePlan
from tourism.search import offers, policy, store
from tourism.search.errors import PlaceUnknown, PropertyUnknown
from tourism.search.models import (
    Candidate,
    Filters,
    Hit,
    Party,
    PropertyView,
    Results,
    RoomOption,
    Search,
    Stay,
)

PARIS = "Europe/Paris"


async def find_area(reader: Reads, kind: str, code: str) -> Place:
    """The place to search. Raises `PlaceUnknown`."""
    place = await find_place(reader, kind, code)
    if place is None:
        raise PlaceUnknown("Choose a commune, a department or a region from the suggestions.")
    return place


async def search_stays(reader: Reads, search: Search, now: datetime) -> Results:
    """Every house of the place that can be sold for the stay and the party, a page of them.

    Raises `SearchInvalid` or `PlaceUnknown`.
    """
    today = local_date(now, PARIS)
    policy.check_stay(search.stay, today)
    policy.check_party(search.party)
    place = await find_area(reader, search.place_kind, search.place_code)
    codes = [place.code]
    if place.kind == "commune":
        codes = [found.code for found in await store.list_commune_codes(reader, place.code)]
    candidates = await store.list_candidates(reader, place.kind, codes, search.stay)
    by_house: dict[int, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        by_house[candidate.property].append(candidate)
    plans = await _plans_by_house(reader, list(by_house))
    found = _Found(search, now)
    for house, rooms in by_house.items():
        found.add(rooms, plans.get(house, []), _distance(place, rooms[0]))
    return policy.make_results(
        found.hits,
        search.filters,
        search.sort,
        search.page,
        place_label=place.label,
        lodgings_in_place=place.lodgings,
        offered_meals=found.meals,
        free_cancellation=found.free,
    )


class _Found:
    """Collects the hits of a search and the counts that its plan filters need."""

    def __init__(self, search: Search, now: datetime) -> None:
        self._search = search
        self._now = now
        self._today = local_date(now, PARIS)
        self.hits: list[Hit] = []
        self.meals: list[MealPlan] = []
        self.free = 0

    def add(
        self, rooms: Sequence[Candidate], plans: Sequence[RatePlan], distance: float | None
    ) -> None:
        search = self._search
        free = [
            plan
            for plan in plans
            if offers.is_free_now(plan, search.stay, rooms[0].zone, self._now)
        ]
        wanted = _wanted_plans(plans, free, search.filters)
        hit = offers.make_hit(
            rooms, wanted or plans, search.party, search.stay, self._now, self._today, distance
        )
        if hit is None:
            return
        self.meals += sorted({plan.meal_plan for plan in plans})
        self.free += bool(free)
        if wanted:
            self.hits.append(hit)


def _wanted_plans(
    plans: Sequence[RatePlan], free: Sequence[RatePlan], filters: Filters
) -> list[RatePlan]:
    allowed = free if filters.free_cancellation else plans
    return [
        plan for plan in allowed if not filters.meal_plans or plan.meal_plan in filters.meal_plans
    ]


async def _plans_by_house(reader: Reads, houses: Sequence[int]) -> dict[int, list[RatePlan]]:
    found: dict[int, list[RatePlan]] = defaultdict(list)
    for plan in await store.list_plans(reader, houses):
        found[plan.property].append(plan)
    return found


def _distance(place: Place, house: Candidate) -> float | None:
    points = (place.lat, place.lng, house.lat, house.lng)
    if any(point is None for point in points):
        return None
    # The position is approximate: no better than a kilometre may be said.
    return round(distance_km(*points))  # pyright: ignore[reportArgumentType]  checked above


async def show_property(
    reader: Reads, id: int, stay: Stay | None, party: Party, now: datetime
) -> PropertyView:
    """A house, its rooms, and with a stay every offer or the reason why there is none.

    Raises `PropertyUnknown` or `SearchInvalid`.
    """
    house = await lodging.find_property(reader, id)
    if house is None:
        raise PropertyUnknown("It may have left the registry.")
    today = local_date(now, house.zone)
    types = await lodging.list_room_types(reader, id)
    plans = await rates.list_rate_plans(reader, id)
    options: tuple[RoomOption, ...] = tuple(
        RoomOption(room_type=type, offers=(), obstacles=(), min_stay=1) for type in types
    )
    mixed: tuple[offers.Priced, ...] = ()
    if stay is not None:
        policy.check_stay(stay, today)
        policy.check_party(party)
        parties = rates.distribute(party.adults, party.child_ages, party.rooms)
        free = await store.list_candidates(reader, "property", [], stay, property=id)
        by_type = {candidate.room_type: candidate for candidate in free}
        options = await _options(reader, types, plans, by_type, parties, stay, now)
        together = offers.assign_rooms(free, parties)
        if together and len({candidate.room_type for candidate, _ in together}) > 1:
            mixed = tuple(offers.price_rooms(together, plan, stay, today) for plan in plans)
    return PropertyView(
        property=house,
        stars=lodging.stars_today(house, today),
        options=options,
        mixed=mixed,
        plans=tuple(plans),
        tax_is_demonstration=house.listing is not lodging.Listing.REGISTRY,
    )


async def _options(
    reader: Reads,
    types: Sequence[lodging.RoomType],
    plans: Sequence[RatePlan],
    by_type: dict[int, Candidate],
    parties: Sequence[offers.RoomParty],
    stay: Stay,
    now: datetime,
) -> tuple[RoomOption, ...]:
    today = local_date(now, PARIS)
    nights = await rates.list_nights(
        reader, [type.id for type in types], stay.arrival, stay.departure + timedelta(days=1)
    )
    options: list[RoomOption] = []
    for type in types:
        of_type = [night for night in nights if night.room_type == type.id]
        slept = [night for night in of_type if night.on < stay.departure]
        leaving = next((night for night in of_type if night.on == stay.departure), None)
        obstacles = rates.find_obstacles(slept, leaving, len(parties))
        if not all(rates.fits(p, type.occupancy_max, type.adults_max) for p in parties):
            obstacles.append(Obstacle.TOO_MANY_PERSONS)
        candidate = by_type.get(type.id)
        assigned = offers.same_rooms(candidate, parties) if candidate else None
        options.append(
            RoomOption(
                room_type=type,
                offers=tuple(offers.price_rooms(assigned, p, stay, today) for p in plans)
                if assigned
                else (),
                obstacles=tuple(obstacles),
                min_stay=slept[0].min_stay if slept else 1,
            )
        )
    return tuple(options)
