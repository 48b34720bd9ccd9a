"""The one process that keeps the index of this machine.

It reads the feed in the order of transactions, applies every change by reading the row again, and
notes up to which moment everything is in. Killed at any point it can go on from its live file, for
no change is a difference; without one it starts from the snapshot, else from the database.
"""

import asyncio
import contextlib
import socket
import time
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path

import structlog

from hub.core.db import Session
from tourism.indexing import snapshots, store
from tourism.indexing.build import BuildFailed, first_day
from tourism.indexing.catalogue import Catalogue
from tourism.indexing.copying import Copier
from tourism.indexing.grids import clear_day
from tourism.indexing.live import clear_away, is_usable, open_sound
from tourism.indexing.models import Change, OverlayMonth
from tourism.indexing.reading import read_houses
from tourism.indexing.register import IndexFull
from tourism.nights import folders
from tourism.nights.layout import DAYS, YEARS, Tables
from tourism.nights.sums import Damaged

log = structlog.get_logger("tourism.index")

PAGE_OF_CHANGES = 2_000
BUSY_S, IDLE_S = 0.02, 0.25
TIRED_S = 1.0  # without a change for so long, it sleeps until it is woken
NOTE_S, PRUNE_S = 5.0, 30.0
BLOCKS_A_TURN, BLOCKS_ASLEEP = 16, 128  # whose sums are looked at: 1 MB, 8 MB
NEVER = float("-inf")
MAX_ROLL = 20
PAUSE_S, LONGEST_PAUSE_S = 1.0, 300.0  # after a build that failed; twice as long after each more
CHANNEL = "hub_index"

Builder = Callable[[], Awaitable[Path]]
Today = Callable[[], date]


class Rebuild(Exception):
    """What was read cannot be applied to this generation."""


class Follower:
    """Applies the feed to one generation."""

    def __init__(self, session: Session, tables: Tables) -> None:
        self.session, self.tables = session, tables
        self.catalogue = Catalogue(tables)
        self._done: dict[int, int] = {}  # number -> transaction, not below the watermark

    async def follow(self) -> int:
        """Apply everything committed before this call, and note it; how many changes. Raises
        `Rebuild`, `IndexFull` or `Damaged`."""
        began = time.monotonic()
        watermark, applied = self.tables["watermark"], 0
        after, horizon = (watermark, -1), None
        while True:
            rows = await store.read_changes(self.session, after, PAGE_OF_CHANGES)
            # The first reading's horizon: later pages may see more, which the next turn looks at.
            horizon = rows[0].horizon if horizon is None else horizon
            changes = [row for row in rows if row.seq is not None]
            fresh = [row for row in changes if row.seq not in self._done]
            if fresh:
                await self.apply(fresh)
                applied += len(fresh)
                self._done |= {row.seq: row.xid for row in fresh if row.seq and row.xid}
            if len(changes) < PAGE_OF_CHANGES:
                break
            last = changes[-1]
            assert last.xid is not None
            assert last.seq is not None
            after = (last.xid, last.seq)
        self._note(horizon, began)
        return applied

    def _note(self, horizon: int, began: float) -> None:
        tables = self.tables
        if self._done:
            tables.note("applied_seq", max(tables["applied_seq"], *self._done))
            self._done = {seq: xid for seq, xid in self._done.items() if xid >= horizon}
        if tables["watermark"] != horizon:
            tables.note("watermark", horizon)
        tables.header["caught_up"] = began

    async def apply(self, changes: list[Change]) -> None:
        """Bring what changed to what the database says now."""
        if any(change.kind == "everything" for change in changes):
            raise Rebuild("everything changed")
        houses = {c.property for c in changes if c.kind == "house" and c.property is not None}
        nights = {
            (c.room_type, c.month)
            for c in changes
            if c.kind == "nights" and c.room_type is not None and c.month is not None
        }
        overlays: set[int] = set()
        for change in changes:
            if change.kind == "overlay" and change.property is not None:
                overlays.add(change.property)
                key = (change.property, change.room_type or 0, change.rate_plan or 0)
                if key not in self.catalogue.overlay_of:
                    houses.add(change.property)
        if houses:
            await self.apply_houses(sorted(houses))
        if overlays:
            await self.apply_overlays(sorted(overlays))
        if nights:
            await self.apply_nights(nights)

    def first_month(self) -> date:
        return date.fromordinal(self.tables["first_day"]).replace(day=1)

    async def apply_houses(self, properties: list[int]) -> None:
        """Houses as they are now; the nights of room types that stand anew are read whole, before
        anything is written: a house that moves is found where it was until then."""
        catalogue, first = self.catalogue, self.first_month()
        wholes = {w.house.property: w for w in await read_houses(self.session, properties)}
        moving = [whole for whole in wholes.values() if catalogue.moves(whole)]
        rooms = [room.id for whole in moving for room in whole.rooms]
        months = await store.list_months_of(self.session, rooms, first) if rooms else []
        overlays = await self._read_overlays([w.house.property for w in moving if w.overlays])
        for property in properties:
            if property not in wholes:
                catalogue.remove_house(property)
        with self.tables.moving() if moving else contextlib.nullcontext():
            for whole in wholes.values():
                catalogue.place_house(whole)
            catalogue.write_months(months)
            for month in overlays:
                catalogue.write_overlay(month)
            for whole in moving:
                catalogue.open_house(whole)

    async def apply_overlays(self, properties: list[int]) -> None:
        for month in await self._read_overlays(properties):
            self.catalogue.write_overlay(month)

    async def _read_overlays(self, properties: list[int]) -> list[OverlayMonth]:
        if not properties:
            return []
        return await store.list_overlay_months(self.session, properties, self.first_month())

    async def apply_nights(self, wanted: set[tuple[int, date]]) -> None:
        pairs = sorted(wanted)
        found = await store.list_months(
            self.session, [room for room, _ in pairs], [month for _, month in pairs]
        )
        self.catalogue.write_months(found)
        for room_type, month in wanted - {(m.room_type, m.month) for m in found}:
            self.catalogue.forget_month(room_type, month)

    async def roll_to(self, today: date) -> bool:
        """Let days pass: each new night takes the row of one that is over. True when one did."""
        tables, wanted = self.tables, first_day(today)
        if wanted <= tables["first_day"]:
            return False
        last = date.fromordinal(wanted + DAYS - 1)
        if wanted - tables["first_day"] > MAX_ROLL or last.year - tables["let_year"] >= YEARS:
            raise Rebuild("too many days have passed")
        while tables["first_day"] < wanted:
            day = date.fromordinal(tables["first_day"] + DAYS)
            await self._write_day(day)
            tables.note("first_day", tables["first_day"] + 1)
        return True

    async def _write_day(self, day: date) -> None:
        """The night of a day that is new at the end."""
        nights = await store.list_nights_of_day(self.session, day)
        overlays = await store.list_overlays_of_day(self.session, day)
        row = day.toordinal() % DAYS
        clear_day(self.tables, row)
        self.catalogue.write_day(row, nights)
        self.catalogue.write_overlay_day(row, overlays)


class Writer:
    """Keeps the live file of one `HUB_DATA`: starts it, follows, wakes and sleeps, copies it."""

    def __init__(self, session: Session, data: Path, builder: Builder, today: Today) -> None:
        self.session, self.data, self.builder, self.today = session, data, builder, today
        self.name = f"{socket.gethostname()}:{data.resolve()}"[:200]
        self.follower: Follower | None = None
        self._building: asyncio.Task[Path] | None = None
        self._noted = 0  # the watermark that was last noted: a damaged file may tell another
        self._pause_s, self._build_at = PAUSE_S, 0.0  # how long, and until when no build is begun
        self._held: int | None = None  # what is noted of the feed while a build reads behind us
        self._woken = asyncio.Event()
        self._copier = Copier(folders.snapshot(data))
        self._asleep = False
        self._looked_until = 0  # the blocks whose sums were looked at in this round
        self._damaged: Tables | None = None
        self._busy_at = self._noted_at = self._pruned_at = time.monotonic()

    # Starting -----------------------------------------------------------------------------------

    async def start(self) -> str:
        """Take up the live file, the snapshot, or build; which of them it was."""
        feed = await store.open_feed(self.session)
        await self.session.listen(CHANNEL, self._woken.set)
        for name, open_ in (("live", self._open_live), ("snapshot", self._open_snapshot)):
            tables = open_()
            if tables is not None and is_usable(tables, feed):
                try:
                    await self._adopt(tables)
                except (Rebuild, IndexFull, Damaged) as error:
                    log.warning("index not usable", source=name, error=str(error))
                    continue
                return name
        while True:
            if await self._build_first():
                return "database"
            await asyncio.sleep(self._build_at - time.monotonic())

    async def _build_first(self) -> bool:
        try:
            await self._adopt(Tables(await self.builder(), write=True))
        except (BuildFailed, OSError, ValueError) as error:
            self._put_off(error)
            return False
        return True

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
        clear_away(tables.path)
        log.info("index ready", columns=tables["columns"], path=str(tables.path))

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
        except (Rebuild, IndexFull, Damaged) as error:
            if isinstance(error, Damaged):
                self._shun(follower.tables, error)
            if isinstance(error, IndexFull):  # what there was no room for may stand nowhere now
                follower.tables.header["caught_up"] = NEVER
            self._begin_building(str(error))
            # Its feed is not followed any more: it grows too old, and is not asked.
            await asyncio.sleep(BUSY_S)
            applied = 0
        if applied:
            self._busy_at = time.monotonic()
        await self._finish_building()
        await self._look_after()

    def _look_at_sums(self, tables: Tables) -> None:
        """A part of the file in each turn. Raises `Damaged`."""
        count = BLOCKS_ASLEEP if self._asleep else BLOCKS_A_TURN
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

    def _begin_building(self, why: str) -> None:
        if self._building is None and time.monotonic() >= self._build_at:
            log.info("index is built anew", why=why)
            self._held = self._noted
            self._building = asyncio.ensure_future(self.builder())

    async def _finish_building(self) -> None:
        if self._building is None or not self._building.done():
            return
        building, self._building = self._building, None
        try:
            await self._adopt(Tables(building.result(), write=True))
        except (Rebuild, IndexFull) as error:  # what came while it was built is too much for it
            self._begin_building(str(error))
        except (BuildFailed, OSError, ValueError) as error:
            self._put_off(error)
        else:
            self._held = None
            self._copier.give_up()

    def _put_off(self, error: Exception) -> None:
        """A build failed: what is followed goes on, and another is begun after a while."""
        log.error("index could not be built", error=str(error), again_in_s=self._pause_s)
        self._build_at = time.monotonic() + self._pause_s
        self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)
        assert self._building is None
        if self.follower is not None and self._damaged is not self.follower.tables:
            self._held = None

    async def _look_after(self) -> None:
        now, follower = time.monotonic(), self.follower
        assert follower is not None
        tables = follower.tables
        tail = tables["columns"] - tables["ranged"]
        if tail > max(2_000, tables["ranged"] // 20):
            self._begin_building("many room types stand behind the ranges")
        if now - self._noted_at > NOTE_S:
            await self.note(asleep=self._asleep)
        if now - self._pruned_at > PRUNE_S:
            self._pruned_at = now
            await store.prune_changes(self.session)
        self._copier.go_on(tables, now, sound=tables is not self._damaged)

    async def note(self, *, asleep: bool) -> None:
        """Say where it stands, so that nobody forgets what it still needs."""
        assert self.follower is not None
        applied = self.follower.tables["watermark"] if self._held is None else self._held
        await store.keep_writer(self.session, self.name, applied, asleep=asleep)
        self._asleep, self._noted, self._noted_at = asleep, applied, time.monotonic()

    async def rest(self) -> None:
        """Wait for the next turn: shortly while there is work, until woken when there is none."""
        if self._copier.busy or time.monotonic() - self._busy_at < TIRED_S:
            if self._asleep:
                await self.note(asleep=False)
            await asyncio.sleep(BUSY_S)
            return
        if not self._asleep:
            self._woken.clear()
            await self.note(asleep=True)
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
