"""A house: which of its plans can be booked and are wanted, and the cheapest rooms of it for the
whole party, by the rule that `tourism.offers.pricing.assign_rooms` states."""

from typing import Any, NamedTuple

import numpy as np

from tourism.nights.layout import OVERLAID
from tourism.reckoning import sections as of
from tourism.reckoning.compiled import compiled, making, whole
from tourism.reckoning.obstacles import obstacles_of, plan_obstacles
from tourism.reckoning.prices import price
from tourism.reckoning.question import (
    ADULTS,
    AGES,
    BIG,
    CHILDREN,
    PLACE,
    SAME,
    TODAY,
    Guests,
    Instant,
    Stay,
    Taxes,
    Wanted,
)
from tourism.reckoning.question import (
    LEAD as AHEAD,
)
from tourism.reckoning.rooms import COLUMN, LEAST, units_left
from tourism.reckoning.sections import Book
from tourism.reckoning.taxes import tax_cents

# What a plan lacks of what is wanted.
NO_MEAL, NOT_FREE, ASKS_FIRST = 1, 2, 4


# What a unit of an open column costs the persons of a room: total (`BIG`: not sold), price, tax,
# saving, promotion (-1: none); and how many are left.
WHOLE, COST, TAX, SAVED, REDUCED, LEFT = range(6)
TAKEN, PROMOTION = range(2)
MOST_TRIED = 3  # rooms whose every combination is tried


class Trial(NamedTuple):
    """Room for working out what a house costs: by (what, room, open column); the nights of one of
    them; the column taken for each room of the party, and its promotion; the lane of each room;
    which division of the party (`Guests.divisions`) these are of."""

    lanes: Any
    nights: Any
    taken: Any
    chosen: Any
    division: Any


@making
def room_for(stay: Stay, guests: Guests, columns: int) -> Trial:
    """What the houses of at most so many open columns need."""
    rooms = len(guests.rooms)
    return Trial(
        np.empty((6, rooms, columns), np.int64),
        np.empty(stay.nights, np.int64),
        np.empty((2, rooms), np.int64),
        np.empty(rooms, np.int64),
        np.zeros(1, np.int64),
    )


@compiled
def stars_of(book: Book, instant: Instant, number: int) -> int:
    """The stars that may be shown of a house today, 0 for none."""
    if instant.zones[TODAY, of.house_zone(book)[number]] <= of.house_until(book)[number]:
        return whole(of.house_stars(book)[number])
    return 0


@compiled
def lacks(book: Book, instant: Instant, wanted: Wanted, zone: int, slot: int) -> int:
    """What a plan lacks of what is wanted, as bits."""
    plan, found = of.plans(book)[slot], 0
    if wanted.meals and not wanted.meals >> whole(plan["meal"]) & 1:
        found |= NO_MEAL
    if wanted.free and plan["free_lead"] > instant.zones[AHEAD, zone]:
        found |= NOT_FREE
    if wanted.instant and plan["on_request"]:
        found |= ASKS_FIRST
    return found


@compiled
def fits(book: Book, column: int, adults: int, children: int) -> bool:
    return (
        of.occupancy_max(book)[column] >= adults + children
        and of.adults_max(book)[column] >= adults
        and of.children_max(book)[column] >= children
    )


@compiled
def price_column(
    book: Book, stay: Stay, rooms: Any, instant: Instant, taxes: Taxes,
    room: int, column: int, slot: int, at_once: int, lane: int, trial: Trial,
) -> None:  # fmt: skip
    """What a unit of a room type costs the persons of a room, under a plan."""
    adults, children = rooms[room, ADULTS], rooms[room, CHILDREN]
    ages, lanes = rooms[room, AGES:], trial.lanes
    if not fits(book, column, adults, children) or (at_once and of.asked(book)[column]):
        return
    number = whole(of.house(book)[column])
    overlaid = of.house_bits(book)[number] & OVERLAID
    if overlaid and obstacles_of(book, stay, column, slot, 1):
        return
    ahead = stay.arrival - instant.zones[TODAY, of.house_zone(book)[number]]
    cents, saved, promotion = price(
        book, stay, column, slot, ahead, adults, children, ages, trial.nights
    )
    if cents < 0:
        return
    stars, persons = stars_of(book, instant, number), adults + children
    tax = tax_cents(book, taxes, number, stars, trial.nights, adults, persons)
    lanes[WHOLE, room, lane], lanes[COST, room, lane] = cents + tax, cents
    lanes[TAX, room, lane], lanes[SAVED, room, lane] = tax, saved
    lanes[REDUCED, room, lane] = promotion


@compiled
def price_plan(
    book: Book, stay: Stay, guests: Guests, instant: Instant, taxes: Taxes,
    columns: Any, slot: int, at_once: int, below: int, trial: Trial,
) -> tuple[int, int, int]:  # fmt: skip
    """The cheapest open columns of a house for the whole party under a plan, spread in the first of
    the ways that they can house: price (`BIG` where they can none, or a single room none `below` a
    total), tax and saving; with `at_once` only of those that need not be asked for."""
    if len(guests.rooms) > 1 and count_units(book, stay, columns, trial) < len(guests.rooms):
        return BIG, 0, 0
    for number in range(len(guests.divisions)):
        rooms = guests.divisions[number]
        if not can_house(book, rooms, columns, trial):
            continue
        gross, tax, saved = price_rooms(
            book, stay, rooms, instant, taxes, columns, slot, at_once, below, trial
        )
        if gross < BIG:
            trial.division[0] = number
            return gross, tax, saved
    return BIG, 0, 0


@compiled
def count_units(book: Book, stay: Stay, columns: Any, trial: Trial) -> int:
    """How many units of open columns are left together; those of each are noted."""
    units = 0
    for lane in range(columns.shape[1]):
        left = max(units_left(book, stay, columns[COLUMN, lane]), 0)
        trial.lanes[LEFT, 0, lane] = left
        units += left
    return units


@compiled
def can_house(book: Book, rooms: Any, columns: Any, trial: Trial) -> bool:
    """Whether the units that are left are enough, before anything is priced: for each few of two or
    three rooms there are as many units that fit some of them (Hall's condition)."""
    if not 1 < len(rooms) <= MOST_TRIED:
        return True
    for some in range(1, 1 << len(rooms)):
        wanted = 0
        for room in range(len(rooms)):
            wanted += some >> room & 1
        for lane in range(columns.shape[1]):
            for room in range(len(rooms)):
                if wanted > 0 and some >> room & 1 and fits_room(book, columns, lane, rooms, room):
                    wanted -= trial.lanes[LEFT, 0, lane]
                    break
        if wanted > 0:
            return False
    return True


@compiled
def fits_room(book: Book, columns: Any, lane: int, rooms: Any, room: int) -> bool:
    return fits(book, columns[COLUMN, lane], rooms[room, ADULTS], rooms[room, CHILDREN])


@compiled
def price_rooms(
    book: Book, stay: Stay, rooms: Any, instant: Instant, taxes: Taxes,
    columns: Any, slot: int, at_once: int, below: int, trial: Trial,
) -> tuple[int, int, int]:  # fmt: skip
    """The same for persons who are spread already. Up to three rooms are the combination of the
    least total, the first of equals; of more, one after the other takes the one with the least."""
    lanes = trial.lanes
    for room in range(len(rooms)):
        least = below
        for lane in range(columns.shape[1] if rooms[room, SAME] == room else 0):
            lanes[WHOLE, room, lane] = BIG
            if len(rooms) > 1 or columns[LEAST, lane] < least:
                price_column(
                    book, stay, rooms, instant, taxes,
                    room, columns[COLUMN, lane], slot, at_once, lane, trial,
                )  # fmt: skip
                least = min(least, lanes[WHOLE, room, lane])
    if not choose_lanes(rooms, columns.shape[1], below, trial):
        return BIG, 0, 0
    gross = tax = saved = 0
    for room in range(len(rooms)):
        kind, best = rooms[room, SAME], trial.chosen[room]
        gross += lanes[COST, kind, best]
        tax += lanes[TAX, kind, best]
        saved += lanes[SAVED, kind, best]
        place = rooms[room, PLACE]
        trial.taken[TAKEN, place] = columns[COLUMN, best]
        trial.taken[PROMOTION, place] = lanes[REDUCED, kind, best]
    return gross, tax, saved


@compiled
def choose_lanes(rooms: Any, count: int, below: int, trial: Trial) -> bool:
    """The lane of each room of the party; False where one finds none. Only of several rooms one
    takes another away."""
    several, lanes, chosen = len(rooms) > 1, trial.lanes, trial.chosen
    if several and len(rooms) <= MOST_TRIED:
        return try_all(rooms, count, trial) < BIG
    for room in range(len(rooms)):
        kind, best, least = rooms[room, SAME], -1, below
        for lane in range(count):
            if lanes[WHOLE, kind, lane] < least and (not several or lanes[LEFT, 0, lane] > 0):
                best, least = lane, lanes[WHOLE, kind, lane]
        if best < 0:
            return False
        if several:
            lanes[LEFT, 0, best] -= 1
        chosen[room] = best
    return True


@compiled
def try_all(party: Any, count: int, trial: Trial) -> int:
    """The least total of two or three rooms, whose lanes it notes; `BIG` where there is none."""
    rooms, lanes, chosen, best = len(party), trial.lanes, trial.chosen, BIG
    first, second, third = party[0, SAME], party[1, SAME], party[-1, SAME]
    after, least = (BIG if rooms > 2 else 0), BIG
    for lane in range(count):
        least = min(least, lanes[WHOLE, second, lane])
        if rooms > 2:
            after = min(after, lanes[WHOLE, third, lane])
    beside = least + after
    for one in range(count):
        alone = lanes[WHOLE, first, one]
        if lanes[LEFT, 0, one] < 1 or alone + beside >= best:
            continue
        lanes[LEFT, 0, one] -= 1
        for two in range(count):
            both = alone + lanes[WHOLE, second, two]
            if lanes[LEFT, 0, two] < 1 or both + after >= best:
                continue
            if rooms == 2:
                best = both
                chosen[0], chosen[1] = one, two
                continue
            lanes[LEFT, 0, two] -= 1
            for three in range(count):
                total = both + lanes[WHOLE, third, three]
                if lanes[LEFT, 0, three] > 0 and total < best:
                    best = total
                    chosen[0], chosen[1], chosen[2] = one, two, three
            lanes[LEFT, 0, two] += 1
        lanes[LEFT, 0, one] += 1
    return best


@compiled
def best_plan(
    book: Book, stay: Stay, guests: Guests, instant: Instant, taxes: Taxes, wanted: Wanted,
    number: int, columns: Any, trial: Trial,
) -> tuple[int, int]:  # fmt: skip
    """The least total of a house under the plans that are wanted and can be booked, and the plan,
    the first of equals; `BIG` and -1 where there is none."""
    reference = whole(of.houses(book)[number]["plans"])
    first, count = reference >> 8 & 0xFFFFFF, reference & 0xFF
    zone, least, chosen = whole(of.house_zone(book)[number]), BIG, -1
    for slot in range(first, min(first + count, len(of.plans(book)))):
        if lacks(book, instant, wanted, zone, slot):
            continue
        if plan_obstacles(book, stay, instant, zone, slot):
            continue
        below = least if len(guests.rooms) == 1 else BIG
        gross, tax, _ = price_plan(
            book, stay, guests, instant, taxes, columns, slot, wanted.instant, below, trial
        )
        if gross + tax < least:
            least, chosen = gross + tax, slot
    return least, chosen
