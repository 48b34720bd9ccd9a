"""Places that all processes of one machine share: so many holders of a key at once.

A place is a byte of one file, locked by whoever is in it (POSIX record locks): taking one is a
system call, and a process that dies gives its own back. Who finds none looks again in a moment; who
has just been in one lets others look first.
"""

import asyncio
import fcntl
import os
import zlib
from collections.abc import AsyncGenerator, Hashable
from contextlib import asynccontextmanager
from pathlib import Path

LOOK_S, PAUSE_S = 0.001, 0.002


class Slots:
    """`count` places for each key, told apart by what it says of itself (`repr`). The file must be
    opened by one `Slots` of a process only: closing it gives back all of that process' places."""

    def __init__(self, path: Path, count: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._count = count
        self._mine: set[int] = set()  # the system never refuses a process what it has itself

    @asynccontextmanager
    async def hold(self, key: Hashable) -> AsyncGenerator[None]:
        """Be in a place of this key."""
        first = zlib.crc32(repr(key).encode()) * self._count
        while (place := self._take(first)) is None:  # noqa: ASYNC110  no other process tells us
            await asyncio.sleep(LOOK_S)
        try:
            yield
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, place)
            self._mine.discard(place)
        await asyncio.sleep(PAUSE_S)

    def _take(self, first: int) -> int | None:
        for place in range(first, first + self._count):
            if place in self._mine:
                continue
            try:
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
            except (BlockingIOError, PermissionError):  # the two that POSIX allows
                continue
            self._mine.add(place)
            return place
        return None

    def close(self) -> None:
        """Give back the file, and every place with it."""
        os.close(self._file)
