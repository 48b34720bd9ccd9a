"""The three questions to the index: a page of offers, a calendar of prices, a house's rooms."""

from collections.abc import Sequence
from datetime import timedelta
from math import isnan

import msgspec
import numpy as np

from tourism.index import facets
from tourism.index.areas import Atlas, Columns
from tourism.index.engine import BIG, Best, Houses, Inquiry, Pairs, Ranking
from tourism.index.errors import AskInvalid
from tourism.index.lanes import BIT, Lanes
from tourism.index.layout import Bools, Ints, Tables
from tourism.index.models import (
    OBSTACLES,
    Ask,
    CalendarAsk,
    DayPrice,
    Facets,
    Found,
    HouseCard,
    Offer,
    RoomCheck,
    RoomTaken,
)
from tourism.index.moments import Zones
from tourism.index.scan import standing
from tourism.index.taxing import Taxing
from tourism.rates.models import Obstacle, RoomParty
from tourism.rates.policy import fits, free_until

MAX_CALENDAR = 370
MAX_PAGE = 1_000


class Generation:
    """One file of the index with everything that is read from it once."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.atlas = Atlas(tables)
        self.taxing = Taxing(tables)
        self.zones = Zones(tables)
        self._cards: dict[int, HouseCard] = {}

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
    """A search on its way: what is sold, what is wanted, and the order of the page."""

    def __init__(self, generation: Generation, ask: Ask, columns: Columns) -> None:
        self.generation, self.ask = generation, ask
        tables, wants = generation.tables, ask.wants
        inquiry = self.inquiry = Inquiry(tables, generation.taxing, generation.zones, ask)
        houses = self.houses = inquiry.houses(columns)
        pairs = self.pairs = inquiry.pairs(houses)
        numbers = houses.numbers
        zones = tables.houses["zone"][numbers][pairs.house]
        self.stars = None
        if ask.facets or wants.stars:
            self.stars = inquiry.moment.stars(tables.houses, numbers)
        self.having = facets.of_houses(tables, numbers, self.stars, wants)
        self.zones = zones
        self.plans = facets.of_plans(tables, inquiry.moment, pairs.slot, zones, wants)
        self.sellable = inquiry.moment.are_open(tables.plans, pairs.slot, zones, ask.nights)
        self.wanted = self.plans.all_but()
        self.ranking = Ranking(inquiry, houses, pairs)
        self.totals: Ints | None = None
        self._price_the_uncertain()

    @property
    def by_price(self) -> bool:
        wants = self.ask.wants
        return wants.price_min_cents is not None or wants.price_max_cents is not None

    def _price_the_uncertain(self) -> None:
        """Those that must be priced to be counted; every one of them when prices are wanted."""
        forced = self.inquiry.forced(self.houses)
        if self.by_price or self.ask.spread:
            forced = np.ones(len(forced), bool)
        if not forced.any():
            return
        wanted = self.wanted & self.sellable
        best = self.ranking.price(forced, self.sellable, wanted)
        totals = np.full(len(self.sellable), BIG, np.int64)
        totals[best.pairs] = best.total
        self.sellable &= (totals < BIG) | ~forced[self.pairs.house]
        self.totals = totals

    def found(self) -> Found:
        ask = self.ask
        sold = facets.Sold(self.sellable, self.pairs.starts, self.totals, ask.wants)
        anything = facets.Sold(self.sellable, self.pairs.starts, None, ask.wants)
        here = self.having.all_but()
        candidates = here & sold(self.wanted)
        wanted = self.wanted & self.sellable
        self.ranking.fill(candidates, wanted, ask.offset + ask.limit)
        page = self.ranking.page(candidates, ask.offset, ask.limit)
        low, high = self._spread(here)
        return Found(
            total=int(candidates.sum()),
            available=int(anything(np.ones(len(self.sellable), bool)).sum()),
            houses=self._houses() if ask.facets else 0,
            offers=self._offers(page),
            facets=self._facets(sold) if ask.facets else Facets(),
            low_cents=low,
            high_cents=high,
            obstacles=self._reasons() if ask.reasons else {},
        )

    def _spread(self, here: Bools) -> tuple[int | None, int | None]:
        totals = self.ranking.totals[here & self.ranking.priced]
        totals = totals[totals < BIG]
        if not self.ask.spread or not len(totals):
            return None, None
        return int(totals.min()), int(totals.max())

    def _facets(self, sold: facets.Sold) -> Facets:
        tables, plans = self.generation.tables, self.generation.tables.plans
        assert self.stars is not None
        free = self.inquiry.moment.are_free(plans, self.pairs.slot, self.zones)
        return facets.count(
            facets.Counting(
                tables, self.houses.numbers, self.stars, self.having, self.plans, free,
                self.pairs.slot,
            ),
            sold,
        )  # fmt: skip

    def _columns(self) -> Ints:
        return standing(self.generation.tables, self.generation.atlas.find(self.ask.area))

    def _houses(self) -> int:
        numbers = self.generation.tables.house[self._columns()]
        return int(np.count_nonzero(np.diff(numbers))) + bool(len(numbers))

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
        columns = self._columns()
        anything = facets.Sold(self.sellable, self.pairs.starts, None, self.ask.wants)
        sold = self.houses.numbers[anything(np.ones(len(self.sellable), bool))]
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
    zones = tables.houses["zone"][numbers]
    away = inquiry.kilometres(numbers)
    promotions = _first_known(best.promotions[:, places])
    return [
        _offer(generation.card(number), plan, ask, free=free, stars=stars, away=km, taken=rooms,
               left=left, cents=cents, promotion=promotion)
        for number, plan, free, stars, km, rooms, left, cents, promotion in zip(
            numbers.tolist(),
            tables.plans["id"][slots].tolist(),
            moment.are_free(tables.plans, slots, zones).tolist(),
            moment.stars(tables.houses, numbers).tolist(),
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
    until = free_until(plan.cancellation, ask.arrival, card.zone) if free else None
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
    zones = np.full(len(slots), inquiry.tables.houses["zone"][number])
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
    pairs = Pairs(np.zeros(len(slots), np.int64), slots, np.array([0]))
    best = inquiry.best_of(one, pairs, np.arange(len(slots)))
    good = np.flatnonzero(best.total < BIG)
    return offers_of(generation, inquiry, np.full(len(good), number), best, good)
