"""The nights of room types and of overlays, written into the grids as the database has them now."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

import numpy as np

from tourism.indexing.models import Month, NightRow, OverlayMonth, OverlayNight
from tourism.indexing.register import NOTHING, OVERLAYS, Register
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
UNKNOWN = (("left", -1), ("flags", layout.MISSING), ("price", 0), ("min_stay", 0))
FURTHER = ("overlay_min_through", "overlay_max_stay", "overlay_max_through")


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
            clear_nights(self.tables, lacking[:, None], columns)
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
            cells = rows[night], columns[room], new[night, room]
            self.tables.guard.write_cells(name, grid, *cells)

    def forget_month(self, room_type: int, month: date) -> None:
        """Nights that are not in the database any more."""
        column = self.column_of.get(room_type)
        low, high, begins = self.covered(month)
        if column is not None and low < high:
            rows = np.arange(begins + low, begins + high) % DAYS
            clear_nights(self.tables, rows, column)
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
        for name, values in zip(FURTHER, further, strict=True):
            within = 0 if values is None else np.clip(values[part], 0, LONGEST)
            tables.put_cells(name, rows, place, within)
        tables.put("extra", column, place)
        self.overlay_house(int(tables.house[column]))

    def write_day(self, row: int, nights: Sequence[NightRow]) -> None:
        """One night of room types on sale."""
        known = [night for night in nights if night.room_type in self.column_of]
        if not known:
            return
        columns = np.array([self.column_of[night.room_type] for night in known])
        flags = flags_of(np.array([night.flags for night in known], np.int16))
        left = np.array([night.units_left for night in known], np.int16)
        least = np.array([night.min_stay for night in known], np.int16)
        put = self.tables.put_cells
        put("price", row, columns, [night.price_cents for night in known])
        put("min_stay", row, columns, least_of(least, flags))
        put("left", row, columns, np.where(flags & FOR_SALE, ~left, left))
        put("flags", row, columns, flags)
        for night, column in zip(known, columns.tolist(), strict=True):
            further = (night.min_through, night.max_stay, night.max_through)
            if any(further):
                self._write_further(row, column, night.room_type, further)

    def _write_further(self, row: int, column: int, room_type: int, further: Sequence[int]) -> None:
        tables = self.tables
        house = int(tables.houses[tables.house[column]]["property"])
        place = self.overlay(house, room_type, EXTRA)
        for name, value in zip(FURTHER, further, strict=True):
            tables.put_cells(name, [row], [place], min(max(value, 0), LONGEST))
        tables.put("extra", column, place)
        self.overlay_house(int(tables.house[column]))

    def write_overlay_day(self, row: int, nights: Sequence[OverlayNight]) -> None:
        """One night of the overlays that are known."""
        places = [
            self.overlay_of.get((night.property, night.room_type, night.rate_plan), NOTHING)
            for night in nights
        ]
        known = [(place, night) for place, night in zip(places, nights, strict=True) if place]
        if not known:
            return
        columns, put = np.array([place for place, _ in known]), self.tables.put_cells
        flags = np.array([night.flags for _, night in known], np.int16)
        put("overlay_price", row, columns, [night.price_cents for _, night in known])
        put("overlay_flags", row, columns, flags_of(flags))
        for name in ("min_stay", "min_through", "max_stay", "max_through"):
            values = [min(max(getattr(night, name), 0), LONGEST) for _, night in known]
            put(f"overlay_{name}", row, columns, values)

    def write_overlay(self, month: OverlayMonth) -> None:
        """What a house or plan says of a month."""
        low, high, begins = self.covered(month.month, len(month.flags))
        if low >= high:
            return
        put, part = self.tables.put_cells, slice(low, high)
        place = self.overlay(month.property, month.room_type, month.rate_plan)
        rows = np.arange(begins + low, begins + high) % DAYS
        prices = np.array(month.price_cents[part], np.int64)
        put("overlay_price", rows, place, prices)
        put("overlay_flags", rows, place, flags_of(np.array(month.flags[part], np.int16)))
        for name, values in (
            ("overlay_min_stay", month.min_stay),
            ("overlay_min_through", month.min_through),
            ("overlay_max_stay", month.max_stay),
            ("overlay_max_through", month.max_through),
        ):
            put(name, rows, place, np.clip(values[part], 0, LONGEST))
        if month.property in self.house_of:
            self.touch(self.house_of[month.property], month.month)


def flags_of(closed: Bits) -> Bits:
    """Flags of nights as the grid holds them, from `rates.Closed`."""
    return closed & (TO_ARRIVAL | FOR_SALE) | (closed & int(Closed.TO_DEPARTURE)) << TO_GREATEST


def least_of(least: np.ndarray, flags: np.ndarray) -> np.ndarray:
    """Least stays of nights as the grid holds them, beyond every stay where nobody may arrive."""
    within = np.minimum(np.maximum(least, 0), LEAST)
    return within.astype(np.uint8) | (flags.astype(np.uint8) & TO_ARRIVAL) * NO_ARRIVAL


def clear_nights(tables: Tables, rows: Any, columns: Any) -> None:
    """Nights that nobody knows anything of: they are closed."""
    for name, value in UNKNOWN:
        tables.put_cells(name, rows, columns, value)


def clear_day(tables: Tables, row: int) -> None:
    """The same of all room types, and what overlays say of it."""
    for name, value in UNKNOWN:
        tables.put(name, row, value)
    for name in OVERLAYS:
        tables.put(name, row, 0)


def _is_even(month: Month) -> bool:
    """Whether the arrays are of one length, of a month at most: else no night can be trusted."""
    arrays, length = (month.price_cents, month.min_stay, month.flags), len(month.units_left)
    return length <= LONGEST_MONTH and all(len(array) == length for array in arrays)
