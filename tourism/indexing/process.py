"""The process `hub index`: a writer that is connected again whatever happens to the database."""

import asyncio
import contextlib
import fcntl
import os
import signal
import sys
from collections.abc import Generator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import asyncpg
import msgspec
import structlog

from hub.core.db import Session, open_session
from hub.core.migrate import role_dsn
from hub.core.settings import Settings
from tourism.indexing.build import BuildFailed, Built, build
from tourism.indexing.writer import Writer
from tourism.nights import folders

log = structlog.get_logger("tourism.index")

PARIS = ZoneInfo("Europe/Paris")
AGAIN_S = 0.5


def today() -> date:
    return datetime.now(UTC).astimezone(PARIS).date()


async def connect(settings: Settings) -> Session:
    """The writer's own connection, as the role that reads listings."""
    assert settings.database_url is not None, "DATABASE_URL is not set: `hub up` sets it"
    return await open_session(role_dsn(settings.database_url, "hub_index", settings.secret_key))


async def build_now(settings: Settings) -> Built:
    """Build a file where it can live. Nothing refers to it yet."""
    session = await connect(settings)
    try:
        return await build(session, lambda size: folders.live_folder(settings.data, size), today())
    finally:
        await session.close()


async def build_first(settings: Settings) -> None:
    """An index for data that have none yet, so that whoever searches first need not wait for it."""
    if folders.pointed(settings.data) is None and not folders.snapshot(settings.data).exists():
        built = await build_now(settings)
        folders.point(settings.data, Path(built.path))


async def build_beside(settings: Settings) -> Path:
    """Build in a process of its own, so that the live index is kept up meanwhile. Raises
    `BuildFailed`; what that process had written until then is removed."""
    environment = dict(os.environ) | {
        "DATABASE_URL": settings.database_url or "",
        "HUB_DATA": str(settings.data),
        "HUB_SECRET_KEY": settings.secret_key.decode(),
    }
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tourism.indexing", "build",
            env=environment, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
    except OSError as error:
        raise BuildFailed(f"no process could be started: {error}") from error
    assert process.stdout is not None
    try:
        answer = await process.stdout.read()
        code = await process.wait()
        if code:
            raise BuildFailed(f"the process that builds ended with {code}")
        built = msgspec.json.decode(answer, type=Built)
    except msgspec.DecodeError as error:
        raise BuildFailed("the process that builds did not say what it built") from error
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        folders.forget_half(settings.data, process.pid)
        raise
    log.info("index built", **msgspec.to_builtins(built))
    return Path(built.path)


@contextlib.contextmanager
def only_one(data: Path) -> Generator[None]:
    """Wait until no other writer keeps this index; the lock ends with the process."""
    path = folders.lock(data)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def keep_index(settings: Settings) -> int:
    """Keep the index of this machine until SIGTERM or SIGINT."""
    with only_one(settings.data):
        folders.clear_abandoned()
        asyncio.run(_keep(settings))
    return 0


async def _keep(settings: Settings) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    while not stopping.is_set():
        with contextlib.suppress(TimeoutError):
            try:
                await _keep_connected(settings, stopping)
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
                log.warning("index waits for the database", error=str(error))
                await asyncio.wait_for(stopping.wait(), AGAIN_S)


async def _keep_connected(settings: Settings, stopping: asyncio.Event) -> None:
    session = await connect(settings)
    try:
        writer = Writer(
            session,
            settings.data,
            lambda: build_beside(settings),
            today,
            settings.index_retention_s,
        )
        starting = asyncio.create_task(writer.start())
        stopped = asyncio.create_task(stopping.wait())
        await asyncio.wait((starting, stopped), return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if not starting.done():
            starting.cancel()
            return
        log.info("index started", source=starting.result())
        await writer.run(stopping)
    finally:
        await session.close()
