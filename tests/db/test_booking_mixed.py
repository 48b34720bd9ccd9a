"""A small run of the drill `mixed_stays`: the nights left are those that the record of events says,
whatever happens at once."""

from hub.core.clock import DrivenClock
from hub.core.db import Database
from loadtests.mixed import run_mixed
from tests.houses import find_house


async def test_what_is_left_is_what_the_record_of_events_says(
    demo: Database, clock: DrivenClock
) -> None:
    seen = await run_mixed(demo, clock, await find_house(demo), 400, seed=7)
    assert seen.operations == 400
    assert seen.checked > 0
    assert (seen.wrong_nights, seen.negative_nights) == (0, 0)
    assert {"hold", "pay", "cancel", "change"} <= set(seen.done), seen.done
    assert any(refused.endswith("sold-out") for refused in seen.refused), seen.refused
