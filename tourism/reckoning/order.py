"""The order of results: keys that sort houses, the first of an order, and who may come before."""

import math
from typing import Any

import numpy as np

from tourism.reckoning.book import (
    BALANCED,
    DISTANCE,
    FAR_KM,
    PRICE,
    SHIFT,
    STARS,
    Book,
    Sorting,
)
from tourism.reckoning.compiled import compiled
from tourism.reckoning.rooms import kilometres


@compiled
def whole_kilometres(book: Book, sorting: Sorting, number: int) -> int:
    """Whole kilometres from the centre (positions are not better known); -1 where a house has no
    position or there is no centre."""
    house = book.houses[number]
    away = kilometres(house["lat"], house["lng"], sorting.lat, sorting.lng)
    return -1 if math.isnan(away) else np.int64(np.rint(away))


@compiled
def penalty_of(book: Book, sorting: Sorting, number: int, stars: int) -> int:
    """What the order adds to the total of a house, for the order only."""
    if sorting.order == PRICE:
        return 0
    if sorting.order == STARS:
        return (5 - stars) * SHIFT
    km = 0
    if not math.isnan(sorting.lat):
        away = whole_kilometres(book, sorting, number)
        km = FAR_KM if away < 0 else away
    if sorting.order == DISTANCE:
        return km * SHIFT
    assert sorting.order == BALANCED
    return (5 - stars) * sorting.cents_per_missing_star + km * sorting.cents_per_km


@compiled
def key_of(total: int, penalty: int) -> int:
    """A number that sorts by the order, from a total or a bound of it."""
    return min(total, SHIFT // 2) + penalty


@compiled
def comes_before(keys: Any, totals: Any, ids: Any, one: int, other: int) -> bool:
    """Whether a house stands before another: by key, then total, then property."""
    if keys[one] != keys[other]:
        return keys[one] < keys[other]
    if totals[one] != totals[other]:
        return totals[one] < totals[other]
    return ids[one] < ids[other]


@compiled
def note_first(heap: Any, size: int, keys: Any, totals: Any, ids: Any, house: int) -> int:
    """Keep a house among the first of an order, as many as the heap has places; the last of them
    stands on top. How many there are now."""
    most = len(heap)
    if size < most:
        place = size
        while place > 0 and comes_before(keys, totals, ids, heap[(place - 1) // 2], house):
            heap[place] = heap[(place - 1) // 2]
            place = (place - 1) // 2
        heap[place] = house
        return size + 1
    if comes_before(keys, totals, ids, house, heap[0]):
        sink_last(heap, size, keys, totals, ids, house)
    return size


@compiled
def sink_last(heap: Any, size: int, keys: Any, totals: Any, ids: Any, house: int) -> None:
    """Put a house in the place of the top of a heap whose last stands on top."""
    place = 0
    while True:
        below = 2 * place + 1
        if below >= size:
            break
        if below + 1 < size and comes_before(keys, totals, ids, heap[below], heap[below + 1]):
            below += 1
        if not comes_before(keys, totals, ids, house, heap[below]):
            break
        heap[place] = heap[below]
        place = below
    heap[place] = house


@compiled
def in_order(heap: Any, size: int, keys: Any, totals: Any, ids: Any) -> None:
    """The houses of a heap from the first to the last, in place."""
    while size > 1:
        size -= 1
        house, heap[size] = heap[size], heap[0]
        sink_last(heap, size, keys, totals, ids, house)


@compiled
def sink_least(queue: Any, size: int, bounds: Any, place: int) -> None:
    """Let the house at a place of a queue (the least bound on top) sink to where it belongs."""
    house = queue[place]
    while True:
        below = 2 * place + 1
        if below >= size:
            break
        if below + 1 < size and bounds[queue[below + 1]] < bounds[queue[below]]:
            below += 1
        if bounds[queue[below]] >= bounds[house]:
            break
        queue[place] = queue[below]
        place = below
    queue[place] = house
