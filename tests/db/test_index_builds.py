"""The process that builds the index fails: it is tried again, and what is there goes on."""

import sys
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from structlog.testing import capture_logs

from hub.core.db import Database, Session
from hub.core.settings import Settings
from tests.db.test_index_writer import left_on, root, session, set_left, start
from tests.houses import ARRIVAL, find_house
from tourism.index import IndexTooOld, NationalIndex
from tourism.indexing import process
from tourism.indexing import writer as writing
from tourism.indexing.build import BuildFailed
from tourism.indexing.writer import Builder, Writer
from tourism.nights import folders

__all__ = ["root", "session"]  # fixtures


@pytest.fixture
def dying(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """In place of the process that builds: one that writes half a file, and is killed."""
    script = tmp_path / "dying"
    script.write_text('#!/bin/sh\necho half > "$HUB_DATA/index/half-$$"\nkill -9 $$\n')
    script.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(script))
    return script


async def test_a_build_whose_process_is_killed_fails_and_leaves_nothing(
    demo_settings: Settings, dying: Path
) -> None:
    home = folders.home(demo_settings.data)
    home.mkdir(parents=True, exist_ok=True)
    with pytest.raises(BuildFailed, match="-9"):
        await process.build_beside(demo_settings)
    assert list(home.glob("half-*")) == []


@pytest.fixture(params=["", "half a sent", None])
def odd(dying: Path, request: pytest.FixtureRequest) -> None:
    """One that says nothing sensible, or cannot be started."""
    if request.param is None:
        dying.unlink()
    else:
        dying.write_text(f"#!/bin/sh\nprintf '{request.param}'\n")


@pytest.mark.usefixtures("odd")
async def test_a_build_that_says_nothing_sensible_fails(demo_settings: Settings) -> None:
    with pytest.raises(BuildFailed):
        await process.build_beside(demo_settings)


def told(logs: list[Any]) -> list[Any]:
    return [entry for entry in logs if entry["event"] == "index could not be built"]


@pytest.fixture
async def following(session: Session, demo_settings: Settings) -> Writer:
    return (await start(session, demo_settings))[0]


@pytest.fixture
def builder(following: Writer) -> Builder:
    """What builds as it should."""
    return following.builder


@pytest.fixture
async def writer(following: Writer, builder: Builder) -> Writer:
    """One that follows; every build fails."""

    async def fail() -> Path:
        raise BuildFailed("no room left")

    following.builder = fail
    return following


async def test_builds_that_fail_are_begun_again_after_growing_pauses(
    writer: Writer, builder: Builder, root: asyncpg.Connection, demo_settings: Settings
) -> None:
    await root.execute("select tell_index_everything()")
    live = folders.pointed(demo_settings.data)
    with capture_logs() as logs:
        for number in range(12):
            writer._build_at = 0.0
            for _ in range(20):
                await writer.turn()
                if len(told(logs)) > number:
                    break
    pauses = [entry["again_in_s"] for entry in told(logs)]
    assert pauses[:4] == [1, 2, 4, 8]
    assert pauses[-1] == writing.LONGEST_PAUSE_S
    assert all(entry["error"] == "no room left" for entry in told(logs))
    assert folders.pointed(demo_settings.data) == live
    writer.builder, writer._build_at = builder, 0.0
    for _ in range(10_000):
        await writer.turn()
        if folders.pointed(demo_settings.data) != live:
            break
    assert folders.pointed(demo_settings.data) != live
    assert writer._pause_s == writing.PAUSE_S


async def test_none_is_begun_before_its_pause_is_over(
    writer: Writer, root: asyncpg.Connection
) -> None:
    begun, fail = list[int](), writer.builder

    async def count() -> Path:
        begun.append(1)
        return await fail()

    writer.builder = count
    await root.execute("select tell_index_everything()")
    for _ in range(5):
        await writer.turn()
    writer._build_at += 3_600
    many = len(begun)
    for _ in range(20):
        await writer.turn()
    assert len(begun) == many >= 1


async def test_an_index_with_a_long_tail_is_followed_while_no_other_can_be_built(
    writer: Writer,
    root: asyncpg.Connection,
    demo: Database,
    demo_settings: Settings,
) -> None:
    """Only what cannot be applied makes it too old: then readers ask PostgreSQL."""
    house = await find_house(demo)
    assert writer.follower is not None
    tables = writer.follower.tables
    await writer._begin_building("a test")
    await set_left(root, house.types["double"], 3)
    for _ in range(5):
        await writer.turn()
    assert left_on(tables, house.types["double"], ARRIVAL) == 3
    index = NationalIndex(demo_settings.data)
    await writer.turn()
    index.view()
    await root.execute("select tell_index_everything()")
    known = float(tables.header["caught_up"])
    for _ in range(3):
        await writer.turn()
    assert float(tables.header["caught_up"]) == known
    tables.header["caught_up"] = known - 60
    with pytest.raises(IndexTooOld):
        index.view()


async def test_a_first_build_that_fails_is_tried_until_one_comes(
    session: Session, demo_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "PAUSE_S", 0.01)
    good, _ = await start(session, demo_settings)
    live = folders.pointed(demo_settings.data)
    assert live is not None
    live.unlink()
    tries = [BuildFailed("killed"), OSError("disk full")]

    async def build() -> Path:
        if tries:
            raise tries.pop()
        return await good.builder()

    writer = Writer(session, demo_settings.data, build, good.today)
    assert await writer.start() == "database"
    assert not tries
    assert writer._pause_s == writing.PAUSE_S


async def test_an_index_without_room_is_not_asked_from_that_turn_on(
    writer: Writer, root: asyncpg.Connection, demo: Database, demo_settings: Settings
) -> None:
    """What it had no room for was taken from where it stood."""
    house, index = await find_house(demo), NationalIndex(demo_settings.data)
    assert writer.follower is not None
    tables = writer.follower.tables
    await writer.turn()
    index.view()
    tables.note("columns", tables["columns_max"])
    await root.execute("update property set commune_code = (select min(code) from commune) where"
                       " id = $1", house.id)  # fmt: skip
    await writer.turn()
    with pytest.raises(IndexTooOld):
        index.view()
