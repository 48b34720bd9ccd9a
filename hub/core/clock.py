"""Time, ids and randomness, injected everywhere: time can be driven and failures replayed."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Tells the present instant (UTC, aware)."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class DrivenClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at

    def set(self, at: datetime) -> None:
        self._at = at

    def forward(self, by: timedelta) -> None:
        self._at += by


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
