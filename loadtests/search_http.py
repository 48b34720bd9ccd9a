"""Searches over the generated national set through HTTP, as `hub web` answers them."""

import asyncio
import contextlib
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from hub.core import postgres
from hub.core.settings import read_settings
from loadtests import national
from loadtests.report import tell
from loadtests.serving import ROOT, free_port, served_demo
from tourism.nights import folders
from tourism.nights.layout import Tables

AREA = "48"
CONNECTIONS, WINDOW_S, PAIRS, WARM_S = 4, 0.7, 9, 8
TIMES, WARM = 1_500, 100
READY_S = 60


class Client:
    """One connection that asks and waits, with as little work of its own as may be."""

    def __init__(self, port: int) -> None:
        self.port = port

    async def open(self) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)

    async def get(self, path: str) -> bytes:
        self._writer.write(f"GET {path} HTTP/1.1\r\nhost: bench\r\n\r\n".encode())
        head = await self._reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = next(
            int(line.partition(b":")[2])
            for line in head.lower().splitlines()
            if line.startswith(b"content-length:")
        )
        return await self._reader.readexactly(length)

    def close(self) -> None:
        self._writer.close()


class Asks:
    """Random searches of a couple over the whole year, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def of(self, place: str, nights: int) -> str:
        arrival = datetime.now(UTC).date() + timedelta(days=self.random.randint(2, 360))
        departure = arrival + timedelta(days=nights)
        query = {"place": place, "arrival": arrival, "departure": departure, "adults": 2}
        return f"/api/v1/search?{urlencode(query)}"

    def department(self) -> str:
        return self.of(f"department:{self.random.choice(national.DEPARTMENTS)}", 7)

    def france(self) -> str:
        return self.of("country:FR", self.random.randint(1, 14))


@contextlib.contextmanager
def served_nation() -> Generator[int]:
    """One web process over the national set, on a database of one department; its port."""
    with served_demo(AREA, workers=1) as served, national.memory_folder() as folder:
        settings = read_settings(served.environment)
        tables = national.generate(folder, 120_000, datetime.now(UTC).date())
        data, port = Path(tempfile.mkdtemp(prefix="hub-national-")), free_port()
        folders.point(data, tables.path)
        dsn = postgres.start(settings.data / "postgres").dsn(database="hub")  # attached, not owned
        environment = served.environment | {
            "DATABASE_URL": dsn,
            "HUB_SECRET_KEY": settings.secret_key.decode(),
            "HUB_DATA": str(data),
            "HUB_PORT": str(port),
            "HUB_WORKERS": "1",
        }
        with _kept_up(tables), _process(environment, served.home / "national.log", port):
            yield port
        shutil.rmtree(data)


@contextlib.contextmanager
def _kept_up(tables: Tables) -> Generator[None]:
    """The set as fresh as a writer without changes keeps it."""
    stopping = threading.Event()

    def keep() -> None:
        while not stopping.wait(0.2):
            tables.header["caught_up"] = time.monotonic()

    thread = threading.Thread(target=keep)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()


@contextlib.contextmanager
def _process(environment: dict[str, str], log: Path, port: int) -> Generator[None]:
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "loadtests.national_web"],
            env=os.environ | environment, stdout=out, stderr=out, cwd=ROOT,
        )  # fmt: skip
    try:
        deadline = time.monotonic() + READY_S
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                asyncio.run(_look(port))
                break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(30)


async def _look(port: int) -> None:
    client = Client(port)
    await client.open()
    await client.get("/health/live")
    client.close()


def search_http_vs_static_json() -> bool:
    """Requests a second of searches over departments (7 nights, the page of 20 with its facets),
    each asked for the first time, over those of a static JSON of the same size from the same
    process; median of interleaved windows. `repeated` is the same of searches asked again while
    nothing was written in their department, `again_in_ten` when nine of ten are."""
    with served_nation() as port:
        rates, size = asyncio.run(_against_static(port))
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
    with served_nation() as port:
        search, empty = asyncio.run(_in_turn(port))
    value = _p99(search) / _p99(empty)
    return tell(
        figure="search_france_p99_ms_over_empty_json_p99_ms", value=round(value, 2), goal="<= 3",
        search_p99_ms=round(_p99(search), 2), empty_p99_ms=round(_p99(empty), 2),
        search_median_ms=round(statistics.median(search), 2),
        empty_median_ms=round(statistics.median(empty), 2), ok=value <= 3,
    )  # fmt: skip


async def _in_turn(port: int) -> tuple[list[float], list[float]]:
    asks, client = Asks(12), Client(port)
    await client.open()
    search, empty = list[float](), list[float]()
    for number in range(WARM + TIMES):
        for path, times in ((asks.france(), search), ("/health/live", empty)):
            began = time.perf_counter()
            await client.get(path)
            if number >= WARM:
                times.append((time.perf_counter() - began) * 1000)
    client.close()
    return search, empty


def _p99(times: Sequence[float]) -> float:
    return sorted(times)[len(times) * 99 // 100]


def _quartiles(values: Sequence[float]) -> list[float]:
    low, _, high = statistics.quantiles(values, n=4)
    return [round(low, 2), round(high, 2)]


FIGURES: dict[str, Callable[[], bool]] = {
    "search_http_vs_static_json": search_http_vs_static_json,
    "search_france_p99_ms": search_france_p99_ms_over_empty_json_p99_ms,
}
