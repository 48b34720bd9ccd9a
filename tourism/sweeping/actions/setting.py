"""The machine's clock is set while rooms are held: a quarter of an hour still lasts as long."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

import msgspec
import structlog

from hub.core.clock import Clock
from hub.core.db import Database, Tx
from tourism.sweeping import store

log = structlog.get_logger(__name__)

# Longer than any hold or payment has left (`move_holds`): whose time ends when none could was held
# before such a step, and is known by it, also when two processes look.
LEAST_STEP = timedelta(minutes=50)


class Look(msgspec.Struct, frozen=True):
    """The clock at one moment: what it showed, and how much time had really passed."""

    at: datetime
    passed: timedelta


_looks: WeakKeyDictionary[Database, Look] = WeakKeyDictionary()


def look_at_clock(clock: Clock) -> Look:
    return Look(clock.now(), clock.passed())


def find_step(before: Look, now: Look) -> timedelta:
    """By how much the clock was set between two looks (negative: back); nothing where it was less
    than `LEAST_STEP`, by which holds then end too early or late."""
    step = (now.at - before.at) - (now.passed - before.passed)
    return step if abs(step) >= LEAST_STEP else timedelta()


async def follow_clock(database: Database) -> datetime:
    """Where the machine's clock was set since the last look, the times of holds go with it; the
    first time it is only looked at. The instant for which that is so: what is over then may end."""
    seen = look_at_clock(database.clock)
    step = find_step(_looks.get(database, seen), seen)
    if step:
        log.warning("the clock was set", by=str(step))
        async with database.transaction() as tx:
            tx.now = seen.at
            await store.move_holds(tx, step)
    _looks[database] = seen  # afterwards: who looks meanwhile moves them too, and waits for us
    return seen.at


@asynccontextmanager
async def at_its_time(database: Database, tenant: int | None = None) -> AsyncGenerator[Tx]:
    """A transaction in which holds may end: at an instant up to which they have followed the clock,
    even where it is set while this transaction waits."""
    at = await follow_clock(database)
    async with database.transaction(tenant) as tx:
        tx.now = at
        yield tx
