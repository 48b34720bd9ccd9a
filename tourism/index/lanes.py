"""Exact prices and restrictions of many lanes at once. A lane is a room type under a rate plan.

What `tourism.rates` says of one stay is said here of arrays, to the cent: `plan_nights`,
`find_obstacles`, `plan_obstacles` and `price_stay`, in the same order, in whole numbers. The audit
compares both over random searches.
"""

from datetime import date

import msgspec
import numpy as np

from hub.core.money import BPS
from tourism.index.models import OBSTACLES
from tourism.index.scan import Span, total
from tourism.nights import layout
from tourism.nights.codes import PROMOTIONS, ROUNDINGS
from tourism.nights.layout import Bools, Ints, Tables
from tourism.rates.models import Obstacle, PromotionKind, RoomParty, Rounding

BIT = {obstacle: 1 << place for place, obstacle in enumerate(OBSTACLES)}
ENDLESS = 255  # shorter than no stay that can be asked


class Lanes(msgspec.Struct, frozen=True):
    """Room types (columns) under plans (rows of the table), one element a lane."""

    columns: Ints
    slots: Ints

    def only(self, chosen: Ints) -> "Lanes":
        return Lanes(self.columns[chosen], self.slots[chosen])


class Priced(msgspec.Struct, frozen=True):
    """What one unit of each lane costs: the stay, the nights without meals, what a promotion saved
    and which one (a row of the table, -1 for none)."""

    gross: Ints
    lodging: Ints
    saved: Ints
    promotion: Ints


class Desk:
    """The tables, and a stay to look at."""

    def __init__(self, tables: Tables, span: Span) -> None:
        self.tables = tables
        self.span = span

    # Overlays -------------------------------------------------------------------------------

    def links(self, lanes: Lanes) -> Ints:
        """The overlays that bind each lane: the room type's own further restrictions, the
        house's, the plan's, the plan's in the room type; four rows of overlay columns."""
        tables = self.tables
        houses = tables.houses[tables.house[lanes.columns]]
        starts = (houses["plans"] >> 32) - 1
        found = np.zeros((4, len(lanes.columns)), np.int64)
        found[0] = tables.extra[lanes.columns]
        has = np.flatnonzero(starts >= 0)
        if len(has):
            start, house = starts[has], houses[has]
            count = house["plans"] & 0xFF
            place = np.maximum(lanes.slots[has] - (house["plans"] >> 8 & 0xFFFFFF), 0)
            rank = np.maximum(lanes.columns[has] - house["first_column"], 0)
            found[1, has] = tables.links[start]
            found[2, has] = tables.links[start + 1 + place]
            found[3, has] = tables.links[start + 1 + count + rank * count + place]
        return found

    def own_prices(self, lanes: Lanes, slots: Ints) -> Ints | None:
        """The price that a plan (an ancestor of the lane's) has of its own in the room type, night
        by night, 0 where it has none; None when no lane has any."""
        overlay = self.links(Lanes(lanes.columns, slots))[3]
        overlay[slots < 0] = 0
        if not overlay.any():
            return None
        return self.span.take(self.tables.overlay_price, overlay)

    # Restrictions ---------------------------------------------------------------------------

    def obstacles(self, lanes: Lanes, units: int) -> Ints:
        """A mask of `BIT` for each lane: what forbids `units` units (`rates.find_obstacles`)."""
        tables, span = self.tables, self.span
        bound = self.links(lanes)
        first, leaving, nights = span.slept[0], span.leaving, span.nights
        flags = span.take(tables.flags, lanes.columns)
        left = span.take(tables.left, lanes.columns)
        arriving, parting = flags[0].copy(), tables.flags[leaving, lanes.columns]
        closed = (flags & layout.FOR_SALE).any(axis=0)
        least = tables.min_stay[first, lanes.columns] & layout.LEAST
        through = np.zeros(len(lanes.columns), np.uint8)
        most = np.full(len(lanes.columns), ENDLESS, np.uint8)
        for overlay in bound:
            if not overlay.any():
                continue
            over = span.take(tables.overlay_flags, overlay)
            arriving |= over[0]
            parting |= tables.overlay_flags[leaving, overlay]
            closed |= (over & layout.FOR_SALE).any(axis=0)
            least = np.maximum(least, tables.overlay_min_stay[first, overlay])
            through = np.maximum(
                through, span.take(tables.overlay_min_through, overlay).max(axis=0)
            )
            longest = span.take(tables.overlay_max_through, overlay)
            most = np.minimum(most, np.where(longest > 0, longest, ENDLESS).min(axis=0))
            longest = tables.overlay_max_stay[first, overlay]
            most = np.minimum(most, np.where(longest > 0, longest, ENDLESS))
        missing = (flags & layout.MISSING).any(axis=0)
        lacking = (np.where(left < 0, ~left, left) < units).any(axis=0)
        found = np.where(closed, BIT[Obstacle.CLOSED], lacking * BIT[Obstacle.SOLD_OUT])
        found |= ((arriving & layout.TO_ARRIVAL) > 0) * BIT[Obstacle.CLOSED_TO_ARRIVAL]
        found |= ((parting & layout.TO_DEPARTURE) > 0) * BIT[Obstacle.CLOSED_TO_DEPARTURE]
        found |= (least > nights) * BIT[Obstacle.MIN_STAY]
        found |= (through > nights) * BIT[Obstacle.MIN_STAY_THROUGH]
        found |= (most < nights) * BIT[Obstacle.MAX_STAY]
        return np.where(missing, BIT[Obstacle.BEYOND_HORIZON], found).astype(np.int64)

    def shortest(self, lanes: Lanes) -> Ints:
        """The least number of nights that an arrival must stay (`rates.shortest_stay`)."""
        tables, span = self.tables, self.span
        least = (tables.min_stay[span.slept[0], lanes.columns] & layout.LEAST).astype(np.int64)
        for overlay in self.links(lanes):
            least = np.maximum(least, tables.overlay_min_stay[span.slept[0], overlay])
            least = np.maximum(least, span.take(tables.overlay_min_through, overlay).max(axis=0))
        return np.maximum(least, 1)

    # Prices ---------------------------------------------------------------------------------

    def bases(self, lanes: Lanes, plans: np.ndarray, *, overlaid: bool) -> Ints:
        """The plan's own or derived price of each night (night, lane); `plans` are the lanes'.
        `overlaid` says whether any of their houses has overlays."""
        tables = self.tables
        cents = self.span.take(tables.price, lanes.columns).astype(np.int64)
        parents = plans["parent"].astype(np.int64)
        if not overlaid and (parents < 0).all():
            return self.derive(cents, lanes.slots, plans)
        above = np.where(parents >= 0, tables.plans["parent"][np.maximum(parents, 0)], -1)
        for slots in (above.astype(np.int64), parents, lanes.slots):
            if (slots < 0).all():
                continue
            cents = self.derive(cents, slots, tables.plans[np.maximum(slots, 0)])
            own = self.own_prices(lanes, slots) if overlaid else None
            if own is not None:
                cents = np.where(own > 0, own, cents)
        return cents

    def derive(self, cents: Ints, slots: Ints, plans: np.ndarray) -> Ints:
        """`rates.derive` of each lane that has a plan at this step (a slot, or -1)."""
        adjust = np.where(slots >= 0, plans["adjust_bps"], 0).astype(np.int64)
        if adjust.any():
            cents = (cents * (2 * (BPS + adjust)) + BPS) // (2 * BPS)
        ruled = ((plans["bits"] & layout.DERIVED > 0) & (slots >= 0)).nonzero()[0]
        if len(ruled):
            cents = cents.copy()
            cents[:, ruled] = self._to_rule(cents[:, ruled], slots[ruled])
        return cents

    def _to_rule(self, cents: Ints, slots: Ints) -> Ints:
        rule = self.tables.pricing[slots]
        step = rule["step"].astype(np.int64)
        cents = np.maximum(cents + rule["adjust_cents"], 0)
        down = cents // step * step
        up = -(-cents // step) * step
        nearest = (cents * 2 + step) // (2 * step) * step
        kinds = rule["rounding"]
        cents = np.where(kinds == ROUNDINGS.index(Rounding.UP), up, nearest)
        cents = np.where(kinds == ROUNDINGS.index(Rounding.DOWN), down, cents)
        return np.maximum(np.minimum(cents, rule["cap"]), rule["floor"])

    def occupied(self, cents: Ints, lanes: Lanes, plans: np.ndarray, party: RoomParty) -> Ints:
        """`rates.occupancy_cents` of each night and lane."""
        ruled = (plans["bits"] & layout.PRICED).nonzero()[0]
        if not len(ruled):
            return cents
        cents = cents.copy()
        rules = self.tables.pricing[lanes.slots[ruled]]
        standard = self.tables.standard[lanes.columns[ruled]].astype(np.int64)
        each = rules["per_person"] > 0
        base = cents[:, ruled]
        by_room = _per_room(base, rules, party, standard)
        cents[:, ruled] = np.where(each, _per_person(base, rules, party), by_room)
        return cents

    def price(self, lanes: Lanes, party: RoomParty, ahead: Ints, *, overlaid: bool) -> Priced:
        """`rates.price_stay` of each lane; `ahead` are the days from booking to arrival."""
        nights, plans = self.span.nights, self.tables.plans.take(lanes.slots)
        full = self.occupied(self.bases(lanes, plans, overlaid=overlaid), lanes, plans, party)
        best, promotion = full, np.full(len(lanes.columns), -1, np.int64)
        reduced = (plans["bits"] & layout.REDUCED).nonzero()[0]
        if len(reduced):
            best = full.copy()
            best[:, reduced], promotion[reduced] = self._reduce(
                full[:, reduced], plans["promotions"][reduced], ahead[reduced]
            )
        meals = (nights * party.adults) * plans["adult_cents"].astype(np.int64)
        if party.child_ages:
            meals += (nights * len(party.child_ages)) * plans["child_cents"].astype(np.int64)
        whole = total(best, axis=0)
        gross = whole + meals
        beside = (plans["bits"] & layout.SUPPLEMENTED).nonzero()[0]
        if len(beside):
            gross[beside] += self._beside(lanes.only(beside), plans["supplements"][beside], party)
        saved = total(full, axis=0) - whole if len(reduced) else np.zeros(len(whole), np.int64)
        return Priced(gross, best, saved, promotion)

    def _beside(self, lanes: Lanes, references: Ints, party: RoomParty) -> Ints:
        """The mandatory supplements of one unit (`rates.price_supplements`)."""
        cents = np.zeros(len(lanes.columns), np.int64)
        starts, counts = references >> 16, references & 0xFFFF
        slept = [
            1 << date.fromordinal(self.span.arrival + n).isoweekday()
            for n in range(self.span.nights)
        ]
        for place in range(int(counts.max())):
            some = (counts > place).nonzero()[0]
            rules = self.tables.supplements[starts[some] + place]
            rooms = self.tables.room_type[lanes.columns[some]]
            concerned = (rules["room_type"] == 0) | (rules["room_type"] == rooms)
            counted = np.zeros(len(some), np.int64)
            for day in slept:
                counted += (rules["weekdays"] & day) > 0
            times = np.where(rules["a_night"] > 0, counted, counted > 0)
            heads = np.full(len(some), party.adults, np.int64)
            for age in party.child_ages:
                heads += rules["from_age"] <= age
            heads = np.where(rules["a_person"] > 0, heads, 1)
            cents[some] += concerned * rules["cents"] * times * heads
        return cents

    def _reduce(self, full: Ints, references: Ints, ahead: Ints) -> tuple[Ints, Ints]:
        """The nights under the promotion that saves most, the first of equals."""
        best, chosen = full.copy(), np.full(full.shape[1], -1, np.int64)
        starts, counts = references >> 16, references & 0xFFFF
        for place in range(int(counts.max())):
            lanes = np.flatnonzero(counts > place)
            slots = starts[lanes] + place
            applies = self._applies(slots, ahead[lanes])
            lanes, slots = lanes[applies], slots[applies]
            if not len(lanes):
                continue
            less = self._less(full[:, lanes], slots)
            better = less.sum(axis=0) < best[:, lanes].sum(axis=0)
            best[:, lanes[better]] = less[:, better]
            chosen[lanes[better]] = slots[better]
        return best, chosen

    def _applies(self, slots: Ints, ahead: Ints) -> Bools:
        rules, span = self.tables.promotions[slots], self.span
        inside = rules["stay_from"] <= span.arrival
        inside &= rules["stay_until"] >= span.arrival + span.nights - 1
        kind, threshold = rules["kind"], rules["threshold"]
        early = (kind == PROMOTIONS.index(PromotionKind.EARLY)) & (ahead >= threshold)
        late = (kind == PROMOTIONS.index(PromotionKind.LAST_MINUTE)) & (ahead <= threshold)
        long = kind >= PROMOTIONS.index(PromotionKind.LONG_STAY)
        return inside & (early | late | (long & (span.nights >= threshold)))

    def _less(self, cents: Ints, slots: Ints) -> Ints:
        rules, nights = self.tables.promotions[slots], self.span.nights
        less = cents - -(-cents * rules["percent_bps"].astype(np.int64) // BPS)
        gifts = np.flatnonzero(rules["kind"] == PROMOTIONS.index(PromotionKind.FREE_NIGHTS))
        if len(gifts):
            free = nights // rules["threshold"][gifts] * rules["free"][gifts]
            part = cents[:, gifts]
            order = np.argsort(part, axis=0, kind="stable")
            rank = np.empty_like(order)
            np.put_along_axis(rank, order, np.arange(nights)[:, None], axis=0)
            less[:, gifts] = np.where(rank < free, 0, part)
        return less


def _child(rules: np.ndarray, age: int, adult: Ints) -> Ints:
    """What a child pays: a band's cents and part of the adult's price, never more than that."""
    bps = rules["child_bps"][:, age].astype(np.int64)
    part = rules["child_cents"][:, age] + (adult * bps * 2 + BPS) // (2 * BPS)
    none = (rules["child_bps"][:, age] == BPS) & (rules["child_cents"][:, age] == 0)
    return np.where(none, adult, np.minimum(part, adult))


def _per_person(base: Ints, rules: np.ndarray, party: RoomParty) -> Ints:
    single = np.minimum(rules["single_supplement"], base) if party.adults == 1 else 0
    children = [_child(rules, age, base) for age in party.child_ages]
    return party.adults * base + single + sum(children)


def _per_room(base: Ints, rules: np.ndarray, party: RoomParty, standard: Ints) -> Ints:
    extra = rules["extra_adult"].astype(np.int64)
    alone = (standard > 1) & (party.persons == 1)
    cents = np.maximum(base - np.where(alone, rules["single_discount"], 0), 0)
    cents = cents + np.maximum(party.adults - standard, 0) * extra
    if party.child_ages:
        paying = np.sort([_child(rules, age, extra) for age in party.child_ages], axis=0)
        places = np.maximum(standard - party.adults, 0)
        beyond = np.maximum(len(party.child_ages) - places, 0)
        counted = np.arange(len(party.child_ages))[:, None] < beyond
        cents = cents + np.where(counted, paying, 0).sum(axis=0)
    return cents
