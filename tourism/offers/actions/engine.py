"""The questions of the national index, answered by PostgreSQL: slower, always true."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta

import msgspec
import numpy as np

from hub.core.clock import local_date
from hub.core.db import Reads
from hub.territory import distance_km
from tourism import rates
from tourism.index import (
    FAR_KM,
    MOST_STARS,
    SPREAD_HOUSES,
    Area,
    Ask,
    CalendarAsk,
    DayPrice,
    Deal,
    Facets,
    Found,
    HouseCard,
    Houses,
    Offer,
    Order,
    PlanCard,
    RoomCard,
    RoomTaken,
    Spots,
    Wants,
    bands_of,
)
from tourism.offers import filters, pricing, store
from tourism.offers.actions.shelves import list_others, load_shelves
from tourism.offers.errors import SearchTooWide
from tourism.offers.models import Candidate, Priced, Shelf, Stay
from tourism.offers.shelf import cheapest, refusal_of
from tourism.rates.models import Obstacle, Overlay, Promotion, RatePlan

CALENDAR_HOUSES = 40
REASON_HOUSES = 2_000
MOST_HOUSES = 6_000
AROUND = timedelta(days=35)


class _Loaded(msgspec.Struct, frozen=True):
    """The houses of a small area for some weeks; None for one that is not small."""

    first: date
    last: date
    shelves: Sequence[Shelf] | None


class SqlEngine:
    """Searches of `tourism.index` over the database of a reader, for one request: what its
    calendars ask of an area is read once."""

    asks_much = False

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._loaded: dict[tuple[Area, Wants], _Loaded] = {}

    async def search(self, ask: Ask) -> Found:
        """The houses that can be sold, a page of them in order; all as the index answers. What
        stands in the way of the others is not counted in an area of more than two thousand
        houses, which only the index can look through (`obstacles` is empty). Raises `SearchTooWide`
        for an area that only the index can search at all."""
        many = await store.count_houses(self._reads, ask.area)
        if many > MOST_HOUSES:
            raise SearchTooWide(
                "The index of all houses is being made anew. Choose a region or a department."
            )
        stay = Stay(arrival=ask.arrival, departure=ask.arrival + timedelta(days=ask.nights))
        houses = await self._offers(ask, stay)
        sold = [house for house in houses if house.offers]
        best = [o for house in sold if (o := filters.best_offer(house, ask.wants)) is not None]
        kept = sorted(
            (o for o in best if filters.at_price(o.total_cents, ask.wants)), key=_ordered(ask)
        )
        totals = [offer.total_cents for offer in best]
        if not ask.spread or len(totals) > SPREAD_HOUSES:
            totals = []
        return Found(
            total=len(kept),
            available=len(sold),
            houses=many if ask.facets else 0,
            offers=tuple(kept[ask.offset : ask.offset + ask.limit]),
            facets=filters.count(sold, ask.wants) if ask.facets else Facets(),
            low_cents=min(totals, default=None),
            high_cents=max(totals, default=None),
            price_bands=bands_of(totals),
            spots=_spots(kept if totals else ()),
            obstacles=await self._reasons(ask, stay, sold)
            if len(kept) < ask.reasons and many <= REASON_HOUSES
            else {},
        )

    async def calendar(self, ask: CalendarAsk) -> tuple[DayPrice, ...]:
        """The cheapest total of each arrival; nothing for an area of more than forty houses, which
        only the index can price day by day. Between two days whatever else waits has its turn."""
        last = ask.first + timedelta(days=ask.days + ask.nights)
        shelves = await self._shelves(ask.area, ask.wants, ask.now, ask.first, last)
        if shelves is None:
            return ()
        found: list[DayPrice] = []
        for on in (ask.first + timedelta(days=n) for n in range(ask.days)):
            found.append(_day(shelves, ask, on))
            await asyncio.sleep(0)
        return tuple(found)

    async def find_obstacles(self, ask: Ask) -> dict[Obstacle, int]:
        """What stands in the way of the houses of an area of at most forty; nothing when one of
        them can be sold."""
        stay = Stay(arrival=ask.arrival, departure=ask.arrival + timedelta(days=ask.nights))
        last = stay.departure + timedelta(days=1)
        shelves = await self._shelves(ask.area, Wants(), ask.now, stay.arrival, last) or ()
        await asyncio.sleep(0)
        if any(cheapest(shelf, stay, ask.parties, ask.now) is not None for shelf in shelves):
            return {}
        return _count_obstacles(shelves, stay, ask)

    async def _shelves(
        self, area: Area, wants: Wants, now: datetime, first: date, last: date
    ) -> Sequence[Shelf] | None:
        """The houses of a small area that have what is wanted, with the weeks around the days that
        are asked for: those that are asked for next are mostly within."""
        known = self._loaded.get((area, wants))
        if known is None or (
            known.shelves is not None and not known.first <= first <= last <= known.last
        ):
            first, last = first - AROUND, last + AROUND
            known = _Loaded(first, last, await self._load(area, wants, now, first, last))
            self._loaded[area, wants] = known
        return known.shelves

    async def _load(
        self, area: Area, wants: Wants, now: datetime, first: date, last: date
    ) -> Sequence[Shelf] | None:
        if await store.count_houses(self._reads, area) > CALENDAR_HOUSES:
            return None
        houses = await list_others(
            self._reads, area, (0, 0), wants=wants, now=now, wanted=CALENDAR_HOUSES
        )
        return await load_shelves(self._reads, houses, first, last)

    async def _reasons(
        self, ask: Ask, stay: Stay, sold: Sequence[filters.HouseOffers]
    ) -> dict[Obstacle, int]:
        """How many of the houses that are not sold meet each obstacle at their nearest."""
        others = await store.list_others(
            self._reads,
            ask.area,
            (0, 0),
            wants=Wants(),
            found=[house.offers[0].house.property for house in sold],
            wanted=REASON_HOUSES,
        )
        last = stay.departure + timedelta(days=1)
        shelves = await load_shelves(self._reads, others, stay.arrival, last, most=REASON_HOUSES)
        return _count_obstacles(shelves, stay, ask)

    async def _offers(self, ask: Ask, stay: Stay) -> list[filters.HouseOffers]:
        by_house: dict[int, list[Candidate]] = defaultdict(list)
        for candidate in await store.list_candidates(self._reads, ask.area, stay, ask.now):
            by_house[candidate.property].append(candidate)
        traits = {t.property: t for t in await store.list_traits(self._reads, list(by_house))}
        return [
            filters.HouseOffers(
                offers := _offers_of(house, ask, stay),
                _confirmed_of(house, offers, ask, stay),
                traits[house.rooms[0].property],
            )
            for house in await load_offers(self._reads, by_house, stay)
        ]


def _spots(offers: Sequence[Offer]) -> Spots:
    placed = [
        offer for offer in offers if offer.house.lat is not None and offer.house.lng is not None
    ]
    return Spots(
        lats=np.array([offer.house.lat for offer in placed], np.float64),
        lngs=np.array([offer.house.lng for offer in placed], np.float64),
        totals=np.array([offer.total_cents for offer in placed], np.int64),
        properties=np.array([offer.house.property for offer in placed], np.int64),
        name_of=lambda place: placed[place].house.name,
    )


def _count_obstacles(shelves: Sequence[Shelf], stay: Stay, ask: Ask) -> dict[Obstacle, int]:
    return dict(
        Counter(
            obstacle
            for shelf in shelves
            if shelf.plans and shelf.rooms
            for obstacle in refusal_of(shelf, stay, ask.parties, ask.now).obstacles
        )
    )


def _day(shelves: Sequence[Shelf], ask: CalendarAsk, on: date) -> DayPrice:
    stay = Stay(arrival=on, departure=on + timedelta(days=ask.nights))
    totals = [
        priced.total_cents
        for shelf in shelves
        if (priced := cheapest(shelf, stay, ask.parties, ask.now, ask.wants)) is not None
    ]
    return DayPrice(on=on, houses=len(totals), total_cents=min(totals, default=None))


async def load_offers(
    reads: Reads, by_house: Mapping[int, Sequence[Candidate]], stay: Stay
) -> list[pricing.HouseOffer]:
    """The free room types of some houses with everything that prices them."""
    houses = list(by_house)
    plans: dict[int, list[RatePlan]] = defaultdict(list)
    for plan in await store.list_plans(reads, houses):
        plans[plan.property].append(plan)
    overlays: dict[int, list[Overlay]] = defaultdict(list)
    last = stay.departure + timedelta(days=1)
    for overlay in await rates.list_overlays(reads, houses, stay.arrival, last):
        overlays[overlay.property].append(overlay)
    promotions: dict[int, list[Promotion]] = defaultdict(list)
    for promotion in await rates.list_promotions(reads, houses):
        promotions[promotion.property].append(promotion)
    return [
        pricing.HouseOffer(
            rooms=rooms,
            plans=plans[house],
            overlays=overlays[house],
            promotions=promotions[house],
        )
        for house, rooms in by_house.items()
    ]


async def find_offer(
    reads: Reads, property: int, stay: Stay, now: datetime
) -> pricing.HouseOffer | None:
    """The free room types of one house with everything that prices them; None when none is."""
    free = await store.list_candidates(reads, Houses(properties=(property,)), stay, now)
    return (await load_offers(reads, {property: free}, stay))[0] if free else None


def _confirmed_of(
    house: pricing.HouseOffer, offers: tuple[Offer, ...], ask: Ask, stay: Stay
) -> tuple[Offer, ...]:
    """Where a room type is asked of its house first, other offers without it."""
    if any(room.on_request for room in house.rooms):
        return _offers_of(house, ask, stay, instant=True)
    return tuple(offer for offer in offers if not offer.on_request)


def _offers_of(
    house: pricing.HouseOffer, ask: Ask, stay: Stay, *, instant: bool = False
) -> tuple[Offer, ...]:
    today = local_date(ask.now, house.rooms[0].zone)
    offers = [
        _offer(house, pricing.price_rooms(together, house, plan, stay, today), ask, stay)
        for plan in house.plans
        if (
            together := pricing.assign_rooms(
                pricing.sell(house, plan, stay, ask.now, instant=instant),
                ask.parties, house, plan, stay, today,
            )
        )
    ]  # fmt: skip
    ranks = {plan.id: plan.rank for plan in house.plans}
    return tuple(sorted(offers, key=lambda offer: (offer.total_cents, ranks[offer.plan.id])))


def _offer(house: pricing.HouseOffer, priced: Priced, ask: Ask, stay: Stay) -> Offer:
    first, plan = house.rooms[0], priced.plan
    card = _card(house)
    rooms = {room.id: room for room in card.rooms}
    free = pricing.is_free_now(plan, stay, first.zone, ask.now)
    return Offer(
        deal=Deal(
            house=card,
            plan=next(one for one in card.plans if one.id == plan.id),
            rooms=tuple(RoomTaken(room=rooms[r.room_type], party=r.party) for r in priced.rooms),
        ),
        stars=pricing.stars_of(first, local_date(ask.now, first.zone)),
        distance_km=_distance(ask.centre, first),
        units_left=priced.units_left,
        gross_cents=priced.gross_cents,
        tax_cents=priced.tourist_tax_cents,
        saved_cents=priced.saved_cents,
        promotion=priced.promotion,
        free_until_at=rates.free_until(plan.cancellation, stay.arrival, first.zone)
        if free
        else None,
    )


def _card(house: pricing.HouseOffer) -> HouseCard:
    first = house.rooms[0]
    return HouseCard(
        property=first.property,
        tenant=first.tenant,
        name=first.name,
        kind=first.kind,
        commune_code=first.commune_code,
        commune=first.commune,
        department_code=first.department_code,
        landscape=first.landscape,
        zone=first.zone,
        lat=first.lat,
        lng=first.lng,
        rooms=tuple(
            RoomCard(
                r.room_type,
                r.code,
                r.room_name,
                r.occupancy_standard,
                r.occupancy_max,
                r.adults_max,
                r.on_request,
            )
            for r in house.rooms
        ),
        plans=tuple(
            PlanCard(p.id, p.code, p.name, p.meal_plan, p.cancellation, p.details.on_request)
            for p in house.plans
        ),
        promotions=tuple((p.id, p.name) for p in house.promotions),
    )


def _distance(centre: tuple[float, float] | None, house: Candidate) -> float | None:
    if centre is None or house.lat is None or house.lng is None:
        return None
    # The position is approximate: no better than a kilometre may be said.
    return round(distance_km(*centre, house.lat, house.lng))


def _ordered(ask: Ask) -> Callable[[Offer], tuple[float, int, int]]:
    """The order of the page; ties go by total, then by the order of inscription."""

    def rank(offer: Offer) -> float:
        away = 9e9 if offer.distance_km is None else offer.distance_km
        missing = MOST_STARS - (offer.stars or 0)
        match ask.order:
            case Order.PRICE:
                return 0
            case Order.DISTANCE:
                return away
            case Order.STARS:
                return missing
            case Order.BALANCED:
                far = 0 if ask.centre is None else FAR_KM
                far = far if offer.distance_km is None else offer.distance_km
                return (
                    offer.total_cents
                    + far * ask.weights.cents_per_km
                    + missing * ask.weights.cents_per_missing_star
                )

    return lambda offer: (rank(offer), offer.total_cents, offer.house.property)
