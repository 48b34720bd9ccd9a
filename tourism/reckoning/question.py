"""A question in numbers, as the compiled functions are given it."""

from typing import NamedTuple

import numpy as np

from tourism.reckoning.sections import Array


class Where(NamedTuple):
    """An area: ranges of columns (`lo`, `hi`, and whether every house of theirs is in it), and what
    tells of the houses in the others, by `kind`: nothing (0), their commune (1), a box (2), a
    circle (3). `communes` are the ones wanted, by number; `place` south, west, north and east, or a
    centre and kilometres."""

    ranges: Array
    kind: int
    communes: Array
    place: Array


class Stay(NamedTuple):
    """Nights: the arrival's ordinal, their number, their first row and that of the departure."""

    arrival: int
    nights: int
    first: int
    leaving: int


# What is known of a room of a party: adults, children, its place in the party, the first room with
# the same persons, then the ages of the children.
ADULTS, CHILDREN, PLACE, SAME, AGES = range(5)


class Guests(NamedTuple):
    """The persons of each room, a row each, the room of the most first, spread evenly; every way
    to spread them (`rates.divisions`), that one first; what each room needs at least in any."""

    rooms: Array
    divisions: Array
    least_adults: int
    least_children: int


TODAY, LEAD = range(2)


class Instant(NamedTuple):
    """By zone: today's ordinal, and how far ahead of the arrival it is (a lead). The place of the
    arrival's year among those with limits, and how many nights of the stay are of it: the others
    are of the next."""

    zones: Array
    year: int
    nights: int


class Taxes(NamedTuple):
    """The rules of the nights from `cuts[n]` to before `cuts[n + 1]`, by key (`taxes.py`); VAT on
    lodging by regime."""

    rules: Array
    cuts: Array
    vat: Array


class Wanted(NamedTuple):
    """What a result must have: bits of kinds, stars, amenities, accessibility and meals (0: all),
    and limits of the price; `priced` says whether there are any."""

    kinds: int
    stars: int
    amenities: int
    accessibility: int
    pets: int
    meals: int
    free: int
    instant: int
    priced: int
    low: int
    high: int


class Sorting(NamedTuple):
    """The order (`ORDERS`), its weights, the centre (not a number: none), and the page; whether
    choices are counted, and of how many houses the dearest is looked for."""

    order: int
    cents_per_km: int
    cents_per_missing_star: int
    lat: float
    lng: float
    offset: int
    limit: int
    facets: int
    spread: int


BY_PRICE, BY_DISTANCE, BY_STARS, BALANCED = range(4)
BIG = 2**60
# What comes before the total in an order stands above it in one number.
SHIFT = 2**40
NO_COMMUNES = np.zeros(0, np.uint8)

# What is known of a house with open room types, a column of a table: its row in the index, the run
# of its open columns, a lower bound of the total, stars shown today, what it lacks of what is
# wanted, its state (`judging.py`), the least total and its plan, the penalty and the key of the
# order, the property.
(
    NUMBER, START, SIZE, BOUND, STARS, LACKING, STATE, TOTAL, SLOT, PENALTY, KEY, ID, FIELDS,
) = range(13)  # fmt: skip
