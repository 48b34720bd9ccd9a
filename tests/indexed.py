"""A search index of the demonstration that is kept up while a test runs."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from pathlib import Path

from hub.core.clock import local_date
from hub.core.db import Reads, open_session
from hub.core.migrate import role_dsn
from hub.core.settings import Settings
from tests.conftest import NOW, SECRET
from tourism.index import IndexTooOld, View, open_index
from tourism.indexing.build import build
from tourism.indexing.following import Follower
from tourism.nights import folders
from tourism.nights.layout import Tables
from tourism.search.actions.engines import IndexEngine, choose_engine

EVERY_S = 0.05
PATIENCE_S = 20


@contextlib.asynccontextmanager
async def kept_index(settings: Settings) -> AsyncGenerator[Follower]:
    """The index that belongs to the settings' data, as its writer process would keep it."""
    assert settings.database_url
    session = await open_session(role_dsn(settings.database_url, "hub_index", SECRET))
    home = folders.home(settings.data)
    home.mkdir(parents=True, exist_ok=True)
    built = await build(session, lambda _: home, local_date(NOW, "Europe/Paris"))
    follower = Follower(session, Tables(Path(built.path), write=True))
    await follower.follow()
    folders.point(settings.data, Path(built.path))
    keeping = asyncio.create_task(_keep(follower))
    try:
        yield follower
    finally:
        keeping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeping
        await session.close()


async def fresh_engine(reads: Reads, data: Path) -> IndexEngine:
    """The index as soon as its keeper has had its turn: a machine may have stood still."""
    for _ in range(int(PATIENCE_S / EVERY_S)):
        engine = choose_engine(reads, data)
        if isinstance(engine, IndexEngine):
            return engine
        await asyncio.sleep(EVERY_S)
    raise AssertionError("the index was never fresh")


async def fresh_view(data: Path) -> View:
    """What the index answers, as soon as its keeper has had its turn. Raises `IndexTooOld` when
    nobody keeps it."""
    for _ in range(int(PATIENCE_S / EVERY_S)):
        with contextlib.suppress(IndexTooOld):
            return open_index(data).view()
        await asyncio.sleep(EVERY_S)
    return open_index(data).view()


async def _keep(follower: Follower) -> None:
    while True:
        await follower.follow()
        await asyncio.sleep(EVERY_S)
