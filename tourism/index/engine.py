"""A search over the index: open room types, houses, plans, exact prices, the page's order.

Prices are exact, but not computed for everybody: every house has a lower bound of its total, and
houses are priced in the order of their bounds until nobody left can come before the page's last.
Houses of which the bound or the quick pass does not tell enough are priced first ("forced").
"""

from collections.abc import Callable, Sequence

import msgspec
import numpy as np

from tourism.index.areas import Columns, kilometres
from tourism.index.errors import AskInvalid
from tourism.index.lanes import Desk, Lanes, Priced
from tourism.index.models import MAX_ROOMS, Ask, Order
from tourism.index.moments import Moment, Zones
from tourism.index.scan import Seen, look, span_of
from tourism.index.taxing import Taxing
from tourism.nights import layout
from tourism.nights.layout import Bools, Ints, Tables
from tourism.rates.models import RoomParty

BIG = np.int64(2**60)
# Houses that are priced first: among many, more have bounds below the page's last.
CHUNK, LARGE_CHUNK, MANY = 64, 160, 5_000
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
    `owners` are the houses, `starts` the first pair of each."""

    house: Ints
    slot: Ints
    owners: Ints
    starts: Ints


NOTHING = np.zeros(0, np.int64)
NO_PAIRS = Pairs(NOTHING, NOTHING, NOTHING, NOTHING)


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
        tables = self.tables
        seen = look(tables, columns, self.span, _smallest(self.parties))
        owners = tables.house.take(seen.columns)
        starts = _starts(owners)
        found = Houses(
            owners.take(starts).astype(np.int64),
            starts,
            _lengths(starts, len(owners)),
            seen.columns,
            self._bounds(seen, starts),
        )
        limited = (tables.house_bits.take(found.numbers) & layout.LIMITED).nonzero()[0]
        return self._within_their_year(found, limited) if len(limited) else found

    def _bounds(self, seen: Seen, starts: Ints) -> Ints:
        """What the cheapest open room type of each house costs at least."""
        if not len(starts):
            return np.zeros(0, np.int64)
        least = np.maximum(np.minimum.reduceat(seen.bound, starts), 1).astype(np.int64) - 1
        return least * len(self.parties)

    def _within_their_year(self, houses: Houses, limited: Ints) -> Houses:
        """Without those main residences that were let too often in the year of arrival."""
        year = self.ask.arrival.year - self.tables["let_year"]
        if not 0 <= year < 3:
            return houses
        left = self.tables.houses["lets"][houses.numbers[limited], year]
        keep = np.ones(len(houses.numbers), bool)
        keep[limited[left < self.ask.nights]] = False
        return Houses(
            houses.numbers[keep],
            houses.starts[keep],
            houses.counts[keep],
            houses.columns,
            houses.bound[keep],
        )

    def pairs(self, houses: Houses, chosen: Ints) -> Pairs:
        """Every plan of some of the houses."""
        if not len(chosen):
            return NO_PAIRS
        references = self.tables.houses["plans"][houses.numbers.take(chosen)]
        counts = references & 0xFF
        if not counts.all():
            some = counts.nonzero()[0]
            chosen, references, counts = chosen[some], references[some], counts[some]
        starts = counts.cumsum() - counts
        house = chosen.repeat(counts)
        slot = ((references >> 8 & 0xFFFFFF) - starts).repeat(counts) + np.arange(len(house))
        return Pairs(house, slot, chosen, starts)

    # Exact prices -------------------------------------------------------------------------------

    def best_of(
        self, houses: Houses, pairs: Pairs, chosen: Ints, *, instant: bool | None = None
    ) -> Best:
        """The cheapest rooms of chosen pairs for the whole party, by the rule that
        `tourism.offers.pricing.assign_rooms` states; with `instant` (as is wanted, if nothing is
        said) only of those that need not be asked for."""
        owner = pairs.house.take(chosen)
        counts = houses.counts.take(owner)
        starts = counts.cumsum() - counts
        pair = np.arange(len(chosen)).repeat(counts)
        shift = houses.starts.take(owner) - starts
        place = np.arange(len(pair)) + shift.take(pair)
        slots = pairs.slot.take(chosen)
        lanes = Lanes(houses.columns.take(place), slots.take(pair))
        numbers = houses.numbers.take(owner).take(pair)
        at_once = self.ask.wants.instant if instant is None else instant
        asked = self.tables.asked.take(lanes.columns) > 0 if at_once else None
        return self._assign(chosen, slots, lanes, numbers, pair, starts, asked)

    def _assign(
        self,
        chosen: Ints,
        slots: Ints,
        lanes: Lanes,
        numbers: Ints,
        pair: Ints,
        starts: Ints,
        asked: Bools | None,
    ) -> Best:
        many, count = len(self.parties), len(chosen)
        if many == 1 and count:
            return self._assign_one(chosen, slots, lanes, numbers, pair, starts, asked)
        gross, tax, saved = (np.zeros(count, np.int64) for _ in range(3))
        columns = np.zeros((many, count), np.int64)
        promotions = np.full((many, count), -1, np.int64)
        if not count:
            return Best(chosen, slots, gross, tax, saved, columns, promotions)
        left = self.left(lanes.columns) if many > 1 else None
        priced: dict[RoomParty, tuple[Priced, Ints, Ints]] = {}
        for number in sorted(range(many), key=lambda n: -self.parties[n].persons):
            party = self.parties[number]
            if party not in priced:
                priced[party] = self.price(lanes, numbers, party, asked)
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

    def _assign_one(
        self,
        chosen: Ints,
        slots: Ints,
        lanes: Lanes,
        numbers: Ints,
        pair: Ints,
        starts: Ints,
        asked: Bools | None,
    ) -> Best:
        """The same for one room, as most parties want: nobody takes a room away."""
        one, taxed, total = self.price(lanes, numbers, self.parties[0], asked)
        lane = _first_of_least(total, pair, starts)
        gross = np.where(total.take(lane) < BIG, one.gross.take(lane), BIG)
        return Best(
            chosen,
            slots,
            gross,
            taxed.take(lane) * (gross < BIG),
            one.saved.take(lane),
            lanes.columns.take(lane)[None],
            one.promotion.take(lane)[None],
        )

    def price(
        self, lanes: Lanes, numbers: Ints, party: RoomParty, asked: Bools | None = None
    ) -> tuple[Priced, Ints, Ints]:
        """What a unit of each lane costs a party: price, tax, and both (`BIG` if it cannot, or if
        it is among the `asked` ones that are not wanted)."""
        tables = self.tables
        bound = (tables.house_bits.take(numbers) & layout.OVERLAID).nonzero()[0]
        zones = tables.house_zone.take(numbers)
        ahead = self.span.arrival - self.moment.today.take(zones)
        one = self.desk.price(lanes, party, ahead, overlaid=len(bound) > 0)
        stars = self.moment.stars(tables, numbers, zones)
        taxed = self.taxing.cents(
            self.span.arrival, one.lodging, numbers, stars, party.adults, party.persons
        )
        refused = tables.occupancy_max.take(lanes.columns) < party.persons
        refused |= tables.adults_max.take(lanes.columns) < party.adults
        refused |= tables.children_max.take(lanes.columns) < len(party.child_ages)
        if len(bound):  # lanes that an overlay may close
            refused[bound] |= self.desk.obstacles(lanes.only(bound), 1) > 0
        if asked is not None:
            refused |= asked
        total = one.gross + taxed
        total[refused] = BIG
        return one, taxed, total

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

    def penalties(self, numbers: Ints, stars: Ints | None) -> Ints | None:
        """What an order adds to the totals of houses; None when it is by total alone. `stars` are
        needed where the order asks for them."""
        order, weights = self.ask.order, self.ask.weights
        if order is Order.PRICE:
            return None
        if order is Order.STARS:
            assert stars is not None
            return (5 - stars) * SHIFT
        away = self.kilometres(numbers)
        km = None if away is None else np.nan_to_num(away, nan=FAR_KM).astype(np.int64)
        if order is Order.DISTANCE:
            assert km is not None
            return km * SHIFT
        assert stars is not None
        found = (5 - stars) * weights.cents_per_missing_star
        return found if km is None else found + km * weights.cents_per_km


class Ranking:
    """Prices houses in the order of their bounds until the page is certain."""

    def __init__(self, inquiry: Inquiry, houses: Houses, penalties: Ints | None) -> None:
        self.inquiry, self.houses, self.penalties = inquiry, houses, penalties
        count = len(houses.numbers)
        self.totals = np.full(count, BIG, np.int64)
        self.priced = np.zeros(count, bool)
        self.results: list[Best] = []
        # Those with a total; where each one's best is: in which result, at which place.
        self.known = np.zeros(0, np.int64)
        self.result = np.zeros(count, np.int16)
        self.place = np.zeros(count, np.int64)

    def keys(self, chosen: Ints, totals: Ints) -> Ints:
        """Numbers that sort chosen houses as the ask says, from totals or bounds of them."""
        capped = np.minimum(totals, SHIFT // 2)
        return capped if self.penalties is None else capped + self.penalties[chosen]

    def price(self, chosen: Ints, pairs: Pairs, picked: Ints, wanted: Bools) -> Best:
        """Price the picked pairs of chosen houses, and note the cheapest wanted one of each house,
        the first of equals."""
        best = self.inquiry.best_of(self.houses, pairs, picked)
        self.priced[chosen] = True
        if len(picked):
            totals = np.where(wanted[picked], best.total, BIG)
            owner = pairs.house[picked]
            starts = _starts(owner)
            runs = np.repeat(np.arange(len(starts)), _lengths(starts, len(owner)))
            first = _first_of_least(totals, runs, starts)
            sold = (totals[first] < BIG).nonzero()[0]
            houses, first = owner[starts[sold]], first[sold]
            self.totals[houses], self.place[houses] = totals[first], first
            self.result[houses] = len(self.results)
            self.known = np.concatenate((self.known, houses))
        self.results.append(best)
        return best

    def fill(self, candidates: Bools, need: int, wants: Callable[[Pairs], Bools]) -> None:
        """Price candidates until the first `need` of the order are known. `wants` tells which
        pairs are wanted and can be booked."""
        rest = (candidates & ~self.priced).nonzero()[0]
        bounds = self.keys(rest, self.houses.bound[rest])
        size = max(CHUNK if len(rest) < MANY else LARGE_CHUNK, 2 * need)
        while len(rest) and need:
            limit = self.last_key(candidates, need)
            near = (bounds <= limit).nonzero()[0]
            if not len(near):
                return
            if len(near) > size:
                near = near[np.argpartition(bounds[near], size - 1)[:size]]
                near.sort()
            self.price_all(rest[near], wants)
            bounds[near] = 2 * BIG
            size *= 2

    def price_all(self, chosen: Ints, wants: Callable[[Pairs], Bools]) -> None:
        """Price every wanted pair of some houses."""
        pairs = self.inquiry.pairs(self.houses, chosen)
        wanted = wants(pairs)
        self.price(chosen, pairs, wanted.nonzero()[0], wanted)

    def last_key(self, candidates: Bools, need: int) -> int:
        """The key of the last house of the page among those priced; no limit when there are too
        few."""
        known = self.known[candidates[self.known]]
        if len(known) < need:
            return int(BIG)
        keys = self.keys(known, self.totals[known])
        return int(np.partition(keys, need - 1)[need - 1])

    def page(self, candidates: Bools, offset: int, limit: int) -> Ints:
        """Houses of the page, in order."""
        known = self.known[candidates[self.known]]
        keys = self.keys(known, self.totals[known])
        last = offset + limit
        if len(known) > 4 * last > 0:
            near = (keys <= np.partition(keys, last - 1)[last - 1]).nonzero()[0]
            known, keys = known[near], keys[near]
        properties = self.inquiry.tables.houses["property"][self.houses.numbers[known]]
        return known[np.lexsort((properties, self.totals[known], keys))[offset:last]]


def _smallest(parties: Sequence[RoomParty]) -> RoomParty:
    """Nobody who is a part of the party needs less than this."""
    adults = min(party.adults for party in parties)
    children = min(len(party.child_ages) for party in parties)
    return RoomParty(adults=adults, child_ages=(17,) * children)


def _starts(numbers: Ints) -> Ints:
    """Where each run of equal numbers begins."""
    if not len(numbers):
        return np.zeros(0, np.int64)
    changes = (numbers[1:] != numbers[:-1]).nonzero()[0]
    starts = np.empty(len(changes) + 1, np.int64)
    starts[0] = 0
    np.add(changes, 1, out=starts[1:])
    return starts


def _lengths(starts: Ints, end: int) -> Ints:
    """How long the runs are that begin at `starts`, the last until `end`."""
    lengths = np.empty(len(starts), np.int64)
    if len(starts):
        np.subtract(starts[1:], starts[:-1], out=lengths[:-1])
        lengths[-1] = end - starts[-1]
    return lengths


def _first_of_least(total: Ints, pair: Ints, starts: Ints) -> Ints:
    """The first lane with the least total of each pair."""
    least = (total == np.minimum.reduceat(total, starts).take(pair)).nonzero()[0]
    return least.take(_starts(pair.take(least)))
