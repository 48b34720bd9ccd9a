"""What the payment service keeps of a stay is on every statement of it, as the ledger has it."""

from datetime import timedelta

import pytest

from hub.core.clock import DrivenClock
from tests.houses import ARRIVAL
from tests.money import Town
from tourism.booking.models import Booking
from tourism.settlement.actions import stating


async def costs(town: Town, booked: Booking) -> set[int]:
    """The cost of a stay as each of its holders reads it, and each statement's sum."""
    assert await town.psp_cost_differs_cents() == 0
    found: set[int] = set()
    for holder in town.holders:
        lines = await town.lines(holder)
        (line,) = [line for line in lines if line.share.booking == booked.id]
        sums = stating.sums_of(lines)
        assert sums["psp"] == sum(one.share.psp_cents for one in lines)
        assert line.share.gross_cents == sum(line.share.detail.values())
        found.add(line.share.psp_cents)
    return found


async def begun(town: Town, clock: DrivenClock) -> Booking:
    booked = await town.book()
    await town.open_accounts(booked)
    clock.forward(timedelta(days=(ARRIVAL - clock.now().date()).days + 1))
    await town.sweep()
    return booked


async def test_a_cost_that_is_told_late_comes_on_every_statement(
    town: Town, clock: DrivenClock
) -> None:
    town.fake.books.slow = True
    booked = await town.book()
    await town.open_accounts(booked)
    clock.forward(timedelta(days=(ARRIVAL - clock.now().date()).days + 1))
    await town.sweep()
    await town.hear()
    await town.queue.run()
    charge = await town.charge_of(booked)
    assert charge
    assert charge.fee_cents > 0
    assert await costs(town, booked) == {charge.fee_cents}


@pytest.mark.parametrize("won", [True, False])
async def test_a_dispute_adds_its_fee_to_the_cost_of_its_stay_and_a_won_one_gives_it_back(
    town: Town, clock: DrivenClock, won: bool
) -> None:
    booked = await begun(town, clock)
    charge = await town.charge_of(booked)
    assert charge
    assert charge.reference
    assert await costs(town, booked) == {charge.fee_cents}
    paid = town.fake.books.things[charge.reference]["latest_charge"]
    await town.fake.control(dispute=paid)
    await town.hear()
    (dispute,) = town.fake.books.all("dispute")
    disputed = await costs(town, booked)
    assert disputed == {charge.fee_cents + 2_000}
    await town.fake.control(**{"win" if won else "lose": dispute["id"]})
    await town.hear()
    await town.hear()
    assert await costs(town, booked) == ({charge.fee_cents} if won else disputed)
