"""The order of results: keys that sort houses, the first of an order, and who may come before."""

import math
from typing import Any

import numpy as np

from tourism.nights.codes import FAR_KM
from tourism.reckoning import sections as of
from tourism.reckoning.compiled import compiled, whole
from tourism.reckoning.question import (
    BY_DISTANCE,
    BY_PRICE,
    BY_STARS,
    ID,
    KEY,
    SHIFT,
    TOTAL,
    Sorting,
)
from tourism.reckoning.rooms import kilometres
from tourism.reckoning.sections import Book


@compiled
def whole_kilometres(book: Book, sorting: Sorting, number: int) -> int:
    """Whole kilometres from the centre (positions are not better known); -1 where a house has no
    position or there is no centre."""
    house = of.houses(book)[number]
    away = kilometres(house["lat"], house["lng"], sorting.lat, sorting.lng)
    return -1 if math.isnan(away) else whole(np.rint(away))


@compiled
def penalty_of(book: Book, sorting: Sorting, number: int, stars: int) -> int:
    """What the order adds to the total of a house, for the order only."""
    if sorting.order == BY_PRICE:
        return 0
    if sorting.order == BY_STARS:
        return (5 - stars) * SHIFT
    km = 0
    if not math.isnan(sorting.lat):
        away = whole_kilometres(book, sorting, number)
        km = FAR_KM if away < 0 else away
    if sorting.order == BY_DISTANCE:
        return km * SHIFT
    return (5 - stars) * sorting.cents_per_missing_star + km * sorting.cents_per_km


@compiled
def key_of(total: int, penalty: int) -> int:
    """A number that sorts by the order, from a total or a bound of it."""
    return min(total, SHIFT // 2) + penalty


@compiled
def comes_before(houses: Any, one: int, other: int) -> bool:
    """Whether a house stands before another: by key, then total, then property."""
    for field in (KEY, TOTAL, ID):
        if houses[field, one] != houses[field, other]:
            return houses[field, one] < houses[field, other]
    return False


@compiled
def note_first(heap: Any, size: int, houses: Any, house: int) -> int:
    """Keep a house among the first of an order, as many as the heap has places; the last of them
    stands on top. How many there are now."""
    most = len(heap)
    if size < most:
        place = size
        while place > 0 and comes_before(houses, heap[(place - 1) // 2], house):
            heap[place] = heap[(place - 1) // 2]
            place = (place - 1) // 2
        heap[place] = house
        return size + 1
    if comes_before(houses, house, heap[0]):
        sink_last(heap, size, houses, house)
    return size


@compiled
def sink_last(heap: Any, size: int, houses: Any, house: int) -> None:
    """Put a house in the place of the top of a heap whose last stands on top."""
    place = 0
    while True:
        below = 2 * place + 1
        if below >= size:
            break
        if below + 1 < size and comes_before(houses, heap[below], heap[below + 1]):
            below += 1
        if not comes_before(houses, house, heap[below]):
            break
        heap[place] = heap[below]
        place = below
    heap[place] = house


@compiled
def in_order(heap: Any, size: int, houses: Any) -> None:
    """The houses of a heap from the first to the last, in place."""
    while size > 1:
        size -= 1
        house, heap[size] = heap[size], heap[0]
        sink_last(heap, size, houses, house)


@compiled
def sink_least(queue: Any, size: int, houses: Any, place: int) -> None:
    """Let the house at a place of a queue (the least bound on top) sink to where it belongs."""
    house = queue[place]
    while True:
        below = 2 * place + 1
        if below >= size:
            break
        if below + 1 < size and houses[KEY, queue[below + 1]] < houses[KEY, queue[below]]:
            below += 1
        if houses[KEY, queue[below]] >= houses[KEY, house]:
            break
        queue[place] = queue[below]
        place = below
    queue[place] = house
