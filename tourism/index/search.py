"""The three questions to the index: a page of offers, a calendar of prices, a house's rooms."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from math import isnan

import msgspec
import numpy as np

from tourism.index import facets
from tourism.index.areas import Atlas, Columns
from tourism.index.engine import BIG, Best, Houses, Inquiry, Pairs, Ranking
from tourism.index.errors import AskInvalid
from tourism.index.lanes import BIT, Lanes
from tourism.index.models import (
    OBSTACLES,
    SPREAD_HOUSES,
    Area,
    Ask,
    CalendarAsk,
    DayPrice,
    Facets,
    Found,
    HouseCard,
    Offer,
    Order,
    RoomCheck,
    RoomTaken,
)
from tourism.index.moments import Zones
from tourism.index.scan import standing
from tourism.index.taxing import Taxing
from tourism.nights import layout
from tourism.nights.layout import Bools, Ints, Tables
from tourism.rates.models import Cancellation, Obstacle, RoomParty
from tourism.rates.policy import fits, free_until

MAX_CALENDAR = 370
MAX_PAGE = 1_000
MAX_KNOWN = 10_000
STARRED = (Order.STARS, Order.BALANCED)


class Generation:
    """One file of the index with everything that is read from it once."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.atlas = Atlas(tables)
        self.taxing = Taxing(tables)
        self.zones = Zones(tables)
        self._cards: dict[int, HouseCard] = {}
        # How many houses stand in an area, and how many had been written when they were counted.
        self.standing: dict[Area, tuple[int, int]] = {}

    def card(self, number: int) -> HouseCard:
        """What is shown of a house; kept until it is written anew."""
        reference = int(self.tables.houses["card"][number])
        known = self._cards.get(reference)
        if known is None:
            start, length = reference >> 24, reference & 0xFFFFFF
            data = self.tables.cards[start : start + length].tobytes()
            known = msgspec.msgpack.decode(data, type=HouseCard)
            if len(self._cards) > 50_000:
                self._cards.clear()
            self._cards[reference] = known
        return known


class _Search:
    """A search on its way: what is sold, what is wanted, and the order of the page.

    Plain houses sell an open room type whatever their plans say; of them nothing more is looked
    at until they come near the page. The plans of the others are looked at one by one."""

    def __init__(self, generation: Generation, ask: Ask, columns: Columns) -> None:
        self.generation, self.ask, self.columns = generation, ask, columns
        tables, wants = generation.tables, ask.wants
        inquiry = self.inquiry = Inquiry(tables, generation.taxing, generation.zones, ask)
        houses = self.houses = inquiry.houses(columns)
        self.stars = None
        if ask.facets or wants.stars or ask.order in STARRED:
            self.stars = inquiry.moment.stars(tables, houses.numbers)
        self.having = facets.of_houses(tables, houses.numbers, self.stars, wants)
        self.here = self.having.all_but()
        self.bits = tables.house_bits.take(houses.numbers)
        self.plain = self._plain()
        self.pairs = inquiry.pairs(houses, (~self.plain).nonzero()[0])
        self.plans = self._wants_of(self.pairs)
        self.sellable = self._can_be_booked(self.pairs)
        self.ranking = Ranking(inquiry, houses, inquiry.penalties(houses.numbers, self.stars))
        self.totals: Ints | None = None
        self._price_the_uncertain()

    @property
    def by_price(self) -> bool:
        wants = self.ask.wants
        return wants.price_min_cents is not None or wants.price_max_cents is not None

    @property
    def prices_all(self) -> bool:
        """Whether everybody must be priced: to be counted, or because prices are wanted."""
        return self.by_price or len(self.ask.parties) > 1

    def _plain(self) -> Bools:
        wants = self.ask.wants
        if self.prices_all or wants.meal_plans or wants.free_cancellation:
            return np.zeros(len(self.bits), bool)
        return (self.bits & layout.PLAIN) > 0

    def _zones(self, pairs: Pairs) -> Ints:
        return self.generation.tables.house_zone.take(self.houses.numbers)[pairs.house]

    def _wants_of(self, pairs: Pairs) -> facets.Group:
        tables, moment = self.generation.tables, self.inquiry.moment
        return facets.of_plans(tables, moment, pairs.slot, self._zones(pairs), self.ask.wants)

    def _can_be_booked(self, pairs: Pairs) -> Bools:
        plans, moment = self.generation.tables.plans, self.inquiry.moment
        return moment.are_open(plans, pairs.slot, self._zones(pairs), self.ask.nights)

    def _wanted(self, pairs: Pairs) -> Bools:
        return self._wants_of(pairs).all_but() & self._can_be_booked(pairs)

    def _price_the_uncertain(self) -> None:
        """Those that must be priced to be counted; every one of them when prices are wanted."""
        forced = np.ones(len(self.bits), bool) if self.prices_all else self.bits & layout.OVERLAID
        chosen = forced.nonzero()[0]
        if not len(chosen):
            return
        uncertain = forced[self.pairs.house] > 0
        picked = (uncertain & self.sellable).nonzero()[0]
        best = self.ranking.price(chosen, self.pairs, picked, self.plans.all_but() & self.sellable)
        totals = np.full(len(self.sellable), BIG, np.int64)
        totals[best.pairs] = best.total
        self.sellable &= (totals < BIG) | ~uncertain
        self.totals = totals

    def found(self) -> Found:
        ask = self.ask
        sold = facets.Sold(self.plain, self.pairs, self.sellable, self.totals, ask.wants)
        under_all = sold(self.plans.all_but())
        candidates = self.here & under_all
        self.ranking.fill(candidates, ask.offset + ask.limit, self._wanted)
        page = self.ranking.page(candidates, ask.offset, ask.limit)
        low, high = self._spread() if ask.spread else (None, None)
        total = int(np.count_nonzero(candidates))
        return Found(
            total=total,
            available=int(np.count_nonzero(self._sold(None))),
            houses=self._houses() if ask.facets else 0,
            offers=self._offers(page),
            facets=self._facets(sold, under_all) if ask.facets else Facets(),
            low_cents=low,
            high_cents=high,
            obstacles=self._reasons() if total < ask.reasons else {},
        )

    def _sold(self, chosen: Bools | None) -> Bools:
        """The houses that can be sold at whatever price, under some pairs of those looked at."""
        return facets.Sold(self.plain, self.pairs, self.sellable, None, self.ask.wants)(chosen)

    def _spread(self) -> tuple[int | None, int | None]:
        """The cheapest and the dearest total of all that have what is wanted but for the price."""
        ranking, some = self.ranking, self.here & self._sold(self.plans.all_but())
        if not 0 < np.count_nonzero(some) <= SPREAD_HOUSES:
            return None, None
        ranking.price_all((some & ~ranking.priced).nonzero()[0], self._wanted)
        totals = ranking.totals[some]
        return int(totals.min()), int(totals.max())

    def _facets(self, sold: facets.Sold, under_all: Bools) -> Facets:
        assert self.stars is not None
        tables, moment, numbers = self.generation.tables, self.inquiry.moment, self.houses.numbers
        counting = facets.Counting(
            tables=tables,
            numbers=numbers,
            stars=self.stars,
            having=self.having,
            plans=self.plans,
            slots=self.pairs.slot,
            free=moment.are_free(
                tables.plans["free_lead"][self.pairs.slot], self._zones(self.pairs)
            ),
            plain=self.plain,
            plain_free=moment.are_free(
                tables.house_free.take(numbers), tables.house_zone.take(numbers)
            ),
            under_all=under_all,
        )
        return facets.count(counting, sold)

    def _houses(self) -> int:
        """How many houses stand in the area; counted again when a house was written."""
        generation, area = self.generation, self.ask.area
        written = generation.tables["houses_written"]
        known = generation.standing.get(area)
        if known is None or known[0] != written:
            if len(generation.standing) > MAX_KNOWN:
                generation.standing.clear()
            numbers = generation.tables.house.take(standing(generation.tables, self.columns))
            many = int(np.count_nonzero(np.diff(numbers))) + bool(len(numbers))
            known = generation.standing[area] = (written, many)
        return known[1]

    def _offers(self, page: Ints) -> tuple[Offer, ...]:
        """The offers of a page in order; they may stand in several results."""
        ranking, found = self.ranking, dict[int, Offer]()
        for number, best in enumerate(ranking.results):
            houses = page[ranking.result[page] == number]
            if len(houses):
                numbers, places = self.houses.numbers[houses], ranking.place[houses]
                offers = offers_of(self.generation, self.inquiry, numbers, best, places)
                found |= zip(houses.tolist(), offers, strict=True)
        return tuple(found[house] for house in page.tolist())

    def _reasons(self) -> dict[Obstacle, int]:
        """What stands in the way of the nearest room type of each house that cannot be sold."""
        tables, parties = self.generation.tables, self.inquiry.parties
        columns = standing(tables, self.columns)
        sold = self.houses.numbers[self._sold(None)]
        columns = columns[~np.isin(tables.house[columns], sold)]
        first = tables.houses["plans"][tables.house[columns]] >> 8 & 0xFFFFFF
        found = self.inquiry.desk.obstacles(Lanes(columns, first), 1)
        small = tables.occupancy_max[columns] < max(party.persons for party in parties)
        small |= tables.adults_max[columns] < max(party.adults for party in parties)
        found |= small * BIT[Obstacle.TOO_MANY_PERSONS]
        return _count_nearest(tables.house[columns], found)


def _count_nearest(numbers: Ints, found: Ints) -> dict[Obstacle, int]:
    if not len(numbers):
        return {}
    weight = np.bitwise_count(found)
    order = np.lexsort((weight, numbers))
    nearest = order[np.unique(numbers[order], return_index=True)[1]]
    counted = {o: int((found[nearest] & BIT[o] > 0).sum()) for o in OBSTACLES}
    return {obstacle: n for obstacle, n in counted.items() if n}


def offers_of(
    generation: Generation, inquiry: Inquiry, numbers: Ints, best: Best, places: Ints
) -> list[Offer]:
    """Offers as they are shown: of some houses, from their places in a result."""
    tables, moment, ask = generation.tables, inquiry.moment, inquiry.ask
    slots, columns = best.slots[places], best.columns[:, places]
    zones = tables.house_zone.take(numbers)
    away = inquiry.kilometres(numbers)
    promotions = _first_known(best.promotions[:, places])
    return [
        _offer(generation.card(number), plan, ask, free=free, stars=stars, away=km, taken=rooms,
               left=left, cents=cents, promotion=promotion)
        for number, plan, free, stars, km, rooms, left, cents, promotion in zip(
            numbers.tolist(),
            tables.plans["id"][slots].tolist(),
            moment.are_free(tables.plans["free_lead"][slots], zones).tolist(),
            moment.stars(tables, numbers).tolist(),
            [None] * len(numbers) if away is None else away.tolist(),
            tables.room_type[columns].T.tolist(),
            inquiry.left(columns.reshape(-1)).reshape(columns.shape).min(axis=0).tolist(),
            np.stack((best.gross[places], best.tax[places], best.saved[places]), 1).tolist(),
            np.where(promotions < 0, 0, tables.promotions["id"][promotions]).tolist(),
            strict=True,
        )
    ]  # fmt: skip


def _first_known(promotions: Ints) -> Ints:
    """The promotion of the first room that has one, by offer; -1 where none has."""
    if len(promotions) == 1:
        return promotions[0]
    first = np.argmax(promotions >= 0, axis=0)
    return np.take_along_axis(promotions, first[None], axis=0)[0]


def _offer(
    card: HouseCard,
    plan_id: int,
    ask: Ask,
    *,
    free: bool,
    stars: int,
    away: float | None,
    taken: list[int],
    left: int,
    cents: list[int],
    promotion: int,
) -> Offer:
    plan = next(plan for plan in card.plans if plan.id == plan_id)
    rooms = {room.id: room for room in card.rooms}
    until = _until(plan.cancellation, ask.arrival, card.zone) if free else None
    return Offer(
        house=card,
        stars=stars or None,
        distance_km=None if away is None or isnan(away) else away,
        plan=plan,
        rooms=tuple(
            RoomTaken(room=rooms[id], party=party)
            for id, party in zip(taken, ask.parties, strict=True)
        ),
        units_left=left,
        gross_cents=cents[0],
        tax_cents=cents[1],
        saved_cents=cents[2],
        promotion=dict(card.promotions).get(promotion) if promotion else None,
        free_until_at=until,
    )


@lru_cache(maxsize=4_096)
def _until(cancellation: Cancellation, arrival: date, zone: str) -> datetime | None:
    return free_until(cancellation, arrival, zone)


def search(generation: Generation, ask: Ask) -> Found:
    """A page of offers. Raises `AskInvalid`."""
    if not 0 <= ask.limit <= MAX_PAGE or ask.offset < 0:
        raise AskInvalid(f"A page has at most {MAX_PAGE} houses.", field="page")
    return _Search(generation, ask, generation.atlas.find(ask.area)).found()


def calendar(generation: Generation, ask: CalendarAsk) -> tuple[DayPrice, ...]:
    """The cheapest total of each arrival day. Raises `AskInvalid`."""
    if not 1 <= ask.days <= MAX_CALENDAR:
        raise AskInvalid(f"A calendar has at most {MAX_CALENDAR} days.", field="days")
    columns = generation.atlas.find(ask.area)
    days: list[DayPrice] = []
    for on in (ask.first + timedelta(days=n) for n in range(ask.days)):
        one = Ask(
            area=ask.area, arrival=on, nights=ask.nights, parties=ask.parties, now=ask.now,
            wants=ask.wants, limit=1, facets=False,
        )  # fmt: skip
        found = _Search(generation, one, columns).found()
        cheapest = found.offers[0].total_cents if found.offers else None
        days.append(DayPrice(on=on, houses=found.total, total_cents=cheapest))
    return tuple(days)


def check_house(generation: Generation, ask: Ask) -> tuple[RoomCheck, ...]:
    """Every room type of a house. Raises `AskInvalid`."""
    tables = generation.tables
    inquiry = Inquiry(tables, generation.taxing, generation.zones, ask)
    columns = standing(tables, generation.atlas.find(ask.area))
    if not len(columns):
        return ()
    number = int(tables.house[columns[0]])
    return tuple(
        _check_room(generation, inquiry, number, int(column))
        for column in columns
        if tables.house[column] == number
    )


def _check_room(generation: Generation, inquiry: Inquiry, number: int, column: int) -> RoomCheck:
    """A room type under every plan, all rooms of the party of this type."""
    tables, parties = generation.tables, inquiry.parties
    reference = int(tables.houses["plans"][number])
    slots = np.arange(reference & 0xFF) + (reference >> 8 & 0xFFFFFF)
    lanes = Lanes(np.full(len(slots), column), slots)
    found = inquiry.desk.obstacles(lanes, len(parties)) | _plan_bits(inquiry, number, slots)
    if not _fits(tables, column, parties):
        found |= BIT[Obstacle.TOO_MANY_PERSONS]
    year = inquiry.ask.arrival.year - tables["let_year"]
    if 0 <= year < 3 and tables.houses["lets"][number, year] < inquiry.ask.nights:
        found |= BIT[Obstacle.NIGHTS_LIMIT]
    good = np.flatnonzero(found == 0)
    offers = _offers(generation, inquiry, number, column, slots[good])
    nearest = int(found[np.argmin(np.bitwise_count(found))]) if len(found) else BIT[Obstacle.CLOSED]
    rooms = {room.id: room for room in generation.card(number).rooms}
    return RoomCheck(
        room=rooms[int(tables.room_type[column])],
        units_left=max(int(inquiry.left(np.array([column]))[0]), 0),
        offers=tuple(sorted(offers, key=lambda offer: offer.total_cents)),
        obstacles=() if offers else tuple(o for o in OBSTACLES if nearest & BIT[o]),
        min_stay=int(inquiry.desk.shortest(lanes).max()) if len(slots) else 1,
    )


def _fits(tables: Tables, column: int, parties: Sequence[RoomParty]) -> bool:
    most, adults = int(tables.occupancy_max[column]), int(tables.adults_max[column])
    return all(fits(party, most, adults) for party in parties)


def _plan_bits(inquiry: Inquiry, number: int, slots: Ints) -> Ints:
    zones = np.full(len(slots), inquiry.tables.house_zone[number])
    late, early, outside = inquiry.moment.windows(
        inquiry.tables.plans, slots, zones, inquiry.ask.nights
    )
    return (
        late * BIT[Obstacle.TOO_LATE]
        | early * BIT[Obstacle.TOO_EARLY]
        | outside * BIT[Obstacle.OUTSIDE_WINDOW]
        | (inquiry.tables.plans["on_request"][slots] > 0) * BIT[Obstacle.ON_REQUEST]
    )


def _offers(
    generation: Generation, inquiry: Inquiry, number: int, column: int, slots: Ints
) -> list[Offer]:
    """What all rooms of one type cost under some plans."""
    if not len(slots):
        return []
    one = Houses(
        np.array([number]), np.array([0]), np.array([1]), np.array([column]), np.array([0])
    )
    pairs = Pairs(np.zeros(len(slots), np.int64), slots, np.array([0]), np.array([0]))
    best = inquiry.best_of(one, pairs, np.arange(len(slots)))
    good = np.flatnonzero(best.total < BIG)
    return offers_of(generation, inquiry, np.full(len(good), number), best, good)
