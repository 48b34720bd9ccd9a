"""Everything of an organisation whenever it asks: once a day, whole, kept some days, gone with the
organisation; a pass that is killed anywhere is made again."""

import asyncio
import hashlib
import zipfile
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from hub import errands, portability, tenancy
from hub.app import compose
from hub.audit import own_chain
from hub.core.caller import Caller
from hub.core.clock import DrivenClock
from hub.core.db import Database, open_session
from hub.core.errors import NotFound
from hub.core.settings import Settings
from hub.exports import policy
from hub.exports.actions import asking
from hub.exports.errors import ExportedToday, ExportNotReady, OnlyManagersExport
from hub.exports.models import Export, State
from hub.exports.performing import Busy, Exporter
from hub.portability.errors import BundleBroken
from tests.crashing import stop_at
from tests.exits import World, open_world
from tests.exporting import misfits_of, perform_exports
from tests.houses import book, find_house

DONE = {"made": 0, "ended": 0, "failed": 0}


@pytest.fixture
async def world(database: Database, settings: Settings, clock: DrivenClock) -> World:
    return await open_world(database, settings, clock)


def owner_of(world: World, role: str = "owner") -> Caller:
    return Caller(person=1, tenant=world.organisation, role=role)


async def ask(world: World) -> Export:
    caller = owner_of(world)
    async with world.database.transaction(world.organisation, actor=caller.actor) as tx:
        return await asking.ask_export(tx, caller)


async def look(world: World) -> list[Export]:
    caller = owner_of(world)
    async with world.database.transaction(world.organisation, actor=caller.actor) as tx:
        return await asking.list_exports(tx, caller)


def archive_of(world: World, export: Export) -> Path:
    return world.settings.data / policy.archive_name(export.id)


async def test_everything_is_in_it_with_the_schema_of_each_table(
    world: World, tmp_path: Path
) -> None:
    asked = await ask(world)
    assert asked.state is State.WAITING
    assert await perform_exports(world.database, world.settings) == DONE | {"made": 1}
    assert await perform_exports(world.database, world.settings) == DONE
    [made] = await look(world)
    assert made.state is State.READY
    assert (made.done, made.asked_by) == (made.parts, "person:1")
    archive = archive_of(world, made)
    content = archive.read_bytes()
    assert (made.bytes, made.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert [one.name for one in archive.parent.iterdir()] == [policy.ARCHIVE], "nothing else"
    unpacked = tmp_path / "unpacked"
    with zipfile.ZipFile(archive) as file:
        file.extractall(unpacked)
    bundle = portability.verify_bundle(unpacked)
    assert (bundle.tenant, bundle.rows) == (world.organisation, made.rows)
    chain = own_chain.check_file(unpacked / "acts.jsonl")
    assert (chain.broken, chain.own > 0) == (None, True)
    assert "export.asked" in (unpacked / "acts.jsonl").read_text(), "also the newest act"
    filled = [
        (kind, table)
        for kind, tables in (("tables", bundle.tables), ("named", bundle.named))
        for table in tables
        if table.rows
    ]
    assert {table.table for _, table in filled} >= {"senior", "membership", "person"}
    assert {part.file for part in bundle.schemas} == {
        f"schemas/{kind}/{table.table}.schema.json" for kind, table in filled
    }
    assert list(misfits_of(unpacked)) == []
    sums = (unpacked / "SHA256SUMS").read_text()
    assert all(part.file in sums for part in bundle.schemas)
    subjects = "select array_agg(subject) from mail where subject like '%un export de tout%'"
    assert await world.ask(subjects) == ["Les Exemples : un export de tout a été demandé"]
    acts = "select array_agg(action order by id) from audit_entry where action like 'export.%'"
    assert await world.ask(acts) == ["export.asked", "export.made"]


async def test_a_schema_that_was_changed_is_found(world: World, tmp_path: Path) -> None:
    made = await ask(world)
    await perform_exports(world.database, world.settings)
    with zipfile.ZipFile(archive_of(world, made)) as file:
        file.extractall(tmp_path)
    portability.verify_bundle(tmp_path)
    (tmp_path / "schemas/tables/senior.schema.json").write_text("{}\n")
    with pytest.raises(BundleBroken, match=r"senior\.schema\.json"):
        portability.verify_bundle(tmp_path)


async def test_what_a_house_sold_is_what_the_schemas_say(
    demo: Database, demo_settings: Settings, tmp_path: Path
) -> None:
    house = await find_house(demo)
    await book(demo, house.wish())
    await errands.export_tenant(demo_settings, house.tenant, tmp_path, lambda _: None)
    assert len(portability.verify_bundle(tmp_path).schemas) > 15
    assert list(misfits_of(tmp_path)) == []


async def test_once_a_day_whoever_asks_and_however_often_at_once(
    world: World, clock: DrivenClock
) -> None:
    asked = await asyncio.gather(*(ask(world) for _ in range(4)))
    assert len({one.id for one in asked}) == 1
    await perform_exports(world.database, world.settings)
    with pytest.raises(ExportedToday):
        await ask(world)
    clock.forward(policy.PAUSE - timedelta(seconds=1))
    with pytest.raises(ExportedToday):
        await ask(world)
    clock.forward(timedelta(seconds=1))
    again = await ask(world)
    assert again.id != asked[0].id
    assert [one.id for one in await look(world)] == [again.id, asked[0].id]


@pytest.mark.parametrize("at", [3, 20, 60, 150, 300])
async def test_a_pass_that_is_killed_is_made_again(world: World, at: int) -> None:
    asked = await ask(world)
    await stop_at(perform_exports(world.database, world.settings), at)
    await asyncio.sleep(0)
    await perform_exports(world.database, world.settings)
    [made] = await look(world)
    assert (made.id, made.state) == (asked.id, State.READY)
    content = archive_of(world, made).read_bytes()
    assert hashlib.sha256(content).hexdigest() == made.sha256


async def test_one_makes_exports_at_a_time(world: World) -> None:
    await ask(world)
    assert world.settings.database_url
    session = await open_session(world.settings.database_url)
    try:
        first = Exporter(world.database, session, world.settings.data, compose().slices)
        assert (await first.run())["made"] == 1
        with pytest.raises(Busy):
            await perform_exports(world.database, world.settings)
    finally:
        await session.close()


async def test_what_fails_thrice_is_told_and_can_be_asked_for_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await ask(world)

    async def fail(*_: object, **__: object) -> None:
        raise OSError("no space")

    with monkeypatch.context() as patched:
        patched.setattr(portability, "export_tenant", fail)
        for _ in range(policy.MOST_TRIES):
            assert await perform_exports(world.database, world.settings) == DONE | {"failed": 1}
            assert [one.state for one in await look(world)] == [State.BUILDING]
        assert await perform_exports(world.database, world.settings) == DONE
    [failed] = await look(world)
    assert failed.state is State.FAILED
    assert not archive_of(world, failed).parent.exists()
    assert (await ask(world)).id != asked.id
    assert (await perform_exports(world.database, world.settings))["made"] == 1


async def test_it_is_gone_with_its_time(world: World, clock: DrivenClock) -> None:
    asked = await ask(world)
    await perform_exports(world.database, world.settings)
    clock.forward(policy.KEPT - timedelta(seconds=1))
    assert await perform_exports(world.database, world.settings) == DONE
    assert archive_of(world, asked).exists()
    clock.forward(timedelta(seconds=1))
    assert await look(world) == []
    assert await perform_exports(world.database, world.settings) == DONE | {"ended": 1}
    assert not archive_of(world, asked).parent.exists()
    assert await world.ask("select count(*) from organisation_export") == 0


async def test_the_days_begin_when_it_can_be_fetched(world: World, clock: DrivenClock) -> None:
    asked = await ask(world)
    clock.forward(policy.KEPT - timedelta(hours=1))
    assert (await perform_exports(world.database, world.settings))["made"] == 1
    [made] = await look(world)
    assert made.expires_at == clock.now() + policy.KEPT
    assert made.asked_at == asked.asked_at


async def test_what_was_cut_off_and_nobody_names_goes_and_nothing_else_does(world: World) -> None:
    kept = await ask(world)
    await perform_exports(world.database, world.settings)
    folder = world.settings.data / policy.FOLDER
    cut_off, lost = folder / str(uuid4()) / policy.ROWS, folder / str(uuid4()) / policy.ARCHIVE
    cut_off.mkdir(parents=True)
    lost.parent.mkdir()
    lost.write_bytes(b"PK")
    note = folder / "of the operator" / "note.txt"
    note.parent.mkdir()
    note.write_text("not ours")
    assert await perform_exports(world.database, world.settings) == DONE
    assert not cut_off.parent.exists()
    assert not lost.parent.exists()
    assert archive_of(world, kept).exists()
    assert note.exists()


async def test_it_goes_with_its_organisation(world: World, tmp_path: Path) -> None:
    asked = await ask(world)
    await perform_exports(world.database, world.settings)
    left, slices, now = tmp_path / "left", compose().slices, world.clock.now()
    assert world.settings.database_url
    session = await open_session(world.settings.database_url)
    try:
        await portability.export_tenant(session, world.organisation, left, slices, now=now)
        await portability.erase_tenant(session, world.organisation, left, slices, now=now)
    finally:
        await session.close()
    assert await world.ask("select count(*) from organisation_export") == 0
    assert archive_of(world, asked).exists()
    assert await perform_exports(world.database, world.settings) == DONE
    assert not archive_of(world, asked).parent.exists()


async def test_an_organisation_sees_its_own_only_and_its_members_none(world: World) -> None:
    asked = await ask(world)
    async with world.database.transaction() as tx:
        opening = tenancy.OpenOrganisation(kind=tenancy.Kind.LODGING, name="Ailleurs")
        other = await tenancy.open_organisation(tx, opening, owner=None)
    stranger = Caller(person=2, tenant=other, role="owner")
    async with world.database.transaction(other, actor=stranger.actor) as tx:
        assert await asking.list_exports(tx, stranger) == []
        with pytest.raises(NotFound):
            await asking.find_export(tx, stranger, asked.id)
    member = owner_of(world, "member")
    async with world.database.transaction(world.organisation, actor=member.actor) as tx:
        for act in (
            asking.ask_export(tx, member),
            asking.list_exports(tx, member),
            asking.begin_fetching(tx, member, asked.id),
        ):
            with pytest.raises(OnlyManagersExport):
                await act
        with pytest.raises(ExportNotReady):
            await asking.begin_fetching(tx, owner_of(world), asked.id)


async def test_the_command_tells_each_table_with_rows_as_it_is_written(
    world: World, tmp_path: Path
) -> None:
    told: list[str] = []
    said = await errands.export_tenant(world.settings, world.organisation, tmp_path, told.append)
    bundle = portability.verify_bundle(tmp_path)
    filled = [one for one in (*bundle.tables, *bundle.named) if one.rows]
    assert [line.partition(" ")[2] for line in told] == [
        f"{one.table}: {one.rows} rows" for one in filled
    ]
    tables = len(bundle.tables)
    places = [line.partition(" ")[0] for line in told]
    assert {place.partition("/")[2] for place in places} == {str(tables)}
    numbers = [int(place.partition("/")[0]) for place in places]
    assert numbers == sorted(numbers)
    assert numbers[-1] == tables
    assert said[0].endswith(f"{sum(1 for one in bundle.tables if one.rows)} tables")
