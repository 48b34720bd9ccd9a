"""Look at the calendar and at what was changed of it."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from hub.core.db import Reads, Tx
from hub.core.errors import NotFound
from tourism.calendar import store
from tourism.calendar.models import ChangeSet, Field, Month, RowKey, Values
from tourism.calendar.months import fill_months
from tourism.calendar.policy import cells
from tourism.lodging import Property, RoomType, list_room_types

Months = dict[tuple[RowKey, date], Month]


async def read_calendar(
    reads: Reads, house: Property, keys: Iterable[RowKey], first: date, last: date
) -> Months:
    """The months of some rows as they stand."""
    types = await list_room_types(reads, house.id)
    return await load(reads, house, types, keys, first, last, lock=False)


async def list_cells(
    reads: Reads, house: Property, keys: Sequence[RowKey], first: date, last: date
) -> list[tuple[RowKey, date, Field, int]]:
    """The cells that say something between two days, row by row: all prices and units of the room
    types, and whatever restricts."""
    months = await read_calendar(reads, house, keys, first, last)
    return [
        (key, day, field, value)
        for key in keys
        for field in Field
        if cells.applies(field, key)
        for day in cells.days_of(first, last)
        if (value := cells.value_at(months, key, field, day)) or field is Field.OFFERED
    ]


async def list_values(
    reads: Reads, house: Property, keys: Sequence[RowKey], first: date, last: date
) -> list[Values]:
    """The same as runs of days, one list for each row and field that says something."""
    months = await read_calendar(reads, house, keys, first, last)
    found: list[Values] = []
    for key in keys:
        for field in Field:
            if not cells.applies(field, key):
                continue
            values = [cells.value_at(months, key, field, day) for day in cells.days_of(first, last)]
            if any(values):
                found.append(
                    Values(
                        room_type=key.room_type,
                        rate_plan=key.rate_plan,
                        field=field,
                        first=first,
                        values=tuple(values),
                    )
                )
    return found


async def find_change(tx: Tx, id: UUID) -> ChangeSet:
    """One set of changes of this wall. Raises `NotFound`."""
    change = await store.find_change(tx, id)
    if change is None:
        raise NotFound("This change is unknown.")
    return change


async def list_changes(tx: Tx, house: Property, wanted: int = 20) -> list[ChangeSet]:
    """The newest applied changes, without their cells."""
    return await store.list_changes(tx, house.id, wanted)


async def load(
    reads: Reads,
    house: Property,
    types: Sequence[RoomType],
    keys: Iterable[RowKey],
    first: date,
    last: date,
    *,
    lock: bool,
) -> Months:
    """The same, of room types that are known; locked, until the commit."""
    wanted = list(dict.fromkeys(keys))
    rooms = sorted({key.room_type for key in wanted if key.room_type and not key.rate_plan})
    known = await store.list_room_months(reads, rooms, first, last, lock=lock) if rooms else []
    if any(key.rate_plan or not key.room_type for key in wanted):
        known += await store.list_rate_months(reads, house.id, first, last)
    counts = {type.id: type.units for type in types}
    return fill_months(wanted, first, last, known, counts)
