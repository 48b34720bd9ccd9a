"""A short season through the whole chain under faults drawn from a seed (2,000 in the drill)."""

from hub.core.clock import DrivenClock
from loadtests.chain import run_chain_in
from loadtests.chain_audit import MUST_BE_ZERO
from tests.money import Town


async def test_every_cent_is_accounted_for_whatever_goes_wrong(
    town: Town, clock: DrivenClock
) -> None:
    found = await run_chain_in(town, clock, seed_number=5, stays=20, requests=150)
    assert found["confirmed"] > 5, found
    assert found["service_errors"] > 0, found  # the faults were met
    assert found["transferred_cents"] == found["paid_out_cents"] > 0, found
    assert {name: found[name] for name in MUST_BE_ZERO} == dict.fromkeys(MUST_BE_ZERO, 0), found
