"""A provider's approval is withdrawn, on two real PostgreSQL servers: nobody is lost, nobody is
moved without a choice, nothing is erased that is not equal (DOMAIN 6.5)."""

import zipfile
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from hub import trust, withdrawals
from hub.app import compose
from hub.core.clock import DrivenClock, local_date
from hub.core.db import Session
from hub.core.settings import Settings
from hub.hosting import Mover, ServersByZone
from hub.hosting.destinations import Destinations
from hub.portability import Bundle
from hub.withdrawals import TAKE_AWAY, State
from hub.withdrawals.actions import beginning, moving
from hub.withdrawals.errors import ChangedMeanwhile, ChoiceInvalid, StepNotPossible
from hub.withdrawals.models import Step
from tests.exits import perform_exits
from tests.faults.leavers import World, elsewhere, world

__all__ = ["elsewhere", "world"]  # fixtures


async def test_everybody_chooses_is_moved_accepts_and_is_erased(
    world: World, clock: DrivenClock, settings: Settings
) -> None:
    first, second, third = world.tenants
    assert await world.run() == {"told": 3, "waiting: told": 3, "closed": 0}
    assert (await world.letters()) == ["Les Exemples doit quitter Nuage : choisissez où aller"] * 3
    assert await world.run() == {"waiting: told": 3, "closed": 0}, "told once"
    one = await world.departure(first)
    assert {c.zone: bool(c.refused) for c in one.choices} == {
        "lyon": False, "brest": False, "far": True,
    }  # fmt: skip
    for zone in ("far", "home", "nowhere"):
        with pytest.raises(ChoiceInvalid):
            await world.choose(first, zone)
    before = await world.names("home", first)

    await world.choose(first, "lyon")
    await world.choose(second, "brest")
    await world.choose(third, TAKE_AWAY)
    assert await world.run() == {"copied": 3, "closed": 0}
    for tenant, zone in ((first, "lyon"), (second, "brest")):
        one = await world.departure(tenant)
        assert one.proof is not None
        assert (one.state, one.proof.equal, one.proof.rows > 10) == (State.COPIED, True, True)
        assert await world.names(zone, tenant) == before
        assert await world.is_held(zone, tenant), "nobody writes there before it lives there"
        assert not await world.is_held("home", tenant)
    assert (await world.run())["waiting: copied"] == 3, "nothing is erased without acceptance"
    assert await world.names("home", first) == before

    # Somebody writes after the copy: it goes along.
    async with world.database.transaction(first) as tx:
        await (await tx.connection()).execute("update senior set name = 'Odette Delta'")
    for tenant in world.tenants:
        await world.accept(tenant)
    assert await world.run() == {"gone": 3, "closed": 0}
    assert set(await world.names("lyon", first)) == {"Odette Delta"}
    assert await world.names("brest", second) == before
    for tenant in world.tenants:
        one = await world.departure(tenant)
        assert one.certificate is not None
        assert one.certificate["left"] == {}
        assert await world.names("home", tenant) == []
        assert not await world.is_held("home", tenant)
    assert not await world.is_held("lyon", first)
    assert await world.steps(first) == [
        Step.TELL, Step.CHOOSE, Step.COPY, Step.ACCEPT, Step.COPY, Step.FINISH,
    ]  # fmt: skip
    assert len(await world.letters()) == 9
    # What was put by for the third can be fetched for two months, then it is gone too.
    archive = world.archive(await world.departure(third))
    assert not world.archive(await world.departure(first)).exists()
    with zipfile.ZipFile(archive) as file:
        assert "tables/senior/00001.jsonl" in file.namelist()
    clock.forward(timedelta(days=60))
    assert await world.run() == {"gone already": 3, "closed": 1}
    assert not archive.exists()
    assert await world.leaver.run() == {}, "it is over"
    assert (await world.withdrawal()).closed_at == clock.now()
    # What the law keeps at the old place ends there, and nowhere that nobody was erased.
    await world.ask("home", f"insert into seller_reminder values ({third}, 1, now())")
    clock.forward(timedelta(days=366 * 12))
    assert (await perform_exits(world.database, settings))["ended"] >= 1
    assert await world.ask("home", "select count(*) from seller_reminder") == 0
    assert await world.ask("lyon", "select count(*) from erased_organisation") == 0


async def test_a_choice_may_change_until_it_is_accepted_and_leaves_no_copy_behind(
    world: World,
) -> None:
    first, second, _ = world.tenants
    await world.run()
    looked_at = (await world.departure(first)).version
    await world.choose(first, "lyon", looked_at)
    with pytest.raises(ChangedMeanwhile):
        await world.choose(first, "brest", looked_at)
    await world.run()
    # What is here has gone on since the copy; the copy goes all the same.
    async with world.database.transaction(first) as tx:
        await (await tx.connection()).execute("update senior set name = 'Odette Delta'")
    await world.choose(first, "brest")
    assert (await world.run())["copied"] == 1
    await world.choose(second, "brest")
    assert (await world.run())["turned back"] == 1
    assert await world.names("lyon", first) == []
    assert not await world.is_held("lyon", first)
    assert set(await world.names("brest", first)) == {"Odette Delta"}
    # Brest takes one only: who comes second chooses again, and has lost nothing.
    one = await world.departure(second)
    assert (one.state, one.choice) == (State.TOLD, None)
    assert "Les Exemples : votre choix n'est plus possible" in await world.letters()
    with pytest.raises(StepNotPossible):
        await world.accept(second)
    await world.accept(first)
    with pytest.raises(StepNotPossible):
        await world.choose(first, "lyon")


async def test_a_zone_that_is_gone_from_the_file_takes_nobody_along(world: World) -> None:
    first, *_ = world.tenants
    await world.run()
    before = await world.names("home", first)
    await world.choose(first, "lyon")
    await world.run()
    await world.accept(first)
    lyon = world.zones.pop("lyon")
    assert (await world.run())["failed"] == 1
    assert await world.names("home", first) == before
    assert (await world.departure(first)).state is State.ACCEPTED
    world.zones["lyon"] = lyon
    assert (await world.run())["gone"] == 1
    assert await world.names("lyon", first) == before


async def test_somebody_else_of_the_same_number_elsewhere_is_not_touched(world: World) -> None:
    first, *_ = world.tenants
    there = await world.databases.open("lyon")
    await there.execute(
        "insert into organisation (id, kind, name, created_at) overriding system value"
        f" values ({first}, 'lodging', 'Le Mas', now() - interval '3 years')"
    )
    await there.close()
    await world.run()
    await world.choose(first, "lyon")
    assert (await world.run())["failed"] == 1
    assert not await world.is_held("lyon", first)
    assert (await world.departure(first)).copy_in is None
    await world.choose(first, "brest")
    assert (await world.run())["copied"] == 1
    named = f"select count(*) from organisation where id = {first} and name = 'Le Mas'"
    assert await world.ask("lyon", named) == 1


async def test_one_whose_export_fails_stops_nobody_else_from_being_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *_ = world.tenants
    put_by = Destinations.put_by

    async def fail(self: Destinations, here: Session, organisation: int, folder: Path) -> Bundle:
        if organisation == first:
            raise OSError("no room left on the disk")
        return await put_by(self, here, organisation, folder)

    with monkeypatch.context() as broken:
        broken.setattr(Destinations, "put_by", fail)
        found = await world.run()
    assert (found["told"], found["untold"], found.get("closed", 0)) == (2, 1, 0)
    assert (await world.run())["told"] == 1


async def test_who_never_answers_is_held_and_kept_and_never_moved(
    world: World, clock: DrivenClock
) -> None:
    first, *_ = world.tenants
    await world.run()
    before = await world.names("home", first)
    letters = [0, 3, 0, 3, 0, 3]
    waits = [14, 1, 11, 1, 2, 1]
    for days, wanted in zip(waits, letters, strict=True):
        clock.forward(timedelta(days=days))
        assert await moving.advance(world.database) == wanted, clock.now()
        assert await moving.advance(world.database) == 0
    assert (await world.departure(first)).state is State.HELD
    assert (await world.run())["waiting: held"] == 3
    assert await world.is_held("home", first)
    assert await world.names("home", first) == before
    assert await world.ask("lyon", "select count(*) from organisation") == 0
    async with world.database.transaction(world.operator) as tx:
        residual = await beginning.list_residual(tx, (await world.withdrawal()).id, 10)
    assert {one.organisation for one in residual} == set(world.tenants)
    # It answers in the end.
    await world.choose(first, "lyon")
    await world.run()
    await world.accept(first)
    assert (await world.run())["gone"] == 1
    assert await world.names("lyon", first) == before


async def test_a_provider_that_vanishes_takes_nothing_along(
    world: World, clock: DrivenClock
) -> None:
    first, second, _ = world.tenants
    await world.run()
    before, put_by_at = await world.names("home", first), clock.now()
    await world.vanish(clock)
    await world.choose(first, "lyon")
    await world.choose(second, "lyon")
    assert await world.run() == {"copied": 2, "waiting: told": 1}
    one = await world.departure(first)
    assert one.proof is not None
    assert (one.proof.equal, one.proof.escrowed) == (True, put_by_at)
    assert await world.names("lyon", first) == before
    for tenant in (first, second):
        await world.accept(tenant)
    assert (await world.run())["failed"] == 2
    assert "home does not answer" in (await world.departure(first)).fault
    assert not await world.is_held("lyon", first), "it lives there now"
    # The provider is back. What it holds is erased if it is what was put by, and only then.
    world.databases.silent.clear()
    await world.ask("home", f"update senior set name = 'Anders' where tenant = {second}")
    await world.ask("lyon", f"update senior set name = 'Neu' where tenant = {first}")
    found = await world.run()
    assert (found["gone"], found["failed"]) == (1, 1)
    assert await world.names("home", first) == []
    assert set(await world.names("lyon", first)) == {"Neu"}, "what happened there since stays"
    assert set(await world.names("home", second)) == {"Anders"}
    assert "differ from the export" in (await world.departure(second)).fault


async def test_what_differs_is_not_closed_and_a_dead_run_is_taken_up(world: World) -> None:
    first, second, third = world.tenants
    await world.run()
    before = await world.names("home", first)
    for tenant in world.tenants:
        await world.choose(tenant, "lyon")
    await world.run()
    for tenant in world.tenants:
        await world.accept(tenant)
    # A row of the copy is spoilt: it is brought again before anything is erased.
    await world.ask("lyon", f"update senior set name = 'Spoilt' where tenant = {first}")
    # Somebody else stands there under a number that the rows of the second name.
    person = await world.ask("home", f"select person from membership where tenant = {second}")
    await world.ask("lyon", f"update person set email = 'x' || email where id = {person}")
    # The run that moved the third was killed after the erasure, before it wrote anything down.
    here = await ServersByZone.open(world.databases, "home")
    one = await world.departure(third)
    side = withdrawals.folder_of(world.folder, one.withdrawal, "home", third) / "moves" / "lyon"
    now = world.database.clock.now()
    referential = trust.read_referential("secure-cloud", local_date(now, "Europe/Paris"))
    made = compose()
    mover = Mover(
        here, world.databases, world.zones["lyon"], side, made.slices, made.verticals, referential
    )
    await mover.confirm(third, now)
    await here.close()
    found = await world.run()
    assert (found["gone"], found["failed"]) == (2, 1)
    assert await world.names("lyon", first) == await world.names("lyon", third) == before
    held = await world.departure(second)
    assert (held.state, await world.names("home", second)) == (State.ACCEPTED, before)
    assert "person" in held.fault
    await world.ask("lyon", f"update person set email = substr(email, 2) where id = {person}")
    assert (await world.run())["gone"] == 1
    assert await world.names("lyon", second) == before


def test_the_folder_of_an_organisation_names_its_zone() -> None:
    found = withdrawals.folder_of(Path("data"), UUID(int=1), "lyon", 42)
    assert found == Path(f"data/withdrawals/{UUID(int=1)}/lyon-42")
