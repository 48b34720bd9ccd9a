"""The machine's clock is set while rooms are held: a quarter of an hour still lasts as long."""

from datetime import datetime, timedelta

import msgspec

from hub.core.clock import Clock
from hub.core.db import Tx
from tourism.booking import store

# Longer than any hold and its payment last: whoever was held before such a step seems to have been
# held in the future, or before all others, and so is known by it, also when two processes look.
LEAST_STEP = timedelta(minutes=50)


class Look(msgspec.Struct, frozen=True):
    """The clock at one moment: what it showed, and how much time had really passed."""

    at: datetime
    passed: timedelta


def look_at_clock(clock: Clock) -> Look:
    return Look(clock.now(), clock.passed())


def find_step(before: Look, now: Look) -> timedelta:
    """By how much the clock was set between two looks (negative: back); nothing where it was less
    than `LEAST_STEP`, by which holds then end too early or late."""
    step = (now.at - before.at) - (now.passed - before.passed)
    return step if abs(step) >= LEAST_STEP else timedelta()


async def move_holds(tx: Tx, step: timedelta) -> int:
    """Move the times of what was held before the clock was set, over all tenants; how many. What
    was moved is not moved again."""
    return await store.move_holds(tx, step)
