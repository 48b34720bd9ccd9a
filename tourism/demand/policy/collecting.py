"""Counts searches in memory between two flushes: each visitor's search once, robots never.

A visitor is a number that only this process can make, from a secret that it forgets every hour:
nobody can be followed by it, and it is never written anywhere.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from tourism.demand.models import Asked, Cell, Counted

# More different searches than this between two flushes are dropped, and how many is told.
DISTINCT_MAX = 2_000
CELLS_MAX = 20_000
SEEN_MAX = 50_000
_HOUR = timedelta(hours=1)
_Key = tuple[object, ...]


class Collected(msgspec.Struct, frozen=True, kw_only=True):
    """What was noted since the last flush."""

    counted: tuple[Counted, ...]
    cells: tuple[Cell, ...]
    dropped: int


class Collector:
    """The searches of one process."""

    def __init__(self) -> None:
        self._searches: dict[Asked, int] = {}
        self._cells: dict[_Key, Cell] = {}
        self._seen: set[_Key] = set()
        self._seen_since: datetime | None = None
        self._dropped = 0

    def add_search(self, asked: Asked, visitor: bytes | None, now: datetime) -> bool:
        """Count a search; False for a robot's, and for one that the visitor made this hour already:
        turning pages, filtering or sorting is the same search, and so is looking at a house that
        it found."""
        if visitor is None:
            return False
        self._forget(now)
        who = (visitor, asked.arrival, asked.departure, asked.adults, asked.child_ages, asked.rooms)
        key = (*who, asked.place, asked.radius_km, asked.property)
        if key in self._seen or (asked.property is not None and who in self._seen):
            return False
        if len(self._seen) < SEEN_MAX:
            self._seen |= {key, who}
        if asked not in self._searches and len(self._searches) >= DISTINCT_MAX:
            self._dropped += 1
            return False
        self._searches[asked] = self._searches.get(asked, 0) + 1
        return True

    def add_cells(self, cells: Iterable[Cell]) -> None:
        """Add searches whose outcome is known already."""
        for cell in cells:
            key = (cell.property, cell.on, cell.outcome, cell.nights, cell.needed, cell.month)
            known = self._cells.get(key)
            if known is None and len(self._cells) >= CELLS_MAX:
                self._dropped += cell.searches
                continue
            more = known.searches if known else 0
            self._cells[key] = msgspec.structs.replace(cell, searches=cell.searches + more)

    def take(self) -> Collected:
        """Everything since the last time."""
        counted = tuple(Counted(asked=one, searches=n) for one, n in self._searches.items())
        collected = Collected(
            counted=counted, cells=tuple(self._cells.values()), dropped=self._dropped
        )
        self._searches, self._cells, self._dropped = {}, {}, 0
        return collected

    def _forget(self, now: datetime) -> None:
        if self._seen_since is None or now - self._seen_since >= _HOUR:
            self._seen, self._seen_since = set(), now
