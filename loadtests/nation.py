"""`hub web` over the generated national set, served on loopback, and who asks it."""

import asyncio
import contextlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import msgspec

from hub.core import postgres
from hub.core.settings import read_settings
from loadtests import national
from loadtests.processes import command, descendants
from loadtests.serving import ROOT, free_port, served_demo
from tourism.nights import folders
from tourism.nights.layout import Tables

AREA = "48"
READY_S = 60
EMPTY = "/api/static-json/11"  # behind everything that is asked of a search, and nothing to do


class Client:
    """One connection that asks and waits, with as little work of its own as may be."""

    def __init__(self, port: int) -> None:
        self.port = port

    async def open(self) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)

    async def get(self, path: str) -> bytes:
        self._writer.write(f"GET {path} HTTP/1.1\r\nhost: bench\r\n\r\n".encode())
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.partition(b":")[2])
            for line in head.lower().splitlines()
            if line.startswith(b"content-length:")
        )
        body = await self._reader.readexactly(length)
        assert head.startswith(b"HTTP/1.1 200"), (path, head, body)
        return body

    def close(self) -> None:
        self._writer.close()


class Asks:
    """Random searches of a couple over the whole year, none twice, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random, self._asked = random.Random(seed), set[str]()

    def department(self) -> str:
        """About a week in a department: 170,000 searches in all."""
        return self._new(lambda: f"department:{self.random.choice(national.DEPARTMENTS)}", (5, 9))

    def france(self) -> str:
        return self._new(lambda: "country:FR", (1, 14))

    def _new(self, place: Callable[[], str], nights: tuple[int, int]) -> str:
        while True:
            arrival = datetime.now(UTC).date() + timedelta(days=self.random.randint(2, 360))
            query = {
                "place": place(),
                "arrival": arrival,
                "departure": arrival + timedelta(days=self.random.randint(*nights)),
                "adults": 2,
            }
            path = f"/api/v1/search?{urlencode(query)}"
            if path not in self._asked:
                self._asked.add(path)
                return path


class Nation(msgspec.Struct, frozen=True):
    """Where it is served, by which process, from which file, and its database."""

    port: int
    pid: int
    index: Path
    dsn: str

    @property
    def workers(self) -> list[int]:
        """The processes that answer."""
        return [pid for pid in descendants(self.pid) if "resource_tracker" not in command(pid)]


@contextlib.contextmanager
def served_nation(
    workers: int = 1, before: Callable[[str], None] = lambda _: None
) -> Generator[Nation]:
    """Web processes over the national set, on a database of one department; `before` they start the
    database (its address) can be filled further."""
    with served_demo(AREA, workers=1) as served, national.memory_folder() as folder:
        settings = read_settings(served.environment)
        index = national.generate(folder, 120_000, datetime.now(UTC).date()).path
        data, port = Path(tempfile.mkdtemp(prefix="hub-national-")), free_port()
        folders.point(data, index)
        dsn = postgres.start(settings.data / "postgres").dsn(database="hub")  # attached, not owned
        before(dsn)
        environment = served.environment | {
            "DATABASE_URL": dsn,
            "HUB_SECRET_KEY": settings.secret_key.decode(),
            "HUB_DATA": str(data),
            "HUB_PORT": str(port),
            "HUB_WORKERS": str(workers),
        }
        # Mapped anew, so that the pages that were written here are not counted as shared with us.
        with (
            _kept_up(Tables(index, write=True)),
            _process(environment, served.home / "national.log", port) as pid,
        ):
            yield Nation(port, pid, index, dsn)
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
def _process(environment: dict[str, str], log: Path, port: int) -> Generator[int]:
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
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


async def _look(port: int) -> None:
    client = Client(port)
    await client.open()
    await client.get("/health/live")
    client.close()
