"""The snapshot of a live file, written while it is followed; there is none of a damaged file."""

import asyncio
import time
from pathlib import Path

import structlog

from tourism.indexing import snapshots
from tourism.nights.layout import Tables

log = structlog.get_logger("tourism.index")

SNAPSHOT_S = 600.0
PIECES_A_TURN = 4


class Copier:
    """Keeps the snapshot at one path."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._copying: snapshots.Copying | None = None
        self._finishing: asyncio.Future[bool] | None = None
        self._copied_at = time.monotonic()
        self._copied_mark = 0

    @property
    def busy(self) -> bool:
        return self._copying is not None

    def go_on(self, tables: Tables, now: float, *, sound: bool) -> None:
        """A part of it in each turn; of a sound file, another is begun when there is something new
        after a while."""
        if self._finishing is not None:
            if self._finishing.done():
                _tell(sound=self._finishing.result())
                self._copying = self._finishing = None
                self._copied_at = now
        elif self._copying is not None:
            if self._copying.copy_on(PIECES_A_TURN):
                # The sums and the disk take their time: changes are applied meanwhile.
                self._finishing = asyncio.ensure_future(asyncio.to_thread(self._copying.finish))
        elif self._is_due(tables, now) and sound:
            self._copied_mark = tables["applied_seq"]
            self._copying = snapshots.Copying(tables, self.path)

    def _is_due(self, tables: Tables, now: float) -> bool:
        return now - self._copied_at > SNAPSHOT_S and tables["applied_seq"] != self._copied_mark

    def give_up(self) -> None:
        """One that is copied whole stays right, and goes to the disk."""
        if self._copying is not None and self._finishing is None:
            self._copying.give_up()
            self._copying = None

    def forget(self) -> None:
        """The file is damaged: none is made of it, and none that was is kept."""
        self.give_up()
        self.path.unlink(missing_ok=True)

    async def end(self, tables: Tables) -> None:
        """Leave a whole one; none of a damaged file."""
        self.give_up()
        if self._finishing is not None:
            await self._finishing
        _tell(sound=snapshots.write(tables, self.path))


def _tell(*, sound: bool) -> None:
    if not sound:
        log.warning("index is damaged: no snapshot of it is kept")
