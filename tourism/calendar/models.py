"""The calendar as a hotelier edits it: rows, cells, edits and changes. Data only."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec


class Field(StrEnum):
    """What a cell of the calendar can say. Amounts are cents, minima and maxima nights, closures
    0 or 1; a minimum or maximum of 0 is none, a plan's price of 0 follows its derivation."""

    PRICE = "price"
    OFFERED = "offered"
    OUT_OF_ORDER = "out_of_order"
    MIN_STAY = "min_stay"
    MIN_THROUGH = "min_through"
    MAX_STAY = "max_stay"
    MAX_THROUGH = "max_through"
    CLOSED = "closed"
    CLOSED_TO_ARRIVAL = "closed_to_arrival"
    CLOSED_TO_DEPARTURE = "closed_to_departure"


INVENTORY = (Field.OFFERED, Field.OUT_OF_ORDER)
RESTRICTIONS = tuple(Field)[3:]
CLOSURES = {Field.CLOSED_TO_ARRIVAL: 1, Field.CLOSED_TO_DEPARTURE: 2, Field.CLOSED: 4}


class RowKey(msgspec.Struct, frozen=True, order=True):
    """A row of the calendar: a room type (0: the house), and a rate plan (0: the room type's own
    row)."""

    room_type: int
    rate_plan: int = 0


class Month(msgspec.Struct, frozen=True, kw_only=True):
    """One row's month as it stands: a list of values for each field, and for a room type's own
    row the units sold or held on each night."""

    key: RowKey
    month: date
    values: dict[Field, list[int]]
    taken: list[int]


class Operation(StrEnum):
    """How a value changes."""

    SET = "set"
    ADD = "add"
    PERCENT = "percent"


class Change(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new value for a field: set, added to (cents, nights, units), or by percent (basis
    points, prices only, rounded to `step_cents`)."""

    field: Field
    amount: int
    operation: Operation = Operation.SET
    step_cents: int = 1


class EditCalendar(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Change some fields of some rows on some days. `weekdays` are 1 (Monday) to 7; empty means
    every day. Fields that are not named are not touched."""

    rows: tuple[RowKey, ...]
    first: date
    last: date
    changes: tuple[Change, ...]
    weekdays: tuple[int, ...] = ()


class CopySeason(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Copy prices and restrictions of a season to another, keeping weekdays: the first day goes to
    the nearest same weekday to `to_first`, and so on. Units are not copied."""

    rows: tuple[RowKey, ...]
    first: date
    last: date
    to_first: date


class Values(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Consecutive values of one row and field from a day on."""

    room_type: int
    rate_plan: int = 0
    field: Field
    first: date
    values: tuple[int, ...]


class PushCalendar(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Many values at once, as a channel manager sends a year: all or nothing."""

    values: tuple[Values, ...]


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """A run of days of one row and field whose values change."""

    room_type: int
    rate_plan: int
    field: Field
    first: date
    before: list[int]
    after: list[int]


class ChangeState(StrEnum):
    """Where a set of changes stands."""

    PREVIEWED = "previewed"
    APPLIED = "applied"
    UNDONE = "undone"


class ChangeSet(msgspec.Struct, frozen=True, kw_only=True):
    """A numbered set of changes: who, when, and every cell before and after."""

    id: UUID
    number: int | None
    state: ChangeState
    kind: str
    author: str
    summary: Mapping[str, object]
    pieces: tuple[Piece, ...]
    cells: int
    made_at: datetime
    applied_at: datetime | None
    undone_at: datetime | None
    undoes: UUID | None


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One cell that changes, or that stands in the way: `now` is what it says today."""

    room_type: int
    rate_plan: int
    field: Field
    on: date
    before: int
    after: int
    now: int | None = None


class Undone(msgspec.Struct, frozen=True, kw_only=True):
    """What an undo gave back, and the cells it left because they were changed since."""

    change: ChangeSet
    kept: tuple[Cell, ...]
