"""Which of the houses with an open room type are sold, what they lack of what is wanted, and how
many each choice would leave.

Plain houses sell an open room type whatever their plans say; of them nothing more is looked at
until they come near the page. The plans of the others are looked at one by one; those whose nights
do not tell enough (overlays, parties of several rooms, limits of the price) are priced at once."""

from typing import Any, NamedTuple

import numpy as np

from tourism.lodging.models import Kind
from tourism.nights.codes import GROUPS, MEALS, PLANES
from tourism.nights.layout import ASKING, LIMITED, OVERLAID, PLAIN
from tourism.reckoning.book import BIG, Book, Guests, Instant, Stay, Taxes, Wanted
from tourism.reckoning.compiled import compiled
from tourism.reckoning.counts import count_planes
from tourism.reckoning.houses import (
    ASKS_FIRST,
    NO_MEAL,
    NOT_FREE,
    Trial,
    lacks,
    price_plan,
    stars_of,
)
from tourism.reckoning.obstacles import plan_obstacles
from tourism.reckoning.rooms import least_cents

# What a house lacks of what is wanted.
NO_KIND, NO_STARS, NO_AMENITY, NO_ACCESS, NO_PETS = 1, 2, 4, 8, 16
# What is known of a house: all its plans can always be booked; it is sold as wanted; it is sold at
# all; as wanted whatever the price; it is priced.
CERTAIN, SOLD, ANYHOW, WANTED, PRICED = 1, 2, 4, 8, 16
KINDS_FIRST, KINDS_LAST = GROUPS["kinds"].start, GROUPS["kinds"].stop
PETS_FIRST, PETS_LAST = GROUPS["pets"].start, GROUPS["pets"].stop
MEALS_FIRST, MEALS_LAST = GROUPS["meals"].start, GROUPS["meals"].stop
# The counts that are told, one after the other: houses by stars, by plane, that can be cancelled,
# that are confirmed at once.
STARS_AT, PLANES_AT = 0, 6
FREE_AT, INSTANT_AT, COUNTS = PLANES_AT + PLANES, PLANES_AT + PLANES + 1, PLANES_AT + PLANES + 2
assert len(Kind) == KINDS_LAST - KINDS_FIRST


class Houses(NamedTuple):
    """Houses with open room types, one element each: their row, the run of their open columns, a
    lower bound of the total, stars shown today, what they lack, what is known of them, the least
    total and its plan, the penalty and the key of the order, the property."""

    number: Any
    start: Any
    size: Any
    bound: Any
    stars: Any
    lacking: Any
    state: Any
    total: Any
    slot: Any
    penalty: Any
    key: Any
    id: Any


@compiled
def is_spent(book: Book, stay: Stay, instant: Instant, number: int) -> bool:
    """Whether it is a main residence that was let too often in the year of arrival."""
    if not book.house_bits[number] & LIMITED or not 0 <= instant.year < 3:
        return False
    return book.houses[number]["lets"][instant.year] < stay.nights


@compiled
def gather(book: Book, stay: Stay, guests: Guests, instant: Instant, columns: Any) -> Houses:
    """The houses of open columns, in their order."""
    count, last = 0, -1
    for place in range(len(columns)):
        number = book.house[columns[place]]
        count += number != last
        last = number
    table = np.empty((12, count), np.int64)
    starts, sizes = table[1], table[2]
    found, place = 0, 0
    while place < len(columns):
        number, start = np.int64(book.house[columns[place]]), place
        least = BIG
        while place < len(columns) and book.house[columns[place]] == number:
            least = min(least, least_cents(book, stay, columns[place]))
            place += 1
        if is_spent(book, stay, instant, number):
            continue
        table[0, found], starts[found], sizes[found] = number, start, place - start
        table[3, found], table[8, found] = least * len(guests.adults), -1
        table[4, found], table[7, found] = stars_of(book, instant, number), BIG
        table[11, found] = book.houses[number]["property"]
        found += 1
    return Houses(
        table[0, :found], starts[:found], sizes[:found], table[3, :found], table[4, :found],
        table[5, :found], table[6, :found], table[7, :found], table[8, :found],
        table[9, :found], table[10, :found], table[11, :found],
    )  # fmt: skip


@compiled
def lacking_of(book: Book, wanted: Wanted, number: int, stars: int) -> int:
    """What a house lacks of what is wanted, as bits."""
    house, found = book.houses[number], 0
    if wanted.kinds and not wanted.kinds >> np.int64(house["kind"]) & 1:
        found |= NO_KIND
    if wanted.stars and not wanted.stars >> stars & 1:
        found |= NO_STARS
    if wanted.amenities & ~np.int64(house["amenities"]):
        found |= NO_AMENITY
    if wanted.accessibility & ~np.int64(house["accessibility"]):
        found |= NO_ACCESS
    if wanted.pets and not house["pets"]:
        found |= NO_PETS
    return found


@compiled
def judge(
    book: Book, stay: Stay, guests: Guests, instant: Instant, taxes: Taxes, wanted: Wanted,
    columns: Any, houses: Houses, counts: Any, counted: bool, trial: Trial,
) -> None:  # fmt: skip
    """Note what every house lacks and whether it is sold; of those that are not certain, count
    what their plans have."""
    alone = len(guests.adults) == 1
    certain = alone and not wanted.priced and not wanted.meals and not wanted.free
    for place in range(len(houses.number)):
        number = houses.number[place]
        houses.lacking[place] = lacking_of(book, wanted, number, houses.stars[place])
        if certain and book.house_bits[number] & PLAIN:
            houses.state[place] = CERTAIN | SOLD | ANYHOW | WANTED
        else:
            start, size = houses.start[place], houses.size[place]
            houses.state[place] = judge_plans(
                book, stay, guests, instant, taxes, wanted, place, houses,
                columns[start : start + size], counts, counted, trial,
            )  # fmt: skip


@compiled
def judge_plans(
    book: Book, stay: Stay, guests: Guests, instant: Instant, taxes: Taxes, wanted: Wanted,
    place: int, houses: Houses, columns: Any, counts: Any, counted: bool, trial: Trial,
) -> int:  # fmt: skip
    """What is known of a house from its plans, one by one."""
    number = houses.number[place]
    reference = np.int64(book.houses[number]["plans"])
    first, count = reference >> 8 & 0xFFFFFF, reference & 0xFF
    zone, bits = np.int64(book.house_zone[number]), np.int64(book.house_bits[number])
    several, asking, at_once = len(guests.adults) > 1, bits & ASKING, wanted.instant > 0
    exact = several or wanted.priced > 0 or (bits & OVERLAID) > 0 or (at_once and asking > 0)
    state = PRICED if exact else 0
    # The least of each choice: of what is wanted, of each meal, cancelled for nothing, at once.
    least = np.full(len(MEALS) + 3, BIG, np.int64)
    for slot in range(first, min(first + count, len(book.plans))):
        if plan_obstacles(book, stay, instant, zone, slot):
            continue
        lacking, total = lacks(book, instant, wanted, zone, slot), 0
        if at_once and asking:
            gross, tax, _ = price_plan(
                book, stay, guests, instant, taxes, columns, slot, False, trial
            )
            state |= ANYHOW if gross + tax < BIG else 0
        if exact:
            gross, tax, _ = price_plan(
                book, stay, guests, instant, taxes, columns, slot, at_once, trial
            )
            total = gross + tax
            if total >= BIG:
                continue
        if not (at_once and asking):
            state |= ANYHOW
        if not lacking:
            state |= WANTED
            if exact and total < houses.total[place]:
                houses.total[place], houses.slot[place] = total, slot
        cents = total if wanted.priced else 0
        note_least(book, instant, zone, slot, lacking, cents, least)
        plan = book.plans[slot]
        if lacking & ~ASKS_FIRST or plan["on_request"]:
            continue
        if counted and asking and not at_once:  # without what must be asked for
            gross, tax, _ = price_plan(
                book, stay, guests, instant, taxes, columns, slot, True, trial
            )
            if gross + tax >= BIG:
                continue
            cents = gross + tax if wanted.priced else 0
        least[-1] = min(least[-1], cents)
    if is_within(wanted, least[0]):
        state |= SOLD
    if counted and not houses.lacking[place]:
        count_plans(wanted, least, counts)
    return state


@compiled
def note_least(
    book: Book, instant: Instant, zone: int, slot: int, lacking: int, cents: int, least: Any
) -> None:
    """What a plan means for each choice that it stands for."""
    plan = book.plans[slot]
    if not lacking:
        least[0] = min(least[0], cents)
    if not lacking & ~NO_MEAL:
        meal = 1 + np.int64(plan["meal"])
        least[meal] = min(least[meal], cents)
    if not lacking & ~NOT_FREE and plan["free_lead"] <= instant.lead[zone]:
        least[-2] = min(least[-2], cents)


@compiled
def is_within(wanted: Wanted, cents: int) -> bool:
    """Whether there is a plan at a wanted price."""
    return cents < BIG and wanted.low <= cents <= wanted.high


@compiled
def count_plans(wanted: Wanted, least: Any, counts: Any) -> None:
    for meal in range(len(MEALS)):
        counts[PLANES_AT + MEALS_FIRST + meal] += is_within(wanted, least[1 + meal])
    counts[FREE_AT] += is_within(wanted, least[-2])
    counts[INSTANT_AT] += is_within(wanted, least[-1])


@compiled
def count_choices(
    book: Book, instant: Instant, wanted: Wanted, houses: Houses, counts: Any
) -> None:
    """How many houses each choice would leave. Of kinds and pets one choice is enough, so each is
    counted without the others; what plans have was counted of those that are not certain."""
    chosen, planes = np.empty(len(houses.number), np.bool_), counts[PLANES_AT:FREE_AT]
    plain = 0
    for place in range(len(chosen)):
        sold, lacking = houses.state[place] & SOLD, houses.lacking[place]
        if sold and not lacking & ~NO_STARS:
            counts[STARS_AT + houses.stars[place]] += 1
        chosen[place] = sold > 0 and lacking == 0
        if chosen[place] and houses.state[place] & CERTAIN:
            plain += 1
            number = houses.number[place]
            lead = instant.lead[book.house_zone[number]]
            counts[FREE_AT] += book.house_free[number] <= lead
    counts[INSTANT_AT] += plain
    found = count_planes(book, houses.number, chosen)
    planes[:MEALS_FIRST] = found[:MEALS_FIRST]
    planes[MEALS_LAST:] = found[MEALS_LAST:]
    for place in range(len(chosen)):
        chosen[place] = chosen[place] and houses.state[place] & CERTAIN > 0
    of_plain = count_planes(book, houses.number, chosen)
    for meal in range(MEALS_FIRST, MEALS_LAST):
        planes[meal] += of_plain[meal]
    if wanted.kinds:
        found = count_without(book, houses, NO_KIND)
        planes[KINDS_FIRST:KINDS_LAST] = found[KINDS_FIRST:KINDS_LAST]
    if wanted.pets:
        found = count_without(book, houses, NO_PETS)
        planes[PETS_FIRST:PETS_LAST] = found[PETS_FIRST:PETS_LAST]


@compiled
def count_without(book: Book, houses: Houses, what: int) -> Any:
    """The planes of those that lack nothing but one thing at most."""
    chosen = np.empty(len(houses.number), np.bool_)
    for place in range(len(chosen)):
        chosen[place] = houses.state[place] & SOLD > 0 and not houses.lacking[place] & ~what
    return count_planes(book, houses.number, chosen)
