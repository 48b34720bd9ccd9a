"""Time, ids and randomness, injected everywhere: time can be driven and failures replayed."""

import random
import time
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Tells the present instant (UTC, aware), and how much time has passed since some moment: when
    the clock is set, the one jumps and the other does not."""

    def now(self) -> datetime: ...
    def passed(self) -> timedelta: ...


# The time in which a machine slept passes too, where it tells that.
_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def passed(self) -> timedelta:
        return timedelta(seconds=time.clock_gettime(_STEADY))


_SOME_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)


class DrivenClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self._at, self._jumped = at, timedelta()

    def now(self) -> datetime:
        return self._at

    def passed(self) -> timedelta:
        return self._at - _SOME_MOMENT - self._jumped

    def set(self, at: datetime) -> None:
        self._at = at

    def forward(self, by: timedelta) -> None:
        self._at += by

    def jump(self, by: timedelta) -> None:
        """The clock is set: no time passes."""
        self._at += by
        self._jumped += by


class Ids(Protocol):
    """Makes ids and draws numbers."""

    def uuid(self) -> UUID: ...
    def below(self, limit: int) -> int: ...


class SystemIds:
    """Unguessable ids from the operating system's randomness."""

    def __init__(self) -> None:
        self._random = random.SystemRandom()

    def uuid(self) -> UUID:
        return UUID(int=self._random.getrandbits(128), version=4)

    def below(self, limit: int) -> int:
        return self._random.randrange(limit)


class SeededIds(SystemIds):
    """The same ids in the same order for the same seed: for tests and replays."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311  replay, not secrecy


def local_date(at: datetime, zone: str) -> date:
    """The calendar date at `at` in the property's own zone."""
    return at.astimezone(ZoneInfo(zone)).date()
