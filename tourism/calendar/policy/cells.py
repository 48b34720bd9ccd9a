"""The cells of a calendar: a row's values day by day, and the runs of those that change; pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

from hub.core.sentences import say
from tourism.calendar.models import INVENTORY, Cell, Field, Month, Piece, RowKey
from tourism.calendar.months import length_of, month_of
from tourism.rates.errors import EditInvalid

MAX_CELLS = 200_000
Months = Mapping[tuple[RowKey, date], Month]
Wanted = dict[tuple[RowKey, Field], dict[date, int]]


def days_of(first: date, last: date, weekdays: Sequence[int] = ()) -> Iterator[date]:
    """The days [first, last] that are one of the ISO weekdays; all of them when none is named."""
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        if not weekdays or day.isoweekday() in weekdays:
            yield day


def value_at(months: Months, key: RowKey, field: Field, day: date) -> int:
    """What a cell says today."""
    return months[key, month_of(day)].values[field][day.day - 1]


def span(months: Months, key: RowKey, field: Field, first: date, length: int) -> list[int]:
    """What consecutive cells say today."""
    found: list[int] = []
    for month, start, stop in pieces_by_month(first, length):
        found += months[key, month].values[field][start:stop]
    return found


def pieces_by_month(first: date, length: int) -> Iterator[tuple[date, int, int]]:
    """`length` days from `first` on, as months with the places of their days: [start, stop)."""
    month, start = month_of(first), first.day - 1
    while length > 0:
        stop = min(start + length, length_of(month))
        yield month, start, stop
        length -= stop - start
        month, start = month_of(month + timedelta(days=32)), 0


def applies(field: Field, key: RowKey) -> bool:
    """Whether a row has this field: units are the room type's own, prices those of rooms."""
    if field in INVENTORY:
        return key.rate_plan == 0 and key.room_type != 0
    return field is not Field.PRICE or key.room_type != 0


def changed_runs(
    key: RowKey, field: Field, first: date, after: Sequence[int], months: Months
) -> Iterator[Piece]:
    """Runs of consecutive days whose values change."""
    before = span(months, key, field, first, len(after))
    begun: int | None = None
    for n in range(len(after) + 1):
        changes = n < len(after) and before[n] != after[n]
        if changes and begun is None:
            begun = n
        elif not changes and begun is not None:
            yield Piece(
                room_type=key.room_type,
                rate_plan=key.rate_plan,
                field=field,
                first=first + timedelta(days=begun),
                before=before[begun:n],
                after=list(after[begun:n]),
            )
            begun = None


def pieces_of(wanted: Wanted, months: Months) -> list[Piece]:
    """Runs of consecutive days, of those cells alone that change."""
    found = [
        piece
        for (key, field), days in sorted(wanted.items(), key=lambda item: item[0])
        for run in runs_of(sorted(days))
        for piece in changed_runs(key, field, run[0], [days[day] for day in run], months)
    ]
    return checked(found)


def checked(found: list[Piece]) -> list[Piece]:
    """The same pieces. Raises `EditInvalid` for more cells than one edit may change."""
    if count_cells(found) > MAX_CELLS:
        raise EditInvalid(
            say("At most %(most)s cells change at once.", most=MAX_CELLS), field="rows"
        )
    return found


def runs_of(days: Sequence[date]) -> list[list[date]]:
    """Sorted days as runs of consecutive ones."""
    if not days:
        return []
    runs = [[days[0]]]
    for before, day in pairwise(days):
        if (day - before).days == 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def count_cells(pieces: Iterable[Piece]) -> int:
    """How many cells change."""
    return sum(len(piece.after) for piece in pieces)


def cells_of(pieces: Iterable[Piece]) -> Iterator[Cell]:
    """Each cell by itself, in the order of the pieces."""
    for piece in pieces:
        for n in range(len(piece.after)):
            yield cell_of(piece, n)


def cell_of(piece: Piece, n: int, now: int | None = None) -> Cell:
    """The n-th cell of a piece, with what it says `now`."""
    return Cell(
        room_type=piece.room_type,
        rate_plan=piece.rate_plan,
        field=piece.field,
        on=piece.first + timedelta(days=n),
        before=piece.before[n],
        after=piece.after[n],
        now=now,
    )
