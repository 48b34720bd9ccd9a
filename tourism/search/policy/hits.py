"""What never changes of a house, as the pieces of text that hits are put together from: made once a
card, kept for as many houses as there is room for, written into pages by a compiled pass."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import msgspec
import numpy as np

from tourism.index import HouseCard
from tourism.rates.models import Cancellation, RoomParty
from tourism.rates.policy import divisions, free_until
from tourism.reckoning.seeking import CARD
from tourism.reckoning.writing import FIRST, NOWHERE, SLOTS, note, write_hits

MOST_HOUSES = SLOTS // 2
MOST_TEXT, MOST_INDEX = 64_000_000, 4_000_000
MOST_ARRIVALS, LONGEST_DEADLINE, LONGEST_PAGE = 800, 40, 200_000
HOUSE = ("property", "name", "kind", "commune", "landscape", "lat", "lng", "zone")
Array = np.ndarray[Any, Any]


class HitsBook:
    """The texts of the houses of one generation. Its memory is taken as it is needed."""

    def __init__(self) -> None:
        self._text, self._index = np.empty(MOST_TEXT, np.uint8), np.empty(MOST_INDEX, np.int64)
        self._slots = np.empty((2, SLOTS), np.int64)
        self._out = np.empty(LONGEST_PAGE, np.uint8)
        self._policies: dict[tuple[Cancellation, str], int] = {}
        self._deadlines: dict[date, tuple[Array, Array]] = {}
        self._clear()

    def _clear(self) -> None:
        self._slots.fill(NOWHERE)
        self._houses = self._used = self._indexed = 0

    def write(
        self, page: Array, arrival: date, parties: tuple[RoomParty, ...],
        card: Callable[[int], HouseCard],
    ) -> bytes | None:  # fmt: skip
        """Rows of `reckoning.seeking` as hits by commas; None where they cannot be written."""
        persons, ends = _persons(parties)
        for _ in range(2 * len(page) + 2):  # room may be made on the way
            length, row = write_hits(
                page, self._slots, self._index, self._text, persons, ends,
                *self._deadlines_of(arrival), self._out,
            )  # fmt: skip
            if row == NOWHERE:
                return self._out[:length].tobytes()
            if not self._add(int(page[row, CARD]), card):
                return None
        return None

    def _deadlines_of(self, arrival: date) -> tuple[Array, Array]:
        """The text of each policy's deadline for an arrival."""
        known = self._deadlines.get(arrival)
        if known is None or len(known[1]) < len(self._policies):
            if len(self._deadlines) >= MOST_ARRIVALS:
                self._deadlines.clear()
            texts = [
                msgspec.json.encode(free_until(policy, arrival, zone))
                for policy, zone in self._policies
            ] or [b"null"]
            known = self._deadlines[arrival] = (
                np.array([list(text.ljust(LONGEST_DEADLINE)) for text in texts], np.uint8),
                np.array([len(text) for text in texts], np.int64),
            )
        return known

    def _add(self, reference: int, card: Callable[[int], HouseCard]) -> bool:
        """Keep a house's text; False when it is too long for any room."""
        house = card(reference)
        text, index = self._pieces(house)
        if len(text) > MOST_TEXT or len(index) > MOST_INDEX:
            return False
        if (
            self._houses >= MOST_HOUSES
            or self._used + len(text) > MOST_TEXT
            or self._indexed + len(index) > MOST_INDEX
        ):
            self._clear()
        index[3] += self._used
        for place in range(FIRST + 1, len(index), 5):
            index[place] += self._used
        self._text[self._used : self._used + len(text)] = np.frombuffer(text, np.uint8)
        self._index[self._indexed : self._indexed + len(index)] = index
        note(self._slots, reference, self._indexed)
        self._houses, self._used = self._houses + 1, self._used + len(text)
        self._indexed += len(index)
        return True

    def _pieces(self, card: HouseCard) -> tuple[bytes, list[int]]:
        """A house's text and its index (`reckoning.writing`), from the beginning of that text."""
        own = msgspec.json.encode({name: getattr(card, name) for name in HOUSE})
        text = bytearray(own[:-1] + b',"rooms":[')
        counts = (len(card.rooms), len(card.plans), len(card.promotions))
        index = [*counts, 0, len(text)]
        for room in card.rooms:
            piece = {"room_type": room.id, "code": room.code, "name": room.name}
            told = msgspec.json.encode(piece)[:-1] + b',"party":'
            index += (room.id, len(text), len(told), room.on_request, 0)
            text += told
        for plan in card.plans:
            piece = {
                "rate_plan": plan.id, "plan_code": plan.code, "plan_name": plan.name,
                "meal_plan": plan.meal_plan, "cancellation": plan.cancellation,
            }  # fmt: skip
            told = b"]," + msgspec.json.encode(piece)[1:-1] + b',"on_request":'
            policy = (plan.cancellation, card.zone)
            number = self._policies.setdefault(policy, len(self._policies))
            index += (plan.id, len(text), len(told), plan.on_request, number)
            text += told
        for id, name in card.promotions:
            told = msgspec.json.encode(name)
            index += (id, len(text), len(told), 0, 0)
            text += told
        return bytes(text), index


@lru_cache(maxsize=1_024)
def _persons(parties: Sequence[RoomParty]) -> tuple[Array, Array]:
    """Who sleeps in each room, as JSON one after the other in each way to spread them, and where
    each ends."""
    every = divisions(tuple(parties))
    told = [msgspec.json.encode(party) for division in every for party in division]
    ends = np.cumsum([len(text) for text in told])
    return np.array(list(b"".join(told)), np.uint8), ends
