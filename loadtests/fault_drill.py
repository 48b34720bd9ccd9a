"""Drills with the things around the service broken under load: the queue's broker, the line to the
database, its disk. Bookings go on or are refused cleanly, and come back by themselves."""

import asyncio
import contextlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Generator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import asyncpg
import msgspec

from hub.core import postgres
from loadtests.crowd import CONNECTIONS, Crowd, Sent, count, dsn_of, make_room
from loadtests.crowd_audit import Found, look_after
from loadtests.proxy import Line
from loadtests.report import tell
from loadtests.serving import ROOT, Served, served_demo

GUESTS, SEED = 8, 2027
STEADY_S, BROKEN_S = 10.0, 15.0
BACK_S, SPARE = 10.0, 4
SMALL_DISK_MB, FULL_S = 1_400, 25.0
LATE_S, DEAF_S, WORN_OFF_S = 0.3, 2.0, 5.0


class Felt(msgspec.Struct, frozen=True):
    """What guests felt of a time: the requests that they waited for in it, how many of them got no
    clear answer, and how long one took."""

    sent: int
    unclear: int
    median_s: float
    slowest_s: float


class Faults(msgspec.Struct):
    """What was seen of the faults, one after another: `back_s` is how long after the end of each a
    guest had booked again."""

    rate_before: float = 0.0
    rates: dict[str, float] = {}
    back_s: dict[str, float] = {}
    felt_before: Felt = Felt(0, 0, 0.0, 0.0)
    felt: dict[str, Felt] = {}
    proved: dict[str, bool] = {}
    connections_before: int = 0
    connections_after: int = 0


Break = Callable[[str], Awaitable[None]]
Prove = Callable[[], Awaitable[bool]]


def feel(sent: Sequence[Sent], begun: float, ended: float) -> Felt:
    """What was felt between two moments of the same clock."""
    within = [one for one in sent if one.at < ended and one.at + one.seconds > begun]
    took = [one.seconds for one in within] or [0.0]
    return Felt(
        sent=len(within),
        unclear=sum(not one.clear for one in within),
        median_s=round(statistics.median(took), 2),
        slowest_s=round(max(took), 2),
    )


def is_felt(fault: str, before: Felt, during: Felt) -> bool:
    """Whether a fault did what it is there for: a drill whose fault nobody feels shows nothing."""
    match fault:
        case "broker gone":  # guests must not feel it; its letters are looked at
            return during.sent > 0
        case "300 ms late":
            return during.median_s >= max(LATE_S, 1.2 * before.median_s)
        case "old connections lost":
            return during.unclear > 0 or during.slowest_s >= before.slowest_s + DEAF_S
        case _:
            return during.unclear > 0


def broker_gone() -> bool:
    """The broker's role may not connect any more, and its connections are cut: bookings go on, and
    when it is back every letter is written, once."""
    with served_demo("74", workers=2) as served:
        return asyncio.run(_broker_gone(served))


async def _broker_gone(served: Served) -> bool:
    admin = await asyncpg.connect(dsn_of(served))

    async def turn(fault: str) -> None:
        await admin.execute(f"alter role hub_broker {'nologin' if fault else 'login'}")
        if fault:
            await admin.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where usename = 'hub_broker'"
            )

    async def prove() -> bool:
        """Stays were booked lately, and nobody got a letter."""
        lately = timedelta(seconds=WORN_OFF_S)
        since = await admin.fetchval("select clock_timestamp()") - lately
        booked = await count(admin, "select count(*) from booking where confirmed_at > $1", since)
        letters = await count(
            admin,
            "select count(*) from mail where created_at > $1"
            " and recipient like 'crowd-%@drill.example'",
            since,
        )
        return booked > 0 and not letters

    crowd, faults, found = await _under_load(
        served, dsn_of(served), ["broker gone"], turn, prove=prove
    )
    await admin.close()
    during = faults.rates["broker gone"] / faults.rate_before
    return _tell(
        "broker_gone",
        crowd,
        faults,
        found,
        share_of_the_rate=round(during, 2),
        ok=not crowd.notes.unknown and not crowd.notes.unclean and during >= 0.8,
    )


LINES = {
    "300 ms late": Line(delay_s=0.15),
    "a tenth cut": Line(cut=0.1),
    "old connections lost": Line(lost=True),
    "nobody let in": Line(closed=True),
}


def slow_database() -> bool:
    """Between the service and PostgreSQL everything comes late, connections are cut, swallow what
    is sent without a word, or are not made at all."""
    home = Path(tempfile.mkdtemp(prefix="hub-slow-"))
    home.chmod(0o755)
    server = postgres.start(home / "postgres")
    try:
        with _bad_line(server, home) as (url, line):
            asyncio.run(_create(server.dsn()))
            with served_demo("74", workers=2, database_url=url) as served:
                return asyncio.run(_slow_database(served, server.dsn(database="hub"), line))
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


async def _create(dsn: str) -> None:
    admin = await asyncpg.connect(dsn)
    await admin.execute("create database hub")
    await admin.close()


@contextlib.contextmanager
def _bad_line(server: postgres.Server, home: Path) -> Generator[tuple[str, IO[str]]]:
    """The proxy's address for the service, and where to say how bad it is."""
    folder = home / "line"
    folder.mkdir()
    name = f".s.PGSQL.{server.port}"
    ends = [str(folder / name), str(server.socket_dir / name)]
    process = subprocess.Popen(
        [sys.executable, "-m", "loadtests.proxy", *ends],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    through = msgspec.structs.replace(server, socket_dir=folder)
    try:
        yield through.dsn(database="hub"), process.stdin
    finally:
        process.stdin.close()
        process.wait(10)


async def _slow_database(served: Served, dsn: str, line: IO[str]) -> bool:
    async def turn(fault: str) -> None:
        wanted = LINES.get(fault, Line())
        line.write(msgspec.json.encode(wanted).decode() + "\n")
        line.flush()

    crowd, faults, found = await _under_load(served, dsn, list(LINES), turn)
    return _tell("slow_database", crowd, faults, found, ok=not crowd.notes.unclean)


def disk_full() -> bool:
    """PostgreSQL's disk (a small one in memory; it takes the right to mount) is filled to the last
    byte under load, and emptied again."""
    place = Path(tempfile.mkdtemp(prefix="hub-disk-"))
    place.chmod(0o755)
    disk = place / "data" / "postgres"
    disk.mkdir(parents=True)
    options = f"size={SMALL_DISK_MB}m,mode=755"
    mount = ["mount", "-t", "tmpfs", "-o", options, "hub-drill", str(disk)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        return tell(drill="disk_full", why="a small disk could not be mounted", ok=False)
    try:
        with served_demo("74", workers=2, home=place) as served:
            return asyncio.run(_disk_full(served, disk))
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=False)
        shutil.rmtree(place, ignore_errors=True)


async def _disk_full(served: Served, disk: Path) -> bool:
    filler = disk / "filler"

    async def turn(fault: str) -> None:
        if not fault:
            filler.unlink(missing_ok=True)
            return
        handle = os.open(filler, os.O_WRONLY | os.O_CREAT)
        size, step = 0, 64 * 2**20
        while step >= 4_096:
            try:
                os.posix_fallocate(handle, size, step)
                size += step
            except OSError:
                step //= 2
        os.close(handle)

    crowd, faults, found = await _under_load(
        served, dsn_of(served), ["no space"], turn, broken_s=FULL_S
    )
    told = bool(crowd.notes.told_to_wait)
    return _tell("disk_full", crowd, faults, found, ok=told and not crowd.notes.unclean)


async def _under_load(
    served: Served,
    dsn: str,
    names: list[str],
    turn: Break,
    *,
    broken_s: float = BROKEN_S,
    prove: Prove | None = None,
) -> tuple[Crowd, Faults, Found]:
    """Let guests book, break what `turn` breaks by name, let `prove` see that it is broken, mend it
    (by no name), and so on; then count everything."""
    place = urlsplit(served.address)
    admin = await asyncpg.connect(dsn)
    crowd = Crowd((str(place.hostname), int(place.port or 0)), await make_room(admin), SEED)
    faults, periods = Faults(), dict[str, tuple[float, float]]()
    crowd.start(GUESTS)
    try:
        await crowd.until_booked(time.monotonic())
        begun = time.monotonic()
        faults.rate_before = await _rate(crowd, STEADY_S)
        faults.felt_before = feel(crowd.notes.sent, begun, time.monotonic())
        faults.connections_before = await count(admin, CONNECTIONS)
        await admin.close()
        for name in names:
            await turn(name)
            begun = time.monotonic()
            faults.rates[name] = await _rate(crowd, broken_s)
            periods[name] = begun, time.monotonic()
            faults.proved[name] = prove is None or await prove()
            await turn("")
            faults.back_s[name] = round(await crowd.until_booked(time.monotonic()), 1)
            await asyncio.sleep(STEADY_S / 2)
    finally:
        await turn("")
        await crowd.stop()
    faults.felt = {name: feel(crowd.notes.sent, *period) for name, period in periods.items()}
    admin = await asyncpg.connect(dsn)
    found = await look_after(crowd, admin)
    faults.connections_after = await count(admin, CONNECTIONS)
    await admin.close()
    return crowd, faults, found


async def _rate(crowd: Crowd, seconds: float) -> float:
    """Stays booked a second from now on."""
    started = time.monotonic()
    await asyncio.sleep(seconds)
    return crowd.booked_since(started) / (time.monotonic() - started)


def _tell(
    name: str, crowd: Crowd, faults: Faults, found: Found, *, ok: bool, **more: object
) -> bool:
    notes = crowd.notes
    back = max(faults.back_s.values())
    unfelt = not_felt(faults)
    leaked = faults.connections_after - faults.connections_before
    return tell(
        drill=name,
        confirmed=len(notes.booked),
        booked_per_s_before=round(faults.rate_before, 1),
        booked_per_s_during={fault: round(rate, 1) for fault, rate in faults.rates.items()},
        back_s=faults.back_s,
        felt_before=msgspec.to_builtins(faults.felt_before),
        felt=msgspec.to_builtins(faults.felt),
        not_felt=unfelt,
        told_to_wait=notes.told_to_wait,
        unclean=dict(notes.unclean),
        unknown_outcomes=notes.unknown,
        resolved_by_repeating=notes.resolved,
        refused=dict(notes.refused),
        slowest_answer_s=round(notes.slowest_s, 1),
        connections_before=faults.connections_before,
        connections_after=faults.connections_after,
        **{field: getattr(found, field) for field in found.__struct_fields__},
        **more,
        ok=ok
        and not unfelt
        and back <= BACK_S
        and leaked <= SPARE
        and notes.resolved == notes.unknown
        and not notes.refused
        and found.good(),
    )


def not_felt(faults: Faults) -> list[str]:
    """The faults that left no trace, and the time before them where it was not calm."""
    silent = [
        name
        for name, during in faults.felt.items()
        if not (is_felt(name, faults.felt_before, during) and faults.proved[name])
    ]
    calm = faults.felt_before.sent > 0 and not faults.felt_before.unclear
    return silent if calm else ["before", *silent]


DRILLS = {"broker_gone": broker_gone, "slow_database": slow_database, "disk_full": disk_full}
