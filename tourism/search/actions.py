"""Search stays at a place, and look at one house."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from hub.core.clock import local_date
from hub.core.db import Reads
from hub.territory import distance_km
from tourism import lodging, places, rates
from tourism.rates.models import MealPlan, Obstacle, Overlay, Promotion, RatePlan, RoomParty
from tourism.search import offers, policy, store
from tourism.search.errors import PropertyUnknown
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


async def search_stays(reader: Reads, search: Search, now: datetime) -> Results:
    """Every house of the place that can be sold for the stay and the party, a page of them.

    Raises `SearchInvalid`, `PlaceInvalid` or `PlaceUnknown`.
    """
    today = local_date(now, PARIS)
    policy.check_stay(search.stay, today)
    policy.check_party(search.party)
    area = await places.find_area(reader, search.place, search.radius_km)
    candidates = await store.list_candidates(reader, area, search.stay)
    by_house: dict[int, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        by_house[candidate.property].append(candidate)
    found = _Found(search, now)
    for house in await _offers_by_house(reader, by_house, search.stay):
        found.add(house, _distance(area, house.rooms[0]))
    return policy.make_results(
        found.hits,
        search.filters,
        search.sort,
        search.page,
        area=area,
        lodgings_in_area=area.lodgings or await store.count_houses(reader, area),
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

    def add(self, house: offers.HouseOffer, distance: float | None) -> None:
        search = self._search
        zone = house.rooms[0].zone
        free = [
            plan for plan in house.plans if offers.is_free_now(plan, search.stay, zone, self._now)
        ]
        wanted = _wanted_plans(house.plans, free, search.filters)
        hit = offers.make_hit(
            house,
            wanted or house.plans,
            search.party,
            search.stay,
            self._now,
            self._today,
            distance,
        )
        if hit is None:
            return
        self.meals += sorted({plan.meal_plan for plan in house.plans})
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


async def _offers_by_house(
    reader: Reads, by_house: Mapping[int, Sequence[Candidate]], stay: Stay
) -> list[offers.HouseOffer]:
    houses = list(by_house)
    plans: dict[int, list[RatePlan]] = defaultdict(list)
    for plan in await store.list_plans(reader, houses):
        plans[plan.property].append(plan)
    overlays: dict[int, list[Overlay]] = defaultdict(list)
    last = stay.departure + timedelta(days=1)
    for overlay in await rates.list_overlays(reader, houses, stay.arrival, last):
        overlays[overlay.property].append(overlay)
    promotions: dict[int, list[Promotion]] = defaultdict(list)
    for promotion in await rates.list_promotions(reader, houses):
        promotions[promotion.property].append(promotion)
    return [
        offers.HouseOffer(
            rooms=rooms,
            plans=plans[house],
            overlays=overlays[house],
            promotions=promotions[house],
        )
        for house, rooms in by_house.items()
    ]


def _distance(area: places.Area, house: Candidate) -> float | None:
    points = (area.lat, area.lng, house.lat, house.lng)
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
        free = await store.list_house_candidates(reader, id, stay)
        found = await _offers_by_house(reader, {id: free} if free else {}, stay)
        options = await _options(reader, house, types, found, parties, stay, now)
        mixed = tuple(_mixed(found, parties, stay, now, today))
    return PropertyView(
        property=house,
        stars=lodging.stars_today(house, today),
        options=options,
        mixed=mixed,
        plans=tuple(plans),
        tax_is_demonstration=house.listing is not lodging.Listing.REGISTRY,
    )


def _mixed(
    houses: Sequence[offers.HouseOffer],
    parties: Sequence[RoomParty],
    stay: Stay,
    now: datetime,
    today: date,
) -> Iterator[offers.Priced]:
    """Rooms of different types together, where the party needs them, under each plan."""
    for house in houses:
        for plan in house.plans:
            together = offers.assign_rooms(offers.sell(house, plan, stay, now), parties)
            if together and len({sellable.room.room_type for sellable, _ in together}) > 1:
                yield offers.price_rooms(together, house, plan, stay, today)


async def _options(
    reader: Reads,
    house: lodging.Property,
    types: Sequence[lodging.RoomType],
    houses: Sequence[offers.HouseOffer],
    parties: Sequence[RoomParty],
    stay: Stay,
    now: datetime,
) -> tuple[RoomOption, ...]:
    terms = await rates.load_rates(
        reader, house.id, [type.id for type in types], stay.arrival, stay.departure
    )
    return tuple(_option(type, terms, houses, parties, stay, now, house.zone) for type in types)


def _option(
    type: lodging.RoomType,
    terms: rates.HouseRates,
    houses: Sequence[offers.HouseOffer],
    parties: Sequence[RoomParty],
    stay: Stay,
    now: datetime,
    zone: str,
) -> RoomOption:
    today = local_date(now, zone)
    offered: list[offers.Priced] = []
    for house in houses:
        for plan in house.plans:
            for sellable in offers.sell(house, plan, stay, now):
                rooms = offers.same_rooms(sellable, parties)
                if sellable.room.room_type == type.id and rooms:
                    offered.append(offers.price_rooms(rooms, house, plan, stay, today))
    too_small = not all(rates.fits(p, type.occupancy_max, type.adults_max) for p in parties)
    return RoomOption(
        room_type=type,
        offers=tuple(offered),
        obstacles=() if offered else _obstacles(type, terms, len(parties), too_small, now, zone),
        min_stay=max(
            (rates.shortest_stay(terms.sold_nights(type.id, plan)[0]) for plan in terms.plans),
            default=1,
        ),
    )


def _obstacles(
    type: lodging.RoomType,
    terms: rates.HouseRates,
    units: int,
    too_small: bool,
    now: datetime,
    zone: str,
) -> tuple[Obstacle, ...]:
    """The reasons of the plan that comes nearest."""
    by_plan = [terms.obstacles(type.id, plan, units, now, zone) for plan in terms.plans]
    fewest = min(by_plan, key=len, default=[Obstacle.CLOSED])
    return (*fewest, Obstacle.TOO_MANY_PERSONS) if too_small else tuple(fewest)
