"""The quick pass: which room types of some columns are open, left and bookable for a stay.

It looks at the room types' own nights only, in the order of memory; overlays of houses and plans
are looked at for what it finds (`lanes.py`).
"""

from collections.abc import Iterator, Sequence
from datetime import date

import msgspec
import numpy as np
import numpy.typing as npt

from tourism.index.areas import Columns, Range, is_inside
from tourism.index.errors import AskInvalid
from tourism.index.models import MAX_NIGHTS, MAX_ROOMS
from tourism.nights import DAYS, layout
from tourism.nights.layout import Bools, Grid, Ints, Tables
from tourism.rates.models import RoomParty

SAFE = 2**31 - 1
COLUMN_BITS = np.array(24)
COLUMNS = np.array((1 << 24) - 1)
MANY = 1_000  # fewer are sorted whole as quickly as they are parted
BYTES = [np.array(number, np.uint8) for number in range(256)]
SHORTS = [np.array(number, np.int16) for number in range(MAX_ROOMS + 1)]
minimum, total = np.minimum.reduce, np.add.reduce
at_least, at_most, below = np.greater_equal, np.less_equal, np.less
Floats = npt.NDArray[np.floating]
NO_NIGHTS = "A stay has one night or more, within the days that are kept."


class Span(msgspec.Struct, frozen=True):
    """The nights of a stay as rows: those slept, and the departure's. `rows` is a slice when the
    rows follow one another, so that they are looked at without a copy."""

    arrival: int
    nights: int
    slept: tuple[int, ...]
    leaving: int
    rows: slice | list[int]

    def take(self, grid: Grid, columns: Ints) -> Grid:
        """The slept nights of chosen columns."""
        if isinstance(self.rows, slice):
            return grid[self.rows].take(columns, axis=1)
        return grid[np.array(self.slept)[:, None], columns]


def span_of(tables: Tables, arrival: date, nights: int) -> Span:
    """Raises `AskInvalid` for nights that the index does not hold."""
    first, begins = tables["first_day"], arrival.toordinal()
    if not 1 <= nights <= MAX_NIGHTS or begins < first or begins + nights >= first + DAYS:
        raise AskInvalid(NO_NIGHTS, field="arrival")
    row = begins % DAYS
    slept = tuple((begins + n) % DAYS for n in range(nights))
    return Span(
        arrival=begins,
        nights=nights,
        slept=slept,
        leaving=(begins + nights) % DAYS,
        rows=slice(row, row + nights) if row + nights <= DAYS else list(slept),
    )


def open_mask(tables: Tables, span: Span, lo: int, hi: int, party: RoomParty, units: int) -> Bools:
    """Which columns of a range have units left on every night, fit the persons, and may be
    arrived at, left and stayed in so long."""
    # Each line is one pass over the range, and compares with a number that is an array already:
    # so little is what makes a search quick.
    ok = at_least(minimum(tables.left[span.rows, lo:hi], axis=0), SHORTS[units])
    one = at_least(tables.adults_max[lo:hi], BYTES[min(party.adults, 255)])
    ok &= one
    if party.child_ages:  # else whoever takes so many adults takes so many persons
        ok &= tables.occupancy_max[lo:hi] >= party.persons
        ok &= tables.children_max[lo:hi] >= len(party.child_ages)
    ok &= at_most(tables.min_stay[span.slept[0], lo:hi], BYTES[span.nights], one)
    ok &= below(tables.flags[span.leaving, lo:hi], BYTES[layout.TO_DEPARTURE], one)
    return ok


def sums(tables: Tables, span: Span, lo: int, hi: int) -> Ints:
    """The base price of the stay for every column of a range."""
    kind = np.int32 if tables.price_most.item() * span.nights <= SAFE else np.int64
    return total(tables.price[span.rows, lo:hi], axis=0, dtype=kind)


def cheapest(
    tables: Tables, span: Span, lo: int, hi: int, party: RoomParty, wanted: int
) -> tuple[Ints, Ints, int]:
    """The cheapest open columns of a range by base price, ties by column; their sums; how many
    are open. This is the measured core: nothing about plans, taxes or houses."""
    idx = open_mask(tables, span, lo, hi, party, 1).nonzero()[0]
    # Price and column in one number: sorted by both at once.
    key = sums(tables, span, lo, hi).take(idx).astype(np.int64)
    key <<= COLUMN_BITS
    key += idx
    if len(idx) > MANY:
        key.partition(wanted - 1)
        key = key[:wanted]
    key.sort()
    best = key[:wanted]
    return (best & COLUMNS) + lo, best >> COLUMN_BITS, len(idx)


class Seen(msgspec.Struct, frozen=True):
    """Open columns in order, and what the stay costs there at least (short floats)."""

    columns: Ints
    bound: Floats


def pieces(tables: Tables, columns: Columns, *, houses_only: bool) -> Iterator[tuple[Range, bool]]:
    """The ranges to look at, and whether every house of theirs is in the area."""
    for range_ in columns.ranges:
        yield range_, columns.exact
    ranged, used = tables["ranged"], tables["columns"]
    if not houses_only and used > ranged and not _covers(columns.ranges, used):
        yield (ranged, used), False


def _covers(ranges: Sequence[Range], used: int) -> bool:
    return any(lo == 0 and hi >= used for lo, hi in ranges)


def look(tables: Tables, columns: Columns, span: Span, party: RoomParty) -> Seen:
    """Every open column of an area that fits the persons."""
    by_id = columns.communes is None and columns.exact
    found: list[Ints] = []
    bounds: list[Floats] = []
    for (lo, hi), exact in pieces(tables, columns, houses_only=by_id):
        idx = open_mask(tables, span, lo, hi, party, 1).nonzero()[0]
        if not exact and len(idx):
            houses = tables.houses[tables.house[lo:hi][idx]]
            idx = idx[is_inside(houses, columns)]
        if len(idx):
            found.append(idx + lo if lo else idx)
            bounds.append(_bounds(tables, span, lo, hi).take(idx))
    if not found:
        return Seen(np.zeros(0, np.int64), np.zeros(0, np.float32))
    if len(found) == 1:
        return Seen(found[0], bounds[0])
    return Seen(np.concatenate(found), np.concatenate(bounds))


def _bounds(tables: Tables, span: Span, lo: int, hi: int) -> Floats:
    """Less than any plan asks for the stay, for every column of a range."""
    bound = sums(tables, span, lo, hi).astype(np.float32)
    bound *= tables.bound_rate[lo:hi]
    bound += tables.bound_cents[lo:hi] * np.float32(span.nights)
    return bound


def standing(tables: Tables, columns: Columns) -> Ints:
    """Every column of an area that is on sale at all."""
    by_id = columns.communes is None and columns.exact
    found: list[Ints] = [np.zeros(0, np.int64)]
    for (lo, hi), exact in pieces(tables, columns, houses_only=by_id):
        idx = np.flatnonzero(tables.occupancy_max[lo:hi]) + lo
        if not exact and len(idx):
            idx = idx[is_inside(tables.houses[tables.house[idx]], columns)]
        found.append(idx)
    return np.concatenate(found)
