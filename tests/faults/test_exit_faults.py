"""What somebody writes in the very moment in which an organisation that leaves is erased goes along
with it, and is named in the certificate."""

from collections.abc import Sequence

import msgspec
import pytest

from hub import portability
from hub.core.clock import DrivenClock
from hub.core.db import Database, Session
from hub.core.settings import Settings
from hub.exits import policy
from hub.exits.models import State
from hub.portability.actions import erasing
from tests.exits import World, open_world

LATE = """
    insert into senior (id, tenant, name, added_at)
    values (gen_random_uuid(), $1, $2, now())
"""


@pytest.fixture
async def world(database: Database, settings: Settings, clock: DrivenClock) -> World:
    return await open_world(database, settings, clock)


@pytest.mark.parametrize("names", [["Spät"], ["Spät", "Später"]], ids=len)
@pytest.mark.parametrize("dies", [False, True], ids=["at once", "in the next pass"])
async def test_rows_of_the_moment_of_the_erasure_go_along_and_are_certified(
    world: World, monkeypatch: pytest.MonkeyPatch, names: Sequence[str], dies: bool
) -> None:
    await world.reach(State.ERASING)
    before = await world.count_seniors()
    count_left = erasing._count_left
    late = list(names)

    async def write_first(session: Session, *said):
        if late:
            await world.ask(LATE, world.organisation, late.pop(0))
            if dies:
                raise OSError("the pass dies here")
        return await count_left(session, *said)

    with monkeypatch.context() as busy:
        busy.setattr(erasing, "_count_left", write_first)
        for _ in range(1 + dies * len(names)):
            await world.perform()
            world.clock.forward(policy.RETRY)  # one that failed twice rests
    gone = await world.look()
    assert gone.state is State.ERASED, gone.fault
    assert await world.count_seniors() == 0
    assert gone.certificate is not None
    assert msgspec.convert(gone.certificate, portability.Certificate).erased["senior"] == before
    named = msgspec.convert(gone.certificate["late"], list[portability.Certificate])
    assert sum(one.erased["senior"] for one in named) == len(names)
    sums = {one.export_sha256 for one in named}
    assert len(sums) == len(named)
    assert gone.certificate["export_sha256"] not in sums
