"""Houses of a map, gathered in the cells of a grid that lies fast on the earth: while a map of one
scale is moved, a house stays in its cell. One pass over arrays, whatever their number; never more
marks than the picture has room for, and none upon another."""

from math import ceil, floor, log, log2, pi, radians, tan
from typing import Any, NamedTuple

import numpy as np

from tourism.index import Spots
from tourism.places.models import Box

WIDTH, HEIGHT = 440, 560
MARGIN = 38
# A mark with a little around it; and how large a cell is at least, so that the land is still seen.
WIDE, HIGH = 70, 42
CELL_WIDE, CELL_HIGH = 92, 58
LEAST_DEGREES = 0.03
POLAR = 85
CLOSEST = (WIDTH - 2 * MARGIN) / radians(LEAST_DEGREES)


class Frame(NamedTuple):
    """A part of the earth in Mercator's projection (radians), and the scale, in pixels, that fits
    it to the picture."""

    left: float
    top: float
    scale: float


class Gathered(NamedTuple):
    """The houses of a cell: where their mark stands, how many, the cheapest total, one of them (its
    place among the spots), the box around them, and whether no closer map divides them."""

    x: int
    y: int
    houses: int
    total_cents: int
    first: int
    box: Box
    together: bool


class _Grid(NamedTuple):
    """Cells of one size; a size is half as large again as the next or less, so that maps of nearly
    one scale have the same."""

    wide: float
    high: float

    def column(self, east: Any) -> Any:
        return np.floor(east / self.wide).astype(np.int64)

    def row(self, north: Any) -> Any:
        return np.floor(-north / self.high).astype(np.int64)


def north_of(lat: float) -> float:
    """Mercator's ordinate, in radians."""
    return log(tan(pi / 4 + radians(max(min(lat, POLAR), -POLAR)) / 2))


def gather(spots: Spots, frame: Frame) -> list[Gathered]:
    """The houses within the picture by cell, from north to south. Those of a cell of which the
    picture shows less than a mark are gathered in the next."""
    east = np.radians(spots.lngs)
    north = np.log(np.tan(pi / 4 + np.radians(np.clip(spots.lats, -POLAR, POLAR)) / 2))
    x, y = (east - frame.left) * frame.scale, (frame.top - north) * frame.scale
    seen = np.flatnonzero((x >= 0) & (x <= WIDTH) & (y >= 0) & (y <= HEIGHT))
    if not len(seen):
        return []
    east, north, x, y = east[seen], north[seen], x[seen], y[seen]
    grid = _grid(frame.scale)
    columns = _within(grid.column(east), frame.left, grid.wide, frame.scale, WIDTH, WIDE)
    rows = _within(grid.row(north), -frame.top, grid.high, frame.scale, HEIGHT, HIGH)
    totals = spots.totals[seen]
    # So few cells are sorted in one pass.
    cells = (rows - rows.min()) * (np.ptp(columns) + 1) + columns - columns.min()
    order = np.argsort(cells.astype(np.uint16), kind="stable")
    starts = np.flatnonzero(np.diff(cells[order], prepend=-1))
    counts = np.diff(np.append(starts, len(order)))
    closest = _grid(CLOSEST)

    def mean(of: Any) -> Any:
        return np.add.reduceat(of[order], starts) / counts

    def least(of: Any) -> Any:
        return np.minimum.reduceat(of[order], starts)

    def most(of: Any) -> Any:
        return np.maximum.reduceat(of[order], starts)

    def same(of: Any) -> Any:
        return least(of) == most(of)

    firsts = order[starts]
    lats, lngs = spots.lats[seen], spots.lngs[seen]
    lists = (
        _middle(mean(x), columns[firsts], frame.left, grid.wide, frame.scale, WIDTH, WIDE),
        _middle(mean(y), rows[firsts], -frame.top, grid.high, frame.scale, HEIGHT, HIGH),
        counts, least(totals), seen[firsts], least(lats), least(lngs), most(lats), most(lngs),
        same(closest.column(east)) & same(closest.row(north)),
    )  # fmt: skip
    return [
        Gathered(x, y, count, total, first, Box(south=south, west=west, north=top, east=right), one)
        for x, y, count, total, first, south, west, top, right, one in zip(
            *(of.tolist() for of in lists), strict=True
        )
    ]


def _grid(scale: float) -> _Grid:
    wide = 2 ** (ceil(2 * log2(CELL_WIDE / scale) - 1e-9) / 2)
    return _Grid(wide, wide * CELL_HIGH / CELL_WIDE)


def _within(cells: Any, begin: float, size: float, scale: float, length: int, mark: int) -> Any:
    """The cells, of which the first and the last are those that leave room for a mark."""
    first = ceil((begin + mark / scale) / size - 1e-9) - 1
    last = floor((begin + (length - mark) / scale) / size + 1e-9)
    return np.clip(cells, first, last)


def _middle(
    means: Any, cells: Any, begin: float, size: float, scale: float, length: int, mark: int
) -> Any:
    """Where a mark stands: where its houses are, as far as it stays within its cell."""
    starts = (cells * size - begin) * scale
    half = mark / 2
    low = np.maximum(starts, 0) + half
    high = np.minimum(starts + size * scale, length) - half
    return np.rint(np.clip(means, low, np.maximum(low, high))).astype(np.int64)
