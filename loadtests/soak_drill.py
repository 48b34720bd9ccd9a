"""The drill of endurance: a served house at sixty per cent of what it can, for minutes on end."""

import asyncio
import os
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import msgspec

from loadtests.crowd import CONNECTIONS, Crowd, count, dsn_of, make_room
from loadtests.crowd_audit import Found, look_after
from loadtests.processes import command, descendants
from loadtests.report import tell
from loadtests.serving import Served, served_demo

MINUTES = float(os.environ.get("MINUTES", "20"))
GUESTS, SEED, SHARE = 8, 2028, 0.6
FIND_RATE_S, LOOK_S = 20.0, 5.0
LASTING = 5  # looks in which a process is there that is no errand's
WARM, ENDS = 0.25, 0.1  # a quarter warms up; a tenth after it is compared with the last tenth
MOST_GROWTH, SPARE, NEARLY = 0.02, 2, 0.95


class Look(msgspec.Struct, frozen=True):
    """The house at one moment."""

    at: float
    memory_kb: int
    connections: int
    booked: int
    processes: frozenset[int]


def booked_per_s(looks: Sequence[Look]) -> float:
    """Stays a second between the first look and the last."""
    first, last = looks[0], looks[-1]
    return (last.booked - first.booked) / (last.at - first.at) if last.at > first.at else 0.0


def gone(looks: Sequence[Look]) -> int:
    """Processes that were there in each of the first looks and are not in the last: whoever begins
    again has an empty memory."""
    lasting = frozenset[int].intersection(
        *(look.processes for look in looks[: min(LASTING, len(looks) // 2)])
    )
    return len(lasting - looks[-1].processes)


def soak() -> bool:
    """Guests book by the clock at sixty per cent of the rate that eight of them reach without a
    pause. Web, worker and index keep their memory (PostgreSQL's own is shared and bounded), and
    nobody opens more and more connections."""
    with served_demo("74", workers=2) as served:
        crowd, most, looks, found = asyncio.run(_soak(served))
    warm = looks[int(len(looks) * WARM) :]
    part = max(1, int(len(looks) * ENDS))
    first = statistics.median(look.memory_kb for look in warm[:part])
    last = statistics.median(look.memory_kb for look in warm[-part:])
    open_before = max(look.connections for look in warm[:part])
    open_after = max(look.connections for look in warm[-part:])
    open_most = max(look.connections for look in warm)
    growth = last / first - 1
    reached = booked_per_s(looks)
    return tell(
        drill="soak",
        minutes=MINUTES,
        most_booked_per_s=round(most, 1),
        confirmed=len(crowd.notes.booked),
        wanted_per_s=round(SHARE * most, 1),
        booked_per_s=round(reached, 1),
        memory_mb_first=round(first / 1024, 1),
        memory_mb_last=round(last / 1024, 1),
        memory_growth=round(growth, 4),
        connections_first=open_before,
        connections_last=open_after,
        connections_most=open_most,
        processes_gone=gone(warm),
        slowest_answer_s=round(crowd.notes.slowest_s, 1),
        told_to_wait=crowd.notes.told_to_wait,
        unclean=dict(crowd.notes.unclean),
        refused=dict(crowd.notes.refused),
        **{field: getattr(found, field) for field in found.__struct_fields__},
        ok=growth <= MOST_GROWTH
        and max(open_after, open_most) <= open_before + SPARE
        and reached >= NEARLY * SHARE * most
        and not gone(warm)
        and not crowd.notes.unclean
        and not crowd.notes.refused
        and found.good(),
    )


async def _soak(served: Served) -> tuple[Crowd, float, list[Look], Found]:
    place = urlsplit(served.address)
    admin = await asyncpg.connect(dsn_of(served))
    crowd = Crowd((str(place.hostname), int(place.port or 0)), await make_room(admin), SEED)
    crowd.start(GUESTS)
    await crowd.until_booked(time.monotonic())
    started = time.monotonic()
    await asyncio.sleep(FIND_RATE_S)
    most = crowd.booked_since(started) / (time.monotonic() - started)
    crowd.pace_s = 1 / (SHARE * most)
    looks: list[Look] = []
    started = time.monotonic()
    while (passed := time.monotonic() - started) < MINUTES * 60:
        looks.append(
            Look(
                time.monotonic(),
                _memory_kb(served.process.pid),
                await count(admin, CONNECTIONS),
                len(crowd.notes.booked),
                frozenset(_own(served.process.pid)),
            )
        )
        await asyncio.sleep(LOOK_S - passed % LOOK_S)
    await crowd.stop()
    found = await look_after(crowd, admin)
    await admin.close()
    return crowd, most, looks, found


def _own(pid: int) -> list[int]:
    return [one for one in descendants(pid) if "postgres" not in command(one)]


def _memory_kb(pid: int) -> int:
    """What web, worker and index have in memory for themselves."""
    total = 0
    for one in _own(pid):
        try:
            text = Path(f"/proc/{one}/smaps_rollup").read_text()
        except OSError:  # it has just ended
            continue
        total += sum(
            int(line.split()[1]) for line in text.splitlines() if line.startswith("Private_")
        )
    return total


DRILLS = {"soak": soak}
