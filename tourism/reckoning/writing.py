"""The rows of a page as JSON. What never changes of a house is kept as text, piece by piece, in one
array (`text`), and where its pieces stand in another (`index`), so that a row is a few copies from
one place in memory; `slots` finds a house's place by its card."""

from typing import Any

import numpy as np
from numba import types  # pyright: ignore[reportPrivateImportUsage]
from numba.core import cgutils
from numba.core.errors import TypingError
from numba.extending import intrinsic

from tourism.reckoning.compiled import compiled, entered, whole
from tourism.reckoning.seeking import (
    CARD,
    DIVISION,
    FREE,
    GROSS,
    KM,
    LEFT,
    PLAN,
    PROMOTION,
    ROOM,
    SAVED,
    SHOWN,
    TAX,
)

# A house in `index`: how many rooms, plans and promotions; where its own text begins and how long
# it is; then of each room, plan and promotion a record of five: id, begin, length, whether the
# house is asked first, and of a plan the number of its deadline.
ROOMS, PLANS, PROMOTIONS, BEGIN, LENGTH, FIRST = range(6)
ID, AT, LONG, ASKED, DEADLINE, RECORD = range(6)
SLOTS = 1 << 17
MIX = 0x1E3779B97F4A7C15
NOWHERE = -1
NUMBER = 20  # no number is longer

WORDS = (
    b",", b"}", b"true", b"false", b"null", b',"stars":', b',"distance_km":', b".0",
    b',"free_until_at":', b',"units_left":', b',"promotion":', b',"saved_cents":',
    b',"total_cents":', b',"tourist_tax_cents":',
)  # fmt: skip
(
    COMMA, END, YES, NO, NULL, STARS, DISTANCE, POINT, UNTIL, UNITS, PROMOTED, SAVING, TOTAL, TAXED,
) = range(len(WORDS))  # fmt: skip
LETTERS = np.array(list(b"".join(WORDS)), np.uint8)
BEGINS = np.cumsum([0, *(len(word) for word in WORDS)])
REST = len(LETTERS) + 5 * NUMBER  # what a row has beside its pieces, at most


def _is_bytes(array: Any) -> bool:
    return isinstance(array, types.Array) and (array.dtype, array.ndim, array.layout) == (
        types.uint8,
        1,
        "C",
    )


def _moved(_context: Any, out: Any, at: Any, text: Any, begin: Any, length: Any) -> Any:
    """The bytes as the machine copies memory, many at a time: places are counted in bytes, so both
    arrays are rows of bytes without a gap. Raises `TypingError` for any other."""
    for array in (out, text):
        if not _is_bytes(array):
            raise TypingError(f"bytes one after the other are copied, not {array}")

    def generate(context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        to, source = (
            builder.gep(context.make_array(kind)(context, builder, array).data, [place])
            for kind, array, place in zip((out, text), values[:4:2], values[1:4:2], strict=True)
        )
        cgutils.raw_memcpy(builder, to, source, values[4], 1)
        return context.get_dummy_value()

    return types.void(out, at, text, begin, length), generate


_move: Any = intrinsic(_moved)


@compiled
def copy(out: Any, at: int, text: Any, begin: int, length: int) -> int:
    _move(out, at, text, begin, length)
    return at + length


@compiled
def put(out: Any, at: int, word: int) -> int:
    return copy(out, at, LETTERS, BEGINS[word], BEGINS[word + 1] - BEGINS[word])


@compiled
def put_number(out: Any, at: int, number: int) -> int:
    """A whole number that is not negative, in decimal."""
    digits, rest = 1, number // 10
    while rest:
        digits += 1
        rest //= 10
    for place in range(at + digits - 1, at - 1, -1):
        out[place] = 48 + number % 10
        number //= 10
    return at + digits


@compiled
def slot_of(slots: Any, card: int) -> int:
    """Where a card is, or would be, among the slots; there are always free ones."""
    place = (card * MIX >> 40) & (SLOTS - 1)
    while slots[0, place] != card and slots[0, place] != NOWHERE:
        place = (place + 1) & (SLOTS - 1)
    return place


@entered
def note(slots: Any, card: int, at: int) -> None:
    place = slot_of(slots, card)
    slots[0, place], slots[1, place] = card, at


@compiled
def record_of(index: Any, at: int, first: int, count: int, id: int) -> int:
    """Where the record of an id stands among a house's; NOWHERE where there is none."""
    for number in range(first, first + count):
        place = at + FIRST + number * RECORD
        if index[place + ID] == id:
            return place
    return NOWHERE


@entered
def write_hits(
    page: Any, slots: Any, index: Any, text: Any,
    persons: Any, persons_end: Any, deadlines: Any, deadlines_end: Any, out: Any,
) -> tuple[int, int]:  # fmt: skip
    """The rows of a page by commas: how many bytes of `out`, and the row that could not be written
    (its house is not known, or there is no room for it), NOWHERE when all are. `persons` are those
    of each room as JSON, one after the other until the ends, in each way to spread them;
    `deadlines` the texts of deadlines."""
    at = 0
    for number in range(len(page)):
        row = page[number]
        place = slot_of(slots, row[CARD])
        if slots[0, place] == NOWHERE:
            return at, number
        before = at
        at = write_hit(
            row, index, whole(slots[1, place]), text,
            persons, persons_end, deadlines, deadlines_end, out, at, number > 0,
        )  # fmt: skip
        if at < 0:
            return before, number
    return at, NOWHERE


@compiled
def write_hit(
    row: Any, index: Any, house: int, text: Any, persons: Any, persons_end: Any,
    deadlines: Any, deadlines_end: Any, out: Any, at: int, follows: bool,
) -> int:  # fmt: skip
    """A row; where the next one begins, or NOWHERE."""
    rooms, plans = index[house + ROOMS], index[house + PLANS]
    plan = record_of(index, house, rooms, plans, row[PLAN])
    wanted = len(row) - ROOM
    spread = wanted * row[DIVISION]
    begin = persons_end[spread - 1] if spread else 0
    length = REST + index[house + LENGTH] + deadlines.shape[1]
    length += persons_end[spread + wanted - 1] - begin
    if plan < 0:
        return NOWHERE
    asked = index[plan + ASKED]
    for number in range(wanted):
        room = record_of(index, house, 0, rooms, row[ROOM + number])
        if room < 0:
            return NOWHERE
        asked |= index[room + ASKED]
        length += index[room + LONG] + 2
    promotion = NOWHERE
    if row[PROMOTION]:
        promotion = record_of(
            index, house, rooms + plans, index[house + PROMOTIONS], row[PROMOTION]
        )
    length += index[plan + LONG] + (index[promotion + LONG] if promotion >= 0 else 0)
    if at + length > len(out):
        return NOWHERE
    if follows:
        at = put(out, at, COMMA)
    at = copy(out, at, text, index[house + BEGIN], index[house + LENGTH])
    for number in range(wanted):
        room = record_of(index, house, 0, rooms, row[ROOM + number])
        if number:
            at = put(out, at, COMMA)
        at = copy(out, at, text, index[room + AT], index[room + LONG])
        at = copy(out, at, persons, begin, persons_end[spread + number] - begin)
        at = put(out, at, END)
        begin = persons_end[spread + number]
    at = copy(out, at, text, index[plan + AT], index[plan + LONG])
    at = put(out, at, YES if asked else NO)
    at = put(out, at, STARS)
    at = put_number(out, at, row[SHOWN]) if row[SHOWN] else put(out, at, NULL)
    at = put(out, at, DISTANCE)
    at = put(out, put_number(out, at, row[KM]), POINT) if row[KM] >= 0 else put(out, at, NULL)
    at = put(out, at, UNTIL)
    if row[FREE]:
        which = index[plan + DEADLINE]
        at = copy(out, at, deadlines[which], 0, deadlines_end[which])
    else:
        at = put(out, at, NULL)
    at = put_number(out, put(out, at, UNITS), row[LEFT])
    at = put(out, at, PROMOTED)
    if promotion >= 0:
        at = copy(out, at, text, index[promotion + AT], index[promotion + LONG])
    else:
        at = put(out, at, NULL)
    at = put_number(out, put(out, at, SAVING), row[SAVED])
    at = put_number(out, put(out, at, TOTAL), row[GROSS] + row[TAX])
    at = put_number(out, put(out, at, TAXED), row[TAX])
    return put(out, at, END)
