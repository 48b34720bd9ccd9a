"""What a feed changes: which blocks come, stay and go, and which units move.

Counted by night: of a stay that moved by a day only its two edges move, and a feed of thousands of
events becomes a handful of moves.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import msgspec

from tourism.channels.models import Block, BlockState, Move, Plan, Reading, Stay

_DAY = timedelta(days=1)
Units = Mapping[date, int]


def plan_changes(stored: Sequence[Block], reading: Reading, units: Units, today: date) -> Plan:
    """Make the stored blocks of a feed as its reading is.

    `units` are the units left on each open night of the room type. A new stay takes one unit on
    each of its open nights from today on; where one is missing it takes none and is a conflict, and
    asks again at the next reading. What vanished gives back what it took. What is over stays
    untouched, and so does what a skipped event had blocked.
    """
    wanted = {stay.key: stay for stay in reading.stays}
    current = {block.key: block for block in stored if block.departure > today}
    gone = [
        block
        for key, block in current.items()
        if key not in wanted and block.uid not in reading.unreadable
    ]
    shelf = _Shelf(units)
    for block in gone:
        shelf.move(-1, _taken(block))
    kept = [_claim(shelf, wanted[key], current.get(key), today) for key in sorted(wanted)]
    changed = [block for block in kept if block != current.get(block.key)]
    return Plan(dropped=tuple(gone), kept=tuple(changed), moves=_merge(shelf.moved))


def give_back(stored: Iterable[Block]) -> tuple[Move, ...]:
    """The moves that give back all that these blocks took."""
    moved: Counter[date] = Counter()
    for block in stored:
        moved.subtract(_taken(block))
    return _merge(moved)


class _Shelf:
    """The units of each open night while a plan is made."""

    def __init__(self, units: Units) -> None:
        self._left = dict(units)
        self.moved: Counter[date] = Counter()

    def open_nights(self, first: date, last: date) -> list[date]:
        """The open nights of [first, last), without a gap, from `first` on."""
        nights: list[date] = []
        while first < last and first in self._left:
            nights.append(first)
            first += _DAY
        return nights

    def take(self, nights: Sequence[date]) -> bool:
        if any(self._left[night] < 1 for night in nights):
            return False
        self.move(1, nights)
        return True

    def move(self, quantity: int, nights: Iterable[date]) -> None:
        for night in nights:
            self.moved[night] += quantity
            if night in self._left:
                self._left[night] -= quantity


def _claim(shelf: _Shelf, stay: Stay, known: Block | None, today: date) -> Block:
    if known is not None and known.state is BlockState.BLOCKED:
        return _stretch(shelf, known)
    nights = shelf.open_nights(max(stay.arrival, today), stay.departure)
    if not nights:
        return _block(stay, BlockState.WAITING)
    if not shelf.take(nights):
        return _block(stay, BlockState.CONFLICT)
    return _block(stay, BlockState.BLOCKED, nights[0], nights[-1] + _DAY)


def _stretch(shelf: _Shelf, block: Block) -> Block:
    """Take the nights of a block that have opened since."""
    assert block.taken_until is not None
    nights = shelf.open_nights(block.taken_until, block.departure)
    if not nights or not shelf.take(nights):
        return block
    return msgspec.structs.replace(block, taken_until=nights[-1] + _DAY)


def _block(
    stay: Stay, state: BlockState, first: date | None = None, last: date | None = None
) -> Block:
    return Block(
        uid=stay.uid,
        arrival=stay.arrival,
        departure=stay.departure,
        state=state,
        taken_from=first,
        taken_until=last,
    )


def _taken(block: Block) -> list[date]:
    if block.taken_from is None or block.taken_until is None:
        return []
    days = (block.taken_until - block.taken_from).days
    return [block.taken_from + timedelta(days=number) for number in range(days)]


def _merge(moved: Mapping[date, int]) -> tuple[Move, ...]:
    """Neighbouring nights of one quantity as one move, by date: the order of every lock."""
    moves: list[Move] = []
    for night in sorted(moved):
        quantity = moved[night]
        if not quantity:
            continue
        if moves and moves[-1].last == night and moves[-1].quantity == quantity:
            moves[-1] = msgspec.structs.replace(moves[-1], last=night + _DAY)
        else:
            moves.append(Move(quantity=quantity, first=night, last=night + _DAY))
    return tuple(moves)
