"""A search over the index: open room types, houses, plans, exact prices, the page's order.

Prices are exact, but not computed for everybody: every house has a lower bound of its total, and
houses are priced in the order of their bounds until nobody left can come before the page's last.
Houses of which the bound or the quick pass does not tell enough are priced first ("forced").
"""

from collections.abc import Sequence

import msgspec
import numpy as np

from hub.core.money import BPS
from tourism.index import layout
from tourism.index.areas import Columns, kilometres
from tourism.index.errors import AskInvalid
from tourism.index.lanes import Desk, Lanes, Priced
from tourism.index.layout import Bools, Ints, Tables
from tourism.index.models import MAX_ROOMS, Ask, Order
from tourism.index.moments import Moment, Zones
from tourism.index.scan import look, span_of
from tourism.index.taxing import Taxing
from tourism.rates.models import RoomParty

BIG = np.int64(2**60)
CHUNK = 48
FAR_KM = 30_000
# What comes before the total in an order stands above it in one number.
SHIFT = np.int64(2**40)
NO_ROOM = "From one to nine rooms, with an adult in each."


class Houses(msgspec.Struct, frozen=True):
    """Houses with an open room type: their rows in the table, their open columns (a run of `counts`
    from `starts`), and a lower bound of the total."""

    numbers: Ints
    starts: Ints
    counts: Ints
    columns: Ints
    bound: Ints


class Pairs(msgspec.Struct, frozen=True):
    """Houses (their place in `Houses`) and their plans (slots), in the house's own order;
    `starts` is the first pair of each house."""

    house: Ints
    slot: Ints
    starts: Ints


class Best(msgspec.Struct, frozen=True):
    """The cheapest rooms of each pair: `total` is `BIG` where the party finds none. `columns` and
    `promotions` are (party, pair)."""

    pairs: Ints
    slots: Ints
    gross: Ints
    tax: Ints
    saved: Ints
    columns: Ints
    promotions: Ints

    @property
    def total(self) -> Ints:
        return np.minimum(self.gross + self.tax, BIG)


class Inquiry:
    """One stay of one party at one instant, over the tables of one generation."""

    def __init__(self, tables: Tables, taxing: Taxing, zones: Zones, ask: Ask) -> None:
        if not 1 <= len(ask.parties) <= MAX_ROOMS or any(p.adults < 1 for p in ask.parties):
            raise AskInvalid(NO_ROOM, field="rooms")
        if ask.order is Order.DISTANCE and ask.centre is None:
            raise AskInvalid("Distances need a centre.", field="sort")
        self.tables, self.taxing, self.ask = tables, taxing, ask
        self.span = span_of(tables, ask.arrival, ask.nights)
        self.desk = Desk(tables, self.span)
        self.moment = Moment(zones, ask.now, self.span.arrival)
        self.parties = ask.parties

    # Houses and plans ---------------------------------------------------------------------------

    def houses(self, columns: Columns) -> Houses:
        """The houses of an area with a room type for the smallest of the parties."""
        tables, nights = self.tables, self.ask.nights
        seen = look(tables, columns, self.span, _smallest(self.parties))
        numbers = tables.house[seen.columns]
        starts = _starts(numbers)
        first = numbers[starts]
        references = tables.houses["plans"][first]
        year = self.ask.arrival.year - tables["let_year"]
        keep = references & 0xFF > 0
        if 0 <= year < 3:
            keep &= tables.houses["lets"][:, year][first] >= nights
        bound = seen.base.astype(np.int64) * tables.bound_bps[seen.columns] // BPS
        bound += nights * tables.bound_cents[seen.columns].astype(np.int64)
        bound = np.minimum.reduceat(bound, starts) if len(starts) else bound
        counts = np.diff(starts, append=len(numbers))
        return Houses(
            first[keep].astype(np.int64),
            starts[keep],
            counts[keep],
            seen.columns,
            np.maximum(bound[keep], 0) * len(self.parties),
        )

    def pairs(self, houses: Houses) -> Pairs:
        """Every plan of every house."""
        references = self.tables.houses["plans"][houses.numbers]
        counts = references & 0xFF
        ends = np.cumsum(counts)
        house = np.repeat(np.arange(len(counts)), counts)
        shift = (references >> 8 & 0xFFFFFF) - (ends - counts)
        slot = np.repeat(shift, counts) + np.arange(len(house))
        return Pairs(house, slot, ends - counts)

    def forced(self, houses: Houses) -> Bools:
        """Of which only exact prices tell whether and for how much they can be sold."""
        if len(self.parties) > 1 or not len(houses.numbers):
            return np.ones(len(houses.numbers), bool)
        forced = (self.tables.houses["bits"][houses.numbers] & layout.OVERLAID) > 0
        extra = np.flatnonzero(self.tables.extra[houses.columns])
        if len(extra):
            place = np.searchsorted(houses.starts, extra, side="right") - 1
            inside = (place >= 0) & (extra < houses.starts[place] + houses.counts[place])
            forced[place[inside]] = True
        return forced

    def ahead(self, numbers: Ints) -> Ints:
        """Days from booking to arrival by each house's own calendar."""
        return self.span.arrival - self.moment.today[self.tables.houses["zone"][numbers]]

    # Exact prices -------------------------------------------------------------------------------

    def best_of(self, houses: Houses, pairs: Pairs, chosen: Ints) -> Best:
        """The cheapest rooms of chosen pairs for the whole party, by the rule that
        `tourism.offers.pricing.assign_rooms` states."""
        owner = pairs.house[chosen]
        counts = houses.counts[owner]
        ends = np.cumsum(counts)
        pair = np.repeat(np.arange(len(chosen)), counts)
        place = np.arange(len(pair)) - np.repeat(ends - counts - houses.starts[owner], counts)
        slots = pairs.slot[chosen]
        lanes = Lanes(houses.columns[place], np.repeat(slots, counts))
        numbers = np.repeat(houses.numbers[owner], counts)
        return self._assign(chosen, slots, lanes, numbers, pair, ends - counts)

    def _assign(
        self, chosen: Ints, slots: Ints, lanes: Lanes, numbers: Ints, pair: Ints, starts: Ints
    ) -> Best:
        many, count = len(self.parties), len(chosen)
        gross, tax, saved = (np.zeros(count, np.int64) for _ in range(3))
        columns = np.zeros((many, count), np.int64)
        promotions = np.full((many, count), -1, np.int64)
        if not count:
            return Best(chosen, slots, gross, tax, saved, columns, promotions)
        closed = self.blocked(lanes, numbers)
        left = self.left(lanes.columns) if many > 1 else None
        priced: dict[RoomParty, tuple[Priced, Ints, Ints]] = {}
        for number in sorted(range(many), key=lambda n: -self.parties[n].persons):
            party = self.parties[number]
            if party not in priced:
                priced[party] = self.price(lanes, numbers, party, closed)
            one, taxed, total = priced[party]
            if left is not None:
                total = np.where(left > 0, total, BIG)
            lane = _first_of_least(total, pair, starts)
            found = total[lane] < BIG
            gross += np.where(found, one.gross[lane], BIG)
            tax += np.where(found, taxed[lane], 0)
            saved += one.saved[lane]
            columns[number], promotions[number] = lanes.columns[lane], one.promotion[lane]
            if left is not None:
                left[lane] -= 1
        return Best(chosen, slots, np.minimum(gross, BIG), tax, saved, columns, promotions)

    def price(
        self, lanes: Lanes, numbers: Ints, party: RoomParty, closed: Bools
    ) -> tuple[Priced, Ints, Ints]:
        """What a unit of each lane costs a party: price, tax, and both (`BIG` if it cannot)."""
        tables = self.tables
        one = self.desk.price(lanes, party, self.ahead(numbers))
        stars = self.moment.stars(tables.houses, numbers)
        taxed = self.taxing.cents(
            self.span.arrival, one.lodging, numbers, stars, party.adults, party.persons
        )
        fits = tables.occupancy_max[lanes.columns] >= party.persons
        fits &= tables.adults_max[lanes.columns] >= party.adults
        return one, taxed, np.where(fits & ~closed, one.gross + taxed, BIG)

    def blocked(self, lanes: Lanes, numbers: Ints) -> Bools:
        """Lanes that an overlay closes."""
        closed = np.zeros(len(lanes.columns), bool)
        bound = self.tables.houses["bits"][numbers] & layout.OVERLAID > 0
        bound |= self.tables.extra[lanes.columns] > 0
        bound_lanes = np.flatnonzero(bound)
        if len(bound_lanes):
            closed[bound_lanes] = self.desk.obstacles(lanes.only(bound_lanes), 1) > 0
        return closed

    def left(self, columns: Ints) -> Ints:
        """Units left on every night."""
        return self.span.take(self.tables.left, columns).min(axis=0).astype(np.int64)

    # Order --------------------------------------------------------------------------------------

    def kilometres(self, numbers: Ints) -> np.ndarray | None:
        """Whole kilometres from the centre: positions are not better known."""
        if self.ask.centre is None:
            return None
        houses = self.tables.houses
        return np.rint(kilometres(houses["lat"][numbers], houses["lng"][numbers], self.ask.centre))

    def keys(self, numbers: Ints, totals: Ints) -> Ints:
        """Numbers that sort houses as the ask says, from their totals or bounds of them."""
        order, weights = self.ask.order, self.ask.weights
        capped = np.minimum(totals, SHIFT // 2)
        if order is Order.PRICE:
            return capped
        if order is Order.STARS:
            return (5 - self.moment.stars(self.tables.houses, numbers)) * SHIFT + capped
        away = self.kilometres(numbers)
        km = np.zeros(len(numbers)) if away is None else np.nan_to_num(away, nan=FAR_KM)
        if order is Order.DISTANCE:
            return km.astype(np.int64) * SHIFT + capped
        missing = 5 - self.moment.stars(self.tables.houses, numbers)
        return (
            capped
            + km.astype(np.int64) * weights.cents_per_km
            + missing * weights.cents_per_missing_star
        )


class Ranking:
    """Prices houses in the order of their bounds until the page is certain."""

    def __init__(self, inquiry: Inquiry, houses: Houses, pairs: Pairs) -> None:
        self.inquiry, self.houses, self.pairs = inquiry, houses, pairs
        count = len(houses.numbers)
        self.totals = np.full(count, BIG, np.int64)
        self.priced = np.zeros(count, bool)
        self.results: list[Best] = []
        # Where each house's best is: in which result, at which place.
        self.result = np.zeros(count, np.int64)
        self.place = np.zeros(count, np.int64)

    def price(self, chosen: Bools, pairs: Bools, wanted: Bools) -> Best:
        """Price pairs of chosen houses, and note the cheapest wanted one of each house, the first
        of equals."""
        picked = (chosen[self.pairs.house] & pairs).nonzero()[0]
        best = self.inquiry.best_of(self.houses, self.pairs, picked)
        if len(picked):
            totals = np.where(wanted[picked], best.total, BIG)
            owner = self.pairs.house[picked]
            starts = _starts(owner)
            runs = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(owner)))
            first = _first_of_least(totals, runs, starts)
            houses = owner[starts]
            self.totals[houses], self.place[houses] = totals[first], first
            self.result[houses] = len(self.results)
        self.priced |= chosen
        self.results.append(best)
        return best

    def fill(self, candidates: Bools, wanted: Bools, need: int) -> None:
        """Price candidates until the first `need` of the order are known."""
        inquiry, numbers = self.inquiry, self.houses.numbers
        bounds = inquiry.keys(numbers, self.houses.bound)
        size = max(CHUNK, 2 * need)
        while True:
            open_ = np.flatnonzero(candidates & ~self.priced)
            open_ = open_[bounds[open_] <= self.last_key(candidates, need)]
            if not len(open_):
                return
            if len(open_) > size:
                open_ = open_[np.argpartition(bounds[open_], size - 1)[:size]]
            chosen = np.zeros(len(numbers), bool)
            chosen[open_] = True
            self.price(chosen, wanted, wanted)
            size *= 2

    def last_key(self, candidates: Bools, need: int) -> int:
        """The key of the last house of the page among those priced; no limit when there are too
        few."""
        known = np.flatnonzero(candidates & self.priced & (self.totals < BIG))
        if len(known) < need:
            return int(BIG) * 2
        keys = self.inquiry.keys(self.houses.numbers[known], self.totals[known])
        return int(np.partition(keys, need - 1)[need - 1])

    def page(self, candidates: Bools, offset: int, limit: int) -> Ints:
        """Houses of the page, in order."""
        known = np.flatnonzero(candidates & self.priced & (self.totals < BIG))
        numbers, totals = self.houses.numbers[known], self.totals[known]
        keys = self.inquiry.keys(numbers, totals)
        properties = self.inquiry.tables.houses["property"][numbers]
        return known[np.lexsort((properties, totals, keys))[offset : offset + limit]]


def _smallest(parties: Sequence[RoomParty]) -> RoomParty:
    """Nobody who is a part of the party needs less than this."""
    adults = min(party.adults for party in parties)
    persons = min(party.persons for party in parties)
    return RoomParty(adults=adults, child_ages=(17,) * max(persons - adults, 0))


def _starts(numbers: Ints) -> Ints:
    """Where each run of equal numbers begins."""
    if not len(numbers):
        return np.zeros(0, np.int64)
    return np.concatenate(([0], np.flatnonzero(numbers[1:] != numbers[:-1]) + 1))


def _first_of_least(total: Ints, pair: Ints, starts: Ints) -> Ints:
    """The first lane with the least total of each pair."""
    least = np.flatnonzero(total == np.minimum.reduceat(total, starts)[pair])
    return least[_starts(pair[least])]
