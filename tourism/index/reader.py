"""The index as a web worker reads it: mapped, checked for freshness, never written.

The compiled passes are imported when an index is first mapped: processes that search nothing do
not carry the compiler's hundred megabytes."""

import contextlib
import math
import threading
import time
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from tourism.index.errors import IndexTooOld
from tourism.index.models import Area, Ask, CalendarAsk, DayPrice, Found, Rows
from tourism.nights import folders
from tourism.nights.layout import Tables

if TYPE_CHECKING:
    from tourism.index.generation import Generation

log = structlog.get_logger("tourism.index")

MAX_AGE_S = 2.0
# A writer that lives is never so late while nothing is wrong: then it is looked whether another
# file has taken the place of the one that is mapped.
LATE_S, LOOK_AGAIN_S = 0.6, 0.1
PIECE, POPULATE_READ = 4 * 1024 * 1024, 22  # Linux' MADV_POPULATE_READ has no name in Python
MOMENT_S = 1_800  # days begin and deadlines end on whole and half hours only (`moments.py`)


class View:
    """The index at one moment, fresh enough to be used for the request at hand; not longer."""

    def __init__(self, generation: "Generation", age_s: float) -> None:
        self.generation = generation
        self.age_s = age_s
        """Everything committed so long ago is in it."""

    def search(self, ask: Ask) -> Found:
        """The houses of an area that can be sold, a page of them in order, with their prices.

        Raises `AskInvalid` for nights, rooms or days that the index does not hold.
        """
        from tourism.index.search import search  # noqa: PLC0415  see above

        return search(self.generation, ask)

    def list_rows(self, ask: Ask) -> Rows | None:
        """The same page as numbers, or None where more is to be told. Raises `AskInvalid`."""
        from tourism.index.search import list_rows  # noqa: PLC0415  see above

        return list_rows(self.generation, ask)

    def stamp(self, area: Area, first: date, last: date, now: datetime) -> tuple[int, ...]:
        """What a search of an area for some days at an instant depends on: as long as it is the
        same, so is the answer. To be taken before the search."""
        generation = self.generation
        tables, seconds = generation.tables, now.timestamp()
        return (
            tables["generation"],
            tables["first_day"],
            math.floor(seconds / MOMENT_S),
            math.ceil(seconds / MOMENT_S),
            *generation.atlas.stamp(area, first, last),
        )

    def calendar(self, ask: CalendarAsk) -> tuple[DayPrice, ...]:
        """How many houses and the cheapest total for each arrival day. Raises `AskInvalid`."""
        from tourism.index.search import calendar  # noqa: PLC0415  see above

        return calendar(self.generation, ask)


class NationalIndex:
    """The index that a writer on this machine keeps for `HUB_DATA`."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._generation: Generation | None = None
        self._looked_at = -LOOK_AGAIN_S

    def view(self) -> View:
        """What can be asked now. Raises `IndexTooOld` when there is no index, or when its writer
        has not kept it up: then ask PostgreSQL."""
        known = self._generation
        if known is not None and known.sound and not known.tables.header["superseded"]:
            age_s = time.monotonic() - float(known.tables.header["caught_up"])
            if 0 <= age_s <= LATE_S:
                return View(known, age_s)
        return self._look_again()

    def _look_again(self) -> View:
        now = time.monotonic()
        if now - self._looked_at >= LOOK_AGAIN_S:
            self._looked_at = now
            self._map()
        if self._generation is None:
            raise IndexTooOld("There is no search index on this machine.")
        if not self._generation.sound:
            raise IndexTooOld("The search index of this machine is damaged.")
        age_s = now - float(self._generation.tables.header["caught_up"])
        if not 0 <= age_s <= MAX_AGE_S:
            raise IndexTooOld("The search index of this machine is not kept up.")
        return View(self._generation, age_s)

    def _map(self) -> None:
        """The live file, when it is another than the one that is mapped."""
        live = folders.pointed(self.data)
        mapped = None if self._generation is None else self._generation.tables.path
        if live is None or live == mapped:
            return
        from tourism.index.generation import Generation  # noqa: PLC0415  see above

        with contextlib.suppress(OSError, ValueError):
            tables = Tables(live)
            self._generation = Generation(tables)
            threading.Thread(target=_look_through, args=(self._generation,), daemon=True).start()


def _look_through(generation: "Generation") -> None:
    _page_in(generation.tables)
    if not generation.tables.guard.is_sound():
        generation.sound = False
        log.warning("index is damaged", path=str(generation.tables.path))


def _page_in(tables: Tables) -> None:
    """Have the whole file in this process' reach, piece by piece beside what it answers: else each
    first look at a night of a place waits for the system. Systems that cannot, do it later."""
    with contextlib.suppress(OSError, ValueError):
        for start in range(0, len(tables.map), PIECE):
            tables.map.madvise(POPULATE_READ, start, min(PIECE, len(tables.map) - start))
            time.sleep(0.001)


@cache
def open_index(data: Path) -> NationalIndex:
    """The index that belongs to `HUB_DATA`, one object a process; it need not exist yet."""
    return NationalIndex(data)


def warm() -> None:
    """Make the compiled passes ready, before anybody waits for them."""
    from tourism.index.warming import warm  # noqa: PLC0415  see above

    warm()
