"""The arrays of an index as compiled functions see them.

Forty arrays are too many to be handed from function to function, so a *book* is one array of
numbers: where each section of the file begins in memory, then how many rows it has (columns, of a
grid). The `Tables` that it was made of must be kept as long as it."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numba import carray, types  # pyright: ignore[reportPrivateImportUsage]
from numba.core import cgutils
from numba.extending import intrinsic

from tourism.nights import DAYS, layout
from tourism.nights.codes import PLANES
from tourism.nights.layout import MONTHS, Tables
from tourism.reckoning.compiled import inlined

Array: TypeAlias = Any  # of numbers or of rows: the compiler knows their types, pyright does not
Book: TypeAlias = Any
SECTIONS = {name: (place, kind) for place, (name, kind, _) in enumerate(layout.SMALLEST.sections())}

NIGHTLY = frozenset(name for name, _, shape in layout.SMALLEST.sections() if shape[0] == DAYS)


def book_of(tables: Tables) -> Book:
    arrays = [getattr(tables, name) for name in SECTIONS]
    begins = [array.__array_interface__["data"][0] for array in arrays]
    rows = [array.shape[name in NIGHTLY] for name, array in zip(SECTIONS, arrays, strict=True)]
    return np.array([*begins, *rows], np.int64)


def _typed(_context: Any, address: Any) -> Any:  # noqa: ARG001  by the machine, below
    """A number as a pointer."""

    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return builder.inttoptr(values[0], cgutils.voidptr_t)

    return types.voidptr(types.intp), generate


_pointer: Any = intrinsic(_typed)


def _rows(name: str) -> Callable[[Book], Array]:
    """A table."""
    place, kind = SECTIONS[name]
    count = place + len(SECTIONS)
    return inlined(lambda book: carray(_pointer(book[place]), (book[count],), kind))


def _nights(name: str) -> Callable[[Book], Array]:
    """A grid, day-major."""
    place, kind = SECTIONS[name]
    count = place + len(SECTIONS)
    return inlined(lambda book: carray(_pointer(book[place]), (DAYS, book[count]), kind))


PLANES_PLACE = SECTIONS["planes"][0]
PLANES_COUNT = PLANES_PLACE + len(SECTIONS)
MONTHS_PLACE = SECTIONS["touched_months"][0]
COMMUNES_COUNT = SECTIONS["touched"][0] + len(SECTIONS)


@inlined
def touched_months(book: Book) -> Array:
    return carray(_pointer(book[MONTHS_PLACE]), (MONTHS, book[COMMUNES_COUNT]), np.uint32)


@inlined
def planes(book: Book) -> Array:
    return carray(_pointer(book[PLANES_PLACE]), (book[PLANES_COUNT], PLANES), np.uint64)


touched = _rows("touched")
houses = _rows("houses")
house_bits = _rows("house_bits")
house_free = _rows("house_free")
house_stars = _rows("house_stars")
house_until = _rows("house_until")
house_zone = _rows("house_zone")
plans = _rows("plans")
pricing = _rows("pricing")
promotions = _rows("promotions")
supplements = _rows("supplements")
links = _rows("links")
room_type = _rows("room_type")
house = _rows("house")
extra = _rows("extra")
bound_rate = _rows("bound_rate")
bound_cents = _rows("bound_cents")
occupancy_max = _rows("occupancy_max")
adults_max = _rows("adults_max")
children_max = _rows("children_max")
standard = _rows("standard")
asked = _rows("asked")
overlay_price = _nights("overlay_price")
overlay_min_stay = _nights("overlay_min_stay")
overlay_min_through = _nights("overlay_min_through")
overlay_max_stay = _nights("overlay_max_stay")
overlay_max_through = _nights("overlay_max_through")
overlay_flags = _nights("overlay_flags")
left = _nights("left")
price = _nights("price")
min_stay = _nights("min_stay")
flags = _nights("flags")
