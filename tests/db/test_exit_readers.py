"""Owners of an organisation that leaves are persons: whatever their addresses are, each is one, is
told, and is waited for."""

from datetime import timedelta

import pytest

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import Settings
from hub.exits.actions import deciding, following
from hub.exits.models import LetGo, State, Step
from tests.exits import World, add_owner, open_world

MOVE = "update person set email = $2 where email = $1"
OWNS = """
    with new as (
      insert into person (name, email, password_hash, created_at, language)
      values ('Ada', $2, '', now(), 'en') returning id)
    insert into membership (tenant, person, role, since) select $1, id, 'owner', now() from new
"""
TOLD = "select string_agg(recipient, ' ' order by recipient) from mail where subject like $1"


@pytest.fixture
async def world(database: Database, settings: Settings, clock: DrivenClock) -> World:
    return await open_world(database, settings, clock)


async def reach_fetched(world: World) -> None:
    await world.decide(Step.END)
    await world.perform()
    await world.fetch()


async def test_an_owner_who_has_changed_their_address_is_one_and_waits_for_nobody(
    world: World,
) -> None:
    await world.give()
    await world.ask(MOVE, "owner@example.org", "moved@example.org")
    await reach_fetched(world)
    wished = await world.decide(Step.ERASE)
    assert wished.erase_from is None
    assert await world.ask("select count(*) from exit_reader") == 1
    await world.perform()
    assert await world.ask(TOLD, "%votre certificat") == "moved@example.org"


async def test_who_has_the_former_address_of_another_owner_is_a_second_one(
    world: World, clock: DrivenClock
) -> None:
    await world.give()
    await world.ask(MOVE, "owner@example.org", "moved@example.org")
    await world.ask(OWNS, world.organisation, "owner@example.org")
    await reach_fetched(world)
    wished = await world.decide(Step.ERASE)
    assert wished.erase_from == clock.now() + timedelta(days=3)
    assert await world.ask(TOLD, "%erasure is asked for") == "owner@example.org"
    assert await world.ask(TOLD, "%effacement est demandé") == "moved@example.org"


async def test_two_owners_with_one_address_are_two_and_have_one_letter(
    world: World, clock: DrivenClock
) -> None:
    await add_owner(world.settings, world.organisation)
    await world.give()
    await world.ask("update exit_reader set email = 'both@example.org'")
    one = await world.look()
    async with world.database.transaction(one.tenant) as tx:
        await deciding.hold(tx, one, Step.END)
    assert await world.ask(TOLD, "%prenez vos données%") is None
    assert await world.ask("select count(*) from mail where recipient = 'both@example.org'") == 1


async def test_the_clock_writes_to_the_owners_of_today_or_to_the_last_ones(
    world: World, clock: DrivenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add_owner(world.settings, world.organisation)
    await world.give()
    await world.ask(MOVE, "owner@example.org", "moved@example.org")
    await world.ask("delete from membership where tenant = $1 and person ="
                    " (select id from person where email = 'zoe@example.org')",
                    world.organisation)  # fmt: skip
    clock.forward(timedelta(days=30))
    await following.advance(world.database)
    assert (await world.look()).state is State.RETRIEVAL
    assert await world.ask(TOLD, "%prenez vos données%") == "moved@example.org"
    assert await world.ask("select count(*) from mail where recipient = 'zoe@example.org'") == 1

    await world.ask(MOVE, "moved@example.org", "again@example.org")
    await world.perform()
    clock.forward(timedelta(days=31))
    await following.advance(world.database)
    finish = following.finish

    async def die(*_: object) -> None:
        raise OSError("cut off")

    with monkeypatch.context() as broken:
        broken.setattr(following, "finish", die)
        assert (await world.perform())["failed"] == 1
    assert following.finish is finish
    assert (await world.perform())["erased"] == 1, "nobody is left who could be asked"
    told = await world.ask(TOLD, "%votre certificat")
    assert isinstance(told, str)
    assert "again@example.org" in told
    assert "moved@example.org" not in told


async def test_who_is_let_go_before_the_service_ended_is_told_of_it(
    world: World, clock: DrivenClock
) -> None:
    given = await world.give()
    clock.forward(timedelta(days=30 + 180))
    why = LetGo(exit=given.id, version=given.version, why="Its duties were done by hand.")
    async with world.database.transaction(given.tenant, actor="person:1") as tx:
        after = await deciding.let_go(tx, why)
    assert after.state is State.NOTICED
    assert await world.ask(TOLD, "%plus rien ne retient votre départ") == "owner@example.org"
    await following.advance(world.database)
    assert (await world.look()).state is State.RETRIEVAL


async def test_who_is_let_go_while_the_archive_can_be_fetched_is_told_why_and_to_fetch_it_again(
    world: World, clock: DrivenClock
) -> None:
    await world.give()
    await reach_fetched(world)
    clock.forward(timedelta(days=30 + 180))
    held = await world.look()
    why = LetGo(exit=held.id, version=held.version, why="Its duties were done by hand.")
    async with world.database.transaction(held.tenant, actor="person:1") as tx:
        after = await deciding.let_go(tx, why)
    assert (after.state, after.archive_at, after.fetched_at) == (State.RETRIEVAL, None, None)
    assert after.retrieve_until == clock.now() + timedelta(days=30)
    sent = "select body_text from mail where subject like '%prenez de nouveau vos données'"
    told = " ".join(str(await world.ask(sent)).split())
    assert "qui tient ce service l'a décidé" in told
    assert "prenez-la de nouveau" in told
