"""A set of changes as it is shown: every cell of it, a page at a time. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

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
    for n, (before, after) in enumerate(zip(piece.before, piece.after, strict=True)):
        on = piece.first + timedelta(days=n)
        if found and (found[-1].before, found[-1].after) == (before, after):
            found[-1] = msgspec.structs.replace(found[-1], last=on)
        else:
            found.append(Step(first=on, last=on, before=before, after=after))
    return tuple(found)


def cut_page(pieces: Sequence[Piece], wanted: int) -> Page:
    """One page of the pieces, at most 200 of them and some 2,000 steps; the last one when there
    are fewer pages than wanted."""
    pages = list(_pages(pieces)) or [[]]
    number = min(max(wanted, 1), len(pages))
    return Page(pieces=pages[number - 1], number=number, pages=len(pages))


def _pages(pieces: Sequence[Piece]) -> Iterator[list[ShownPiece]]:
    shown: list[ShownPiece] = []
    steps = 0
    for piece in pieces:
        one = ShownPiece(piece=piece, steps=steps_of(piece))
        if shown and (len(shown) >= PIECES or steps + len(one.steps) > STEPS):
            yield shown
            shown, steps = [], 0
        shown.append(one)
        steps += len(one.steps)
    if shown:
        yield shown
