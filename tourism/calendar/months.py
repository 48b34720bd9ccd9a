"""Months of the calendar between the database's arrays and the editing's lists."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import msgspec

from tourism.calendar.models import CLOSURES, RESTRICTIONS, Field, Month, RowKey

PLAIN = (Field.MIN_STAY, Field.MIN_THROUGH, Field.MAX_STAY, Field.MAX_THROUGH)


class RoomMonth(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `ari_month`, with the room type's units."""

    room_type: int
    month: date
    units: int
    units_left: list[int]
    price_cents: list[int]
    min_stay: list[int]
    flags: list[int]
    offered: list[int] | None
    out_of_order: list[int] | None
    min_through: list[int] | None
    max_stay: list[int] | None
    max_through: list[int] | None


class RateMonth(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `rate_month`."""

    room_type: int
    rate_plan: int
    month: date
    price_cents: list[int]
    min_stay: list[int]
    min_through: list[int]
    max_stay: list[int]
    max_through: list[int]
    flags: list[int]


def month_of(day: date) -> date:
    return day.replace(day=1)


def months_between(first: date, last: date) -> list[date]:
    """The first days of the months that hold [first, last]."""
    found = [month_of(first)]
    while (after := month_of(found[-1] + timedelta(days=32))) <= last:
        found.append(after)
    return found


def length_of(month: date) -> int:
    """How many nights a month has."""
    return monthrange(month.year, month.month)[1]


def read_room(row: RoomMonth) -> Month:
    """A room type's own month. A minimum of one night is none."""
    none = [0] * len(row.units_left)
    offered = row.offered or [row.units] * len(none)
    broken = row.out_of_order or none
    return Month(
        key=RowKey(row.room_type),
        month=row.month,
        values={
            Field.PRICE: row.price_cents,
            Field.OFFERED: offered,
            Field.OUT_OF_ORDER: broken,
            Field.MIN_STAY: [0 if nights == 1 else nights for nights in row.min_stay],
            Field.MIN_THROUGH: row.min_through or none,
            Field.MAX_STAY: row.max_stay or none,
            Field.MAX_THROUGH: row.max_through or none,
            **_closures(row.flags),
        },
        taken=[
            max(wanted - out - left, 0)
            for wanted, out, left in zip(offered, broken, row.units_left, strict=True)
        ],
    )


def read_rate(row: RateMonth) -> Month:
    """A month of the house, of a plan, or of a plan in a room type."""
    return Month(
        key=RowKey(row.room_type, row.rate_plan),
        month=row.month,
        values={
            Field.PRICE: row.price_cents,
            Field.MIN_STAY: row.min_stay,
            Field.MIN_THROUGH: row.min_through,
            Field.MAX_STAY: row.max_stay,
            Field.MAX_THROUGH: row.max_through,
            **_closures(row.flags),
        },
        taken=[],
    )


def _closures(flags: Sequence[int]) -> dict[Field, list[int]]:
    return {field: [int(flag & bit != 0) for flag in flags] for field, bit in CLOSURES.items()}


def flags_of(month: Month) -> list[int]:
    """The closures of each night as one number."""
    return [
        sum(bit * month.values[field][n] for field, bit in CLOSURES.items())
        for n in range(length_of(month.month))
    ]


def empty_month(key: RowKey, month: date, units: int) -> Month:
    """A month that nobody has edited: a room type's is closed until it is opened."""
    none = [0] * length_of(month)
    values = {field: list(none) for field in (Field.PRICE, *RESTRICTIONS)}
    if key.room_type and not key.rate_plan:
        values[Field.OFFERED] = [units] * len(none)
        values[Field.OUT_OF_ORDER] = list(none)
        values[Field.CLOSED] = [1] * len(none)
        return Month(key=key, month=month, values=values, taken=list(none))
    return Month(key=key, month=month, values=values, taken=[])


def fill_months(
    keys: Iterable[RowKey],
    first: date,
    last: date,
    known: Iterable[Month],
    units: Mapping[int, int],
) -> dict[tuple[RowKey, date], Month]:
    """Every month of every row, those that nobody has edited too."""
    found = {(month.key, month.month): month for month in known}
    for key in keys:
        for month in months_between(first, last):
            if (key, month) not in found:
                found[key, month] = empty_month(key, month, units.get(key.room_type, 0))
    return found


def units_left(month: Month) -> list[int]:
    """What is still for sale on each night."""
    return [
        offered - out - taken
        for offered, out, taken in zip(
            month.values[Field.OFFERED],
            month.values[Field.OUT_OF_ORDER],
            month.taken,
            strict=True,
        )
    ]
