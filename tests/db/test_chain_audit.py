"""The chain's audit knows every account of the platform's own money: a wrong posting is found by
name."""

from datetime import timedelta

import pytest

from hub import ledger
from hub.core.clock import DrivenClock
from hub.ledger.models import Draft, Side
from loadtests.chain_audit import MUST_BE_ZERO
from loadtests.chain_platform import audit_platform
from tests.db.test_bank_leg import own
from tests.db.test_money_agrees import night, settled
from tests.money import Town
from tourism.booking.models import Booking

DIFFERS = {
    "psp.cash": {"cents_unaccounted", "own_cash_differs_cents"},
    "psp.fees": {"own_fees_differ_cents"},
    "psp.adjustments": {"own_adjustments_differ_cents"},
    "bank.transit": {"own_transit_differs_cents"},
    "bank.current": {"own_bank_differs_cents"},
}


async def moved(town: Town, clock: DrivenClock) -> Booking:
    """A stay that is settled, and money of the platform's own of each kind: one payout at the bank,
    one sent back, one on its way."""
    booked = await settled(town, clock)
    await own(town, topup_cents=9_000, fee_cents=230, adjustment_cents=-75, payout_cents=3_000)
    await own(town, payout_cents=1_000, payout_fails="account_closed")
    clock.forward(timedelta(days=3))
    await town.hear()
    await own(town, adjustment_cents=40, payout_cents=700)
    clock.forward(timedelta(hours=2))
    await night(town)
    return booked


async def differing(town: Town) -> set[str]:
    found = await audit_platform(town)
    return {name for name, cents in found.items() if name in MUST_BE_ZERO and cents}


async def test_the_audit_agrees_with_all_that_the_service_says(
    town: Town, clock: DrivenClock
) -> None:
    await moved(town, clock)
    found = await audit_platform(town)
    told = {name: cents for name, cents in found.items() if name not in MUST_BE_ZERO}
    assert told == {
        "own_paid_out_cents": 3_000,
        "own_returned_cents": 1_000,
        "own_fees_cents": 230,
        "own_adjustments_cents": -35,
    }
    assert await differing(town) == set()
    assert await town.account_cents("bank.transit") == 700


@pytest.mark.parametrize("code", DIFFERS)
@pytest.mark.parametrize("into", [True, False])
async def test_a_wrong_posting_is_found_by_the_account_it_is_on(
    town: Town, clock: DrivenClock, code: str, *, into: bool
) -> None:
    booked = await moved(town, clock)
    platform = booked.quote.split.platform
    mine, other = Side(holder=platform, code=code), Side(holder=platform, code="guest.deposits")
    draft = Draft(
        reference="planted:1",
        debit=mine if into else other,
        credit=other if into else mine,
        amount_cents=7,
    )
    async with town.demo.transaction(platform, actor="nobody") as tx:
        await ledger.post(tx, platform, [draft])
    assert await differing(town) == DIFFERS[code]
