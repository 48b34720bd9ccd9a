"""Answers that are given again as long as nothing of what they say was written in the index.

A popular search is asked again and again between two changes of its place. The index counts what is
written by commune and month, so an answer that was made after a count is the answer as long as the
count is the same: no clock decides, and the promise of the lag is that of the index."""

from collections import OrderedDict
from collections.abc import MutableMapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias
from weakref import WeakKeyDictionary

import msgspec

from hub.core.db import Reads
from tourism import places
from tourism.search.actions.engines import Engine, IndexEngine, Stamp, centre_of
from tourism.search.actions.searching import (
    check_search,
    make_ask,
    seek_stays,
    window_of,
)
from tourism.search.models import Search
from tourism.search.policy import ranking, rules, showing, telling

if TYPE_CHECKING:
    from tourism.search.policy.hits import HitsBook

MOST_BYTES = 32_000_000
Key: TypeAlias = bytes  # of a search and of whether it is whole: what is hashed once


class Answers:
    """The answers of one process, as JSON; those that nobody asks for any more go first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._known: OrderedDict[Key, tuple[Stamp, bytes]] = OrderedDict()
        self._bytes = 0
        self._books: WeakKeyDictionary[object, HitsBook] = WeakKeyDictionary()

    def book_of(self, source: object) -> "HitsBook":
        """What hits of a state of the index are put together from."""
        book = self._books.get(source)
        if book is None:
            # Imported with an index only: processes without one do not carry the compiler.
            from tourism.search.policy.hits import HitsBook  # noqa: PLC0415

            book = self._books[source] = HitsBook()
        return book

    def find(self, key: Key, stamp: Stamp) -> bytes | None:
        known = self._known.get(key)
        if known is None or known[0] != stamp:
            return None
        self._known.move_to_end(key)
        return known[1]

    def keep(self, key: Key, stamp: Stamp, answer: bytes) -> None:
        old = self._known.pop(key, None)
        self._bytes += len(answer) - (0 if old is None else len(old[1]))
        self._known[key] = (stamp, answer)
        while self._bytes > self._most:
            _, (_, oldest) = self._known.popitem(last=False)
            self._bytes -= len(oldest)


def answers_of(state: MutableMapping[str, Any]) -> Answers:
    """The answers of this process, kept in its application's state."""
    if "search_answers" not in state:
        state["search_answers"] = Answers()
    return state["search_answers"]


async def answer_search(
    answers: Answers, engine: Engine, reads: Reads, search: Search, now: datetime, *, whole: bool
) -> bytes:
    """The results of `search_stays` as JSON. Raises what that raises, and `SearchInvalid` for an
    order by distance that a place has not: a program is not told something else than it asked."""
    check_search(search, now)
    area = await places.find_area(reads, search.place, search.radius_km)
    ranking.check_sort(search.sort, centred=centre_of(area) is not None)
    if not isinstance(engine, IndexEngine):
        sought = await seek_stays(engine, reads, search, area, now, whole=whole)
        return msgspec.json.encode(showing.make_results(sought))
    key = msgspec.msgpack.encode((search, whole))
    stamp = engine.stamp(area, window_of(search.stay), now)
    answer = answers.find(key, stamp)
    if answer is None:
        answer = None if whole else _tell_at_once(answers, engine, search, area, now)
        if answer is None:
            sought = await seek_stays(engine, reads, search, area, now, whole=whole)
            answer = msgspec.json.encode(showing.make_results(sought))
        answers.keep(key, stamp, answer)
    return answer


def _tell_at_once(
    answers: Answers, engine: IndexEngine, search: Search, area: places.Area, now: datetime
) -> bytes | None:
    """The usual page, written from numbers; None where there is more to tell: another number of
    rooms, reasons, a page beyond the last."""
    page = rules.page_of(search.page)
    ask = make_ask(search, area, now, page, whole=False)
    rows = engine.list_rows(ask)
    if rows is None or rules.rooms_to_try(search.party, rows.total) is not None:
        return None
    book = answers.book_of(rows.source)
    hits = book.write(rows.page, search.stay.arrival, ask.parties, rows.card)
    return None if hits is None else telling.tell_page(rows, hits, area, page)
