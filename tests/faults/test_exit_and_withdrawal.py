"""An organisation leaves by its own notice while its provider's approval is withdrawn, in both
orders: it goes once, nothing of it is left anywhere, and nobody waits for it for ever (DOMAIN 6.5,
Data Act article 25)."""

from datetime import timedelta
from pathlib import Path

import pytest

from hub.core.clock import DrivenClock
from hub.core.db import Session
from hub.core.settings import Settings
from hub.exits.actions import following
from hub.exits.errors import DutiesOpen
from hub.exits.models import State as Way
from hub.exits.models import Step as Turn
from hub.hosting.destinations import Destinations
from hub.portability import Bundle
from hub.withdrawals import TAKE_AWAY, State
from hub.withdrawals.actions import moving
from hub.withdrawals.models import Step
from tests.exits import World as Leaving
from tests.faults.leavers import World, elsewhere, world

__all__ = ["elsewhere", "world"]  # fixtures


@pytest.fixture
def leaving(world: World, settings: Settings, clock: DrivenClock) -> Leaving:
    made = Leaving(world.database, settings, clock)
    made.organisation = world.tenants[0]
    return made


async def erase_by_notice(leaving: Leaving) -> None:
    await leaving.decide(Turn.END)
    await leaving.perform()
    await leaving.fetch()
    await leaving.decide(Turn.ERASE)
    assert (await leaving.perform())["erased"] == 1


@pytest.mark.parametrize("told_first", [True, False])
@pytest.mark.parametrize("held", [True, False])
async def test_who_is_erased_by_its_own_notice_is_not_waited_for_by_the_withdrawal(
    world: World, leaving: Leaving, clock: DrivenClock, told_first: bool, held: bool
) -> None:
    first, second, _ = world.tenants
    if told_first:
        await world.run()
    await leaving.give()
    await world.run()
    if held:
        clock.forward(timedelta(days=31))
        await moving.advance(world.database)
        await world.run()
        assert (await world.departure(first)).state is State.HELD
    await erase_by_notice(leaving)
    assert (await world.run())["left"] == 1
    gone = await world.departure(first)
    assert (gone.state, gone.choice, gone.left_by_notice) == (State.GONE, None, True)
    assert gone.certificate == (await leaving.look()).certificate
    assert (await world.steps(first))[-1] is Step.LEAVE
    assert first not in await world.residual()
    assert not await world.is_held("home", first)
    assert not world.archive(gone).parent.exists(), "what was put by goes at once"
    assert await world.names("home", second), "nobody else goes"
    clock.forward(timedelta(days=2))
    assert (await world.run()).get("failed", 0) == 0


async def test_who_is_erased_during_the_first_pass_is_not_told(
    world: World, leaving: Leaving, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = world.tenants[0]
    put_by = Destinations.put_by
    await leaving.give()

    async def last_moment(
        self: Destinations, here: Session, organisation: int, folder: Path
    ) -> Bundle:
        if organisation == first:
            await erase_by_notice(leaving)
        return await put_by(self, here, organisation, folder)

    monkeypatch.setattr(Destinations, "put_by", last_moment)
    assert (await world.run())["told"] == 2
    assert await leaving.ask("select count(*) from departure where organisation = $1", first) == 0
    assert not list(world.folder.rglob(f"home-{first}"))
    assert (await world.run()).get("failed", 0) == 0


async def test_who_was_erased_just_before_it_was_told_is_not_waited_for(
    world: World, leaving: Leaving, clock: DrivenClock
) -> None:
    first = world.tenants[0]
    await world.run()
    await leaving.give()
    await erase_by_notice(leaving)
    clock.forward(timedelta(minutes=1))
    await leaving.ask("update departure set told_at = $1 where organisation = $2",
                      clock.now(), first)  # fmt: skip
    assert (await world.run())["left"] == 1
    assert (await world.departure(first)).state is State.GONE


@pytest.mark.parametrize("given_first", [True, False])
@pytest.mark.parametrize("choice", ["lyon", TAKE_AWAY])
async def test_a_way_out_waits_for_a_chosen_move_and_ends_with_it(
    world: World, leaving: Leaving, clock: DrivenClock, given_first: bool, choice: str
) -> None:
    first = world.tenants[0]
    await world.run()
    if given_first:
        await leaving.give()
    before = await world.names("home", first)
    await world.choose(first, choice)
    await world.run()
    if not given_first:
        await leaving.give()
    with pytest.raises(DutiesOpen):
        await leaving.decide(Turn.END)
    clock.forward(timedelta(days=31))
    await following.advance(world.database)
    assert (await leaving.look()).state is Way.NOTICED, "a copy may stand elsewhere"
    await world.accept(first)
    assert (await world.run())["gone"] == 1
    assert await world.names("home", first) == []
    await leaving.perform()
    moved = await leaving.look()
    assert (moved.state, moved.stalled, moved.fault) == (Way.MOVED, "", "")
    assert await leaving.perform() == {"archived": 0, "erased": 0, "failed": 0}
    assert leaving.folders == [], "what was put by goes with it"
    assert not await world.is_held("home", first)
    if choice == "lyon":
        assert await world.names("lyon", first) == before
        assert not await world.is_held("lyon", first)
    assert await leaving.ask("select count(*) from exit_reader") == 0


async def test_a_move_that_is_chosen_after_the_service_ended_stops_the_erasure(
    world: World, leaving: Leaving
) -> None:
    first = world.tenants[0]
    await world.run()
    await leaving.give()
    await leaving.decide(Turn.END)
    await leaving.perform()
    await leaving.fetch()
    await leaving.decide(Turn.ERASE)
    await world.copy_and_accept(first, "lyon")
    assert (await leaving.perform())["erased"] == 0
    assert (await leaving.look()).state is Way.RETRIEVAL
    assert (await world.run())["gone"] == 1
    await leaving.perform()
    assert (await leaving.look()).state is Way.MOVED
    assert await world.names("lyon", first)
    assert not await world.is_held("home", first)


async def test_who_is_let_go_in_spite_of_a_copy_leaves_none_behind(
    world: World, leaving: Leaving
) -> None:
    first = world.tenants[0]
    await world.run()
    await world.choose(first, "lyon")
    await world.run()
    await leaving.give()
    await leaving.ask("update exit set let_go_at = now(), let_go_why = 'an order of the court'")
    await erase_by_notice(leaving)
    assert (await world.run())["left"] == 1
    assert await world.names("lyon", first) == []
    assert not await world.is_held("lyon", first)
    assert (await world.departure(first)).state is State.GONE
