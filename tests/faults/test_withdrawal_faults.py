"""What goes wrong on the way out of a withdrawn provider, on two real PostgreSQL servers: a copy
that was not wanted, a provider that is gone for a moment or for good, rows of the last moment."""

import json
import zipfile
from datetime import timedelta

import msgspec
import pytest

from hub.app import compose
from hub.core.clock import DrivenClock
from hub.core.db import Session
from hub.hosting import ServersByZone
from hub.hosting.destinations import Destinations
from hub.hosting.leaving import Leaver
from hub.hosting.models import SettingWrong
from hub.portability.actions import erasing
from hub.withdrawals import TAKE_AWAY, State
from hub.withdrawals.actions import moving
from tests.faults.leavers import World, elsewhere, world

__all__ = ["elsewhere", "world"]  # fixtures
RENAME = "update organisation set name = 'Les Renommés' where id = {}"
NAMED = "select name from organisation where id = {}"


async def test_a_copy_that_was_not_wanted_goes_whole_and_can_come_again(world: World) -> None:
    """Also what the law keeps where it was made: the organisation never lived there."""
    first, *_ = world.tenants
    await world.run()
    await world.choose(first, "lyon")
    await world.run()
    await world.choose(first, "brest")
    await world.ask("home", RENAME.format(first))
    assert (await world.run())["copied"] == 1
    assert await world.ask("lyon", "select count(*) from organisation") == 0
    await world.choose(first, "lyon")
    assert (await world.run())["copied"] == 1
    assert await world.ask("brest", "select count(*) from organisation") == 0
    assert await world.ask("lyon", NAMED.format(first)) == "Les Renommés"


async def test_a_row_that_the_law_keeps_and_that_changed_since_the_copy_goes_along(
    world: World,
) -> None:
    first, *_ = world.tenants
    await world.run()
    await world.copy_and_accept(first, "lyon")
    await world.ask("home", RENAME.format(first))
    assert (await world.run())["gone"] == 1, (await world.departure(first)).fault
    assert await world.ask("lyon", NAMED.format(first)) == "Les Renommés"


async def test_what_the_law_keeps_of_a_former_life_stays_when_the_copy_goes(world: World) -> None:
    first, *_ = world.tenants
    at = await world.ask("home", f"select created_at from organisation where id = {first}")
    kind = await world.ask("home", f"select kind from organisation where id = {first}")
    await world.ask(
        "lyon",
        "insert into organisation (id, kind, name, created_at) overriding system value"
        f" values ({first}, '{kind}', 'Les Anciens', '{at}') returning id",
    )
    await world.run()
    await world.choose(first, "lyon")
    assert (await world.run())["copied"] == 1
    assert await world.ask("lyon", NAMED.format(first)) == "Les Exemples"
    await world.choose(first, "brest")
    await world.run()
    assert await world.names("lyon", first) == []
    assert await world.ask("lyon", NAMED.format(first)) == "Les Exemples"


@pytest.mark.parametrize(
    "address", ["$NO_SUCH_ADDRESS", "postgresql://hub@db.example.fr/hub"], ids=["unset", "clear"]
)
async def test_a_provider_that_cannot_be_asked_by_a_wrong_setting_is_not_taken_for_silent(
    world: World, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PGSSLMODE", raising=False)
    await world.run()
    right = world.zones["home"]
    wrong = {**world.zones, "home": msgspec.structs.replace(right, database=address)}
    broken = Leaver(
        world.database, wrong, ServersByZone(wrong.values()), world.folder, compose().slices,
        compose().verticals,
    )  # fmt: skip
    for _ in range(4):
        with pytest.raises(SettingWrong):
            await broken.run()
    assert await world.ask("home", "select count(*) from zone_silence") == 0
    assert (await world.run())["waiting: told"] == 3


async def test_one_failed_connection_is_a_moment_and_moves_nobody(
    world: World, clock: DrivenClock
) -> None:
    first, *_ = world.tenants
    await world.run()
    await world.choose(first, "lyon")
    world.databases.silent.add("home")
    for wait in (timedelta(), timedelta(minutes=1), timedelta(minutes=1)):
        clock.forward(wait)
        assert await world.run() == {"waiting: told": 2, "waiting: chosen": 1}
    world.databases.silent.clear()
    await world.ask("home", f"update senior set name = 'Neu' where tenant = {first}")
    assert (await world.run())["copied"] == 1
    one = await world.departure(first)
    assert one.proof is not None
    assert one.proof.escrowed is None
    assert set(await world.names("lyon", first)) == {"Neu"}
    # It has answered: the next silence begins anew.
    await world.choose(first, "brest")
    clock.forward(timedelta(days=1))
    world.databases.silent.add("home")
    assert (await world.run())["waiting: chosen"] == 1


async def test_a_provider_that_is_back_before_acceptance_is_copied_from(
    world: World, clock: DrivenClock
) -> None:
    first, second, third = world.tenants
    await world.run()
    await world.vanish(clock)
    for tenant, zone in ((first, "lyon"), (second, "lyon"), (third, TAKE_AWAY)):
        await world.choose(tenant, zone)
    assert (await world.run())["copied"] == 3
    await world.accept(second)
    await world.accept(third)
    world.databases.silent.clear()
    for tenant in world.tenants:
        await world.ask("home", f"update senior set name = 'Neu' where tenant = {tenant}")
    found = await world.run()
    assert (found["copied"], found["gone"]) == (1, 2)
    one = await world.departure(first)
    assert one.proof is not None
    assert (one.state, one.proof.escrowed) == (State.COPIED, None)
    for tenant in (first, second):
        assert set(await world.names("lyon", tenant)) == {"Neu"}
    with zipfile.ZipFile(world.archive(await world.departure(third))) as file:
        assert json.loads(file.read("tables/senior/00001.jsonl"))["name"] == "Neu"


async def test_a_zone_that_does_not_answer_for_a_moment_turns_no_choice_back(world: World) -> None:
    first, *_ = world.tenants
    await world.run()
    await world.choose(first, "brest")
    world.databases.silent.add("brest")
    assert (await world.run())["failed"] == 1
    assert (await world.departure(first)).state is State.CHOSEN
    world.databases.silent.clear()
    assert (await world.run())["copied"] == 1


async def test_who_accepted_lives_where_it_chose_though_the_provider_vanishes(
    world: World, clock: DrivenClock
) -> None:
    first, *_ = world.tenants
    await world.run()
    await world.choose(first, "lyon")
    await world.run()
    # Something is written after the copy, and put by on the next day.
    clock.forward(timedelta(days=1))
    await world.ask("home", f"update senior set name = 'Neu' where tenant = {first}")
    await world.run()
    await world.accept(first)
    await world.vanish(clock)
    assert await world.is_held("lyon", first), "for a moment nobody decides anything"
    assert (await world.run())["failed"] == 1
    assert not await world.is_held("lyon", first)
    assert set(await world.names("lyon", first)) == {"Neu"}
    one = await world.departure(first)
    assert one.proof is not None
    assert (one.state, one.proof.equal) == (State.ACCEPTED, True)
    assert one.proof.escrowed is not None
    assert one.opened_at == clock.now()
    assert first in await world.residual()
    # It lives there, and the provider answers again: nothing of its life is written over.
    await world.ask("lyon", f"update senior set name = 'Ici' where tenant = {first}")
    clock.forward(timedelta(days=4))
    await world.run()
    world.databases.silent.clear()
    assert (await world.run())["gone"] == 1
    assert await world.names("home", first) == []
    assert set(await world.names("lyon", first)) == {"Ici"}
    assert first not in await world.residual()
    # What was erased late was left when the new zone opened: each night is told by one of them.
    gone = (await world.departure(first)).certificate
    assert gone is not None
    assert gone["left_at"] == f"{one.opened_at:%Y-%m-%dT%H:%M:%S}Z"
    assert gone["erased_at"] == f"{clock.now():%Y-%m-%dT%H:%M:%S}Z"


async def test_who_is_told_late_has_as_long_to_choose(
    world: World, clock: DrivenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *_ = world.tenants
    put_by = Destinations.put_by

    async def fail(self: Destinations, here: Session, organisation: int, folder):
        if organisation == first:
            raise OSError("no room left on the disk")
        return await put_by(self, here, organisation, folder)

    with monkeypatch.context() as broken:
        broken.setattr(Destinations, "put_by", fail)
        await world.run()
    clock.forward(timedelta(days=29))
    await world.run()
    clock.forward(timedelta(days=2))
    await moving.advance(world.database)
    states = [(await world.departure(tenant)).state for tenant in world.tenants]
    assert states == [State.TOLD, State.HELD, State.HELD]
    clock.forward(timedelta(days=27))
    await moving.advance(world.database)
    assert (await world.departure(first)).state is State.TOLD
    clock.forward(timedelta(days=1))
    await moving.advance(world.database)
    assert (await world.departure(first)).state is State.HELD


async def test_the_clock_looks_at_everybody_however_many_there_are(
    world: World, clock: DrivenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.run()
    monkeypatch.setattr(moving, "PAGE_OF", 1)
    clock.forward(timedelta(days=30))
    assert await moving.advance(world.database) == 3


@pytest.mark.parametrize("zone", ["lyon", TAKE_AWAY])
async def test_rows_that_somebody_wrote_in_the_moment_of_the_erasure_go_along(
    world: World, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    """A web process may not know yet that an organisation is held, and a guest is never stopped:
    whoever waited for the locks of the erasure writes after it."""
    first, *_ = world.tenants
    await world.run()
    await world.copy_and_accept(first, zone)
    before = await world.names("home", first)
    count_left = erasing._count_left
    late = [
        "insert into senior (id, tenant, name, added_at)"
        f" values (gen_random_uuid(), {first}, 'Spät', now()) returning 1"
    ]

    async def write_first(session: Session, *said):
        if late:
            await world.ask("home", late.pop())
        return await count_left(session, *said)

    with monkeypatch.context() as busy:
        busy.setattr(erasing, "_count_left", write_first)
        found = await world.run()
    one = await world.departure(first)
    assert found.get("gone") == 1, one.fault
    assert one.certificate is not None
    assert one.certificate["left"] == {}
    assert await world.names("home", first) == []
    if zone == TAKE_AWAY:
        with zipfile.ZipFile(world.archive(one)) as file:
            assert json.loads(file.read("late/tables/senior/00001.jsonl"))["name"] == "Spät"
    else:
        assert await world.names("lyon", first) == sorted([*before, "Spät"])
        assert not await world.is_held("lyon", first)
