"""What the compiled functions are given: the arrays of an index, and a question in numbers."""

from typing import Any, NamedTuple

import numpy as np

from tourism.nights.layout import Tables

Array = Any  # of numbers or of rows; pyright cannot see into a row


class Book(NamedTuple):
    """The arrays of one index that a search looks at, never written."""

    houses: Array
    house_bits: Array
    house_free: Array
    house_stars: Array
    house_until: Array
    house_zone: Array
    planes: Array
    plans: Array
    pricing: Array
    promotions: Array
    supplements: Array
    links: Array
    room_type: Array
    house: Array
    extra: Array
    bound_rate: Array
    bound_cents: Array
    occupancy_max: Array
    adults_max: Array
    children_max: Array
    standard: Array
    asked: Array
    overlay_price: Array
    overlay_min_stay: Array
    overlay_min_through: Array
    overlay_max_stay: Array
    overlay_max_through: Array
    overlay_flags: Array
    left: Array
    price: Array
    min_stay: Array
    flags: Array


def book_of(tables: Tables) -> Book:
    found = []
    for name in Book._fields:
        array = getattr(tables, name).view()
        array.flags.writeable = False
        found.append(array)
    return Book(*found)


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


class Guests(NamedTuple):
    """The persons of each room, the room of the most first: adults, children, their ages; `number`
    is the room's place in the party, `same` the first room with the same persons. `least_adults`
    and `least_children` are what each room needs at least."""

    adults: Array
    children: Array
    ages: Array
    number: Array
    same: Array
    least_adults: int
    least_children: int


class Instant(NamedTuple):
    """By zone: today's ordinal, and how far ahead of the arrival it is (a lead); the place of the
    arrival's year among those with limits."""

    today: Array
    lead: Array
    year: int


class Taxes(NamedTuple):
    """The rules of the nights from `cuts[n]` to before `cuts[n + 1]`, by key: fixed cents, bps,
    highest, least rent, then each additional bps; VAT on lodging by regime."""

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


PRICE, DISTANCE, STARS, BALANCED = range(4)
BIG = 2**60
# What comes before the total in an order stands above it in one number.
SHIFT = 2**40
FAR_KM = 30_000
NO_COMMUNES = np.zeros(0, np.uint8)
