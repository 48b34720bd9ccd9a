"""One embedded PostgreSQL for the run, a migrated template, and a fresh clone for each test."""

import asyncio
import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
import structlog
from hypothesis import settings as hypothesis_settings

from hub.app import compose, open_database
from hub.core import postgres
from hub.core.clock import DrivenClock, SeededIds
from hub.core.db import Database
from hub.core.log import processors
from hub.core.migrate import migrate
from hub.core.settings import Settings
from tourism.demo.seed import seed

# The machine is shared: how long an example takes says nothing about the code.
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.load_profile("house")
structlog.configure(processors=processors(json=True))  # as in every process of a hub
SECRET = b"a test's secret key, long enough to be one"
# Tuesday 1 December 2026, 10:00 in Paris: the demonstration's first day.
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
_numbers = itertools.count()
MEMORY = Path("/dev/shm")  # noqa: S108  a folder in memory, where the machine has one
ROOM_BYTES = 4 << 30


def quick_folder(prefix: str) -> Path:
    """A fresh folder, in memory where there is room: a clone of a database is 300 small files."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_BYTES
    return Path(tempfile.mkdtemp(prefix=prefix, dir=MEMORY if roomy else None))


@pytest.fixture(scope="session", autouse=True)
def keys_folder() -> Iterator[Path]:
    """Where this test process, and what it starts, keeps the keys that wrap those of tenants."""
    folder = quick_folder("hub-test-keys-")
    before = os.environ.get("HUB_KEYS")
    os.environ["HUB_KEYS"] = str(folder)
    yield folder
    os.environ.pop("HUB_KEYS", None)
    if before is not None:
        os.environ["HUB_KEYS"] = before
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[postgres.Server]:
    """An embedded server of this test process, quick because nothing of it need survive."""
    home = quick_folder(f"hub-test-{worker_id}-")
    server = postgres.start(
        home,
        settings={
            "fsync": "off",
            "full_page_writes": "off",
            "synchronous_commit": "off",
            "shared_buffers": "128MB",
            "max_wal_size": "256MB",
        },
    )
    yield server
    server.stop()
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def template(server: postgres.Server) -> str:
    """A migrated database, to be cloned."""

    async def make() -> str:
        admin = await asyncpg.connect(server.dsn())
        await admin.execute("create database hub_template")
        await admin.close()
        await migrate(server.dsn(database="hub_template"), SECRET, compose().packages)
        return "hub_template"

    return asyncio.run(make())


@asynccontextmanager
async def cloned(server: postgres.Server, template: str) -> AsyncIterator[str]:
    """The address (as administrator) of a clone of a database, gone afterwards."""
    name = f"hub_test_{next(_numbers)}"
    admin = await asyncpg.connect(server.dsn())
    await admin.execute(f"create database {name} template {template} strategy file_copy")
    yield server.dsn(database=name)
    await admin.execute(f"drop database {name} with (force)")
    await admin.close()


@pytest.fixture
async def database_url(server: postgres.Server, template: str) -> AsyncIterator[str]:
    """The address (as administrator) of a fresh database with the whole schema."""
    async with cloned(server, template) as url:
        yield url


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """The settings of a demonstration on that database."""
    return settings_for(database_url, tmp_path)


@pytest.fixture
def clock() -> DrivenClock:
    """A clock that stands at the first morning of December 2026 until a test moves it."""
    return DrivenClock(NOW)


@pytest.fixture
async def database(settings: Settings, clock: DrivenClock) -> AsyncIterator[Database]:
    """The application's pools on a fresh database, with a driven clock and seeded ids."""
    database = await open_database(settings, compose(), clock=clock, ids=SeededIds(1))
    yield database
    await database.close()


@pytest.fixture
async def admin(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """The administrator's connection: to set things up and to look over the walls."""
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


def settings_for(database_url: str, data: Path) -> Settings:
    """The settings of a demonstration on a database."""
    return Settings(
        database_url=database_url,
        data=data,
        host="127.0.0.1",
        port=8000,
        workers=1,
        broker_url=None,
        secret_key=SECRET,
        public_url="http://testserver.local",
        demo=True,
        stripe_secret_key=None,
        stripe_webhook_secret=None,
        smtp_url=None,
        pool_size=8,
    )


@pytest.fixture(scope="session")
def demo_template(server: postgres.Server, template: str) -> str:
    """A database with the demonstration of Lozère, as of `NOW`, to be cloned."""

    async def make() -> str:
        admin = await asyncpg.connect(server.dsn())
        await admin.execute(f"create database hub_demo_template template {template}")
        await admin.close()
        url = server.dsn(database="hub_demo_template")
        await seed(settings_for(url, Path(tempfile.mkdtemp())), ("48",), clock=DrivenClock(NOW))
        return "hub_demo_template"

    return asyncio.run(make())


@pytest.fixture
async def demo_settings(
    server: postgres.Server, demo_template: str, tmp_path: Path
) -> AsyncIterator[Settings]:
    """The settings of a fresh copy of that demonstration."""
    async with cloned(server, demo_template) as url:
        yield settings_for(url, tmp_path)


@pytest.fixture
async def demo(demo_settings: Settings, clock: DrivenClock) -> AsyncIterator[Database]:
    """The application's pools on the demonstration, with a driven clock."""
    database = await open_database(demo_settings, compose(), clock=clock, ids=SeededIds(2))
    yield database
    await database.close()


if "PYTEST_XDIST_WORKER" not in os.environ:

    @pytest.fixture(scope="session")
    def worker_id() -> str:
        return "main"
