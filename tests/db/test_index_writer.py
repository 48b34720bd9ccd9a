"""The writer of the index: nothing committed is ever skipped, whatever it is killed in."""

import asyncio
import os
import random
import threading
import time
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import asyncpg
import numpy as np
import pytest
from msgspec.structs import replace

from hub.core.clock import local_date
from hub.core.db import Database, Session, open_session
from hub.core.migrate import role_dsn
from hub.core.settings import Settings
from tests.conftest import NOW, SECRET
from tests.houses import ARRIVAL, book, find_house
from tourism.index import Ask, Houses, IndexTooOld, NationalIndex, reader
from tourism.index.generation import Generation
from tourism.index.search import search
from tourism.indexing import process, snapshots, store
from tourism.indexing.build import build
from tourism.indexing.following import Follower, Rebuild
from tourism.indexing.register import IndexFull
from tourism.indexing.writer import RETENTION_S, Writer
from tourism.nights import folders, layout
from tourism.nights.layout import DAYS, GRIDS, Tables
from tourism.rates.models import RoomParty

TODAY = local_date(NOW, "Europe/Paris")


@pytest.fixture
async def session(demo_settings: Settings) -> AsyncIterator[Session]:
    assert demo_settings.database_url
    session = await open_session(role_dsn(demo_settings.database_url, "hub_index", SECRET))
    yield session
    await session.close()


@pytest.fixture
async def root(demo_settings: Settings) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(demo_settings.database_url)
    yield connection
    await connection.close()


@pytest.fixture
async def second(demo_settings: Settings) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(demo_settings.database_url)
    yield connection
    await connection.close()


async def built(session: Session, folder: Path, today: date = TODAY) -> Tables:
    made = await build(session, lambda _: folder, today)
    return Tables(Path(made.path), write=True)


def left_on(tables: Tables, room_type: int, day: date) -> int:
    column = int(np.flatnonzero(tables.room_type == room_type)[0])
    return int(tables.left[day.toordinal() % DAYS, column])


async def set_left(connection: asyncpg.Connection, room_type: int, left: int) -> None:
    await connection.execute(
        "update ari_month set units_left[27] = $2 where room_type = $1 and month = '2027-02-01'",
        room_type,
        left,
    )


def same(one: Tables, other: Tables) -> bool:
    """Whether two indexes say the same of every night of every room type on sale."""
    here, there = columns_of(one), columns_of(other)
    assert here.keys() == there.keys()
    a, b = (np.array([c[id] for id in sorted(here)]) for c in (here, there))
    return all(
        np.array_equal(getattr(one, name)[:, a], getattr(other, name)[:, b]) for name in GRIDS
    )


def columns_of(tables: Tables) -> dict[int, int]:
    seated = np.flatnonzero(tables.occupancy_max[: tables["columns"]])
    return {int(tables.room_type[column]): int(column) for column in seated}


async def test_a_booking_is_seen_by_the_next_turn(
    session: Session, demo: Database, tmp_path: Path
) -> None:
    tables = await built(session, tmp_path)
    house = await find_house(demo)
    before = left_on(tables, house.types["double"], ARRIVAL)
    await book(demo, house.wish())
    assert left_on(tables, house.types["double"], ARRIVAL) == before
    await Follower(session, tables).follow()
    assert left_on(tables, house.types["double"], ARRIVAL) == before - 1


async def test_a_change_that_commits_after_later_ones_is_not_skipped(
    session: Session,
    root: asyncpg.Connection,
    second: asyncpg.Connection,
    demo: Database,
    tmp_path: Path,
) -> None:
    """Its row has the lower number, and is not there yet when the higher one is read."""
    tables = await built(session, tmp_path)
    follower, house = Follower(session, tables), await find_house(demo)
    slow = root.transaction()
    await slow.start()
    await set_left(root, house.types["double"], 3)
    await set_left(second, house.types["family"], 2)
    assert await follower.follow() == 1
    assert left_on(tables, house.types["family"], ARRIVAL) == 2
    assert await follower.follow() == 0
    await slow.commit()
    assert await follower.follow() == 1
    assert left_on(tables, house.types["double"], ARRIVAL) == 3
    assert await follower.follow() == 0


async def test_a_writer_killed_while_a_change_is_open_reads_it_after_its_start(
    session: Session,
    root: asyncpg.Connection,
    second: asyncpg.Connection,
    demo: Database,
    tmp_path: Path,
) -> None:
    tables = await built(session, tmp_path)
    house = await find_house(demo)
    slow = root.transaction()
    await slow.start()
    await set_left(root, house.types["double"], 3)
    await set_left(second, house.types["family"], 2)
    await Follower(session, tables).follow()
    await slow.commit()
    again = Tables(tables.path, write=True)
    await Follower(session, again).follow()
    assert left_on(again, house.types["double"], ARRIVAL) == 3


async def test_a_large_transaction_is_read_in_pages(
    session: Session, root: asyncpg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tourism.indexing.following.PAGE_OF_CHANGES", 50)
    tables = await built(session, tmp_path)
    await root.execute("update ari_month set min_stay[15] = 6 where month < '2027-03-01'")
    assert await Follower(session, tables).follow() > 500
    other = tmp_path / "other"
    other.mkdir()
    assert same(tables, await built(session, other))


async def test_days_pass_without_moving_memory(
    session: Session, root: asyncpg.Connection, demo: Database, tmp_path: Path
) -> None:
    """After a fortnight the file says the same as one that is built then."""
    house = await find_house(demo)
    await root.execute(
        "insert into rate_month (tenant, property, room_type, rate_plan, month, price_cents,"
        " min_stay, min_through, max_stay, max_through, flags)"
        " select tenant, id, 0, 0, '2028-06-01', z, array_fill(5, array[30]), z, z, z, z"
        " from property, (select array_fill(0, array[30]) as z) as zeros where id = $1",
        house.id,
    )  # fmt: skip
    await root.execute(
        "insert into ari_month (room_type, tenant, month, units_left, price_cents, min_stay, flags)"
        " select id, tenant, '2028-06-01', array_fill(4, array[30]), array_fill(7000, array[30]),"
        " array_fill(1, array[30]), array_fill(0, array[30]) from room_type where property = $1",
        house.id,
    )  # fmt: skip
    tables = await built(session, tmp_path)
    later = TODAY + timedelta(days=14)
    assert await Follower(session, tables).roll_to(later)
    other = tmp_path / "other"
    other.mkdir()
    fresh = await built(session, other, later)
    assert tables["first_day"] == fresh["first_day"]
    assert same(tables, fresh)
    last = date(2028, 6, 13)
    assert left_on(tables, house.types["double"], last) == 4
    number = int(np.flatnonzero(tables.houses["property"] == house.id)[0])
    links = int(tables.houses["plans"][number] >> 32) - 1
    overlay = int(tables.links[links])
    assert tables.overlay_min_stay[last.toordinal() % DAYS, overlay] == 5


async def test_an_index_whose_last_night_is_of_a_fourth_year_is_built_anew(
    session: Session, tmp_path: Path
) -> None:
    """A house has the nights left of three years; one built in the last days of a year, with the
    nights of two days before, begins with the year of those."""
    tables = await built(session, tmp_path, date(2027, 1, 1))
    assert tables["let_year"] == 2026
    tables = await built(session, tmp_path)
    tables.note("first_day", date(2027, 6, 28).toordinal())
    follower = Follower(session, tables)
    assert await follower.roll_to(date(2027, 7, 3))
    assert date.fromordinal(tables["first_day"] + DAYS - 1) == date(2028, 12, 31)
    with pytest.raises(Rebuild):
        await follower.roll_to(date(2027, 7, 4))


async def test_a_house_that_grows_keeps_its_nights(
    session: Session, root: asyncpg.Connection, demo: Database, tmp_path: Path
) -> None:
    """A new room type moves the house behind the ranges; it is still found by its place."""
    tables = await built(session, tmp_path)
    house = await find_house(demo)
    follower, generation = Follower(session, tables), Generation(tables)
    new = await root.fetchval(
        "insert into room_type (tenant, property, code, rank, units, occupancy_standard,"
        " occupancy_max, adults_max) values ($1, $2, 'attic', 9, 1, 1, 1, 1) returning id",
        house.tenant,
        house.id,
    )
    await follower.follow()
    ask = Ask(
        area=Houses(properties=(house.id,)),
        arrival=ARRIVAL,
        nights=2,
        parties=(RoomParty(adults=2),),
        now=NOW,
    )
    assert tables["columns"] > tables["ranged"]
    assert search(generation, ask).total == 1
    assert left_on(tables, new, ARRIVAL) == -1
    await root.execute("update property set listing = 'draft' where id = $1", house.id)
    await follower.follow()
    assert search(generation, ask).total == 0


async def test_a_house_that_grows_is_found_where_it_was_until_its_nights_are_read(
    session: Session,
    root: asyncpg.Connection,
    demo: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tables = await built(session, tmp_path)
    house, generation = await find_house(demo), Generation(tables)
    await root.execute(
        "insert into room_type (tenant, property, code, rank, units, occupancy_standard,"
        " occupancy_max, adults_max) values ($1, $2, 'attic', 9, 1, 1, 1, 1)",
        house.tenant,
        house.id,
    )
    ask = Ask(
        area=Houses(properties=(house.id,)),
        arrival=ARRIVAL,
        nights=2,
        parties=(RoomParty(adults=2),),
        now=NOW,
    )
    reading, meanwhile = store.list_months_of, list[int]()

    async def read(*args):
        found = await reading(*args)
        meanwhile.append(search(generation, ask).total)
        return found

    monkeypatch.setattr(store, "list_months_of", read)
    await Follower(session, tables).follow()
    assert meanwhile == [1]
    assert search(generation, ask).total == 1
    assert tables["columns"] > tables["ranged"]


async def test_a_month_that_goes_away_or_has_another_length_leaves_the_next_one_alone(
    session: Session, root: asyncpg.Connection, demo: Database, tmp_path: Path
) -> None:
    tables, house = await built(session, tmp_path), await find_house(demo)
    double, family = house.types["double"], house.types["family"]
    await root.execute(
        "delete from ari_month where room_type = $1 and month = '2027-02-01'", double
    )
    for month, last in (("2027-04-01", 28), ("2027-06-01", 33)):
        await root.execute(
            f"update ari_month set units_left = (units_left || array[7, 7, 7]::int2[])[:{last}],"
            f" price_cents = (price_cents || array[7, 7, 7])[:{last}],"
            f" min_stay = (min_stay || array[1, 1, 1]::int2[])[:{last}],"
            f" flags = (flags || array[0, 0, 0]::int2[])[:{last}]"
            f" where room_type = $1 and month = '{month}'",
            family,
        )
    before = [left_on(tables, family, date(2027, 7, n)) for n in (1, 2, 3)]
    assert await Follower(session, tables).follow() == 3
    assert (
        left_on(tables, double, date(2027, 2, 28)) < 0 <= left_on(tables, double, date(2027, 3, 1))
    )
    assert left_on(tables, family, date(2027, 4, 29)) < 0
    assert left_on(tables, family, date(2027, 6, 1)) < 0
    assert [left_on(tables, family, date(2027, 7, n)) for n in (1, 2, 3)] == before
    assert same(tables, await built(session, tmp_path / "anew"))


async def test_a_full_table_is_told(
    session: Session, root: asyncpg.Connection, demo: Database, tmp_path: Path
) -> None:
    tables = await built(session, tmp_path)
    house = await find_house(demo)
    tables.note("plans", tables["plans_max"])
    await root.execute("update rate_plan set rank = rank where property = $1", house.id)
    with pytest.raises(IndexFull):
        await Follower(session, tables).follow()


async def test_a_torn_snapshot_is_never_believed(session: Session, tmp_path: Path) -> None:
    """Cut short, or changed in one bit, at random places and at every border."""
    tables = await built(session, tmp_path)
    path, into = tmp_path / "snapshot", tmp_path / "again"
    snapshots.write(tables, path)
    assert same(snapshots.load(path, into), tables)
    whole = path.read_bytes()
    pick = random.Random(5)
    ends = [0, 1, 4095, 4096, len(whole) - 1, len(whole) - 16, len(whole) - 17]
    for end in [*ends, *(pick.randrange(len(whole)) for _ in range(20))]:
        os.truncate(path, end)
        with pytest.raises(snapshots.SnapshotTorn):
            snapshots.load(path, into)
        path.write_bytes(whole)
    for place in [
        8,
        200,
        4000,
        4097,
        len(whole) - 5,
        *(pick.randrange(len(whole)) for _ in range(20)),
    ]:
        with path.open("r+b") as file:
            file.seek(place)
            file.write(bytes([whole[place] ^ 1 << pick.randrange(8)]))
        with pytest.raises(snapshots.SnapshotTorn):
            snapshots.load(path, into)
        with path.open("r+b") as file:
            file.seek(place)
            file.write(whole[place : place + 1])
    assert same(snapshots.load(path, into), tables)


async def test_a_snapshot_taken_amid_changes_is_right_after_its_replay(
    session: Session, root: asyncpg.Connection, demo: Database, tmp_path: Path
) -> None:
    """It is not of one moment; what changed while it was copied is read again."""
    tables = await built(session, tmp_path)
    house, follower = await find_house(demo), Follower(session, tables)
    path = tmp_path / "snapshot"
    copying, left = snapshots.Copying(tables, path), 0
    while not copying.go_on(2):
        left = left % 9 + 1
        await set_left(root, house.types["double"], left)
        if left == 5:
            await root.execute(
                "insert into room_type (tenant, property, code, rank, units, occupancy_standard,"
                " occupancy_max, adults_max) values ($1, $2, md5(random()::text), 9, 1, 2, 2, 2)",
                house.tenant,
                house.id,
            )
        await follower.follow()
    loaded = snapshots.load(path, tmp_path / "again")
    await Follower(session, loaded).follow()
    assert same(loaded, tables)


async def start(session: Session, settings: Settings) -> tuple[Writer, str]:
    data = settings.data

    async def builder() -> Path:
        own = await process.connect(settings)
        try:
            return Path((await build(own, lambda _: folders.home(data), TODAY)).path)
        finally:
            await own.close()

    writer = Writer(session, data, builder, lambda: TODAY)
    return writer, await writer.start()


async def test_a_start_takes_the_live_file_then_the_snapshot_then_the_database(
    session: Session, demo_settings: Settings, tmp_path: Path
) -> None:
    writer, source = await start(session, demo_settings)
    assert source == "database"
    assert (await start(session, demo_settings))[1] == "live"
    stopping = asyncio.Event()
    stopping.set()
    await writer.run(stopping)
    assert folders.pointed(demo_settings.data) is None
    assert (await start(session, demo_settings))[1] == "snapshot"
    live = folders.pointed(demo_settings.data)
    assert live is not None
    live.unlink()
    folders.snapshot(demo_settings.data).write_bytes(b"torn")
    assert (await start(session, demo_settings))[1] == "database"


async def test_an_index_of_a_pruned_feed_or_another_one_is_built_anew(
    session: Session, root: asyncpg.Connection, demo_settings: Settings
) -> None:
    await start(session, demo_settings)
    await root.execute("select pg_current_xact_id()")  # one change more than the index has seen
    await root.execute("update index_feed set pruned = pg_snapshot_xmax(pg_current_snapshot())")
    assert (await start(session, demo_settings))[1] == "database"
    await root.execute("update index_feed set pruned = '0', id = gen_random_uuid()")
    assert (await start(session, demo_settings))[1] == "database"


@pytest.mark.parametrize(
    ("field", "value"), [("version", layout.VERSION - 1), ("feed", b"another"), ("plans", 1 << 30)]
)
async def test_a_whole_snapshot_of_another_version_feed_or_size_is_thrown_away(
    session: Session, demo_settings: Settings, field: str, value: object
) -> None:
    writer, _ = await start(session, demo_settings)
    assert writer.follower is not None
    tables, data = writer.follower.tables, demo_settings.data
    snapshots.write(tables, folders.snapshot(data))
    folders.leave(data, tables.path)
    assert (await start(session, demo_settings))[1] == "snapshot"
    tables.header[field] = value
    tables.guard.seal()
    assert snapshots.write(tables, folders.snapshot(data))
    folders.pointer(data).unlink()
    assert (await start(session, demo_settings))[1] == "database"


async def test_a_bulk_load_during_a_build_is_built_once_more(
    session: Session, root: asyncpg.Connection, demo_settings: Settings
) -> None:
    writer, _ = await start(session, demo_settings)
    first, builder, loads = folders.pointed(demo_settings.data), writer.builder, ["another"]

    async def build_amid_a_load() -> Path:
        path = await builder()
        if loads:
            loads.pop()
            await root.execute("select tell_index_everything()")
        return path

    writer.builder = build_amid_a_load
    await root.execute("select tell_index_everything()")
    for _ in range(10_000):
        await writer.turn()
        if folders.pointed(demo_settings.data) != first:
            break
    assert not loads
    assert folders.pointed(demo_settings.data) != first
    await writer.turn()


async def test_changes_are_applied_while_the_disk_takes_a_snapshot(
    session: Session,
    root: asyncpg.Connection,
    demo: Database,
    demo_settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    house = await find_house(demo)
    writer, _ = await start(session, demo_settings)
    assert writer.follower is not None
    tables, path = writer.follower.tables, folders.snapshot(demo_settings.data)
    begun, done, waited = threading.Event(), threading.Event(), list[bool]()

    def take_long(_: int) -> None:
        begun.set()
        waited.append(done.wait(30))

    monkeypatch.setattr("tourism.indexing.snapshots.os.fsync", take_long)
    monkeypatch.setattr("tourism.indexing.copying.SNAPSHOT_S", 0)
    await set_left(root, house.types["double"], 3)
    while not begun.is_set():
        await writer.turn()
        await asyncio.sleep(0)
    monkeypatch.setattr("tourism.indexing.copying.SNAPSHOT_S", 600)
    await set_left(root, house.types["double"], 4)
    await writer.turn()
    assert left_on(tables, house.types["double"], ARRIVAL) == 4
    assert not path.exists()
    done.set()
    while not path.exists():
        await writer.turn()
        await asyncio.sleep(0.01)
    assert waited == [True]
    again = snapshots.load(path, demo_settings.data / "again")
    assert left_on(again, house.types["double"], ARRIVAL) == 3


async def test_changes_are_pruned_when_every_writer_has_them(
    session: Session, root: asyncpg.Connection, demo: Database, tmp_path: Path
) -> None:
    house = await find_house(demo)
    tables = await built(session, tmp_path)
    await set_left(root, house.types["double"], 3)
    await store.keep_writer(session, "slow", tables["watermark"], asleep=False)
    await Follower(session, tables).follow()
    await store.keep_writer(session, "quick", tables["watermark"], asleep=False)
    await store.prune_changes(session, RETENTION_S)
    kept = "select count(*) from index_change where kind = 'nights'"
    assert await root.fetchval(kept) > 0
    await root.execute("delete from index_writer where name = 'slow'")
    await store.prune_changes(session, RETENTION_S)
    assert await root.fetchval(kept) == 0
    assert (await store.open_feed(session)).pruned == tables["watermark"]


async def test_a_sleeping_writer_is_woken_and_only_then(
    session: Session, root: asyncpg.Connection, demo: Database, demo_settings: Settings
) -> None:
    house, heard = await find_house(demo), asyncio.Event()
    await session.listen("hub_index", heard.set)
    await store.keep_writer(session, "one", 0, asleep=False)
    await set_left(root, house.types["double"], 3)
    await session.value(int, replace_one())
    assert not heard.is_set()
    await store.keep_writer(session, "one", 0, asleep=True)
    await set_left(root, house.types["double"], 4)
    await asyncio.wait_for(heard.wait(), 60)


def replace_one():
    from hub.core.sql import parse_query  # noqa: PLC0415

    return parse_query("one", "select 1")


async def test_a_reader_refuses_what_is_not_kept_up(
    session: Session, demo_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = NationalIndex(tmp_path)
    with pytest.raises(IndexTooOld):
        index.view()
    writer, _ = await start(session, demo_settings)
    index = NationalIndex(tmp_path)
    assert writer.follower is not None
    tables = writer.follower.tables
    kept = tables.header["caught_up"] = time.monotonic()
    standing = SimpleNamespace(monotonic=lambda: kept, sleep=time.sleep)
    monkeypatch.setattr(reader, "time", standing)  # mapping may take a busy machine seconds
    assert index.view().age_s < 2
    for age in (2.5, -1_000.0):
        tables.header["caught_up"] = kept - age
        with pytest.raises(IndexTooOld):
            index.view()
    tables.header["caught_up"] = kept
    index.view()


async def test_readers_go_over_to_a_new_generation(
    session: Session,
    root: asyncpg.Connection,
    demo: Database,
    demo_settings: Settings,
    tmp_path: Path,
) -> None:
    """A bulk load makes the writer build anew beside the live file; nothing is lost in between."""
    house = await find_house(demo)
    writer, _ = await start(session, demo_settings)
    index = NationalIndex(tmp_path)
    first = index.view().generation.tables.path
    async with root.transaction():
        await root.execute("select tell_index_everything()")
        await set_left(root, house.types["double"], 1)
    for _ in range(200):
        await writer.turn()
        live = folders.pointed(tmp_path)
        if live != first:
            break
    await set_left(root, house.types["double"], 7)
    await writer.turn()
    view = index.view()
    assert view.generation.tables.path == live
    assert not first.exists()
    assert left_on(view.generation.tables, house.types["double"], ARRIVAL) == 7
    ask = Ask(
        area=Houses(properties=(house.id,)),
        arrival=ARRIVAL,
        nights=1,
        parties=(RoomParty(adults=2),),
        now=NOW,
    )
    assert view.search(ask).total == 1
    assert view.search(replace(ask, parties=(RoomParty(adults=9),))).total == 0
