"""How many units of a room type the calendar offers: never more than there are. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from tourism.calendar.models import Cell, Field, Month, Piece, RowKey
from tourism.calendar.policy.cells import cells_of, pieces_of


def find_over(pieces: Iterable[Piece], units: Mapping[int, int]) -> list[Cell]:
    """The nights on which more would be offered than their room type has."""
    return [
        cell
        for piece in pieces
        if piece.field is Field.OFFERED
        and max(piece.after, default=0) > (most := units.get(piece.room_type, 0))
        for cell in cells_of([piece])
        if cell.after > most
    ]


def plan_units(months: Iterable[Month], before: int, after: int, today: date) -> list[Piece]:
    """What a room type's new number of units changes from today on: nights that offered all of
    them go on doing so, none offers more than there are, and what offers fewer stays."""
    known = {(month.key, month.month): month for month in months}
    wanted: dict[tuple[RowKey, Field], dict[date, int]] = {}
    for (key, month), said in known.items():
        days = wanted.setdefault((key, Field.OFFERED), {})
        for n, offered in enumerate(said.values[Field.OFFERED]):
            day = month + timedelta(days=n)
            if day >= today and (offered == before or offered > after):
                days[day] = after
    return pieces_of(wanted, known)


def needed_units(months: Mapping[tuple[RowKey, date], Month], cell: Cell) -> int:
    """What is sold, held or out of order on the night of a cell."""
    month = months[RowKey(cell.room_type), cell.on.replace(day=1)]
    return month.taken[cell.on.day - 1] + month.values[Field.OUT_OF_ORDER][cell.on.day - 1]
