"""Drills that kill the database, the web and the worker of a served demonstration, again and again,
while guests book: nothing that was confirmed is lost, nothing is booked twice."""

import asyncio
import contextlib
import os
import random
import signal
import statistics
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import asyncpg

from loadtests.crowd import PATIENCE_S, Crowd, Notes, dsn_of, make_room, until_ready
from loadtests.crowd_audit import Found, look_after
from loadtests.processes import children, find
from loadtests.report import tell
from loadtests.serving import Served, served_demo

ROUNDS = int(os.environ.get("ROUNDS", "30"))
GUESTS, SEED = 8, 2026
BETWEEN_S = (0.8, 2.5)
# All of the web begins again in some ten seconds of computing, whatever else the machine does.
MOST_MEDIAN_S, MOST_BACK_S = 30.0, 90.0
# Whoever is just talking to a web process that is killed is cut off; nobody else ever is.
CUT_OFF = {"kill_web": {"no answer"}}


def kill_database() -> bool:
    """PostgreSQL with all its processes is killed with -9 under load, thirty times."""
    return _drill("kill_database", _kill_database)


def kill_web() -> bool:
    """A web worker, or all of the web, is killed with -9 under load, thirty times."""
    return _drill("kill_web", _kill_web)


def kill_worker() -> bool:
    """The worker is killed with -9 under load, thirty times: every letter is written, once."""
    return _drill("kill_worker", _kill_worker)


def _drill(name: str, kill: Callable[[Served, random.Random], bool]) -> bool:
    started = time.monotonic()
    with served_demo("74", workers=2) as served:
        crowd, found, back = asyncio.run(_rounds(served, kill))
    notes = crowd.notes
    return tell(
        drill=name,
        rounds=len(back),
        confirmed=len(notes.booked),
        unknown_outcomes=notes.unknown,
        resolved_by_repeating=notes.resolved,
        told_to_wait=notes.told_to_wait,
        unclean=dict(notes.unclean),
        refused=dict(notes.refused),
        back_s_median=round(statistics.median(back), 1),
        back_s_most=round(max(back), 1),
        **{field: getattr(found, field) for field in found.__struct_fields__},
        seconds=round(time.monotonic() - started),
        ok=len(back) == ROUNDS and is_good(name, notes, back, found),
    )


def is_good(name: str, notes: Notes, back: list[float], found: Found) -> bool:
    """Whether a house that was killed so often did as it must: back in time, nobody refused, every
    unknown outcome resolved, and no answer but clear ones and problems that say when to come."""
    return (
        len(notes.booked) >= len(back) > 0
        and statistics.median(back) <= MOST_MEDIAN_S
        and max(back) <= MOST_BACK_S
        and notes.resolved == notes.unknown
        and not notes.refused
        and set(notes.unclean) <= CUT_OFF.get(name, set())
        and found.good()
    )


async def _rounds(
    served: Served, kill: Callable[[Served, random.Random], bool]
) -> tuple[Crowd, Found, list[float]]:
    draw = random.Random(SEED)
    place = urlsplit(served.address)
    address = (str(place.hostname), int(place.port or 0))
    admin = await asyncpg.connect(dsn_of(served))
    crowd = Crowd(address, await make_room(admin), SEED)
    await admin.close()
    crowd.start(GUESTS)
    back: list[float] = []
    try:
        for _ in range(ROUNDS):
            await crowd.until_booked(time.monotonic())
            await asyncio.sleep(draw.uniform(*BETWEEN_S))
            killed = await _once_there(lambda: kill(served, draw))
            await crowd.until_booked(killed)
            await until_ready(address)
            back.append(await crowd.until_booked(killed))
    finally:
        await crowd.stop()
    admin = await asyncpg.connect(dsn_of(served))
    try:
        return crowd, await look_after(crowd, admin), back
    finally:
        await admin.close()


async def _once_there(kill: Callable[[], bool]) -> float:
    """Kill as soon as there is something to kill: on a busy machine it is just being started. The
    moment of it."""
    until = time.monotonic() + PATIENCE_S
    while not kill():
        assert time.monotonic() < until, "there is nothing to kill"
        await asyncio.sleep(0.05)
    return time.monotonic()


def _kill_database(served: Served, draw: random.Random) -> bool:
    del draw
    found = find(served.process.pid, "postgres")[:1]
    return _kill([*found, *(child for pid in found for child in children(pid))])


def _kill_web(served: Served, draw: random.Random) -> bool:
    web = find(served.process.pid, "granian", "hub.cli web")[:1]
    workers = [child for pid in web for child in children(pid)]
    return _kill([draw.choice([*web, *workers, *workers])] if workers else [])


def _kill_worker(served: Served, draw: random.Random) -> bool:
    del draw
    return _kill(find(served.process.pid, "celeryd", "hub.cli worker")[:1])


def _kill(pids: list[int]) -> bool:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):  # it has just ended by itself
            os.kill(pid, signal.SIGKILL)
    return bool(pids)


DRILLS = {"kill_database": kill_database, "kill_web": kill_web, "kill_worker": kill_worker}
