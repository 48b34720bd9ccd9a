"""Two questions to the index: a page of offers, and a calendar of prices."""

from datetime import timedelta

import numpy as np

from tourism.index import facets
from tourism.index.areas import Columns
from tourism.index.engine import BIG, Inquiry, Pairs, Ranking
from tourism.index.errors import AskInvalid
from tourism.index.generation import Generation
from tourism.index.lanes import BIT, Lanes
from tourism.index.models import (
    OBSTACLES,
    SPREAD_HOUSES,
    Ask,
    CalendarAsk,
    DayPrice,
    Facets,
    Found,
    Offer,
    Order,
)
from tourism.index.offers import offers_of
from tourism.index.scan import standing
from tourism.nights import layout
from tourism.nights.layout import Bools, Ints
from tourism.rates.models import Obstacle

MAX_CALENDAR = 370
MAX_PAGE = 1_000
MAX_KNOWN = 10_000
STARRED = (Order.STARS, Order.BALANCED)


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
        self.pairs = inquiry.pairs(houses, np.logical_not(self.plain).nonzero()[0])
        self.plans = self._wants_of(self.pairs)
        self.sellable = self._can_be_booked(self.pairs)
        self.ranking = Ranking(inquiry, houses, inquiry.penalties(houses.numbers, self.stars))
        self.totals: Ints | None = None
        # What can be had at all: where only what is confirmed at once is wanted, by asking too.
        self.available = self._with_asking()
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
        if not len(pairs.house):
            return pairs.house
        return self.generation.tables.house_zone.take(self.houses.numbers)[pairs.house]

    def _wants_of(self, pairs: Pairs) -> facets.Group:
        tables, moment = self.generation.tables, self.inquiry.moment
        return facets.of_plans(tables, moment, pairs.slot, self._zones(pairs), self.ask.wants)

    def _can_be_booked(self, pairs: Pairs) -> Bools:
        plans, moment = self.generation.tables.plans, self.inquiry.moment
        return moment.are_open(plans, pairs.slot, self._zones(pairs), self.ask.nights)

    def _wanted(self, pairs: Pairs) -> Bools:
        return self._wants_of(pairs).all_but() & self._can_be_booked(pairs)

    def _are_asked(self) -> Bools:
        """The pairs of houses with a room type that is asked of its house first."""
        return (self.bits & layout.ASKING)[self.pairs.house] > 0

    def _with_asking(self) -> Bools | None:
        """The pairs that sell something when the house may be asked first; None where that is
        what is looked at anyway."""
        if not self.ask.wants.instant or not len(self.pairs.house):
            return None
        found = self.sellable.copy()
        picked = (self._are_asked() & found).nonzero()[0]
        best = self.inquiry.best_of(self.houses, self.pairs, picked, instant=False)
        found[picked] = best.total < BIG
        return found

    def _price_the_uncertain(self) -> None:
        """Those that must be priced to be counted; every one of them when prices are wanted."""
        if not len(self.pairs.house):  # the plain ones are certain
            return
        bits = layout.OVERLAID | layout.ASKING * self.ask.wants.instant
        forced = np.ones(len(self.bits), bool) if self.prices_all else self.bits & bits
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
        plain = self.plain if not len(self.pairs.house) else self._sold(None)
        return Found(
            total=total,
            available=int(np.count_nonzero(plain)),
            houses=self._houses() if ask.facets else 0,
            offers=self._offers(page),
            facets=self._facets(sold, under_all) if ask.facets else Facets(),
            low_cents=low,
            high_cents=high,
            obstacles=self._reasons() if total < ask.reasons else {},
        )

    def _sold(self, chosen: Bools | None) -> Bools:
        """The houses that can be sold at whatever price, under some pairs of those looked at."""
        sellable = self.sellable
        if chosen is None and self.available is not None:
            sellable = np.where(self._are_asked(), self.available, sellable)
        return facets.Sold(self.plain, self.pairs, sellable, None, self.ask.wants)(chosen)

    def _sold_instantly(self, sold: facets.Sold) -> facets.Sold:
        """The same without room types that are asked of their house first: where there are any,
        the pairs are priced once more."""
        if self.ask.wants.instant or not len(self.pairs.house):
            return sold
        asked = self._are_asked()
        picked = (asked & self.sellable & self.plans.all_but("instant")).nonzero()[0]
        if not len(picked):
            return sold
        best = self.inquiry.best_of(self.houses, self.pairs, picked, instant=True)
        sellable = self.sellable & ~asked
        sellable[picked] = best.total < BIG
        totals = None if self.totals is None else self.totals.copy()
        if totals is not None:
            totals[picked] = best.total
        return facets.Sold(self.plain, self.pairs, sellable, totals, self.ask.wants)

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
        return facets.count(counting, sold, self._sold_instantly(sold))

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
        if len(ranking.results) == 1:
            numbers, places = self.houses.numbers.take(page), ranking.place.take(page)
            return tuple(
                offers_of(self.generation, self.inquiry, numbers, ranking.results[0], places)
            )
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
        small |= tables.children_max[columns] < max(len(party.child_ages) for party in parties)
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
