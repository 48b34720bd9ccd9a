"""Several writers on one feed: none prunes what another needs, who missed something builds anew."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import asyncpg
import pytest
from msgspec.structs import replace

from hub.core.db import Database, Session, open_session
from hub.core.migrate import role_dsn
from hub.core.settings import Settings
from hub.core.sql import parse_query
from loadtests.asks import Asking
from loadtests.changes import Changer
from loadtests.index_audit import tell
from tests.conftest import NOW, SECRET
from tests.db.test_index_writer import TODAY, built, left_on, root, same, session, set_left
from tests.houses import ARRIVAL, House, find_house
from tourism.index import IndexTooOld, NationalIndex, Places, View
from tourism.index.generation import Generation
from tourism.indexing import process, standing, store
from tourism.indexing import writer as writing
from tourism.indexing.build import BuildFailed, build
from tourism.indexing.following import Follower
from tourism.indexing.writer import RETENTION_S, Writer
from tourism.nights import folders
from tourism.nights.layout import Tables

__all__ = ["root", "session"]  # fixtures

LONG_AGO = "seen_at = seen_at - interval '11 minutes'"  # more than the retention

Machine = Callable[[str], Awaitable[Writer]]


@pytest.fixture
async def machine(demo_settings: Settings, tmp_path: Path) -> AsyncIterator[Machine]:
    """Makes a writer with a connection of its own for the machine of that name."""
    sessions = list[Session]()

    async def make(name: str) -> Writer:
        settings = replace(demo_settings, data=tmp_path / name)
        assert settings.database_url
        sessions.append(await open_session(role_dsn(settings.database_url, "hub_index", SECRET)))

        async def builder() -> Path:
            own = await process.connect(settings)
            try:
                return Path((await build(own, lambda _: folders.home(settings.data), TODAY)).path)
            finally:
                await own.close()

        return Writer(sessions[-1], settings.data, builder, lambda: TODAY)

    yield make
    for one in sessions:
        await one.close()


@pytest.fixture
async def house(demo: Database, root: asyncpg.Connection) -> House:
    found = await find_house(demo)
    await set_left(root, found.types["double"], 5)
    return found


async def until(look: Callable[[], Awaitable[bool]]) -> None:
    for _ in range(1_000):
        if await look():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it does not come")


async def last_change(root: asyncpg.Connection) -> int:
    """A transaction after everything that was committed."""
    return int(await root.fetchval("select pg_current_xact_id()::text"))


async def prune_as_another(session: Session, root: asyncpg.Connection) -> None:
    """Another writer has applied everything that was committed, and prunes."""
    last = await last_change(root)

    async def is_read() -> bool:  # not while somebody writes anywhere in the cluster
        horizon = (await store.open_feed(session)).horizon
        await store.keep_writer(session, "another", horizon, asleep=False)
        return horizon > last

    await until(is_read)
    await store.prune_changes(session, RETENTION_S)


async def stand_still(root: asyncpg.Connection, writer: Writer) -> None:
    """Nobody has seen it for longer than the retention."""
    name = writer.standing.name
    assert await root.fetchval(
        f"update index_writer set {LONG_AGO} where name = $1 returning true", name
    )


def tables_of(writer: Writer) -> Tables:
    assert writer.follower is not None
    return writer.follower.tables


async def until_built(writer: Writer) -> None:
    first = tables_of(writer)
    for _ in range(10_000):
        await writer.turn()
        if tables_of(writer) is not first:
            return
    raise AssertionError("nothing was built")


async def test_what_comes_while_a_first_build_reads_is_not_pruned(
    machine: Machine, session: Session, root: asyncpg.Connection, house: House
) -> None:
    writer, builds = await machine("new"), list[Path]()
    builder = writer.builder

    async def build_amid_pruning() -> Path:
        builds.append(await builder())
        if len(builds) == 1:
            await set_left(root, house.types["double"], 3)
            await prune_as_another(session, root)
        return builds[-1]

    writer.builder = build_amid_pruning
    assert await writer.start() == "database"
    assert left_on(tables_of(writer), house.types["double"], ARRIVAL) == 3
    assert len(builds) == 1


async def test_a_first_build_is_said_again_while_it_reads(
    machine: Machine,
    session: Session,
    root: asyncpg.Connection,
    house: House,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It may take longer than the retention."""
    monkeypatch.setattr(writing, "NOTE_S", 0.01)
    writer, builds = await machine("new"), list[Path]()
    builder = writer.builder
    fresh = "select seen_at > now() - interval '1 minute' from index_writer where name = $1"

    async def take_long() -> Path:
        builds.append(await builder())
        await stand_still(root, writer)
        await until(lambda: root.fetchval(fresh, writer.standing.name))
        await set_left(root, house.types["double"], 3)
        await prune_as_another(session, root)
        return builds[-1]

    writer.builder = take_long
    await asyncio.wait_for(writer.start(), 120)
    assert left_on(tables_of(writer), house.types["double"], ARRIVAL) == 3
    assert len(builds) == 1


async def test_a_first_build_that_missed_what_was_pruned_is_built_once_more(
    machine: Machine,
    session: Session,
    root: asyncpg.Connection,
    house: House,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its process stood still, so that others went on without it."""
    monkeypatch.setattr(writing, "NOTE_S", 3_600)
    writer, builds = await machine("new"), list[Path]()
    builder = writer.builder

    async def build_standing_still() -> Path:
        builds.append(await builder())
        if len(builds) == 1:
            await set_left(root, house.types["double"], 3)
            await stand_still(root, writer)
            await prune_as_another(session, root)
        return builds[-1]

    writer.builder = build_standing_still
    assert await writer.start() == "database"
    assert left_on(tables_of(writer), house.types["double"], ARRIVAL) == 3
    assert len(builds) == 2
    assert folders.pointed(writer.data) == builds[1]
    assert not builds[0].exists()


async def test_a_live_file_is_known_to_all_before_it_is_brought_up_to_now(
    machine: Machine,
    session: Session,
    root: asyncpg.Connection,
    house: House,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = await machine("one")
    await first.start()
    await stand_still(root, first)
    await set_left(root, house.types["double"], 3)
    rolling = Follower.roll_to

    async def prune_before_it_follows(self, today) -> bool:
        await prune_as_another(session, root)
        return await rolling(self, today)

    monkeypatch.setattr(Follower, "roll_to", prune_before_it_follows)
    again = await machine("one")
    assert await again.start() == "live"
    assert left_on(tables_of(again), house.types["double"], ARRIVAL) == 3


async def test_a_writer_that_stood_still_beyond_the_retention_builds_anew(
    machine: Machine, session: Session, root: asyncpg.Connection, house: House
) -> None:
    """Its connection lives, and the feed has nothing for it any more: from its first look on its
    file is nobody's to ask."""
    writer = await machine("one")
    await writer.start()
    await writer.turn()
    index, first = NationalIndex(writer.data), tables_of(writer)
    await set_left(root, house.types["double"], 3)
    await stand_still(root, writer)
    await prune_as_another(session, root)
    await writer.turn()
    assert tables_of(writer) is first
    assert left_on(first, house.types["double"], ARRIVAL) == 5
    with pytest.raises(IndexTooOld):
        index.view()
    await until_built(writer)
    assert left_on(tables_of(writer), house.types["double"], ARRIVAL) == 3


async def test_what_comes_while_another_build_reads_is_not_pruned(
    machine: Machine, session: Session, root: asyncpg.Connection, house: House
) -> None:
    """Also of one that was gone for everybody until that build began."""
    writer, builds = await machine("one"), list[Path]()
    await writer.start()
    builder = writer.builder

    async def build_amid_pruning() -> Path:
        builds.append(await builder())
        if len(builds) == 1:
            await set_left(root, house.types["double"], 3)
            await prune_as_another(session, root)
        return builds[-1]

    writer.builder = build_amid_pruning
    await stand_still(root, writer)
    await prune_as_another(session, root)
    await until_built(writer)
    await writer.turn()
    assert left_on(tables_of(writer), house.types["double"], ARRIVAL) == 3
    assert len(builds) == 1


async def test_a_writer_that_cannot_build_holds_nothing_up(
    machine: Machine, session: Session, root: asyncpg.Connection, house: House,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(standing, "NOTE_S", 0)
    monkeypatch.setattr(standing, "PRUNE_S", 0)
    writer = await machine("one")
    await writer.start()
    builder = writer.builder

    async def fail() -> Path:
        raise BuildFailed("no room left")

    writer.builder = fail
    await root.execute("select tell_index_everything()")

    async def is_put_off() -> bool:
        await writer.turn()
        return writer._build_at > 0

    await until(is_put_off)
    writer._build_at += 3_600
    await set_left(root, house.types["double"], 3)
    last = await last_change(root)

    async def is_pruned() -> bool:
        await writer.turn()
        return (await store.open_feed(session)).pruned > last

    await until(is_pruned)
    assert await root.fetchval("select count(*) from index_change where kind = 'everything'") == 0
    writer.builder, writer._build_at = builder, 0.0
    await until_built(writer)
    assert left_on(tables_of(writer), house.types["double"], ARRIVAL) == 3


async def test_a_first_build_ends_with_its_writer(machine: Machine) -> None:
    writer, begun, ended = await machine("new"), asyncio.Event(), list[str]()

    async def build_for_ever() -> Path:
        try:
            begun.set()
            await asyncio.Event().wait()
        finally:
            ended.append("its process is killed")
        raise AssertionError

    writer.builder = build_for_ever
    starting = asyncio.create_task(writer.start())
    await begun.wait()
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert ended


async def test_machines_of_one_name_and_folder_do_not_share_a_row(
    machine: Machine, root: asyncpg.Connection
) -> None:
    for _ in range(2):
        await (await machine("one")).standing.note(None, asleep=False)
    assert await root.fetchval("select count(*) from index_writer") == 2


async def test_nobody_is_woken_for_a_writer_that_is_gone(
    session: Session, root: asyncpg.Connection, house: House
) -> None:
    heard, one = asyncio.Event(), parse_query("one", "select 1")
    await session.listen("hub_index", heard.set)
    await store.keep_writer(session, "gone", 0, asleep=True)
    await root.execute("update index_writer set seen_at = seen_at - interval '2 minutes'")
    changes: tuple[Callable[[], Awaitable[object]], ...] = (
        lambda: set_left(root, house.types["double"], 4),
        lambda: root.execute("update rate_plan set rank = rank where property = $1", house.id),
    )
    for change in changes:
        await change()
        await session.value(int, one)
        assert not heard.is_set()
    for change in changes:
        await store.keep_writer(session, "back", 0, asleep=True)
        await change()
        await asyncio.wait_for(heard.wait(), 60)
        heard.clear()


async def test_a_writer_is_waited_for_as_long_as_is_said_and_remembered_for_a_day(
    session: Session, root: asyncpg.Connection
) -> None:
    for name, applied, age in (("here", 9, 0), ("late", 7, 20), ("lost", 5, 25 * 60)):
        await store.keep_writer(session, name, applied, asleep=True)
        await root.execute(
            "update index_writer set seen_at = seen_at - make_interval(mins => $2)"
            " where name = $1",
            name, age,
        )  # fmt: skip
    await store.prune_changes(session, 3_600)
    assert (await store.open_feed(session)).pruned == 7
    await store.prune_changes(session, 600)
    assert (await store.open_feed(session)).pruned == 9
    rows = await root.fetch("select name from index_writer order by name")
    assert [row["name"] for row in rows] == ["here", "late"]


async def settle(writer: Writer) -> None:
    """Let it come to where it follows, and has everything."""
    for _ in range(10_000):
        await writer.turn()
        if writer._followed and writer._building is None:
            await writer.turn()
            return
    raise AssertionError("it never follows")


class Machines:
    """Two writers of one feed to which everything may happen."""

    def __init__(
        self, make: Machine, root: asyncpg.Connection, changer: Changer, seed: int
    ) -> None:
        self.make, self.root, self.changer = make, root, changer
        self.random, self.missed = random.Random(seed), 0
        self.writers = dict[str, Writer]()

    async def begin(self, name: str) -> None:
        self.writers[name] = await self.make(name)
        await self.writers[name].start()

    async def act(self) -> None:
        name, chance = self.random.choice(sorted(self.writers)), self.random.random()
        writer = self.writers[name]
        if chance < 0.60:
            await writer.turn()
        elif chance < 0.80:
            await writer.standing.note(writer._needed(), asleep=self.random.random() < 0.5)
            await store.prune_changes(writer.session, RETENTION_S)
        elif chance < 0.92:
            await self.stand_still(name)
        elif chance < 0.99:
            await self.end(writer)
            await self.begin(name)
        else:
            await self.root.execute("select tell_index_everything()")

    async def stand_still(self, name: str) -> None:
        """For longer than the retention, as have those that were ended, while the other goes on."""
        (other,) = (writer for one, writer in self.writers.items() if one != name)
        await self.root.execute(
            f"update index_writer set {LONG_AGO} where name <> $1", other.standing.name
        )
        for _ in range(5):
            await self.changer.change()
        await other.turn()
        await other.standing.note(other._needed(), asleep=False)
        await store.prune_changes(other.session, RETENTION_S)
        pruned = (await store.open_feed(other.session)).pruned
        self.missed += pruned > tables_of(self.writers[name])["watermark"]

    async def end(self, writer: Writer) -> None:
        """Asked to, or killed; then its file is lost now and then."""
        building = writer._building
        if building is not None:
            building.cancel()
            await asyncio.wait((building,))
            writer._building = None
        elif self.random.random() < 0.5:
            stopping = asyncio.Event()
            stopping.set()
            await writer.run(stopping)
            return
        if self.random.random() < 0.3:
            tables_of(writer).path.unlink(missing_ok=True)


@pytest.mark.parametrize("seed", [1, 2])
async def test_two_writers_of_one_feed_end_equal(
    machine: Machine, session: Session, root: asyncpg.Connection, tmp_path: Path, seed: int
) -> None:
    """Changes, prunings, standing still, ends and starts in any order: afterwards both say what the
    database says, of every night and to every question."""
    rows = await root.fetch(
        "select id, commune_code, lat, lng from property where lat is not null"
        " and department_code = '48' order by id"
    )
    changer = Changer(root, seed, TODAY, [row["id"] for row in rows])
    both = Machines(machine, root, changer, seed)
    for name in ("one", "two"):
        await both.begin(name)
    for _ in range(80):
        for _ in range(both.random.choice((0, 1, 2))):
            await changer.change()
        await both.act()
    assert both.missed
    for writer in both.writers.values():
        await settle(writer)
    one, two = (tables_of(writer) for writer in both.writers.values())
    fresh = await built(session, tmp_path / "fresh")
    assert same(one, fresh)
    assert same(two, fresh)
    views = [View(Generation(tables), 0.0) for tables in (fresh, one, two)]
    asking = Asking(seed, NOW, [tuple(row) for row in rows], (Places(kind="country"),))
    for _ in range(40):
        ask = asking.any()
        told = [tell(view, ask) for view in views]
        assert told[0] == told[1] == told[2]
