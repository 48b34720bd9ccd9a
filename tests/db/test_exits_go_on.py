"""One way out that does not go on keeps no other from going: whatever is wrong with it, it rests an
hour between two tries, and its pass is as quick and as clean as any."""

from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest

from hub import exit_watch
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import Settings
from hub.exits import policy
from hub.exits.actions import deciding, following
from hub.exits.models import Exit, State
from hub.exits.performing import Performer
from tests.db.test_exits import BREAK, BROKEN, open_second
from tests.exits import World, open_world

NOTHING = {"archived": 0, "erased": 0, "failed": 0}


@pytest.fixture
async def world(database: Database, settings: Settings, clock: DrivenClock) -> World:
    return await open_world(database, settings, clock)


@pytest.fixture
async def admin(settings: Settings) -> AsyncIterator[asyncpg.Connection]:
    con = await asyncpg.connect(settings.database_url)
    yield con
    await con.close()


@pytest.mark.parametrize("kind", [ValueError, KeyError, RuntimeError, MemoryError])
async def test_an_archive_that_fails_however_it_likes_stops_no_other_and_rests_an_hour(
    world: World, clock: DrivenClock, monkeypatch: pytest.MonkeyPatch, kind: type[Exception]
) -> None:
    other = await open_second(world)
    broken, whole = await world.give(0), await other.give(0)
    archive, tried = Performer._archive, list[Exit]()

    async def fail(self: Performer, exit: Exit) -> bool:
        if exit.id != broken.id:
            return await archive(self, exit)
        tried.append(exit)
        raise kind("a cause\x00 that nobody foresaw")

    monkeypatch.setattr(Performer, "_archive", fail)
    assert await world.perform() == {"archived": 1, "erased": 0, "failed": 1}
    assert (await other.look()).archive_at is not None
    assert "that nobody foresaw" in (await world.look()).fault
    assert await world.perform() == {**NOTHING, "failed": 1}, "once it is tried again at once"
    assert await world.perform() == NOTHING, "what rests is not counted, and slows nobody"
    clock.forward(policy.RETRY - timedelta(seconds=1))
    assert await world.perform() == NOTHING
    assert len(tried) == 2
    clock.forward(timedelta(seconds=1))
    assert (await world.perform())["failed"] == 1
    assert len(tried) == 3
    assert await world.perform() == NOTHING
    monkeypatch.setattr(Performer, "_archive", archive)
    clock.forward(policy.RETRY)
    assert await world.perform() == {"archived": 1, "erased": 0, "failed": 0}
    well = await world.look()
    assert (well.fault, well.fault_at) == ("", None)
    assert (await other.look()).id == whole.id


async def test_one_on_which_the_clock_fails_is_tried_once_an_hour_and_at_once_after_a_decision(
    world: World, clock: DrivenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = await open_second(world)
    broken = await world.give(0)
    await other.give(0)
    await world.ask(BREAK)
    await world.ask(BROKEN % broken.id)
    advance, tried = following._advance_one, list[Exit]()

    async def count(database: Database, one: Exit) -> int | None:
        tried.append(one)
        return await advance(database, one)

    monkeypatch.setattr(following, "_advance_one", count)
    clock.forward(timedelta(days=30))
    done = await following.advance_each(world.database)
    assert (done.done, done.failed) == (1, 1)
    assert (await other.look()).state is State.RETRIEVAL
    stopped = await world.look()
    assert stopped.stalled_at == clock.now()
    for _ in range(3):
        clock.forward(timedelta(minutes=15))
        await following.advance(world.database)
    assert [one.id for one in tried].count(broken.id) == 1
    clock.forward(timedelta(minutes=15))
    assert (await following.advance_each(world.database)).failed == 1
    assert [one.id for one in tried].count(broken.id) == 2
    await world.ask("drop trigger broken on exit_step")
    duties = await deciding.list_duties(world.database, world.organisation)
    async with world.database.transaction(broken.tenant, actor="person:1") as tx:
        decided = await deciding.end(tx, broken.id, broken.version, duties)
    assert (decided.stalled, decided.stalled_at) == ("", None)
    await following.advance(world.database)
    assert [one.id for one in tried].count(broken.id) == 3


async def test_why_one_stands_still_stays_said_while_somebody_has_it_in_hand(
    world: World, clock: DrivenClock
) -> None:
    broken = await world.give(0)
    await world.ask(BREAK)
    await world.ask(BROKEN % broken.id)
    clock.forward(timedelta(days=30))
    await following.advance(world.database)
    assert "this one is broken" in (await world.look()).stalled
    clock.forward(policy.RETRY)
    async with world.database.transaction(broken.tenant) as tx:
        assert await following.lock(tx, broken) is not None
        await following.advance(world.database)
        assert "this one is broken" in (await world.look()).stalled
    # Somebody decides between the look at the list and the look at this one.
    await world.ask("update exit set version = version + 1 where id = $1", broken.id)
    assert await following._advance_one(world.database, broken) is None
    assert "this one is broken" in (await world.look()).stalled


async def test_the_watcher_waits_for_none_that_rests(
    world: World, admin: asyncpg.Connection
) -> None:
    given = await world.give(0)
    assert await admin.fetchval(exit_watch._WAITING)
    for minutes, waited in ((0, False), (59, False), (61, True)):
        await admin.execute(
            "update exit set fault = 'x', fault_at = now() - make_interval(mins => $2)"
            " where id = $1",
            given.id,
            minutes,
        )
        assert await admin.fetchval(exit_watch._WAITING) is waited, minutes


async def test_a_pass_whose_connection_is_lost_ends_and_the_next_goes_on_to_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = await open_second(world)
    broken = await world.give(0)
    await other.give(0)
    archive = Performer._archive

    async def lose(self: Performer, exit: Exit) -> bool:
        if exit.id == broken.id:
            await self.home.con.close()
        return await archive(self, exit)

    monkeypatch.setattr(Performer, "_archive", lose)
    for _ in range(2):
        with pytest.raises(asyncpg.InterfaceError):
            await world.perform()
        assert (await other.look()).fault == ""
    await world.perform()
    assert (await other.look()).archive_at is not None
    assert (await world.look()).fault != ""
