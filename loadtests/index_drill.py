"""What the index promises while everything happens to it: audits, kills and torn files."""

import asyncio
import contextlib
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import asyncpg
import msgspec

from hub.core import postgres
from hub.core.db import Session, open_session
from hub.core.migrate import role_dsn
from hub.core.settings import read_settings
from loadtests import national
from loadtests.asks import Asking
from loadtests.changes import Changer
from loadtests.index_audit import LAG_S, Audit, Auditor, History, is_good
from loadtests.processes import command, descendants, find
from loadtests.report import tell
from loadtests.serving import Served, served_demo
from loadtests.site_audit import PublicSite
from loadtests.watch import Seen, Watch
from tourism.index import IndexTooOld, NationalIndex, Places, open_index
from tourism.indexing import snapshots
from tourism.nights import folders
from tourism.nights.layout import DAYS, Tables

SEARCHES = int(os.environ.get("AUDIT_SEARCHES", "10000"))
BACK_S = 2.0
AREA = "48"
FAR_NIGHT = 400
KILLS, TEARS, TORN_COPIES = 2, 2, 300
DAMAGE_S = 60.0  # until a flipped bit of a file that is in use is found, and another file stands
STEADY_S = 32  # so long up, a process is started again at once whatever was before


class Backdoor(msgspec.Struct):
    """The served demonstration's index, its database as the index' role and as administrator (and
    its addresses)."""

    index: NationalIndex
    session: Session
    dsn: str
    admin: asyncpg.Connection
    admin_dsn: str

    async def close(self) -> None:
        await self.session.close()
        await self.admin.close()


async def enter(served: Served) -> Backdoor:
    settings = read_settings(served.environment)
    dsn = postgres.start(settings.data / "postgres").dsn(database="hub")  # attached, not owned
    own = role_dsn(dsn, "hub_index", settings.secret_key)
    admin = await asyncpg.connect(dsn)
    back = Backdoor(open_index(settings.data), await open_session(own), own, admin, dsn)
    await until_fresh(back.index, 120)
    return back


async def until_fresh(index: NationalIndex, seconds: float) -> float:
    """How long it takes until the index answers (again)."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        try:
            index.view()
        except IndexTooOld:
            await asyncio.sleep(0.02)
        else:
            return time.monotonic() - began
    raise AssertionError("the index does not come")


def index_audit() -> bool:
    """Random searches against the slow way between random changes: each answer must be, with its
    totals, its counts and its order, what the database said: not before the lag that the index
    stated (which a reader bounds by two seconds), not after the answer. `mixed` are those of which
    each house was true at a moment of this, but not all at the same."""
    with served_demo(AREA, workers=1) as served:
        seen = asyncio.run(_audit(served))
    return tell(
        drill="index_audit", searches=seen.searches, right=seen.right, wrong=seen.wrong,
        changes=seen.changes, within_the_lag=seen.stale, mixed=seen.mixed,
        longest_lag_s=round(seen.longest_s, 2), stated_lag_p99_s=round(seen.p99_s, 2),
        stated_lag_most_s=round(max(seen.stated_s), 2), found=dict(sorted(seen.found.items())),
        ok=is_good(seen),
    )  # fmt: skip


async def _audit(served: Served) -> Audit:
    back = await enter(served)
    now = datetime.now(UTC)
    rows = await back.admin.fetch(
        "select id, commune_code, region_code, lat, lng from property where lat is not null"
        " and department_code = $1 order by id", AREA,
    )  # fmt: skip
    houses = [(r["id"], r["commune_code"], r["lat"], r["lng"]) for r in rows]
    wide = (
        Places(kind="department", codes=(AREA,)),
        Places(kind="region", codes=(rows[0]["region_code"],)),
        Places(kind="country"),
    )
    changer = Changer(back.admin, 1, now.date(), [id for id, *_ in houses])
    for _ in range(200):
        await changer.change()
    history = History(lambda: open_session(back.dsn))
    asking, reads = Asking(2, now, houses, wide), await open_session(back.admin_dsn)
    site = PublicSite(port_of(served), reads, Asking(3, now, houses), AREA, 4)
    auditor = Auditor(back.index, history, changer, asking, SEARCHES, site)
    try:
        return await auditor.run()
    finally:
        site.close()
        await reads.close()
        await history.close()
        await back.close()


def port_of(served: Served) -> int:
    return int(served.address.rpartition(":")[2])


def index_killed() -> bool:
    """The writer is killed with -9, then a web worker; then the index' files are torn under it.
    After each a price is changed. Searches are asked through HTTP all the time: none may be wrong
    beyond the lag, none wait for more than two seconds, and the index is kept up again within two
    seconds of its writer's death, also by a writer without files that builds them anew. Before
    that a snapshot is torn at random bytes, some hundred times: none may be believed. Of the torn
    ones every second keeps its live file with one bit of a night flipped: afterwards the index
    must say of that night what the database says. At the end a bit is
    flipped under a writer that goes on: it is found by the sums, and another file built.
    `process_start_s` is the longest that an idle writer took to be loaded beside it: on a machine
    that is busy with other work, no restart can be quicker."""
    with served_demo(AREA, workers=2) as served:
        seen = asyncio.run(_kills(served))
    return tell(
        drill="index_killed", writers_killed=KILLS + TEARS, workers_killed=1, torn=TEARS,
        torn_copies=TORN_COPIES, torn_copies_believed=seen.believed,
        answers=seen.right + seen.wrong, wrong=seen.wrong, failed=seen.failed,
        longest_unanswered_s=round(seen.unanswered_s, 2), longest_back_s=round(max(seen.back_s), 2),
        longest_back_torn_s=round(max(seen.back_torn_s), 2), damage_s=round(seen.damage_s, 2),
        process_start_s=round(seen.start_s, 2), damaged_nights_kept=seen.nights_kept,
        ok=seen.wrong == 0 and seen.right > 0 and seen.believed == seen.nights_kept == 0
        and max(seen.unanswered_s, *seen.back_s, *seen.back_torn_s) <= BACK_S
        and seen.damage_s <= DAMAGE_S,
    )  # fmt: skip


def _believed(tables: Tables, folder: Path, pick: random.Random) -> int:
    """How many torn snapshots are taken for whole ones: cut short, or a few bytes overwritten."""
    path, believed = folder / "snapshot", 0
    snapshots.write(tables, path)
    whole = path.read_bytes()
    for number in range(TORN_COPIES):
        place, length = pick.randrange(len(whole)), pick.choice((1, 8, 4096))
        if number % 3 == 0:
            path.write_bytes(whole[:place])
        else:
            noise = bytes(byte ^ 0x5A for byte in whole[place : place + length])
            path.write_bytes(whole[:place] + noise + whole[place + length :])
        with contextlib.suppress(snapshots.SnapshotTorn):
            snapshots.load(path, folder / "again")
            believed += 1
    return believed


async def _kills(served: Served) -> Seen:
    back = await enter(served)
    watch = await Watch.begin(served.address, back.session, AREA)
    pick = random.Random(3)
    with national.memory_folder() as folder:
        believed = _believed(back.index.view().generation.tables, folder, pick)
    asking = asyncio.create_task(watch.keep_asking())
    back_s, torn_s, start_s, nights = list[float](), list[float](), 0.0, list[Night]()
    nights_kept = 0
    for number in range(KILLS + TEARS):
        await asyncio.sleep(STEADY_S if number else 1)
        if number == 0:
            os.kill(web_workers(served)[0], signal.SIGKILL)
            await watch.change(back.admin)
            await asyncio.sleep(STEADY_S / 4)
        start_s = max(start_s, await _start_process())
        torn = number >= KILLS
        flipped = number % 2 == 1
        killed = await kill_writer(
            served,
            before=lambda: nights.extend(_tear(served, pick, flipped=flipped) if torn else ()),  # noqa: B023
        )
        await watch.change(back.admin)
        (torn_s if torn else back_s).append(await kept_again(back.index, killed))
        nights_kept += await _count_kept(back, nights)
    damage_s = await _damage(served, back)
    await watch.change(back.admin)
    await asyncio.sleep(2 * LAG_S)
    watch.stop()
    await asking
    await back.close()
    judged = watch.judge(LAG_S, back_s, torn_s, start_s)
    return msgspec.structs.replace(
        judged, believed=believed, damage_s=damage_s, nights_kept=nights_kept
    )


async def _damage(served: Served, back: Backdoor) -> float:
    """A bit of the live file is flipped; how long until another is in its place and is read."""
    data, began = read_settings(served.environment).data, time.monotonic()
    live = folders.pointed(data)
    assert live is not None
    flip(live)
    while time.monotonic() - began < 2 * DAMAGE_S:
        with contextlib.suppress(IndexTooOld):
            if back.index.view().generation.tables.path != live:
                return time.monotonic() - began
        await asyncio.sleep(0.02)
    raise AssertionError("the damage is not found")


async def _start_process() -> float:
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "import tourism.indexing.process"
    )
    assert await process.wait() == 0
    return time.monotonic() - began


def web_workers(served: Served) -> list[int]:
    """The processes that answer."""
    web = find(served.process.pid, "hub.cli web")[0]
    return [pid for pid in descendants(web) if "resource_tracker" not in command(pid)]


async def kill_writer(served: Served, before: Callable[[], None] = lambda: None) -> float:
    """Kill the writer with -9, once it runs; when that was."""
    for _ in range(600):
        found = find(served.process.pid, "-m tourism.indexing")
        if found:
            before()
            os.kill(found[0], signal.SIGKILL)
            return time.monotonic()
        await asyncio.sleep(0.1)
    raise AssertionError("there is no writer")


async def kept_again(index: NationalIndex, killed: float) -> float:
    """How long after its writer's death the index is kept up by another."""
    while time.monotonic() - killed < 60:
        with contextlib.suppress(IndexTooOld):
            view = index.view()
            if time.monotonic() - view.age_s > killed + 0.02:
                return time.monotonic() - killed
        await asyncio.sleep(0.01)
    raise AssertionError("nobody keeps the index")


class Night(msgspec.Struct, frozen=True):
    room_type: int
    on: date


def flip(live: Path) -> Night:
    """A bit of the price of a night that nobody in the drill asks for; which night it is."""
    tables = Tables(live, write=True)
    on, seated = tables["first_day"] + FAR_NIGHT, tables.occupancy_max[: tables["columns"]] > 0
    column = int(seated.nonzero()[0][0])
    tables.price[on % DAYS, column] ^= 4
    return Night(int(tables.room_type[column]), date.fromordinal(on))


async def is_right(tables: Tables, night: Night, admin: asyncpg.Connection) -> bool:
    """Whether the index has the price of a night that the database has."""
    said = await admin.fetchval(
        "select price_cents[$3] from ari_month where room_type = $1 and month = $2",
        night.room_type, night.on.replace(day=1), night.on.day,
    )  # fmt: skip
    columns = (tables.room_type[: tables["columns"]] == night.room_type).nonzero()[0]
    prices = tables.price[night.on.toordinal() % DAYS, columns].tolist()
    return prices == [said or 0]


async def _count_kept(back: Backdoor, nights: list[Night]) -> int:
    await until_fresh(back.index, 120)
    tables = back.index.view().generation.tables
    return sum([not await is_right(tables, night, back.admin) for night in nights])


def _tear(served: Served, pick: random.Random, *, flipped: bool) -> list[Night]:
    """Both files of the index are gone, torn or damaged when its writer starts again; the nights
    that are damaged."""
    data = read_settings(served.environment).data
    snapshot, live = folders.snapshot(data), folders.pointed(data)
    if snapshot.exists():
        size = snapshot.stat().st_size
        with snapshot.open("r+b") as file:
            file.seek(pick.randrange(size))
            file.write(b"\xff\x00torn")
    else:
        Path(snapshot).write_bytes(b"torn")
    if live is not None and flipped:
        return [flip(live)]
    if live is not None:
        live.unlink(missing_ok=True)
    return []


DRILLS = {"index_audit": index_audit, "index_killed": index_killed}
