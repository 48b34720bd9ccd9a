"""Nights that a change leaves open without a price, so not sold; pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from operator import or_

from tourism.calendar.models import Field, Month, Piece, RowKey
from tourism.calendar.policy.applying import apply_pieces
from tourism.calendar.policy.cells import pieces_by_month

ASKED = (Field.PRICE, Field.CLOSED)
Months = Mapping[tuple[RowKey, date], Month]
# Of a room type's month: the places of its nights.
Nights = Mapping[tuple[int, date], set[int]]


def find_priceless(pieces: Iterable[Piece], months: Months) -> Nights:
    """A change's nights of room types that will be open without a price of the room type's own."""
    after: dict[tuple[int, date], dict[Field, list[int]]] = {}
    runs: list[tuple[int, date, int, int]] = []
    for piece in pieces:
        if piece.rate_plan or not piece.room_type or piece.field not in ASKED:
            continue
        done = 0
        for month, start, stop in pieces_by_month(piece.first, len(piece.after)):
            key = piece.room_type, month
            if key not in after:
                values = months[RowKey(piece.room_type), month].values
                after[key] = {field: list(values[field]) for field in ASKED}
            upto = done + stop - start
            after[key][piece.field][start:stop] = piece.after[done:upto]
            runs.append((*key, start, stop))
            done = upto
    found: dict[tuple[int, date], set[int]] = {}
    for room_type, month, start, stop in runs:
        prices, closed = (after[room_type, month][field] for field in ASKED)
        if not all(map(or_, prices[start:stop], closed[start:stop])):
            found.setdefault((room_type, month), set()).update(
                n for n in range(start, stop) if not (prices[n] or closed[n])
            )
    return found


def count_unsold(
    nights: Nights, pieces: Iterable[Piece], months: Months, plans: Sequence[int]
) -> int:
    """How many of these nights stay unsold for want of a price: the house is not closed then, and
    none of its plans has a price of its own for the room type. `months` holds what anybody has
    said of the house's and the plans' rows."""
    of_rates = [
        piece
        for piece in pieces
        if (piece.field is Field.PRICE and piece.rate_plan)
        or (piece.field is Field.CLOSED and not piece.room_type and not piece.rate_plan)
    ]
    known = {**months, **apply_pieces(of_rates, months)[0]}
    count = 0
    for (room_type, month), places in nights.items():
        asked = [
            (RowKey(0), Field.CLOSED),
            *((RowKey(room_type, plan), Field.PRICE) for plan in plans),
        ]
        said = [known[key, month].values[field] for key, field in asked if (key, month) in known]
        count += sum(not any(values[n] for values in said) for n in places)
    return count
