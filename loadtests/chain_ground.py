"""Where a drill of the money runs: the demonstration's database, made once and copied for each run,
with a clock, a stand-in and a queue of its own; two runs side by side, each in its own process."""

import asyncio
import logging
import shutil
import tempfile
import traceback
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import asyncpg
import msgspec
import structlog

from hub.app import compose, open_database
from hub.core import postgres
from hub.core.clock import DrivenClock, SeededIds
from hub.core.errors import HubError
from hub.core.migrate import migrate
from tests.conftest import SECRET, quick_folder, settings_for
from tests.money import Town, open_town
from tourism.demo.seed import seed

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
TEMPLATE, PROCESSES = "chain_template", 2
T = TypeVar("T")


class Ground(msgspec.Struct, frozen=True):
    """A server with the demonstration of Lozère, to be copied."""

    server: postgres.Server
    home: Path

    def copy_name(self, number: int) -> str:
        return f"chain_{number}"


@contextmanager
def prepared_ground() -> Generator[Ground]:
    """A server of its own, with the demonstration in a database that is copied for each run."""
    home = quick_folder("hub-chain-")
    server = postgres.start(
        home / "postgres",
        settings={"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"},
    )
    try:
        asyncio.run(_fill(server, home))
        yield Ground(server, home)
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


async def _fill(server: postgres.Server, home: Path) -> None:
    admin = await asyncpg.connect(server.dsn())
    await admin.execute(f"create database {TEMPLATE}")
    await admin.close()
    url = server.dsn(database=TEMPLATE)
    await migrate(url, SECRET, compose().packages)
    await seed(settings_for(url, home), ("48",), clock=DrivenClock(NOW))


@asynccontextmanager
async def town_of_its_own(
    server_dsn: str, database_dsn: str, name: str, seed_number: int
) -> AsyncGenerator[tuple[Town, DrivenClock]]:
    """A copy of the demonstration, and a stand-in."""
    clock = DrivenClock(NOW)
    admin = await asyncpg.connect(server_dsn)
    await admin.execute(f"create database {name} template {TEMPLATE} strategy file_copy")
    await admin.close()
    data = Path(tempfile.mkdtemp(prefix="hub-chain-data-"))
    settings = settings_for(database_dsn, data)
    database = await open_database(settings, compose(), clock=clock, ids=SeededIds(seed_number))
    try:
        async with open_town(database, database_dsn, clock) as town:
            yield town, clock
    finally:
        await database.close()
        shutil.rmtree(data, ignore_errors=True)


class Errand(msgspec.Struct, frozen=True):
    """What one process of a drill is to do."""

    server_dsn: str
    database_dsn: str
    name: str
    seed_number: int
    count: int


async def in_town(errand: Errand, act: Callable[[Town, DrivenClock, int, int], Awaitable[T]]) -> T:
    logging.disable(logging.WARNING)  # a fault a second is what a drill is for
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    async with town_of_its_own(
        errand.server_dsn, errand.database_dsn, errand.name, errand.seed_number
    ) as (town, clock):
        try:
            return await act(town, clock, errand.seed_number, errand.count)
        except HubError as error:  # which does not travel between processes
            raise RuntimeError(traceback.format_exc()) from error


def run_each(do: Callable[[Errand], T], seeds: Sequence[int], count: int) -> Iterator[T]:
    with prepared_ground() as ground:
        errands = [
            Errand(
                ground.server.dsn(),
                ground.server.dsn(database=ground.copy_name(number)),
                ground.copy_name(number),
                number,
                count,
            )
            for number in seeds
        ]
        with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
            yield from pool.map(do, errands)
