"""Every night of the database at once: months as PostgreSQL sends them in a binary COPY, read as
arrays. Rows of months of one length are of one size, so a month's length is a pass of its own."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any, Protocol

import numpy as np

from tourism.indexing.catalogue import Catalogue
from tourism.indexing.grids import flags_of, least_of
from tourism.nights import DAYS
from tourism.nights.layout import FOR_SALE

EPOCH = date(2000, 1, 1).toordinal()
HEADER = 19  # signature, flags, length of the extension
CHUNK = 32 * 1024 * 1024
LENGTHS = (28, 29, 30, 31)
# The statement of a COPY takes no parameters; these are a number and two dates.
NIGHTS = (
    "select room_type, month, units_left, price_cents, min_stay, flags from ari_month"
    " where month between '{first}' and '{last}' and cardinality(flags) = {days}"
    " and cardinality(units_left) = {days} and cardinality(price_cents) = {days}"
    " and cardinality(min_stay) = {days}"
)


class Copies(Protocol):
    """A connection that copies a statement's rows out."""

    async def copy_out(self, sql: str, take: Callable[[bytes], Awaitable[None]]) -> None: ...


class UnevenMonths(Exception):
    """A month whose arrays are not of its length: it cannot be read so quickly."""


def record(days: int) -> "np.dtype[Any]":
    """A row of the COPY: the number of its fields, then each field behind its length."""

    def array(element: str) -> Any:
        return [
            ("length", ">i4"), ("dimensions", ">i4"), ("nulls", ">i4"), ("type", ">i4"),
            ("count", ">i4"), ("low", ">i4"),
            ("of", np.dtype([("length", ">i4"), ("value", element)]), (days,)),
        ]  # fmt: skip

    return np.dtype([
        ("fields", ">i2"), ("l1", ">i4"), ("room_type", ">i4"), ("l2", ">i4"), ("month", ">i4"),
        ("left", array(">i2")), ("price", array(">i4")), ("min_stay", array(">i2")),
        ("flags", array(">i2")),
    ])  # fmt: skip


async def read_nights(copies: Copies, catalogue: Catalogue) -> int:
    """Write every night of the database into the grids; how many. Raises `UnevenMonths`."""
    tables = catalogue.tables
    first = date.fromordinal(tables["first_day"]).replace(day=1)
    last = date.fromordinal(tables["first_day"] + DAYS - 1)
    most = max(catalogue.column_of, default=0)
    columns = np.full(most + 1, -1, np.int64)
    for room_type, column in catalogue.column_of.items():
        columns[room_type] = column
    nights = 0
    for days in LENGTHS:
        taking = _Taking(catalogue, columns, days)
        sql = NIGHTS.format(days=days, first=first, last=last)
        await copies.copy_out(sql, taking.take)
        nights += taking.finish()
    return nights


class _Taking:
    """Collects the bytes of a pass, and writes whole rows of them as they come."""

    def __init__(self, catalogue: Catalogue, columns: np.ndarray, days: int) -> None:
        self._catalogue, self._columns, self._days = catalogue, columns, days
        self._record = record(days)
        self._waiting = bytearray()
        self._begun = False
        self._nights = 0

    async def take(self, data: bytes) -> None:
        self._waiting += data
        if not self._begun and len(self._waiting) >= HEADER:
            del self._waiting[:HEADER]
            self._begun = True
        if len(self._waiting) >= CHUNK:
            self._write(len(self._waiting) // self._record.itemsize)

    def finish(self) -> int:
        """Write the last rows; what then is left is the end mark."""
        self._write((len(self._waiting) - 2) // self._record.itemsize)
        if bytes(self._waiting) != b"\xff\xff":
            raise UnevenMonths
        return self._nights

    def _write(self, count: int) -> None:
        if count <= 0:
            return
        self._place(np.frombuffer(self._waiting, self._record, count))
        del self._waiting[: count * self._record.itemsize]

    def _place(self, rows: np.ndarray) -> None:
        same = rows["fields"] == 6
        for name in ("left", "price", "min_stay", "flags"):
            same &= rows[name]["count"] == self._days
        if not same.all():
            raise UnevenMonths
        ids = rows["room_type"].astype(np.int64)
        inside = ids < len(self._columns)
        column = np.where(inside, self._columns[np.where(inside, ids, 0)], -1)
        months = rows["month"]
        for month in np.unique(months):
            chosen = ((months == month) & (column >= 0)).nonzero()[0]
            chosen = chosen[np.argsort(column[chosen], kind="stable")]
            self._month(int(month) + EPOCH, rows, chosen, column[chosen])

    def _month(self, begins: int, rows: np.ndarray, chosen: np.ndarray, column: np.ndarray) -> None:
        tables = self._catalogue.tables
        month = date.fromordinal(begins)
        low, high, _ = self._catalogue.covered(month, self._days)
        if low >= high or not len(chosen):
            return

        def nights(name: str, kind: str) -> np.ndarray:
            values = rows[name]["of"]["value"][chosen, low:high]
            return np.ascontiguousarray(values.T, kind)

        price, flags = nights("price", "i4"), flags_of(nights("flags", "u1"))
        left = nights("left", "i2")
        left = np.where(flags & FOR_SALE, ~left, left)
        least = least_of(nights("min_stay", "i2"), flags)
        for place in range(high - low):
            row = (begins + low + place) % DAYS
            tables.left[row][column] = left[place]
            tables.price[row][column] = price[place]
            tables.min_stay[row][column] = least[place]
            tables.flags[row][column] = flags[place]
        self._nights += len(chosen) * (high - low)
