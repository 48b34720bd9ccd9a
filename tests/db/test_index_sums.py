"""The sums of the live file: damage is found, and a writer that was killed is not taken for it."""

import asyncio
import random
import shutil
import time
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import asyncpg
import pytest

from hub.core.db import Database, Session
from hub.core.settings import Settings
from loadtests import index_kills, torn
from loadtests.changes import Changer
from loadtests.torn import Torn, tear_often
from tests.conftest import NOW
from tests.db.test_index_writer import TODAY, built, root, same, session, set_left, start
from tests.houses import ARRIVAL, find_house
from tourism.index import IndexTooOld, NationalIndex, Places, View, reader
from tourism.index.generation import Generation
from tourism.indexing import snapshots
from tourism.indexing import writer as writing
from tourism.indexing.build import BuildFailed
from tourism.indexing.following import Follower
from tourism.indexing.live import open_sound
from tourism.indexing.writer import Writer
from tourism.nights import folders
from tourism.nights.layout import HEADER, PAGE, SUMMED, Tables
from tourism.nights.sums import Damaged, Guard

__all__ = ["root", "session"]  # fixtures


async def fail() -> Path:
    raise BuildFailed("no room left")


class Killed(BaseException):
    """Nothing is written after it."""


def is_damaged(path: Path) -> bool:
    try:
        tables = Tables(path)
    except ValueError:
        return True
    return tables.guard.find_damage(0, len(tables.sums))


async def follow_often(follower: Follower) -> None:
    for _ in range(40):
        await follower.follow()
        follower.tables.note("houses_written", follower.tables["houses_written"])


def flip(path: Path, place: int, mask: int) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ mask]))


async def test_one_bit_anywhere_is_found(session: Session, tmp_path: Path) -> None:
    """At both ends of every table and grid, in the header, in the sums themselves."""
    tables, pick = await built(session, tmp_path), random.Random(6)
    path, places = tables.path, tables.capacity.places()
    assert not is_damaged(path)
    summed = places["communes"][2]
    whole = [range(SUMMED), range(places["sums"][2], places["sums"][2] + tables.sums.nbytes)]
    whole += [range(offset, offset + 1) for name, (_, _, offset) in places.items() if name != "end"]
    whole += [range(offset - 1, offset) for _, _, offset in places.values() if offset > summed]
    touched = {places[name][2] for name in ("touched", "touched_months")}
    for part in [*whole, *[range(summed, places["end"][2])] * 40]:
        place, mask = pick.choice(part), 1 << pick.randrange(8)
        if place in touched:  # how often something was written: what is remembered goes by it
            continue
        flip(path, place, mask)
        assert is_damaged(path), (place, mask)
        flip(path, place, mask)
    assert not is_damaged(path)
    assert summed > PAGE


async def test_whatever_a_writer_writes_has_its_sums(
    session: Session, root: asyncpg.Connection, demo: Database, tmp_path: Path
) -> None:
    tables = await built(session, tmp_path)
    follower = Follower(session, tables)
    ids = [row["id"] for row in await root.fetch("select id from property order by id limit 6")]
    changer, made = Changer(root, 7, TODAY, ids), set[str]()
    for turn in range(120):
        made.add(await changer.change())
        if turn % 3 == 2:
            await follower.follow()
            assert not tables.guard.find_damage(0, len(tables.sums)), made
    assert len(made) >= 9
    assert await follower.roll_to(TODAY + timedelta(days=3))
    await follower.follow()
    assert not tables.guard.find_damage(0, len(tables.sums))
    known = tables.sums.copy()
    tables.guard.seal()
    assert (tables.sums == known).all()


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", ["_open", "_add", "_close", "_add_up_header"])
async def test_a_writer_killed_at_any_step_goes_on_from_its_file(
    session: Session,
    root: asyncpg.Connection,
    demo: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    after: bool,
) -> None:
    """Before and after each of what a writing is made of: whichever of a change's writings."""
    path = (await built(session, tmp_path)).path
    house, done = await find_house(demo), getattr(Guard, step)
    for number in (0, 1, 3, 20):
        await root.execute(
            "update ari_month set units_left[27] = $2 where room_type = $1", house.types["double"],
            number,
        )  # fmt: skip
        await root.execute("update rate_plan set rank = rank where property = $1", house.id)
        left = [number]

        def die(guard: Guard, *given: object, left: list[int] = left) -> None:
            if not left[0] and not after:
                raise Killed
            done(guard, *given)
            if not left[0]:
                raise Killed
            left[0] -= 1

        follower = Follower(session, Tables(path, write=True))
        with monkeypatch.context() as patched:
            patched.setattr(Guard, step, die)
            with pytest.raises(Killed):
                await follow_often(follower)
        follower = Follower(session, open_sound(path))
        await follower.follow()
        assert not is_damaged(path)
    assert same(follower.tables, await built(session, tmp_path / "anew"))


async def test_a_damaged_live_file_is_found_within_a_round_and_built_anew(
    session: Session, demo_settings: Settings
) -> None:
    writer, _ = await start(session, demo_settings)
    first = folders.pointed(demo_settings.data)
    assert first is not None
    assert writer.follower is not None
    tables, index = writer.follower.tables, NationalIndex(demo_settings.data)
    await writer.turn()
    index.view()
    flip(first, tables.capacity.places()["flags"][2] + 700, 4)
    for _ in range(2 + len(tables.sums) // writing.BLOCKS_A_TURN):
        await writer.turn()
    assert tables.header["caught_up"] < 0
    with pytest.raises(IndexTooOld):
        index.view()
    await turn_until_another(writer, first)
    assert tables.header["caught_up"] < 0
    assert writer._damaged is None  # nobody holds its memory
    index._looked_at = -1
    assert index.view().generation.tables.path == folders.pointed(demo_settings.data)


async def turn_until_another(writer: Writer, live: Path) -> None:
    for _ in range(2_000):
        if folders.pointed(writer.data) != live:
            return
        await writer.turn()
    raise AssertionError("no other file is built")


async def test_a_header_that_is_damaged_while_a_turn_goes_on_is_not_made_good(
    session: Session,
    root: asyncpg.Connection,
    demo: Database,
    demo_settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    writer, _ = await start(session, demo_settings)
    assert writer.follower is not None
    follower, tables = writer.follower, writer.follower.tables
    place = (HEADER.fields or {})["let_year"][1]

    async def damage(_: object) -> bool:
        flip(tables.path, place, 1)
        return False

    await set_left(root, (await find_house(demo)).types["double"], 3)
    monkeypatch.setattr(follower, "roll_to", damage)
    await writer.turn()
    assert is_damaged(tables.path)
    assert tables.header["caught_up"] < 0
    await turn_until_another(writer, tables.path)


@pytest.mark.parametrize("found", [False, True])
async def test_no_snapshot_is_left_of_a_damaged_file(
    session: Session, demo_settings: Settings, *, found: bool
) -> None:
    """Whether a turn finds it before the stop or not: the next start reads the database."""
    writer, _ = await start(session, demo_settings)
    assert writer.follower is not None
    tables, path = writer.follower.tables, folders.snapshot(demo_settings.data)
    assert snapshots.write(tables, path)
    writer.builder = fail
    flip(tables.path, tables.capacity.places()["price"][2] + 700, 4)
    for _ in range(2 + len(tables.sums) // writing.BLOCKS_A_TURN if found else 0):
        await writer.turn()
    assert bool(tables.header["caught_up"] < 0) is found
    stopping = asyncio.Event()
    stopping.set()
    await writer.run(stopping)
    assert list(path.parent.glob("snapshot*")) == []
    assert (await start(session, demo_settings))[1] == "database"


async def test_a_file_that_is_damaged_while_it_is_copied_never_becomes_the_snapshot(
    session: Session, demo_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither where the copy is whole before a turn looks, nor by going on after it did."""
    writer, _ = await start(session, demo_settings)
    assert writer.follower is not None
    tables, path = writer.follower.tables, folders.snapshot(demo_settings.data)
    assert snapshots.write(tables, path)
    copying = snapshots.Copying(tables, path)
    flip(tables.path, tables.capacity.places()["price"][2] + 700, 4)
    assert copying.go_on(10_000)
    assert list(path.parent.glob("snapshot*")) == []

    writer.builder = fail
    monkeypatch.setattr("tourism.indexing.copying.SNAPSHOT_S", -1)
    tables.header["applied_seq"] += 1
    tables.guard.seal()
    flip(tables.path, len(tables.map) - 4096, 4)
    for _ in range(len(tables.sums)):
        await writer.turn()
        await asyncio.sleep(0.001)
    assert tables.header["caught_up"] < 0
    assert not writer._copier.busy
    assert list(path.parent.glob("snapshot*")) == []


async def test_the_drill_knows_a_damaged_night(
    session: Session, root: asyncpg.Connection, demo: Database, tmp_path: Path
) -> None:
    tables = await built(session, tmp_path)
    night = index_kills.Night((await find_house(demo)).types["double"], ARRIVAL)
    assert await index_kills.is_right(tables, night, root)
    index_kills.flip(tables.path, night)
    assert not await index_kills.is_right(tables, night, root)
    assert is_damaged(tables.path)
    index_kills.flip(tables.path, night)
    assert await index_kills.is_right(tables, night, root)


async def test_a_torn_snapshot_is_believed_by_no_start_and_a_whole_one_by_each(
    session: Session, tmp_path: Path
) -> None:
    tables, pick = await built(session, tmp_path), random.Random(9)
    seen = await tear_often(session, tables, pick, 24, lambda: TODAY)
    assert seen == Torn(copies=24, believed=0, whole_believed=2)


async def test_a_torn_snapshot_that_is_believed_is_counted(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torn, "tear", lambda whole, _: whole)
    tables, pick = await built(session, tmp_path), random.Random(9)
    seen = await tear_often(session, tables, pick, 2, lambda: TODAY)
    assert seen.believed == 2
    assert not seen.is_good()


async def test_a_start_believes_no_damaged_live_file(
    session: Session, demo_settings: Settings
) -> None:
    for place in (40, -70_000):
        await start(session, demo_settings)
        live = folders.pointed(demo_settings.data)
        assert live is not None
        flip(live, place % live.stat().st_size, 1)
        with pytest.raises(Damaged):
            open_sound(live)
        assert (await start(session, demo_settings))[1] == "database"


@pytest.fixture
async def opened(session: Session, demo_settings: Settings) -> tuple[Path, Tables]:
    writer, _ = await start(session, demo_settings)
    assert writer.follower is not None
    return demo_settings.data, writer.follower.tables


async def test_a_reader_refuses_a_damaged_file_that_it_opens(
    opened: tuple[Path, Tables], monkeypatch: pytest.MonkeyPatch
) -> None:
    data, tables = opened
    monkeypatch.setattr(reader, "MAX_AGE_S", 3_600)
    index = NationalIndex(data)
    generation = index.view().generation
    reader._look_through(generation)
    assert generation.sound
    index.view()
    flip(tables.path, tables.capacity.places()["left"][2] + 5, 16)
    index = NationalIndex(data)
    generation = index.view().generation
    reader._look_through(generation)
    assert not generation.sound
    with pytest.raises(IndexTooOld, match="damaged"):
        index.view()


async def test_who_still_reads_a_damaged_file_does_not_from_the_next_start_on(
    opened: tuple[Path, Tables], monkeypatch: pytest.MonkeyPatch
) -> None:
    data, tables = opened
    monkeypatch.setattr(reader, "MAX_AGE_S", 3_600)
    index = NationalIndex(data)
    index.view()
    flip(tables.path, tables.capacity.places()["price"][2] + 700, 4)
    index.view()
    with pytest.raises(Damaged):
        open_sound(tables.path)
    with pytest.raises(IndexTooOld):
        index.view()


async def test_a_reader_looks_for_another_file_as_soon_as_its_own_is_late(
    opened: tuple[Path, Tables], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a writer leaves that is killed is not asked until it is too old."""
    data, tables = opened
    monkeypatch.setattr(reader, "MAX_AGE_S", 3_600)
    index, other = NationalIndex(data), tables.path.with_name("index-another")
    index.view()
    shutil.copyfile(tables.path, other)
    folders.point(data, other)
    now = time.monotonic()
    monkeypatch.setattr(reader, "time", SimpleNamespace(monotonic=lambda: now, sleep=time.sleep))
    for late_s, path in ((0.0, tables.path), (reader.LATE_S + 0.1, other)):
        tables.header["caught_up"] = now - late_s
        index._looked_at = -1.0
        assert index.view().generation.tables.path == path


async def test_what_was_answered_from_a_file_is_not_given_again_from_a_snapshot_of_it(
    session: Session, tmp_path: Path
) -> None:
    tables = await built(session, tmp_path)
    assert snapshots.write(tables, tmp_path / "snapshot")
    loaded = snapshots.load(tmp_path / "snapshot", tmp_path / "again")
    lozere = Places(kind="department", codes=("48",))
    one, other = (
        View(Generation(some), 0).stamp(lozere, ARRIVAL, ARRIVAL, NOW) for some in (tables, loaded)
    )
    assert one != other
    assert one[1:] == other[1:]
    assert not is_damaged(loaded.path)


async def test_a_reader_maps_no_file_of_a_torn_header(
    opened: tuple[Path, Tables],
) -> None:
    data, tables = opened
    flip(tables.path, 30, 1)
    with pytest.raises(IndexTooOld, match="no search index"):
        NationalIndex(data).view()
