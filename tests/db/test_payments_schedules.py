"""Webhooks in any order, twice, up to three days late: the same end (10,000 in the drill)."""

from hub.core.clock import DrivenClock
from loadtests.schedules import run_schedules
from tests.money import Town


async def test_whatever_the_order_of_the_webhooks_a_stay_is_paid_once(
    town: Town, clock: DrivenClock
) -> None:
    assert await run_schedules(town, clock, 1, 12) == 0
