"""Which room types of an area are open, left and bookable for a stay: the pass over everything.

It looks at the room types' own nights only, in the order of memory; overlays of houses and plans
are looked at for what it finds (`obstacles.py`)."""

import math
from typing import Any

import numpy as np

from tourism.nights.layout import DAYS, OVERLAID, TO_DEPARTURE
from tourism.reckoning import sections as of
from tourism.reckoning.compiled import compiled, entered, making, whole
from tourism.reckoning.question import BIG, Guests, Stay, Where
from tourism.reckoning.sections import Book

EARTH_KM = 6371.0088  # as `hub.territory` has it (`tests/unit/test_one_distance.py`)
PRICELESS = 2**40  # more than any sum of base prices
PIECE = 8_192
COLUMN, LEAST = range(2)
EVERYWHERE, IN_COMMUNES, IN_BOX, IN_CIRCLE = range(4)


@compiled
def kilometres(lat: float, lng: float, to_lat: float, to_lng: float) -> float:
    """The great-circle distance; not a number where a house has no position."""
    a, b = math.radians(lat), math.radians(to_lat)
    half = math.sin((a - b) / 2) ** 2
    half += math.cos(a) * math.cos(b) * math.sin(math.radians(lng - to_lng) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(math.sqrt(half), 1.0))


@compiled
def is_inside(house: Any, where: Where) -> bool:
    """Whether a house (a row) is in the area."""
    if where.kind == EVERYWHERE:
        return True
    if where.kind == IN_COMMUNES:
        commune = house["commune"]
        return 0 <= commune < len(where.communes) and where.communes[commune] > 0
    lat, lng, place = house["lat"], house["lng"], where.place
    if where.kind == IN_CIRCLE:
        return kilometres(lat, lng, place[0], place[1]) <= place[2]
    if not place[0] <= lat <= place[2]:
        return False
    if place[1] <= place[3]:
        return place[1] <= lng <= place[3]
    return lng >= place[1] or lng <= place[3]


@compiled
def mark_open(book: Book, stay: Stay, guests: Guests, lo: int, hi: int, ok: Any) -> None:
    """Note of each column of a range whether it has a unit left on every night, fits the persons,
    and may be arrived at, left and stayed in so long. A piece of the range after the other, so that
    its notes stay in the machine's nearest memory from pass to pass, however long the range is."""
    for start in range(lo, hi, PIECE):
        end = min(start + PIECE, hi)
        mark_piece(book, stay, guests, start, end, ok[start - lo : end - lo])


@compiled
def mark_piece(book: Book, stay: Stay, guests: Guests, lo: int, hi: int, ok: Any) -> None:
    """A pass for each thing, which the machine takes many columns at a time through."""
    count = hi - lo
    adults_max, least = of.adults_max(book)[lo:hi], of.min_stay(book)[stay.first, lo:hi]
    leaving = of.flags(book)[stay.leaving, lo:hi]
    adults, nights = np.uint8(min(guests.least_adults, 255)), np.uint8(stay.nights)
    for i in range(count):
        ok[i] = (
            (adults_max[i] >= adults) & (least[i] <= nights) & (leaving[i] < np.uint8(TO_DEPARTURE))
        )
    if guests.least_children:  # else whoever takes so many adults takes so many persons
        children = np.uint8(min(guests.least_children, 255))
        persons = np.uint8(min(guests.least_adults + guests.least_children, 255))
        occupancy_max, children_max = of.occupancy_max(book)[lo:hi], of.children_max(book)[lo:hi]
        for i in range(count):
            ok[i] &= (occupancy_max[i] >= persons) & (children_max[i] >= children)
    for night in range(stay.nights):
        left = of.left(book)[(stay.first + night) % DAYS, lo:hi]
        for i in range(count):
            ok[i] &= left[i] > np.int16(0)


@making
def find_open(book: Book, where: Where, stay: Stay, guests: Guests) -> Any:
    """Every open column of an area that fits the smallest of the rooms wanted; beside it room for
    a lower bound of what it costs."""
    size = 0
    for piece in range(len(where.ranges)):
        size += where.ranges[piece, 1] - where.ranges[piece, 0]
    ok = np.empty(size, np.uint8)
    at = count = 0
    for piece in range(len(where.ranges)):
        lo, hi = where.ranges[piece, 0], where.ranges[piece, 1]
        part = ok[at : at + hi - lo]
        mark_open(book, stay, guests, lo, hi, part)
        for i in range(len(part)):
            count += part[i]
        at += hi - lo
    columns = np.empty((2, count + 1), np.int64)  # what is not open is written and passed over
    at = found = 0
    for piece in range(len(where.ranges)):
        lo, hi, exact = where.ranges[piece, 0], where.ranges[piece, 1], where.ranges[piece, 2]
        for i in range(hi - lo):
            columns[COLUMN, found] = lo + i
            if exact:
                found += ok[at + i]
            elif ok[at + i]:
                found += is_inside(of.houses(book)[of.house(book)[lo + i]], where)
        at += hi - lo
    return columns[:, :found]


@compiled
def bound_columns(book: Book, stay: Stay, columns: Any) -> None:
    """Note of each column less than any plan asks for the stay; `BIG` where a night has no price,
    and no plan can have one of its own. Night by night, so that the machine waits for the prices of
    many columns at once."""
    least = columns[LEAST]
    for place in range(len(least)):
        least[place] = 0
    for night in range(stay.nights):
        prices = of.price(book)[(stay.first + night) % DAYS]
        for place in range(len(least)):
            cents = whole(prices[columns[COLUMN, place]])
            least[place] += cents + (cents == 0) * PRICELESS
    for place in range(len(least)):
        column = columns[COLUMN, place]
        if least[place] >= PRICELESS:
            least[place] %= PRICELESS
            if not of.house_bits(book)[of.house(book)[column]] & OVERLAID:
                least[place] = BIG
                continue
        cents = least[place] * np.float64(of.bound_rate(book)[column])
        cents += np.float64(of.bound_cents(book)[column]) * stay.nights
        least[place] = whole(max(cents, 1.0)) - 1


@entered
def units_left(book: Book, stay: Stay, column: int) -> int:
    """Units left on every night."""
    least = whole(of.left(book)[stay.first, column])
    for night in range(1, stay.nights):
        least = min(least, whole(of.left(book)[(stay.first + night) % DAYS, column]))
    return least


@entered
def find_standing(book: Book, where: Where) -> Any:
    """Every column of an area that is on sale at all."""
    size = 0
    for piece in range(len(where.ranges)):
        size += where.ranges[piece, 1] - where.ranges[piece, 0]
    columns, found = np.empty(size, np.int64), 0
    for piece in range(len(where.ranges)):
        lo, hi, exact = where.ranges[piece, 0], where.ranges[piece, 1], where.ranges[piece, 2]
        for column in range(lo, hi):
            if of.occupancy_max(book)[column] == 0:
                continue
            if exact or is_inside(of.houses(book)[of.house(book)[column]], where):
                columns[found] = column
                found += 1
    return columns[:found]


@entered
def cheapest(
    book: Book, stay: Stay, guests: Guests, lo: int, hi: int, wanted: int
) -> tuple[Any, Any, int]:
    """The cheapest open columns of a range by base price, ties by column; their sums; how many
    are open. This is the measured core: nothing about plans, taxes or houses."""
    columns, sums = np.empty(wanted, np.int64), np.empty(wanted, np.int64)
    places, cents = np.empty(PIECE, np.int64), np.empty(PIECE, np.int64)
    ok = np.empty(PIECE, np.uint8)
    known, count, most = 0, 0, BIG
    for start in range(lo, hi, PIECE):
        end = min(start + PIECE, hi)
        mark_piece(book, stay, guests, start, end, ok[: end - start])
        many = 0
        for i in range(end - start):
            places[many] = start + i
            many += ok[i]
        count += many
        for j in range(sum_below(book, stay, most, many, places, cents)):
            if cents[j] >= most:
                continue
            place = known if known < wanted else known - 1
            while place > 0 and sums[place - 1] > cents[j]:
                sums[place], columns[place] = sums[place - 1], columns[place - 1]
                place -= 1
            sums[place], columns[place] = cents[j], places[j]
            known = min(known + 1, wanted)
            if known == wanted:
                most = sums[known - 1]
    return columns[:known], sums[:known], count


@compiled
def sum_below(book: Book, stay: Stay, most: int, many: int, places: Any, cents: Any) -> int:
    """The base prices of so many columns (`places`), of those that may come below `most` only: how
    many these are, in place. Night by night, and without deciding about one column before the next
    is looked at, so that the machine waits for many prices at once. Prices are never negative."""
    for j in range(many):
        cents[j] = 0
    for night in range(stay.nights):
        prices = of.price(book)[(stay.first + night) % DAYS]
        kept = 0
        for j in range(many):
            total = cents[j] + whole(prices[places[j]])
            places[kept], cents[kept] = places[j], total
            kept += total < most
        many = kept
    return many
