"""The file of one generation of the index: a header page, tables, and the grids of nights.

Everything has a fixed place that follows from the capacities in the header, so a reader maps the
file and looks. Grids are day-major (`[night, column]`): the nights of an area are contiguous. The
night of a day stands in row `ordinal % DAYS`, so that days pass without moving memory. One process
writes; stores of whole elements are atomic, and rows of tables are never changed under a reader's
feet where that matters: they are written anew, then the one reference to them is stored.
"""

import mmap
import os
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from tourism.nights import DAYS, sums
from tourism.nights.codes import PLANES
from tourism.nights.sums import PAGE, Guard, Where, pages

MAGIC, VERSION = b"HUBINDEX", 8
YEARS = 3  # whose let nights are kept: the days reach over no more
MONTHS = 24  # more than the days reach over; a month stands in its number by these
FAR = 10_000_000  # an ordinal after all days

Grid = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

# Bits of a night's flags: those of `rates.Closed` but for the departure's, which is the greatest,
# so that one comparison finds it.
TO_ARRIVAL, FOR_SALE, MISSING, TO_DEPARTURE = 1, 4, 8, 128
# Bits of a plan, so that steps which nobody needs are left out.
WINDOWED, DERIVED, PRICED, REDUCED, SUPPLEMENTED = 1, 2, 4, 8, 16
# Bits of a house: what says more of it than its plans and room types do; whether every plan of it
# can always be booked at once, so that an open room type is sold; whether a year limits its nights;
# whether a plan may leave nothing of a price.
OVERLAID, PLAIN, LIMITED, ASKING, FALLING = 1, 2, 4, 8, 16
# A night's least stay, with this bit where nobody may arrive: one look tells both.
NO_ARRIVAL, LEAST = 128, 127
WORD = 64  # houses whose bits of the planes are in one number

HEADER = np.dtype([
    ("magic", "S8"), ("version", "u4"), ("generation", "u8"),
    ("columns_max", "u4"), ("houses_max", "u4"), ("plans_max", "u4"), ("promotions_max", "u4"),
    ("supplements_max", "u4"),
    ("links_max", "u4"), ("overlays_max", "u4"), ("cards_max", "u4"), ("keys_max", "u4"),
    ("communes_max", "u4"), ("zones_max", "u4"),
    ("columns", "u4"), ("ranged", "u4"), ("houses", "u4"), ("plans", "u4"),
    ("promotions", "u4"), ("supplements", "u4"),
    ("links", "u4"), ("overlays", "u4"), ("cards", "u4"), ("keys", "u4"), ("communes", "u4"),
    ("zones", "u4"), ("first_day", "i4"), ("let_year", "i4"),
    ("watermark", "u8"), ("applied_seq", "u8"),
    ("houses_written", "u8"),
    ("feed", "S40"),
    # What is written with every turn has no sum.
    ("sum", "u4"), ("state", "u4"), ("superseded", "u4"), ("moving", "u4"), ("caught_up", "f8"),
])  # fmt: skip
SUMMED = HEADER.fields["sum"][1]  # pyright: ignore[reportOptionalSubscript]

# Aligned, so that a reference of eight bytes is stored and read at once.
HOUSE = np.dtype([
    ("property", "i4"), ("tenant", "i4"), ("commune", "i4"), ("first_column", "i4"),
    ("plans", "i8"), ("card", "i8"),
    ("columns", "i2"), ("tax", "i2"), ("tax_unclassified", "i2"), ("lets", "i2", (YEARS,)),
    ("amenities", "u4"), ("accessibility", "u2"), ("kind", "u1"),
    ("vat", "u1"), ("pets", "u1"), ("lat", "f8"), ("lng", "f8"),
], align=True)  # fmt: skip

PLAN = np.dtype([
    ("id", "i4"), ("parent", "i4"), ("adjust_bps", "i4"), ("adult_cents", "i4"),
    ("child_cents", "i4"), ("promotions", "i8"), ("supplements", "i8"), ("rank", "i2"),
    ("free_lead", "i4"),
    ("last_lead", "i4"), ("max_advance", "i4"), ("stay_from", "i4"), ("stay_until", "i4"),
    ("book_from", "i4"), ("book_until", "i4"), ("meal", "u1"), ("on_request", "u1"),
    ("bits", "u1"),
])  # fmt: skip

PRICING = np.dtype([
    ("per_person", "u1"), ("rounding", "u1"), ("extra_adult", "i4"), ("single_discount", "i4"),
    ("single_supplement", "i4"), ("adjust_cents", "i4"), ("step", "i4"), ("floor", "i4"),
    ("cap", "i4"), ("child_cents", "i4", (18,)), ("child_bps", "i4", (18,)),
])  # fmt: skip

PROMOTION = np.dtype([
    ("id", "i4"), ("kind", "u1"), ("threshold", "i4"), ("percent_bps", "i4"), ("free", "i4"),
    ("stay_from", "i4"), ("stay_until", "i4"),
])  # fmt: skip

SUPPLEMENT = np.dtype([
    ("room_type", "i4"), ("cents", "i4"), ("a_person", "u1"), ("a_night", "u1"),
    ("from_age", "u1"), ("weekdays", "u1"),
])  # fmt: skip

COMMUNE = np.dtype([
    ("code", "S8"), ("parent", "S8"), ("department", "S4"), ("region", "S4"),
    ("lo", "i4"), ("hi", "i4"), ("lat", "f8"), ("lng", "f8"),
    ("south", "f8"), ("west", "f8"), ("north", "f8"), ("east", "f8"),
])  # fmt: skip

OVERLAY = np.dtype([("property", "i4"), ("room_type", "i4"), ("rate_plan", "i4")])

GRIDS = ("left", "price", "min_stay", "flags")
COUNTED = (
    "columns houses plans promotions supplements links overlays cards keys communes zones".split()
)  # each has a `_max` beside it in the header


class Capacity(msgspec.Struct, frozen=True, kw_only=True):
    """How much a file has room for."""

    columns: int
    houses: int
    plans: int
    promotions: int
    supplements: int
    links: int
    overlays: int
    cards: int
    keys: int = 4096
    communes: int = 36_000
    zones: int = 64

    def sections(self) -> Iterator[tuple[str, np.dtype, tuple[int, ...]]]:
        """Every table and grid: name, type, shape; the grids last."""
        # How often something of each was written; the last is for houses of no known commune.
        yield "touched", np.dtype("u4"), (self.communes + 1,)
        # The same of what concerns the nights of one month only.
        yield "touched_months", np.dtype("u4"), (MONTHS, self.communes + 1)
        blocks = sums.count_blocks(sum(pages(kind, shape) for _, kind, shape in self._summed()))
        yield "sums", np.dtype("u8"), (blocks,)
        yield "opened", np.dtype("u1"), (blocks,)
        yield from self._summed()

    def _summed(self) -> Iterator[tuple[str, np.dtype, tuple[int, ...]]]:
        """What has sums, the first of them first."""
        yield "communes", COMMUNE, (self.communes,)
        yield "zones", np.dtype("S48"), (self.zones,)
        yield "keys", np.dtype("S32"), (self.keys,)
        yield "houses", HOUSE, (self.houses,)
        # What every search asks of every house, each by itself, and the bits of what is counted.
        for name, kind in (
            ("house_bits", "u1"), ("house_free", "i4"), ("house_stars", "u1"),
            ("house_until", "i4"), ("house_zone", "u1"),
        ):  # fmt: skip
            yield name, np.dtype(kind), (self.houses,)
        yield "planes", np.dtype("u8"), (-(-self.houses // WORD), PLANES)
        yield "plans", PLAN, (self.plans,)
        yield "pricing", PRICING, (self.plans,)
        yield "promotions", PROMOTION, (self.promotions,)
        yield "supplements", SUPPLEMENT, (self.supplements,)
        yield "links", np.dtype("i4"), (self.links,)
        yield "cards", np.dtype("u1"), (self.cards,)
        for name, kind in (
            ("room_type", "i4"), ("house", "i4"), ("extra", "i4"), ("bound_rate", "f4"),
            ("bound_cents", "f4"), ("occupancy_max", "u1"), ("adults_max", "u1"),
            ("children_max", "u1"), ("standard", "u1"), ("asked", "u1"),
        ):  # fmt: skip
            yield name, np.dtype(kind), (self.columns,)
        yield "overlay_of", OVERLAY, (self.overlays,)
        for name, kind in (
            ("overlay_price", "i4"), ("overlay_min_stay", "u1"), ("overlay_min_through", "u1"),
            ("overlay_max_stay", "u1"), ("overlay_max_through", "u1"), ("overlay_flags", "u1"),
        ):  # fmt: skip
            yield name, np.dtype(kind), (DAYS, self.overlays)
        yield "left", np.dtype("i2"), (DAYS, self.columns)
        yield "price", np.dtype("i4"), (DAYS, self.columns)
        yield "min_stay", np.dtype("u1"), (DAYS, self.columns)
        yield "flags", np.dtype("u1"), (DAYS, self.columns)

    def places(self) -> dict[str, tuple[np.dtype, tuple[int, ...], int]]:
        """Type, shape and offset of every section; a section begins on a page."""
        found: dict[str, tuple[np.dtype, tuple[int, ...], int]] = {}
        offset = PAGE
        for name, kind, shape in self.sections():
            found[name] = (kind, shape, offset)
            offset += pages(kind, shape)
        found["end"] = (np.dtype("u1"), (0,), offset)
        return found

    @property
    def size(self) -> int:
        return self.places()["end"][2]


SMALLEST = Capacity(**dict.fromkeys(COUNTED, 1))


class Tables:
    """A mapped file: the header's fields and every section as an array."""

    header: np.ndarray
    communes: np.ndarray
    touched: Grid
    touched_months: Grid
    sums: Grid
    opened: Grid
    zones: np.ndarray
    keys: np.ndarray
    houses: np.ndarray
    house_bits: Grid
    house_free: Grid
    house_stars: Grid
    house_until: Grid
    house_zone: Grid
    planes: Grid
    plans: np.ndarray
    pricing: np.ndarray
    promotions: np.ndarray
    supplements: np.ndarray
    links: Grid
    cards: Grid
    room_type: Grid
    house: Grid
    extra: Grid
    bound_rate: Grid
    bound_cents: Grid
    occupancy_max: Grid
    adults_max: Grid
    children_max: Grid
    asked: Grid
    standard: Grid
    overlay_of: np.ndarray
    overlay_price: Grid
    overlay_min_stay: Grid
    overlay_min_through: Grid
    overlay_max_stay: Grid
    overlay_max_through: Grid
    overlay_flags: Grid
    left: Grid
    price: Grid
    min_stay: Grid
    flags: Grid

    def __init__(self, path: Path, *, write: bool = False) -> None:
        self.path = path
        with path.open("r+b" if write else "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size < PAGE:
                raise ValueError(f"{path} is no index")
            access = mmap.ACCESS_WRITE if write else mmap.ACCESS_READ
            self.map = mmap.mmap(file.fileno(), 0, access=access)
        self.header = np.ndarray((), HEADER, self.map, 0)
        if self.header["magic"] != MAGIC or self.header["version"] != VERSION:
            raise ValueError(f"{path} is no index of version {VERSION}")
        self.guard = Guard(self.map, self.header, SUMMED)
        self.capacity = Capacity(**{name: int(self.header[f"{name}_max"]) for name in COUNTED})
        if self.capacity.size != size:
            raise ValueError(f"{path} is cut short")
        places = self.capacity.places()
        for name, (kind, shape, offset) in places.items():
            if name != "end":
                setattr(self, name, np.ndarray(shape, kind, self.map, offset))
        self.guard.spread(places, self.sums, self.opened, places["communes"][2])

    def __getitem__(self, name: str) -> int:
        """A number of the header."""
        return int(self.header[name])

    @property
    def feed(self) -> str:
        return self.header["feed"].item().decode()

    def note(self, name: str, value: object) -> None:
        """Write a field of the header."""
        self.guard.note(name, value)

    @contextmanager
    def moving(self) -> Generator[None]:
        """Take houses from where they stand and put them elsewhere within: they are found nowhere
        meanwhile, and an odd number says so to whoever reads."""
        self.header["moving"] += 1
        try:
            yield
        finally:
            self.header["moving"] += 1

    def changing(self, name: str, where: Where) -> AbstractContextManager[None]:
        """Write some rows of a table, or whole rows of a grid, within."""
        return self.guard.changing(name, where)

    def put(self, name: str, where: Where, values: Any) -> None:
        """Write some rows of a table, or whole rows of a grid."""
        with self.guard.changing(name, where):
            getattr(self, name)[where] = values

    def put_cells(self, name: str, rows: Any, columns: Any, values: Any) -> None:
        """Write cells of a grid, each once; rows, columns and values are brought to one shape."""
        grid = getattr(self, name)
        shape = np.broadcast_shapes(np.shape(rows), np.shape(columns))
        new = np.empty(shape, grid.dtype)
        new[...] = values
        row, column = (np.broadcast_to(one, shape).reshape(-1) for one in (rows, columns))
        self.guard.write_cells(name, grid, row, column, new.reshape(-1))


def create(path: Path, capacity: Capacity, generation: int) -> Tables:
    """A new file of zeros, its nights missing, open for writing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    head = np.zeros((), HEADER)
    head["magic"], head["version"], head["generation"] = MAGIC, VERSION, generation
    for name in COUNTED:
        head[f"{name}_max"] = getattr(capacity, name)
    with path.open("wb") as file:
        file.write(head.tobytes())
        file.truncate(capacity.size)
    tables = Tables(path, write=True)
    tables.flags[:] = MISSING
    tables.left[:] = -1
    tables.header["overlays"] = 1  # the first says nothing
    return tables


def month_row(on: date) -> int:
    """Where a day's month stands among the months."""
    return (on.year * 12 + on.month) % MONTHS


def reference(start: int, count: int) -> int:
    """Where some rows of a table are, in one number, so that it is stored at once."""
    return start << 16 | count


def plans_reference(start: int, count: int, links: int) -> int:
    """Where a house's plans are (fewer than 256), and its links (-1: none), in one number."""
    return (links + 1) << 32 | start << 8 | count
