"""A set of changes as it is shown: every cell of it, a page at a time. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from operator import ne

import msgspec

from tourism.calendar.models import Piece

PIECES = 200
STEPS = 2_000


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """Consecutive days of a run on which the same becomes the same."""

    first: date
    last: date
    before: int
    after: int


class ShownPiece(msgspec.Struct, frozen=True, kw_only=True):
    """A run of days, and what becomes of them in steps; one when all of them change alike."""

    piece: Piece
    steps: tuple[Step, ...]

    @property
    def first(self) -> date:
        return self.steps[0].first

    @property
    def last(self) -> date:
        return self.steps[-1].last


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a set of changes, of so many."""

    pieces: list[ShownPiece]
    number: int
    pages: int


def steps_of(piece: Piece) -> tuple[Step, ...]:
    """A run in its steps, in the order of the days."""
    found: list[Step] = []
    first = piece.first
    for (before, after), alike in groupby(zip(piece.before, piece.after, strict=True)):
        last = first + timedelta(days=sum(1 for _ in alike) - 1)
        found.append(Step(first=first, last=last, before=before, after=after))
        first = last + timedelta(days=1)
    return tuple(found)


def count_steps(piece: Piece) -> int:
    """How many steps a run has."""
    days = list(zip(piece.before, piece.after, strict=True))
    return len(days[:1]) + sum(map(ne, days, days[1:]))


def cut_page(pieces: Sequence[Piece], wanted: int) -> Page:
    """One page of the pieces, at most 200 of them and some 2,000 steps; the last one when there
    are fewer pages than wanted."""
    pages = list(_pages(pieces)) or [[]]
    number = min(max(wanted, 1), len(pages))
    shown = [ShownPiece(piece=piece, steps=steps_of(piece)) for piece in pages[number - 1]]
    return Page(pieces=shown, number=number, pages=len(pages))


def _pages(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    shown: list[Piece] = []
    steps = 0
    for piece in pieces:
        many = count_steps(piece)
        if shown and (len(shown) >= PIECES or steps + many > STEPS):
            yield shown
            shown, steps = [], 0
        shown.append(piece)
        steps += many
    if shown:
        yield shown
