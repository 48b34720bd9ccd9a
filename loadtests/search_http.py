"""Searches over the generated national set through HTTP, as `hub web` answers them."""

import asyncio
import random
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from loadtests.nation import EMPTY, Asks, Client, Nation, served_nation
from loadtests.report import tell
from tourism.nights.layout import DAYS, GRIDS, Tables

CONNECTIONS, WINDOW_S, PAIRS, WARM_S = 4, 0.7, 9, 8
TIMES, WARM = 1_500, 100


def search_http_vs_static_json() -> bool:
    """Requests a second of searches over departments (5 to 9 nights, the page of 20 with its
    facets), each asked for the first time, over those of a static JSON of the same size from the
    same process; median of interleaved windows. `repeated` is the same of searches that are asked
    again while nothing was written in their department, `again_in_ten` when nine of ten are."""
    with served_nation() as nation:
        rates, size = asyncio.run(_against_static(nation.port))
    ratios = {
        name: statistics.median(a / b for a, b in zip(found, rates["static"], strict=True))
        for name, found in rates.items()
    }
    value = ratios["fresh"]
    return tell(
        figure="search_http_vs_static_json", value=round(value, 2), goal=">= 0.6",
        repeated=round(ratios["repeated"], 2), again_in_ten=round(ratios["again_in_ten"], 2),
        per_s={name: round(statistics.median(found)) for name, found in rates.items()},
        bytes=size, ok=value >= 0.6,
    )  # fmt: skip


async def _against_static(port: int) -> tuple[dict[str, list[float]], int]:
    asks, pick = Asks(11), random.Random(13)
    size = await _usual_size(port, asks)
    popular = [asks.department() for _ in range(200)]
    paths: dict[str, Callable[[], str]] = {
        "static": lambda: f"/api/static-json/{size}",
        "fresh": asks.department,
        "repeated": lambda: pick.choice(popular),
        "again_in_ten": lambda: pick.choice(popular) if pick.random() < 0.9 else asks.department(),
    }
    await _rate(port, asks.department, WARM_S)  # as a process that has run for a while
    for path in paths.values():
        await _rate(port, path)
    found: dict[str, list[float]] = {name: [] for name in paths}
    names = list(paths)
    for number in range(PAIRS):
        for name in names if number % 2 else reversed(names):
            found[name].append(await _rate(port, paths[name]))
    return found, size


async def _usual_size(port: int, asks: Asks) -> int:
    client = Client(port)
    await client.open()
    sizes = [len(await client.get(asks.department())) for _ in range(WARM)]
    client.close()
    return int(statistics.mean(sizes))


async def _rate(port: int, path: Callable[[], str], seconds: float = WINDOW_S) -> float:
    """Requests a second of some connections at once."""
    end = time.perf_counter() + seconds

    async def ask() -> int:
        client, count = Client(port), 0
        await client.open()
        while time.perf_counter() < end:
            await client.get(path())
            count += 1
        client.close()
        return count

    began = time.perf_counter()
    counts = await asyncio.gather(*(ask() for _ in range(CONNECTIONS)))
    return sum(counts) / (time.perf_counter() - began)


def search_france_p99_ms_over_empty_json_p99_ms() -> bool:
    """The p99 of searches over all of France (the page of 20 with its facets) over that of the same
    process' empty JSON, one request of each in turn, through HTTP on loopback."""
    with served_nation() as nation:
        search, empty = asyncio.run(_in_turn(nation.port))
    value = p99(search) / p99(empty)
    return tell(
        figure="search_france_p99_ms_over_empty_json_p99_ms", value=round(value, 2), goal="<= 3",
        search_p99_ms=round(p99(search), 2), empty_p99_ms=round(p99(empty), 2),
        search_median_ms=round(statistics.median(search), 2),
        empty_median_ms=round(statistics.median(empty), 2), ok=value <= 3,
    )  # fmt: skip


async def _in_turn(port: int) -> tuple[list[float], list[float]]:
    asks, client = Asks(12), Client(port)
    await client.open()
    search, empty = list[float](), list[float]()
    for number in range(WARM + TIMES):
        for path, times in ((asks.france(), search), (EMPTY, empty)):
            began = time.perf_counter()
            await client.get(path)
            if number >= WARM:
                times.append((time.perf_counter() - began) * 1000)
    client.close()
    return search, empty


def p99(times: Sequence[float]) -> float:
    return sorted(times)[len(times) * 99 // 100]


def index_memory() -> bool:
    """Bytes a night, the total, and that two web workers that answer searches share one copy: what
    of the index is resident in one, in both together (their proportional set), and what each has
    for itself."""
    with served_nation(workers=2) as nation:
        asyncio.run(_warm(nation))
        tables, pids = Tables(nation.index), nation.workers
        shares = [_resident(pid, nation.index) for pid in pids]
        private = [_private(pid) for pid in pids]
    grids = sum(getattr(tables, name).dtype.itemsize for name in GRIDS)
    one, both = max(rss for _, rss in shares), sum(pss for pss, _ in shares)
    whole = tables.capacity.size
    return tell(
        figure="index_memory", bytes_a_night=grids, nights=tables["columns"] * DAYS,
        file_mb=round(whole / 1e6), workers=len(pids), one_worker_mb=round(one / 1e6),
        two_workers_together_mb=round(both / 1e6),
        private_mb=[round(each / 1e6) for each in private],
        ok=grids <= 8 and len(pids) == 2 and one > whole / 2 and both <= one * 1.05,
    )  # fmt: skip


async def _warm(nation: Nation) -> None:
    """Searches of all nights and places, of both workers."""
    asks = Asks(14)
    await _rate(nation.port, asks.france, WARM_S / 2)
    await _rate(nation.port, asks.department, WARM_S / 2)


def _resident(pid: int, path: Path) -> tuple[int, int]:
    """The proportional and the resident bytes of a mapped file."""
    found, inside = {"Pss": 0, "Rss": 0}, False
    for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
        if "-" in line.split(" ", 1)[0]:
            inside = line.endswith(str(path))
        name = line.partition(":")[0]
        if inside and name in found:
            found[name] += int(line.split()[1]) * 1024
    return found["Pss"], found["Rss"]


def _private(pid: int) -> int:
    """The bytes that a process has for itself alone."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Private_"))


FIGURES: dict[str, Callable[[], bool]] = {
    "search_http_vs_static_json": search_http_vs_static_json,
    "search_france_p99_ms": search_france_p99_ms_over_empty_json_p99_ms,
    "index_memory": index_memory,
}
