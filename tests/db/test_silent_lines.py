"""A line to the database that swallows what is sent costs one silence, not one for each connection
that was open."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import pytest

from hub.core import db, postgres
from hub.core.db import AllTaken, Database, connect
from hub.core.sql import parse_query
from loadtests.proxy import Line, Proxy

PID = parse_query("pid", "select pg_backend_pid()")
SIZE = 3


class Silent:
    """A service behind a line that can go bad."""

    def __init__(self, database: Database, proxy: Proxy) -> None:
        self.database, self.proxy = database, proxy

    async def pid(self) -> int | None:
        async with self.database.transaction() as tx:
            return await tx.value(int, PID)

    async def ask(self) -> int | None:
        return await self.database.at_once.value(int, PID)

    async def open_all(self) -> set[int | None]:
        """Every connection of the pool is open."""
        together = asyncio.Barrier(SIZE)

        async def open_one() -> int | None:
            async with self.database.transaction() as tx:
                pid = await tx.value(int, PID)
                await together.wait()
                return pid

        return set(await asyncio.gather(*(open_one() for _ in range(SIZE))))


@pytest.fixture
async def silent(
    server: postgres.Server, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Silent]:
    monkeypatch.setattr(db, "SILENCE_S", 5.0)
    folder, name = Path(tempfile.mkdtemp(prefix="hub-line-")), f".s.PGSQL.{server.port}"
    proxy = Proxy(str(server.socket_dir / name))
    listening = await asyncio.start_unix_server(proxy.meet, folder / name)
    url = database_url.replace(quote(str(server.socket_dir), safe=""), quote(str(folder), safe=""))
    assert url != database_url
    database = await connect(url, url, pool_size=SIZE)
    yield Silent(database, proxy)
    proxy.become(Line(closed=True))
    await database.close()
    listening.close()
    shutil.rmtree(folder)


async def test_after_one_silence_every_connection_is_a_new_one(silent: Silent) -> None:
    before = await silent.open_all()
    silent.proxy.become(Line(lost=True))
    with pytest.raises(TimeoutError):
        await silent.pid()
    assert not before & await silent.open_all()


async def test_one_statement_by_itself_does_the_same(silent: Silent) -> None:
    before = await silent.open_all()
    silent.proxy.become(Line(lost=True))
    with pytest.raises(TimeoutError):
        await silent.ask()
    assert not before & await silent.open_all()


async def test_a_commit_that_is_swallowed_does_the_same(silent: Silent) -> None:
    before = await silent.open_all()

    async def commit() -> None:
        async with silent.database.transaction() as tx:
            await tx.value(int, PID)
            silent.proxy.become(Line(lost=True))

    with pytest.raises(TimeoutError):
        await commit()
    assert not before & await silent.open_all()


async def test_who_only_waits_for_a_turn_hangs_up_on_nobody(
    silent: Silent, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await silent.open_all()
    others = [await silent.database.acquire() for _ in range(SIZE - 1)]

    async def wait_for_another() -> None:
        async with silent.database.transaction() as tx:
            await tx.connection()
            monkeypatch.setattr(db, "TURN_S", 0.1)
            await silent.ask()

    with pytest.raises(AllTaken):
        await wait_for_another()
    monkeypatch.undo()
    for one in others:
        await silent.database.release(one)
    assert before == await silent.open_all()
