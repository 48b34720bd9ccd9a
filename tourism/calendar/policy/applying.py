"""What changes of a calendar make of its months, and how they are taken back; pure."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from msgspec.structs import replace

from tourism.calendar.models import INVENTORY, Cell, Field, Month, Piece, RowKey
from tourism.calendar.policy.cells import (
    Months,
    Wanted,
    cell_of,
    cells_of,
    pieces_by_month,
    pieces_of,
    value_at,
)


def find_moved(pieces: Iterable[Piece], months: Months) -> list[Cell]:
    """The cells that no longer say what they said when the change was made."""
    moved: list[Cell] = []
    for piece in pieces:
        key = RowKey(piece.room_type, piece.rate_plan)
        for n, before in enumerate(piece.before):
            day = piece.first + timedelta(days=n)
            now = value_at(months, key, piece.field, day)
            if now != before:
                moved.append(cell_of(piece, n, now))
    return moved


def invert(pieces: Iterable[Piece], months: Months, today: date) -> tuple[list[Piece], list[Cell]]:
    """The pieces that give back what was before from today on, and the cells changed by somebody
    since, which are left alone."""
    wanted: Wanted = {}
    kept: list[Cell] = []
    for cell in cells_of(pieces):
        if cell.on < today:
            continue
        key = RowKey(cell.room_type, cell.rate_plan)
        now = value_at(months, key, cell.field, cell.on)
        if now == cell.after:
            wanted.setdefault((key, cell.field), {})[cell.on] = cell.before
        else:
            kept.append(replace(cell, before=cell.after, after=cell.before, now=now))
    return pieces_of(wanted, months), kept


def apply_pieces(
    pieces: Iterable[Piece], months: Months
) -> tuple[dict[tuple[RowKey, date], Month], list[Cell]]:
    """The months that change, as they will be, and the nights on which fewer units would be
    offered than are sold or held: then nothing may be applied."""
    changed: dict[tuple[RowKey, date], Month] = {}
    units: list[Piece] = []
    for piece in pieces:
        if piece.field in INVENTORY:
            units.append(piece)
        done = 0
        for month, start, stop in pieces_by_month(piece.first, len(piece.after)):
            key = RowKey(piece.room_type, piece.rate_plan), month
            if key not in changed:
                changed[key] = _copied(months[key])
            upto = done + stop - start
            changed[key].values[piece.field][start:stop] = piece.after[done:upto]
            done = upto
    return changed, [cell for piece in units for cell in _short_cells(piece, changed)]


def find_short(pieces: Iterable[Piece], months: Months) -> list[Cell]:
    """The nights on which fewer units would be offered than are sold or held."""
    return apply_pieces([p for p in pieces if p.field in INVENTORY], months)[1]


def _copied(month: Month) -> Month:
    return Month(
        key=month.key,
        month=month.month,
        values={field: list(values) for field, values in month.values.items()},
        taken=month.taken,
    )


def sold_nights(pieces: Iterable[Piece], months: Months) -> int:
    """How many nights of room types with guests a change touches."""
    nights: set[tuple[int, date, int]] = set()
    for piece in pieces:
        if piece.rate_plan:
            continue
        for month, start, stop in pieces_by_month(piece.first, len(piece.after)):
            known = months.get((RowKey(piece.room_type), month))
            if known and any(known.taken[start:stop]):
                nights.update(
                    (piece.room_type, month, n) for n in range(start, stop) if known.taken[n]
                )
    return len(nights)


def _short_cells(piece: Piece, changed: Months) -> Iterator[Cell]:
    done = 0
    for month, start, stop in pieces_by_month(piece.first, len(piece.after)):
        said = changed[RowKey(piece.room_type), month]
        offered, out = said.values[Field.OFFERED], said.values[Field.OUT_OF_ORDER]
        for n in range(start, stop):
            if offered[n] - out[n] < said.taken[n]:
                yield cell_of(piece, done + n - start)
        done += stop - start
