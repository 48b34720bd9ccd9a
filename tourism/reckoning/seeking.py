"""A whole search: what is sold in an area, the page of its order, what each choice would leave.

Prices are exact, but not computed for everybody: every house has a lower bound of its total, and
houses are priced in the order of their bounds until nobody left can come before the page's last."""

import math
from typing import Any, NamedTuple

import numpy as np

from tourism.nights.codes import BIT, OBSTACLES
from tourism.rates.models import Obstacle
from tourism.rates.policy.restrictions import HARD as HARD_OBSTACLES
from tourism.reckoning import sections as of
from tourism.reckoning.compiled import compiled, entered, making, whole
from tourism.reckoning.counts import ones
from tourism.reckoning.houses import Trial, best_plan, fits, price_plan, room_for, stars_of
from tourism.reckoning.judging import (
    ANYHOW,
    COUNTS,
    PRICED,
    SOLD,
    WANTED,
    count_choices,
    gather,
    is_past,
    is_spent,
    judge,
)
from tourism.reckoning.obstacles import (
    BEYOND,
    CLOSED,
    SOLD_OUT,
    TOO_LATE,
    obstacles_of,
    plan_obstacles,
)
from tourism.reckoning.order import (
    in_order,
    key_of,
    note_first,
    penalty_of,
    sink_least,
    whole_kilometres,
)
from tourism.reckoning.prices import fill_bases, is_priced
from tourism.reckoning.question import (
    ADULTS,
    BIG,
    BOUND,
    CHILDREN,
    KEY,
    LACKING,
    LEAD,
    NUMBER,
    PENALTY,
    SIZE,
    SLOT,
    STARS,
    START,
    STATE,
    TOTAL,
    Guests,
    Instant,
    Sorting,
    Stay,
    Taxes,
    Wanted,
    Where,
)
from tourism.reckoning.rooms import find_open, find_standing, units_left
from tourism.reckoning.sections import Book

TOO_MANY, NO_PRICE = BIT[Obstacle.TOO_MANY_PERSONS], BIT[Obstacle.NO_PRICE]
NIGHTS_LIMIT = BIT[Obstacle.NIGHTS_LIMIT]
HARD = sum(BIT[obstacle] for obstacle in HARD_OBSTACLES)
# A row of a page: where the house's card is, the plan's id, price, tax, saving, units left,
# kilometres (-1: not known), stars, whether it can be cancelled for nothing, the promotion's id (0:
# none), how the party is spread (`Guests.divisions`), then the room type of each room.
CARD, PLAN, GROSS, TAX, SAVED, LEFT, KM, SHOWN, FREE, PROMOTION, DIVISION, ROOM = range(12)


class Answer(NamedTuple):
    """What was found: houses with what is wanted, houses sold at all, the totals of those that have
    what is wanted but for the price, and below each the house's row (none: not looked for), the
    counts of `judging.count_choices`, the page, and the rows of the houses that are sold at all,
    for who asks why not."""

    total: int
    available: int
    totals: Any
    counts: Any
    page: Any
    sold: Any


@entered
def seek(
    book: Book, where: Where, stay: Stay, guests: Guests, instant: Instant, taxes: Taxes,
    wanted: Wanted, sorting: Sorting,
) -> Answer:  # fmt: skip
    columns = find_open(book, where, stay, guests)
    houses = gather(book, stay, guests, instant, taxes, columns)
    count = houses.shape[1]
    most = total = available = 0
    for place in range(count):
        most = max(most, houses[SIZE, place])
    trial = room_for(stay, guests, most)
    counts, counted = np.zeros(COUNTS, np.int64), sorting.facets > 0
    judge(book, stay, guests, instant, taxes, wanted, columns, houses, counts, counted, trial)
    sold = np.empty(count, np.int64)
    for place in range(count):
        total += is_candidate(houses, place)
        if houses[STATE, place] & ANYHOW:
            sold[available] = houses[NUMBER, place]
            available += 1
    first = fill(book, stay, guests, instant, taxes, wanted, sorting, columns, houses, total, trial)
    page = show(book, stay, guests, instant, taxes, wanted, sorting, columns, houses, first, trial)
    totals = find_totals(
        book, stay, guests, instant, taxes, wanted, sorting.spread, columns, houses, trial
    )
    if counted:
        count_choices(book, instant, wanted, houses, counts)
    return Answer(total, available, totals, counts, page, sold[:available])


@compiled
def is_candidate(houses: Any, place: int) -> bool:
    return houses[STATE, place] & SOLD > 0 and houses[LACKING, place] == 0


@compiled
def price_house(
    book: Book, stay: Stay, guests: Guests, instant: Instant, taxes: Taxes, wanted: Wanted,
    columns: Any, houses: Any, place: int, trial: Trial,
) -> None:  # fmt: skip
    """Find the least total of a house, once."""
    if houses[STATE, place] & PRICED:
        return
    start, size = houses[START, place], houses[SIZE, place]
    houses[TOTAL, place], houses[SLOT, place] = best_plan(
        book, stay, guests, instant, taxes, wanted,
        houses[NUMBER, place], columns[:, start : start + size], trial,
    )  # fmt: skip
    houses[STATE, place] |= PRICED


@making
def fill(
    book: Book, stay: Stay, guests: Guests, instant: Instant, taxes: Taxes, wanted: Wanted,
    sorting: Sorting, columns: Any, houses: Any, candidates: int, trial: Trial,
) -> Any:  # fmt: skip
    """The first houses of the order, as many as the page needs, in order."""
    heap = np.empty(min(sorting.offset + sorting.limit, candidates), np.int64)
    if not len(heap):
        return heap
    queue, waiting, known = np.empty(candidates, np.int64), 0, 0
    for place in range(houses.shape[1]):
        if not is_candidate(houses, place):
            continue
        stars = houses[STARS, place]
        penalty = penalty_of(book, sorting, houses[NUMBER, place], stars)
        houses[PENALTY, place] = penalty
        if not houses[STATE, place] & PRICED:
            houses[KEY, place] = key_of(houses[BOUND, place], penalty)
            queue[waiting] = place
            waiting += 1
        elif houses[TOTAL, place] < BIG:
            houses[KEY, place] = key_of(houses[TOTAL, place], penalty)
            known = note_first(heap, known, houses, place)
    for place in range(waiting // 2 - 1, -1, -1):
        sink_least(queue, waiting, houses, place)
    while waiting:
        place = queue[0]
        if known == len(heap) and houses[KEY, place] > houses[KEY, heap[0]]:
            break
        waiting -= 1
        queue[0] = queue[waiting]
        sink_least(queue, waiting, houses, 0)
        price_house(book, stay, guests, instant, taxes, wanted, columns, houses, place, trial)
        if houses[TOTAL, place] < BIG:
            houses[KEY, place] = key_of(houses[TOTAL, place], houses[PENALTY, place])
            known = note_first(heap, known, houses, place)
    in_order(heap, known, houses)
    return heap[:known]


@making
def show(
    book: Book, stay: Stay, guests: Guests, instant: Instant, taxes: Taxes, wanted: Wanted,
    sorting: Sorting, columns: Any, houses: Any, first: Any, trial: Trial,
) -> Any:  # fmt: skip
    """The rows of a page."""
    page = np.empty((max(len(first) - sorting.offset, 0), ROOM + len(guests.rooms)), np.int64)
    shown = 0
    for at in range(sorting.offset, len(first)):
        place = first[at]
        start, size = houses[START, place], houses[SIZE, place]
        if not fill_row(
            book, stay, guests, instant, taxes, houses[NUMBER, place],
            columns[:, start : start + size], houses[SLOT, place], wanted.instant,
            page[shown], trial,
        ):  # fmt: skip
            continue
        if not math.isnan(sorting.lat):
            page[shown, KM] = whole_kilometres(book, sorting, houses[NUMBER, place])
        shown += 1
    return page[:shown]


@compiled
def fill_row(
    book: Book, stay: Stay, guests: Guests, instant: Instant, taxes: Taxes,
    number: int, columns: Any, slot: int, at_once: int, row: Any, trial: Trial,
) -> bool:  # fmt: skip
    """A house under a plan as a row of a page; False when it was sold out meanwhile."""
    gross, tax, saved = price_plan(
        book, stay, guests, instant, taxes, columns, slot, at_once, BIG, trial
    )
    if gross >= BIG:
        return False
    plan = of.plans(book)[slot]
    row[CARD], row[PLAN] = of.houses(book)[number]["card"], plan["id"]
    row[GROSS], row[TAX], row[SAVED] = gross, tax, saved
    row[LEFT], row[KM], row[SHOWN] = BIG, -1, stars_of(book, instant, number)
    row[FREE] = plan["free_lead"] <= instant.zones[LEAD, of.house_zone(book)[number]]
    row[PROMOTION], row[DIVISION] = 0, trial.division[0]
    for room in range(trial.taken.shape[1]):
        column, reduced = trial.taken[0, room], trial.taken[1, room]
        row[ROOM + room] = of.room_type(book)[column]
        row[LEFT] = min(row[LEFT], units_left(book, stay, column))
        if row[PROMOTION] == 0 and reduced >= 0:
            row[PROMOTION] = of.promotions(book)[reduced]["id"]
    return True


@making
def find_totals(
    book: Book, stay: Stay, guests: Guests, instant: Instant, taxes: Taxes, wanted: Wanted,
    most: int, columns: Any, houses: Any, trial: Trial,
) -> Any:  # fmt: skip
    """The totals of all that have what is wanted but for the price, unless they are too many; below
    each the house's row."""
    count = known = 0
    for place in range(houses.shape[1]):
        count += houses[STATE, place] & WANTED > 0 and houses[LACKING, place] == 0
    totals = np.empty((2, count if count <= most else 0), np.int64)
    if not totals.shape[1]:
        return totals
    for place in range(houses.shape[1]):
        if houses[STATE, place] & WANTED and not houses[LACKING, place]:
            price_house(book, stay, guests, instant, taxes, wanted, columns, houses, place, trial)
            if houses[TOTAL, place] < BIG:
                totals[0, known] = houses[TOTAL, place]
                totals[1, known] = houses[NUMBER, place]
                known += 1
    return totals[:, :known]


@entered
def count_reasons(
    book: Book, where: Where, stay: Stay, guests: Guests, instant: Instant, sold: Any
) -> Any:
    """How many of an area's houses that are not sold have each obstacle where they come nearest
    (`offers.refusal_of`)."""
    counts, is_sold = np.zeros(len(OBSTACLES), np.int64), np.zeros(len(of.houses(book)), np.bool_)
    for place in range(len(sold)):
        is_sold[sold[place]] = True
    columns, place, nights = find_standing(book, where), 0, np.empty(stay.nights, np.int64)
    while place < len(columns):
        number, start = whole(of.house(book)[columns[place]]), place
        while place < len(columns) and of.house(book)[columns[place]] == number:
            place += 1
        if not is_sold[number]:
            mask = refusal_of(book, stay, guests, instant, number, columns[start:place], nights)
            for bit in range(len(OBSTACLES)):
                counts[bit] += mask >> bit & 1
    return counts


@compiled
def refusal_of(
    book: Book, stay: Stay, guests: Guests, instant: Instant, number: int, columns: Any, nights: Any
) -> int:
    """Why a house does not sell a stay, by the room type and plan that come nearest, the first of
    equals; nothing of a house without plans. `nights` is room to work in."""
    reference = whole(of.houses(book)[number]["plans"])
    first, count = reference >> 8 & 0xFFFFFF, reference & 0xFF
    if count == 0:  # its first slot is another's
        return 0
    if is_past(book, stay, instant, number):
        return TOO_LATE
    if is_spent(book, stay, instant, number):
        return NIGHTS_LIMIT
    zone, nearest, least = whole(of.house_zone(book)[number]), SOLD_OUT, BIG
    for place in range(len(columns)):
        for slot in range(first, min(first + count, len(of.plans(book)))):
            mask = reasons_of(book, stay, guests, columns[place], slot, nights)
            if mask != BEYOND:
                mask |= plan_obstacles(book, stay, instant, zone, slot)
            far = ones(np.uint64(mask & HARD)) * len(OBSTACLES) + ones(np.uint64(mask))
            if mask and far < least:
                nearest, least = mask, far
    return nearest


@compiled
def reasons_of(book: Book, stay: Stay, guests: Guests, column: int, slot: int, nights: Any) -> int:
    """The obstacles of a room type's nights under a plan, and whether a room's persons are too many
    for it. `nights` is room to work in."""
    mask = obstacles_of(book, stay, column, slot, 1)
    if mask == BEYOND:
        return mask
    if not mask & CLOSED:
        fill_bases(book, stay, column, slot, nights)
        mask = mask if is_priced(nights) else mask & ~SOLD_OUT | NO_PRICE
    for room in range(len(guests.rooms)):
        if not fits(book, column, guests.rooms[room, ADULTS], guests.rooms[room, CHILDREN]):
            mask |= TOO_MANY
    return mask
