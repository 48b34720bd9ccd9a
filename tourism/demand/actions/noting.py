"""Note searches in memory, and hand them over every few seconds: nothing is written while somebody
waits for an answer. What a process has not handed over yet is lost when it dies: a few seconds of
searches, which is said where the numbers are shown."""

import asyncio
from collections.abc import Iterable
from weakref import WeakKeyDictionary

import structlog

from hub.core import outbox
from hub.core.db import Database
from tourism.demand import store
from tourism.demand.models import Asked, Cell, SearchesNoted
from tourism.demand.policy.collecting import Collector

log = structlog.get_logger("tourism.demand")

FLUSH_S = 5.0
# A message is explained within a task's time, over a whole region as well.
_SEARCHES_A_MESSAGE = 5
_collectors: WeakKeyDictionary[Database, Collector] = WeakKeyDictionary()
_waiting: WeakKeyDictionary[Database, asyncio.TimerHandle] = WeakKeyDictionary()
_flushing: set[asyncio.Task[None]] = set()


def note_search(database: Database, visitor: bytes | None, asked: Asked) -> bool:
    """Count a search for every house that it looks at; False when it does not count (`visitor` is
    None for robots, and the same visitor's same search counts once an hour)."""
    counted = collector_of(database).add_search(asked, visitor, database.clock.now())
    if counted:
        _flush_soon(database)
    return counted


def note(database: Database, cells: Iterable[Cell]) -> None:
    """Count searches whose outcome for each house is known already."""
    collector_of(database).add_cells(cells)
    _flush_soon(database)


def collector_of(database: Database) -> Collector:
    """What this process has noted since the last flush."""
    return _collectors.setdefault(database, Collector())


def _flush_soon(database: Database) -> None:
    if database not in _waiting:
        loop = asyncio.get_running_loop()
        _waiting[database] = loop.call_later(FLUSH_S, _start_flush, database)


def _start_flush(database: Database) -> None:
    task = asyncio.ensure_future(_flush_safely(database))
    _flushing.add(task)
    task.add_done_callback(_flushing.discard)


async def _flush_safely(database: Database) -> None:
    try:
        await flush(database)
    except Exception as error:
        log.warning("searches of the last seconds are lost", error=repr(error))


async def flush(database: Database) -> int:
    """Hand over what was noted: cells by one statement, searches to the worker; how many
    searches."""
    timer = _waiting.pop(database, None)
    if timer is not None:
        timer.cancel()
    taken = collector_of(database).take()
    if taken.dropped:
        log.warning("searches not counted: too many different ones", searches=taken.dropped)
    if not taken.counted and not taken.cells:
        return 0
    async with database.transaction() as tx:
        if taken.cells:
            await store.note_lost_searches(tx, taken.cells)
        parts = [
            taken.counted[first : first + _SEARCHES_A_MESSAGE]
            for first in range(0, len(taken.counted), _SEARCHES_A_MESSAGE)
        ]
        await outbox.emit(tx, *(SearchesNoted(at=tx.now, counted=part) for part in parts))
    return sum(one.searches for one in taken.counted)
