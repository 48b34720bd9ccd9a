"""The one process that keeps the index of this machine.

It reads the feed in the order of transactions, applies every change by reading the row again, and
notes up to which moment everything is in. Killed at any point it can go on from its live file, for
no change is a difference; without one it starts from the snapshot, else from the database.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path

import structlog

from hub.core.db import Session
from tourism.indexing import snapshots, store
from tourism.indexing.build import BuildFailed
from tourism.indexing.copying import Copier
from tourism.indexing.following import NEVER, Follower, Rebuild
from tourism.indexing.live import clear_away, give_back, is_usable, open_sound
from tourism.indexing.register import IndexFull
from tourism.indexing.standing import NOTE_S, Standing
from tourism.nights import folders
from tourism.nights.layout import Tables
from tourism.nights.sums import Damaged

log = structlog.get_logger("tourism.index")

BUSY_S, IDLE_S = 0.02, 0.25
TIRED_S = 1.0  # without a change for so long, it sleeps until it is woken
RETENTION_S = 600.0  # a writer that is not seen for so long builds anew: the feed forgets
BLOCKS_A_TURN, BLOCKS_ASLEEP = 16, 128  # whose sums are looked at: 1 MB, 8 MB
PAUSE_S, LONGEST_PAUSE_S = 1.0, 300.0  # after a build that failed; twice as long after each more
CHANNEL = "hub_index"

Builder = Callable[[], Awaitable[Path]]
Today = Callable[[], date]


class Writer:
    """Keeps the live file of one `HUB_DATA`: starts it, follows, wakes and sleeps, copies it."""

    def __init__(
        self,
        session: Session,
        data: Path,
        builder: Builder,
        today: Today,
        retention_s: float = RETENTION_S,
    ) -> None:
        self.session, self.data, self.builder, self.today = session, data, builder, today
        self.standing = Standing(session, data, retention_s)
        self.follower: Follower | None = None
        self._followed = False  # whether the live file can be followed: else it needs no feed
        self._building: asyncio.Task[Path] | None = None
        self._pause_s, self._build_at = PAUSE_S, 0.0  # how long, and until when no build is begun
        self._woken = asyncio.Event()
        self._copier = Copier(folders.snapshot(data))
        self._looked_until = 0  # the blocks whose sums were looked at in this round
        self._damaged: Tables | None = None
        self._busy_at = time.monotonic()

    # Starting -----------------------------------------------------------------------------------

    async def start(self) -> str:
        """Take up the live file, the snapshot, or build; which of them it was."""
        await self.session.listen(CHANNEL, self._woken.set)
        for name, open_ in (("live", self._open_live), ("snapshot", self._open_snapshot)):
            tables = open_()
            if tables is not None and await self._take_up(tables, name):
                return name
        while True:
            if await self._build_first():
                return "database"
            await asyncio.sleep(max(0.0, self._build_at - time.monotonic()))

    async def _take_up(self, tables: Tables, source: str) -> bool:
        """Go on from a file; False when the feed, as it is once the file is open, forbids it."""
        if not is_usable(tables, await store.open_feed(self.session)):
            return False
        try:
            await self.standing.note(tables["watermark"], asleep=False)
            await self._adopt(tables)
        except (Rebuild, IndexFull, Damaged) as error:
            log.warning("index not usable", source=source, error=str(error))
            return False
        return True

    async def _build_first(self) -> bool:
        await self.standing.hold(None)
        try:
            await self._adopt_built(await self._build_noted())
        except (Rebuild, IndexFull) as error:  # what came while it was built is too much for it
            log.info("index is built anew", why=str(error))
            return False
        except (BuildFailed, OSError, ValueError) as error:
            self._put_off(error)
            return False
        return True

    async def _build_noted(self) -> Path:
        """Build, and say all the while what the build will need of the feed."""
        building = asyncio.ensure_future(self.builder())
        try:
            while not (await asyncio.wait((building,), timeout=NOTE_S))[0]:
                await self.standing.note(None, asleep=False)
            return building.result()
        finally:
            if not building.done():
                building.cancel()
                await asyncio.wait((building,))

    def _open_live(self) -> Tables | None:
        live = folders.pointed(self.data)
        if live is None:
            return None
        try:
            return open_sound(live)
        except (OSError, ValueError) as error:
            log.warning("no live index to start from", error=str(error))
            return None

    def _open_snapshot(self) -> Tables | None:
        path = folders.snapshot(self.data)
        try:
            into = folders.live_folder(self.data, path.stat().st_size) / f"index-{time.time_ns()}"
            return snapshots.load(path, into)
        except (OSError, snapshots.SnapshotTorn, ValueError) as error:
            log.info("no snapshot to start from", error=str(error))
            return None

    async def _adopt(self, tables: Tables) -> None:
        """Bring a file up to now, then make it the live one."""
        follower = Follower(self.session, tables)
        await follower.roll_to(self.today())
        await follower.follow()
        await follower.follow()
        old = None if self.follower is None else self.follower.tables
        tables.header["superseded"] = 0
        tables.header["moving"] = 0  # who was killed within has left it odd
        folders.point(self.data, tables.path)
        self.follower, self._looked_until, self._damaged = follower, 0, None
        self._pause_s = PAUSE_S
        if old is not None and old.path != tables.path:
            old.header["superseded"] = 1
        self._followed = True
        self.standing.release()
        clear_away(tables.path)
        log.info("index ready", columns=tables["columns"], path=str(tables.path))

    async def _adopt_built(self, path: Path) -> None:
        """The same with a file that nobody refers to yet, and its memory back when it fails."""
        try:
            await self._adopt(Tables(path, write=True))
        except (Rebuild, IndexFull, Damaged):
            give_back(path)
            raise

    # Going on -----------------------------------------------------------------------------------

    async def turn(self) -> None:
        """One turn: apply what changed, note it, look after the rest."""
        follower = self.follower
        assert follower is not None
        try:
            self._look_at_sums(follower.tables)
            if await follower.roll_to(self.today()):
                self._copier.give_up()
            applied = await follower.follow()
            self._followed = True
        except (Rebuild, IndexFull, Damaged) as error:
            self._followed = False
            if isinstance(error, Damaged):
                self._shun(follower.tables, error)
            if isinstance(error, IndexFull):  # what there was no room for may stand nowhere now
                follower.tables.header["caught_up"] = NEVER
            await self._begin_building(str(error))
            # Its feed is not followed any more: it grows too old, and is not asked.
            await asyncio.sleep(BUSY_S)
            applied = 0
        if applied:
            self._busy_at = time.monotonic()
        await self._finish_building()
        await self._look_after()

    def _look_at_sums(self, tables: Tables) -> None:
        """A part of the file in each turn. Raises `Damaged`."""
        count = BLOCKS_ASLEEP if self.standing.asleep else BLOCKS_A_TURN
        if tables is self._damaged or tables.guard.find_damage(self._looked_until, count):
            raise Damaged("a part of it does not have its sum")
        self._looked_until += count
        if self._looked_until >= len(tables.sums):
            self._looked_until = 0

    def _shun(self, tables: Tables, error: Damaged) -> None:
        """Who reads a damaged file goes to the database until another stands there."""
        if tables is not self._damaged:
            self._damaged = tables
            log.warning("index is damaged", path=str(tables.path), error=str(error))
            self._copier.forget()
        tables.header["caught_up"] = NEVER

    async def _begin_building(self, why: str) -> None:
        if self._building is None and time.monotonic() >= self._build_at:
            log.info("index is built anew", why=why)
            await self.standing.hold(self._needed())
            self._building = asyncio.ensure_future(self.builder())

    async def _finish_building(self) -> None:
        if self._building is None or not self._building.done():
            return
        building, self._building = self._building, None
        try:
            await self._adopt_built(building.result())
        except (Rebuild, IndexFull) as error:
            await self._begin_building(str(error))
        except (BuildFailed, OSError, ValueError) as error:
            self._put_off(error)
        else:
            self._copier.give_up()

    def _put_off(self, error: Exception) -> None:
        """A build failed: what is followed goes on, and another is begun after a while."""
        log.error("index could not be built", error=str(error), again_in_s=self._pause_s)
        self._build_at = time.monotonic() + self._pause_s
        self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)
        assert self._building is None
        self.standing.release()

    def _needed(self) -> int | None:
        """From where on the live file needs the feed; None when it cannot be followed any more."""
        return self.follower.tables["watermark"] if self.follower and self._followed else None

    async def _look_after(self) -> None:
        now, follower = time.monotonic(), self.follower
        assert follower is not None
        tables = follower.tables
        tail = tables["columns"] - tables["ranged"]
        if tail > max(2_000, tables["ranged"] // 20):
            await self._begin_building("many room types stand behind the ranges")
        await self.standing.look_after(self._needed())
        self._copier.go_on(tables, now, sound=tables is not self._damaged)

    async def rest(self) -> None:
        """Wait for the next turn: shortly while there is work, until woken when there is none."""
        if self._copier.busy or time.monotonic() - self._busy_at < TIRED_S:
            if self.standing.asleep:
                await self.standing.note(self._needed(), asleep=False)
            await asyncio.sleep(BUSY_S)
            return
        if not self.standing.asleep:
            self._woken.clear()
            await self.standing.note(self._needed(), asleep=True)
            return  # once more, for what came while it fell asleep
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), IDLE_S)
            self._woken.clear()
            self._busy_at = time.monotonic()

    async def run(self, stopping: asyncio.Event) -> None:
        """Turn until asked to stop; then leave a snapshot, and the machine's memory."""
        while not stopping.is_set():
            await self.turn()
            await self.rest()
        assert self.follower is not None
        await self._copier.end(self.follower.tables)
        folders.leave(self.data, self.follower.tables.path)
