"""What the index promises when its writer or a reader is killed and its files are torn: for a
department of the demonstration, and at the size of the country (`index_nation`)."""

import asyncio
import contextlib
import os
import random
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine
from datetime import date
from pathlib import Path

import asyncpg
import msgspec

from hub.core.settings import read_settings
from loadtests import national
from loadtests.index_audit import LAG_S
from loadtests.index_drill import Backdoor, enter, kept_again, until_fresh
from loadtests.index_nation import Nation
from loadtests.judging import BACK_S, DAMAGE, WORKER, WORKER_BACK_S, WRITER, Harm, Hits, Seen
from loadtests.processes import children, command, find, holder_of
from loadtests.report import tell
from loadtests.serving import Served, served_demo
from loadtests.torn import TORN_COPIES, Torn, tear, tear_often
from loadtests.watch import Watch, find_slowly
from tourism.index import IndexTooOld, NationalIndex, Places
from tourism.indexing import snapshots
from tourism.nights import folders
from tourism.nights.layout import DAYS, Tables

AREA = "48"
WORKERS = 2
STEADY_S = 32  # so long up, a process is started again at once whatever was before
REBUILT_S = 20.0  # until an index stands that is built anew, while PostgreSQL answers
DAMAGE_S = 20.0  # the same of one that is damaged while its writer goes on
DAMAGED_ANSWERS_S = 5.0  # until no answer is of damaged bytes any more: a round of a department
BIT = 64  # of a price in cents: what a search says is another then
KEPT, GONE, FLIPPED = "kept", "gone", "flipped"
BLOWS, NATIONAL_BLOWS = (KEPT, KEPT, GONE, FLIPPED), (KEPT, GONE)


class Night(msgspec.Struct, frozen=True):
    room_type: int
    on: date


class Kills(msgspec.Struct, kw_only=True):
    """What was seen: `back_s` is, by what had become of the live file, the longest from the death
    of a writer until the index was kept up again from a file that there was, `rebuilt_s` until one
    was built anew."""

    seen: Seen
    back_s: dict[str, float]
    rebuilt_s: dict[str, float]
    start_s: float
    torn: Torn | None = None
    damage_s: float = 0.0
    nights_kept: int = 0

    def is_good(self) -> bool:
        return (
            self.seen.is_good()
            and self.seen.workers == WORKERS + 1
            and bool(self.back_s)
            and max(self.back_s.values()) <= BACK_S
            and max(self.rebuilt_s.values(), default=0.0) <= REBUILT_S
            and (self.torn is None or (self.torn.is_good() and self.seen.damaged > 0))
            and self.seen.damaged_s <= DAMAGED_ANSWERS_S
            and self.damage_s <= DAMAGE_S
            and self.nights_kept == 0
        )

    def told(self) -> dict[str, object]:
        """As the line of a drill tells it."""
        seen = self.seen
        return {
            "answers": seen.right + seen.wrong + seen.damaged, "wrong": seen.wrong,
            "failed": seen.failed, "refused_in_time": seen.refused, "cut_with_worker": seen.cut,
            "longest_unanswered_s": round(seen.unanswered_s, 2),
            "longest_unanswered_by_one_worker_s": round(seen.silent_s, 2),
            "slowest_s": round(seen.slowest_s, 2), "longest_until_anew_s": round(seen.anew_s, 2),
            "longest_back_s": _rounded(self.back_s), "longest_rebuilt_s": _rounded(self.rebuilt_s),
            "workers_heard": seen.workers, "workers_lost": seen.workers_lost,
            "worker_back_s": round(seen.workers_back_s, 2),
            "worker_back_most_s": WORKER_BACK_S, "process_start_s": round(self.start_s, 2),
        }  # fmt: skip


def _rounded(times: dict[str, float]) -> dict[str, float]:
    return {name: round(time_s, 2) for name, time_s in times.items()}


def index_killed() -> bool:
    """A web worker is killed with -9, then the writer four times, each time with a torn snapshot:
    twice with its live file kept, once with it gone, once with one bit of it flipped: of the price
    of a night that is asked for. After each a price is changed. Searches are asked through HTTP all
    the time, of each worker over a connection of its own: none may be wrong beyond the lag, none
    wait for more than two seconds, none be refused but for a moment within the two seconds; then
    each worker says what was changed. Within the two seconds the index is kept up again from a file
    that there is; `longest_rebuilt_s` is how long a writer without one takes to build it, while
    PostgreSQL answers. Before that a snapshot is torn in hundreds of ways and a writer
    without a live file offered each: none may be believed. At the end a bit is flipped under a
    writer that goes on: it is found by the sums, and another file built. `process_start_s` is the
    longest that an idle writer took to be loaded beside it: on a machine that is busy with other
    work, no restart can be quicker."""
    with served_demo(AREA, workers=WORKERS) as served:
        kills = asyncio.run(_kill_all(served))
    torn, seen = kills.torn, kills.seen
    assert torn is not None
    return tell(
        drill="index_killed", writers_killed=len(BLOWS), workers_killed=1, **kills.told(),
        torn_copies=torn.copies, torn_copies_believed=torn.believed,
        whole_copies_believed=torn.whole_believed, damaged_answers=seen.damaged,
        damaged_answers_until_s=round(seen.damaged_s, 2), damage_s=round(kills.damage_s, 2),
        damaged_nights_kept=kills.nights_kept, ok=kills.is_good(),
    )  # fmt: skip


async def _kill_all(served: Served) -> Kills:
    back, pick, area = (
        await enter(served),
        random.Random(3),
        Places(kind="department", codes=(AREA,)),
    )
    data = read_settings(served.environment).data
    torn = await tear_often(back.session, back.index.view().generation.tables, pick, TORN_COPIES)
    watch = await watch_over(served, f"department:{AREA}", lambda: find_slowly(back.session, area))
    asking = asyncio.create_task(watch.keep_asking())
    kills = Kills(seen=Seen(), back_s={}, rebuilt_s={}, start_s=0.0, torn=torn)

    async def change() -> None:
        await watch.change(lambda hits: _make_dearer(back.admin, watch.arrival, hits))

    await kill_worker(served, watch, change)
    nights = list[Night]()
    for blow in BLOWS:
        await asyncio.sleep(STEADY_S)
        kills.start_s = max(kills.start_s, await start_process())
        await _leave_snapshot(back, data, pick)
        harm = Harm(DAMAGE, 0.0)

        def strike(blow: str = blow, harm: Harm = harm) -> None:
            live = folders.pointed(data)
            assert live is not None
            if blow == GONE:
                live.unlink()
            if blow == FLIPPED:
                nights.append(night_of(watch))
                harm.at = time.monotonic()
                harm.until = harm.at + BACK_S
                watch.harms.append(harm)
                flip(live, nights[-1])

        took_s = await strike_writer(served, back.index, watch, strike, change)
        times = kills.back_s if blow == KEPT else kills.rebuilt_s
        times[blow] = max(times.get(blow, 0.0), took_s)
        kills.nights_kept += await _count_kept(back, nights)
    await asyncio.sleep(LAG_S)
    kills.damage_s = await _damage(back, data, watch)
    await change()
    await asyncio.sleep(2 * LAG_S)
    watch.stop()
    await asking
    await back.close()
    kills.seen = watch.judge(LAG_S)
    return kills


async def watch_over(served: Served, place: str, truth: Callable[[], Awaitable[Hits]]) -> Watch:
    """Who asks each worker of a served demonstration."""
    port = int(served.address.rpartition(":")[2])
    web = find(served.process.pid, "hub.cli web")[0]
    watch = Watch(
        served.address, place, truth, lambda mine: holder_of(web_workers(web), port, mine), WORKERS
    )
    await watch.begin()
    return watch


def web_workers(web: int) -> list[int]:
    """The processes that answer, of the one that keeps them."""
    return [pid for pid in children(web) if "resource_tracker" not in command(pid)]


async def kill_worker(served: Served, watch: Watch, change: Callable[[], Awaitable[None]]) -> None:
    """Kill one of the workers, and ask until another stands in its place."""
    await watch.until_each_is_held(WORKER_BACK_S)
    await asyncio.sleep(1)
    web = find(served.process.pid, "hub.cli web")[0]
    killed = web_workers(web)[0]
    watch.harms.append(Harm(WORKER, time.monotonic(), worker=killed))
    os.kill(killed, signal.SIGKILL)
    await change()
    await watch.until_each_is_held(2 * WORKER_BACK_S, besides=killed)


async def strike_writer(
    served: Served,
    index: NationalIndex,
    watch: Watch,
    strike: Callable[[], None],
    change: Callable[[], Coroutine[None, None, None]],
) -> float:
    """Kill the writer just after a blow to its files, and change what is true; how long until the
    index is kept up again."""
    killed = await kill_writer(served, strike)
    watch.harms.append(Harm(WRITER, killed))
    changing = asyncio.create_task(change())
    took_s = await kept_again(index, killed)
    await changing
    return took_s


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


async def start_process() -> float:
    """How long a writer takes to be loaded that has nothing to do."""
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "import tourism.indexing.process"
    )
    assert await process.wait() == 0
    return time.monotonic() - began


async def _make_dearer(admin: asyncpg.Connection, arrival: date, hits: Hits) -> None:
    """The cheapest room by a euro for its first night."""
    await admin.execute(
        "update ari_month set price_cents[$3] = price_cents[$3] + 100"
        " where room_type = $1 and month = $2",
        hits[0][2][0], arrival.replace(day=1), arrival.day,
    )  # fmt: skip


async def _leave_snapshot(back: Backdoor, data: Path, pick: random.Random) -> None:
    """A snapshot of the index as it is, torn."""
    await until_fresh(back.index, 120)
    path, tables = folders.snapshot(data), back.index.view().generation.tables
    assert await asyncio.to_thread(snapshots.write, tables, path)
    path.write_bytes(tear(path.read_bytes(), pick))


def night_of(watch: Watch) -> Night:
    """A night that each search looks at, of a room that no change is made of."""
    hits = watch.epochs[-1].hits
    room = next(rooms[0] for _, _, rooms, _ in hits if rooms[0] != hits[0][2][0])
    return Night(room, watch.arrival)


def flip(live: Path, night: Night) -> None:
    """A bit of the price of a night."""
    tables = Tables(live, write=True)
    columns = (tables.room_type[: tables["columns"]] == night.room_type).nonzero()[0]
    tables.price[night.on.toordinal() % DAYS, columns] ^= BIT


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


async def _damage(back: Backdoor, data: Path, watch: Watch) -> float:
    """A bit of the live file is flipped; how long until another is in its place and is read."""
    live, harm = folders.pointed(data), Harm(DAMAGE, time.monotonic(), float("inf"))
    assert live is not None
    watch.harms.append(harm)
    flip(live, night_of(watch))
    while time.monotonic() - harm.at < 2 * DAMAGE_S:
        with contextlib.suppress(IndexTooOld):
            if back.index.view().generation.tables.path != live:
                harm.until = time.monotonic()
                return harm.until - harm.at
        await asyncio.sleep(0.02)
    raise AssertionError("the damage is not found")


def index_killed_national() -> bool:
    """The same at the size of the country: 120,000 room types over 550 nights, an index of some 800
    MB, and searches of all of France, which PostgreSQL refuses to answer. The writer is killed with
    its live file kept and its snapshot torn, then with its live file gone and its snapshot whole,
    and a web worker. `longest_back_s` are what a writer needs to be loaded, to look at every byte
    that it starts from, and to follow; `longest_until_anew_s` is until each worker says what was
    changed after the kill."""
    with served_demo(AREA, workers=WORKERS) as served, national.memory_folder() as folder:
        kills, nation = asyncio.run(_kill_nation(served, folder))
    return tell(
        drill="index_killed_national", nights=nation.tables["columns"] * DAYS,
        file_mb=round(nation.tables.capacity.size / 1e6), writers_killed=len(NATIONAL_BLOWS),
        workers_killed=1, **kills.told(), ok=kills.is_good(),
    )  # fmt: skip


async def _kill_nation(served: Served, folder: Path) -> tuple[Kills, Nation]:
    back, pick = await enter(served), random.Random(5)
    nation = await Nation.make(back, read_settings(served.environment).data, folder)
    await kept_again(back.index, await kill_writer(served, nation.point))
    await nation.until_served(served.address)
    watch = await watch_over(served, nation.place, nation.find)
    asking = asyncio.create_task(watch.keep_asking())
    kills = Kills(seen=Seen(), back_s={}, rebuilt_s={}, start_s=0.0)

    async def change() -> None:
        await watch.change(lambda _: nation.make_dearer(watch.arrival))

    await kill_worker(served, watch, change)
    for blow in NATIONAL_BLOWS:
        await nation.leave_snapshot(pick, torn=blow == KEPT)
        await asyncio.sleep(STEADY_S)
        kills.start_s = max(kills.start_s, await start_process())
        strike = nation.lose_live if blow == GONE else lambda: None
        kills.back_s[blow] = await strike_writer(served, back.index, watch, strike, change)
    await asyncio.sleep(2 * LAG_S)
    watch.stop()
    await asking
    await nation.give_back()
    await back.close()
    kills.seen = watch.judge(LAG_S)
    return kills, nation


DRILLS = {"index_killed": index_killed, "index_killed_national": index_killed_national}
