"""The nights of room types and of overlays, written into the grids as the database has them now."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

import numpy as np

from tourism.indexing.models import Month, NightRow, OverlayMonth, OverlayNight
from tourism.indexing.register import NOTHING, Register
from tourism.nights import DAYS, layout
from tourism.nights.layout import (
    FOR_SALE,
    LEAST,
    NO_ARRIVAL,
    TO_ARRIVAL,
    TO_DEPARTURE,
    Tables,
)
from tourism.rates.models import Closed

Bits = TypeVar("Bits", int, np.ndarray)
TO_GREATEST = TO_DEPARTURE.bit_length() - int(Closed.TO_DEPARTURE).bit_length()
EXTRA = -1  # the rate plan of an overlay that holds a room type's own further restrictions
# A minimum or maximum beyond these is out of reach of every stay that can be asked.
LONGEST, LONGEST_MONTH = 255, 31


class Grids(Register):
    """The grids, written by month and by night."""

    def covered(self, month: date, length: int | None = None) -> tuple[int, int, int]:
        """Which of so many nights of a month (or all) the index holds: first and last place (from
        0), first ordinal. What stands beyond a month's end is no night of it."""
        first_day, begins = self.tables["first_day"], month.toordinal()
        days = monthrange(month.year, month.month)[1]
        low = max(first_day - begins, 0)
        high = min(first_day + DAYS - begins, days if length is None else min(length, days))
        return low, high, begins

    def write_months(self, months: Sequence[Month]) -> None:
        """The nights of some room types as they are now, those of one month together; room types
        that are not on sale are left out."""
        together: defaultdict[tuple[date, int], list[Month]] = defaultdict(list)
        for month in months:
            if month.room_type not in self.column_of:
                continue
            if _is_even(month):
                together[month.month, len(month.units_left)].append(month)
            else:
                self.forget_month(month.room_type, month.month)
        for some in together.values():
            self._write_together(some)

    def write_month(self, month: Month) -> None:
        """The nights of a room type as they are now."""
        self.write_months((month,))

    def _write_together(self, months: Sequence[Month]) -> None:
        """Months of one name and length, of different room types."""
        low, high, begins = self.covered(months[0].month, len(months[0].units_left))
        _, end, _ = self.covered(months[0].month)
        columns = np.array([self.column_of[month.room_type] for month in months])
        if high < end:  # arrays that end before their month
            lacking = np.arange(begins + max(high, low), begins + end) % DAYS
            clear_nights(self.tables, (lacking[:, None], columns))
        if low >= high:
            return
        part, rows = slice(low, high), np.arange(begins + low, begins + high) % DAYS
        flags = flags_of(np.array([month.flags[part] for month in months], np.int16).T)
        left = np.array([month.units_left[part] for month in months], np.int16).T
        prices = np.array([month.price_cents[part] for month in months], np.int64).T
        least = np.array([month.min_stay[part] for month in months], np.int16).T
        self._put("price", rows, columns, prices)
        self._put("min_stay", rows, columns, least_of(least, flags))
        self._put("left", rows, columns, np.where(flags & FOR_SALE, ~left, left))
        self._put("flags", rows, columns, flags)
        for month, column in zip(months, columns.tolist(), strict=True):
            self._write_extra(month, column, rows, part)
        self.touch(np.unique(self.tables.house[columns]), months[0].month)

    def _put(self, name: str, rows: np.ndarray, columns: np.ndarray, values: np.ndarray) -> None:
        """Write what is new only: a line of memory that is written is taken from every reader."""
        grid = getattr(self.tables, name)
        new = values.astype(grid.dtype)
        night, room = (grid[rows[:, None], columns] != new).nonzero()
        if len(night):
            grid[rows[night], columns[room]] = new[night, room]

    def forget_month(self, room_type: int, month: date) -> None:
        """Nights that are not in the database any more."""
        column = self.column_of.get(room_type)
        low, high, begins = self.covered(month)
        if column is not None and low < high:
            rows = np.arange(begins + low, begins + high) % DAYS
            clear_nights(self.tables, (rows, column))
            self.touch(int(self.tables.house[column]), month)

    def _write_extra(self, month: Month, column: int, rows: np.ndarray, part: slice) -> None:
        tables = self.tables
        further = (month.min_through, month.max_stay, month.max_through)
        place = int(tables.extra[column])
        if place == NOTHING:
            if not any(values is not None and any(values[part]) for values in further):
                return
            house = int(tables.houses[tables.house[column]]["property"])
            place = self.overlay(house, month.room_type, EXTRA)
        for grid, values in zip(
            (tables.overlay_min_through, tables.overlay_max_stay, tables.overlay_max_through),
            further,
            strict=True,
        ):
            grid[rows, place] = 0 if values is None else np.clip(values[part], 0, LONGEST)
        tables.extra[column] = place
        self.overlay_house(int(tables.house[column]))

    def write_night(self, row: int, night: NightRow) -> None:
        """One night of a room type on sale."""
        column, tables = self.column_of.get(night.room_type), self.tables
        if column is None:
            return
        flags = flags_of(night.flags)
        tables.price[row, column] = night.price_cents
        tables.min_stay[row, column] = least_of(np.array(night.min_stay), np.array(flags))
        tables.left[row, column] = ~night.units_left if flags & FOR_SALE else night.units_left
        tables.flags[row, column] = flags
        further = (night.min_through, night.max_stay, night.max_through)
        if any(further):
            house = int(tables.houses[tables.house[column]]["property"])
            place = self.overlay(house, night.room_type, EXTRA)
            tables.overlay_min_through[row, place] = min(max(night.min_through, 0), LONGEST)
            tables.overlay_max_stay[row, place] = min(max(night.max_stay, 0), LONGEST)
            tables.overlay_max_through[row, place] = min(max(night.max_through, 0), LONGEST)
            tables.extra[column] = place
            self.overlay_house(int(tables.house[column]))

    def write_overlay_night(self, row: int, night: OverlayNight) -> None:
        """One night of an overlay that is known."""
        place = self.overlay_of.get((night.property, night.room_type, night.rate_plan))
        if place is None:
            return
        tables = self.tables
        tables.overlay_price[row, place] = night.price_cents
        tables.overlay_flags[row, place] = flags_of(night.flags)
        tables.overlay_min_stay[row, place] = min(max(night.min_stay, 0), LONGEST)
        tables.overlay_min_through[row, place] = min(max(night.min_through, 0), LONGEST)
        tables.overlay_max_stay[row, place] = min(max(night.max_stay, 0), LONGEST)
        tables.overlay_max_through[row, place] = min(max(night.max_through, 0), LONGEST)

    def write_overlay(self, month: OverlayMonth) -> None:
        """What a house or plan says of a month."""
        low, high, begins = self.covered(month.month, len(month.flags))
        if low >= high:
            return
        tables, part = self.tables, slice(low, high)
        place = self.overlay(month.property, month.room_type, month.rate_plan)
        rows = np.arange(begins + low, begins + high) % DAYS
        prices = np.array(month.price_cents[part], np.int64)
        tables.overlay_price[rows, place] = prices
        tables.overlay_flags[rows, place] = flags_of(np.array(month.flags[part], np.int16))
        for grid, values in (
            (tables.overlay_min_stay, month.min_stay),
            (tables.overlay_min_through, month.min_through),
            (tables.overlay_max_stay, month.max_stay),
            (tables.overlay_max_through, month.max_through),
        ):
            grid[rows, place] = np.clip(values[part], 0, LONGEST)
        if month.property in self.house_of:
            self.touch(self.house_of[month.property], month.month)


def flags_of(closed: Bits) -> Bits:
    """Flags of nights as the grid holds them, from `rates.Closed`."""
    return closed & (TO_ARRIVAL | FOR_SALE) | (closed & int(Closed.TO_DEPARTURE)) << TO_GREATEST


def least_of(least: np.ndarray, flags: np.ndarray) -> np.ndarray:
    """Least stays of nights as the grid holds them, beyond every stay where nobody may arrive."""
    within = np.minimum(np.maximum(least, 0), LEAST)
    return within.astype(np.uint8) | (flags.astype(np.uint8) & TO_ARRIVAL) * NO_ARRIVAL


def clear_nights(tables: Tables, where: Any) -> None:
    """Nights that nobody knows anything of: they are closed."""
    tables.left[where] = -1
    tables.flags[where] = layout.MISSING
    tables.price[where] = 0
    tables.min_stay[where] = 0


def _is_even(month: Month) -> bool:
    """Whether the arrays are of one length, of a month at most: else no night can be trusted."""
    arrays, length = (month.price_cents, month.min_stay, month.flags), len(month.units_left)
    return length <= LONGEST_MONTH and all(len(array) == length for array in arrays)
