"""Which of the houses with an open room type are sold, what they lack of what is wanted, and how
many each choice would leave.

Plain houses sell an open room type whatever their plans say; of them nothing more is looked at
until they come near the page. The plans of the others are looked at one by one; those whose nights
do not tell enough (overlays, parties of several rooms, limits of the price) are priced at once."""

from typing import Any

import numpy as np

from tourism.lodging.models import Kind
from tourism.nights.codes import GROUPS, MEALS, PLANES
from tourism.nights.layout import ASKING, FALLING, LIMITED, OVERLAID, PLAIN, YEARS
from tourism.reckoning import sections as of
from tourism.reckoning.compiled import compiled, making, whole
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
from tourism.reckoning.question import (
    ADULTS,
    BIG,
    BOUND,
    FIELDS,
    ID,
    LACKING,
    LEAD,
    NUMBER,
    SIZE,
    SLOT,
    STARS,
    START,
    STATE,
    TODAY,
    TOTAL,
    Guests,
    Instant,
    Stay,
    Taxes,
    Wanted,
)
from tourism.reckoning.rooms import COLUMN, LEAST, bound_columns
from tourism.reckoning.sections import Book
from tourism.reckoning.taxes import fixed_cents

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


@compiled
def is_past(book: Book, stay: Stay, instant: Instant, number: int) -> bool:
    """Whether the day of arrival is over where the house stands."""
    return stay.arrival < instant.zones[TODAY, of.house_zone(book)[number]]


@compiled
def is_spent(book: Book, stay: Stay, instant: Instant, number: int) -> bool:
    """Whether it is a main residence that has not so many nights left in a year of the stay: over
    New Year each counts its own (DOMAIN NL-3)."""
    if not of.house_bits(book)[number] & LIMITED:
        return False
    lets, year, after = of.houses(book)[number]["lets"], instant.year, stay.nights - instant.nights
    if 0 <= year < YEARS and lets[year] < instant.nights:
        return True
    return after > 0 and 0 <= year + 1 < YEARS and lets[year + 1] < after


@making
def gather(
    book: Book, stay: Stay, guests: Guests, instant: Instant, taxes: Taxes, columns: Any
) -> Any:
    """The houses of open columns, in their order; a lower bound of what each column costs the
    first room, and each house the party. Columns without a price are left out: the others close
    up, in place."""
    count, last = 0, -1
    for place in range(columns.shape[1]):
        number = of.house(book)[columns[COLUMN, place]]
        count += number != last
        last = number
    bound_columns(book, stay, columns)
    houses = np.empty((FIELDS, count), np.int64)
    adults = found = place = kept = 0
    for room in range(len(guests.rooms)):
        adults += guests.rooms[room, ADULTS]
    while place < columns.shape[1]:
        number, start = whole(of.house(book)[columns[COLUMN, place]]), kept
        stars, least = stars_of(book, instant, number), BIG
        tax = fixed_cents(book, taxes, number, stars)
        while place < columns.shape[1] and of.house(book)[columns[COLUMN, place]] == number:
            column, cents = columns[COLUMN, place], columns[LEAST, place]
            columns[COLUMN, kept] = column
            columns[LEAST, kept] = cents + tax * guests.rooms[0, ADULTS]
            least = min(least, cents)
            kept += cents < BIG
            place += 1
        if kept == start or is_past(book, stay, instant, number):
            continue
        if is_spent(book, stay, instant, number):
            continue
        houses[NUMBER, found], houses[START, found] = number, start
        houses[SIZE, found] = kept - start
        houses[BOUND, found] = least * len(guests.rooms) + tax * adults
        houses[STARS, found] = stars
        houses[TOTAL, found], houses[SLOT, found] = BIG, -1
        houses[ID, found] = of.houses(book)[number]["property"]
        found += 1
    return houses[:, :found]


@compiled
def lacking_of(book: Book, wanted: Wanted, number: int, stars: int) -> int:
    """What a house lacks of what is wanted, as bits."""
    house, found = of.houses(book)[number], 0
    if wanted.kinds and not wanted.kinds >> whole(house["kind"]) & 1:
        found |= NO_KIND
    if wanted.stars and not wanted.stars >> stars & 1:
        found |= NO_STARS
    if wanted.amenities & ~whole(house["amenities"]):
        found |= NO_AMENITY
    if wanted.accessibility & ~whole(house["accessibility"]):
        found |= NO_ACCESS
    if wanted.pets and not house["pets"]:
        found |= NO_PETS
    return found


@compiled
def judge(
    book: Book, stay: Stay, guests: Guests, instant: Instant, taxes: Taxes, wanted: Wanted,
    columns: Any, houses: Any, counts: Any, counted: bool, trial: Trial,
) -> None:  # fmt: skip
    """Note what every house lacks and whether it is sold; of those that are not certain, count
    what their plans have."""
    alone = len(guests.rooms) == 1
    certain = alone and not wanted.priced and not wanted.meals and not wanted.free
    for place in range(houses.shape[1]):
        number = houses[NUMBER, place]
        houses[LACKING, place] = lacking_of(book, wanted, number, houses[STARS, place])
        if certain and of.house_bits(book)[number] & PLAIN:
            houses[STATE, place] = CERTAIN | SOLD | ANYHOW | WANTED
        else:
            start, size = houses[START, place], houses[SIZE, place]
            houses[STATE, place] = judge_plans(
                book, stay, guests, instant, taxes, wanted, place, houses,
                columns[:, start : start + size], counts, counted, trial,
            )  # fmt: skip


@making
def judge_plans(
    book: Book, stay: Stay, guests: Guests, instant: Instant, taxes: Taxes, wanted: Wanted,
    place: int, houses: Any, columns: Any, counts: Any, counted: bool, trial: Trial,
) -> int:  # fmt: skip
    """What is known of a house from its plans, one by one."""
    number = houses[NUMBER, place]
    reference = whole(of.houses(book)[number]["plans"])
    first, count = reference >> 8 & 0xFFFFFF, reference & 0xFF
    zone, bits = whole(of.house_zone(book)[number]), whole(of.house_bits(book)[number])
    asking, at_once = (bits & ASKING) > 0, wanted.instant > 0
    several = len(guests.rooms) > 1
    exact = several or wanted.priced > 0 or (bits & (OVERLAID | FALLING)) > 0
    exact = exact or (at_once and asking)
    state = PRICED if exact else 0
    # The least of each choice: of what is wanted, of each meal, cancelled for nothing, at once.
    least = np.full(len(MEALS) + 3, BIG, np.int64)
    for slot in range(first, min(first + count, len(of.plans(book)))):
        if plan_obstacles(book, stay, instant, zone, slot):
            continue
        lacking = lacks(book, instant, wanted, zone, slot)
        # What the house costs: under the plan as it is wanted, and where that differs, with rooms
        # that must be asked for (when those are not wanted), or without them (when they are).
        total = other = 0
        if exact:
            total = total_of(book, stay, guests, instant, taxes, columns, slot, at_once, trial)
        if asking and (at_once or counted):
            other = total_of(book, stay, guests, instant, taxes, columns, slot, not at_once, trial)
        if (other if asking and at_once else total) < BIG:
            state |= ANYHOW
        if total >= BIG:
            continue
        if not lacking:
            state |= WANTED
            if exact and total < houses[TOTAL, place]:
                houses[TOTAL, place], houses[SLOT, place] = total, slot
        note_least(book, instant, zone, slot, lacking, total if wanted.priced else 0, least)
        confirmed = other if asking and not at_once else total
        if not (lacking & ~ASKS_FIRST or of.plans(book)[slot]["on_request"] or confirmed >= BIG):
            least[-1] = min(least[-1], confirmed if wanted.priced else 0)
    if is_within(wanted, least[0]):
        state |= SOLD
    if counted and not houses[LACKING, place]:
        count_plans(wanted, least, counts)
    return state


@compiled
def total_of(
    book: Book, stay: Stay, guests: Guests, instant: Instant, taxes: Taxes,
    columns: Any, slot: int, at_once: bool, trial: Trial,
) -> int:  # fmt: skip
    """The least total of a house under a plan; `BIG` where there is none."""
    gross, tax, _ = price_plan(
        book, stay, guests, instant, taxes, columns, slot, whole(at_once), BIG, trial
    )
    return gross + tax


@compiled
def note_least(
    book: Book, instant: Instant, zone: int, slot: int, lacking: int, cents: int, least: Any
) -> None:
    """What a plan means for each choice that it stands for."""
    plan = of.plans(book)[slot]
    if not lacking:
        least[0] = min(least[0], cents)
    if not lacking & ~NO_MEAL:
        meal = 1 + whole(plan["meal"])
        least[meal] = min(least[meal], cents)
    if not lacking & ~NOT_FREE and plan["free_lead"] <= instant.zones[LEAD, zone]:
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


@making
def count_choices(book: Book, instant: Instant, wanted: Wanted, houses: Any, counts: Any) -> None:
    """How many houses each choice would leave. Of kinds and pets one choice is enough, so each is
    counted without the others; what plans have was counted of those that are not certain."""
    chosen, planes = np.empty(houses.shape[1], np.bool_), counts[PLANES_AT:FREE_AT]
    plain = 0
    for place in range(len(chosen)):
        sold, lacking = houses[STATE, place] & SOLD, houses[LACKING, place]
        if sold and not lacking & ~NO_STARS:
            counts[STARS_AT + houses[STARS, place]] += 1
        chosen[place] = sold > 0 and lacking == 0
        if chosen[place] and houses[STATE, place] & CERTAIN:
            plain += 1
            number = houses[NUMBER, place]
            lead = instant.zones[LEAD, of.house_zone(book)[number]]
            counts[FREE_AT] += of.house_free(book)[number] <= lead
    counts[INSTANT_AT] += plain
    found = count_planes(book, houses[NUMBER], chosen)
    for plane in range(PLANES):
        if not MEALS_FIRST <= plane < MEALS_LAST:
            planes[plane] = found[plane]
    for place in range(len(chosen)):
        chosen[place] = chosen[place] and houses[STATE, place] & CERTAIN > 0
    of_plain = count_planes(book, houses[NUMBER], chosen)
    for meal in range(MEALS_FIRST, MEALS_LAST):
        planes[meal] += of_plain[meal]
    if wanted.kinds:
        found = count_without(book, houses, NO_KIND)
        for plane in range(KINDS_FIRST, KINDS_LAST):
            planes[plane] = found[plane]
    if wanted.pets:
        found = count_without(book, houses, NO_PETS)
        for plane in range(PETS_FIRST, PETS_LAST):
            planes[plane] = found[plane]


@making
def count_without(book: Book, houses: Any, what: int) -> Any:
    """The planes of those that lack nothing but one thing at most."""
    chosen = np.empty(houses.shape[1], np.bool_)
    for place in range(len(chosen)):
        chosen[place] = houses[STATE, place] & SOLD > 0 and not houses[LACKING, place] & ~what
    return count_planes(book, houses[NUMBER], chosen)
