"""The platform's own payouts, the service's bills and its corrections are in the ledger by morning:
no false difference, and every cent of the balance and of the bank."""

import random
from datetime import timedelta

import pytest

from hub import ledger
from hub.core.clock import DrivenClock
from tests.db.test_money_agrees import night, settled
from tests.money import Town
from tourism.booking.models import Booking
from tourism.reconciling.actions import banking, standing
from tourism.reconciling.models import BreakKind


async def own(town: Town, **wish: object) -> None:
    await town.fake.control(own=wish)


async def balances(town: Town, booked: Booking) -> dict[str, int]:
    """The platform's accounts, debits less credits, by code."""
    async with town.demo.transaction(booked.quote.split.platform) as tx:
        found = await ledger.list_balances(tx)
    return {one.code: one.debit_cents - one.credit_cents for one in found}


async def gap(town: Town) -> int:
    funds = town.fake.books.funds_of("")
    return funds.available + funds.pending - await town.ledger_cash()


async def test_each_own_movement_is_posted_once_and_leaves_no_difference(
    town: Town, clock: DrivenClock
) -> None:
    booked = await settled(town, clock)
    assert await night(town) == {}
    before = await balances(town, booked)
    await own(town, topup_cents=5_000, fee_cents=230, adjustment_cents=-75, payout_cents=1_200)
    assert await gap(town) != 0
    clock.forward(timedelta(hours=2))
    assert await night(town) == {}
    assert await gap(town) == 0
    after = await balances(town, booked)
    moved = {code: after.get(code, 0) - before.get(code, 0) for code in after}
    assert {code: cents for code, cents in moved.items() if cents} == {
        "psp.cash": 5_000 - 230 - 75 - 1_200,
        "bank.current": -5_000,
        "bank.transit": 1_200,
        "psp.fees": 230,
        "psp.adjustments": 75,
    }
    assert await banking.post_own_lines(town.demo) == 0
    assert await night(town) == {}
    assert await balances(town, booked) == after
    async with town.demo.transaction() as tx:
        found = await standing.find_standing(tx)
    assert {one.kind: one.cents for one in found.months} == {
        "topup": 5_000, "stripe_fee": -230, "adjustment": -75, "payout": -1_200,
    }  # fmt: skip
    assert found.last
    assert found.last.gap_cents == 0


async def test_a_payout_is_at_the_bank_when_it_has_arrived_and_is_not_when_it_comes_back(
    town: Town, clock: DrivenClock
) -> None:
    booked = await settled(town, clock)
    await own(town, topup_cents=9_000)
    before = (await balances(town, booked)).get("bank.current", 0)
    await own(town, payout_cents=3_000)
    await own(town, payout_cents=1_000, payout_fails="account_closed")
    clock.forward(timedelta(hours=2))
    assert await night(town) == {}
    assert (await balances(town, booked))["bank.transit"] == 4_000
    clock.forward(timedelta(days=2))
    await town.hear()
    clock.forward(timedelta(hours=2))
    assert await night(town) == {}
    found = await balances(town, booked)
    assert (found["bank.transit"], found["bank.current"] - before) == (0, 3_000 - 9_000)
    (arrived,) = [one for one in town.fake.books.all("payout") if one["status"] == "paid"]
    await own(town, return_payout=arrived["id"])
    clock.forward(timedelta(hours=2))
    for _ in range(2):
        assert await night(town) == {}
        found = await balances(town, booked)
        assert (found["bank.transit"], found["bank.current"] - before) == (0, -9_000)
        assert await gap(town) == 0
    async with town.demo.transaction() as tx:
        states = [one.state for one in (await standing.find_standing(tx)).payouts]
    assert states == ["failed", "failed"]


async def test_a_payout_that_does_not_arrive_and_one_that_is_gone_are_differences(
    town: Town, clock: DrivenClock
) -> None:
    await settled(town, clock)
    await own(town, topup_cents=4_000)
    await own(town, payout_cents=3_000)
    clock.forward(timedelta(hours=2))
    assert await night(town) == {}
    (payout,) = town.fake.books.all("payout")
    days = payout["arrival_date"]
    payout["arrival_date"] += 90 * 86_400
    clock.forward(timedelta(days=8))
    await town.hear()
    assert await night(town) == {}  # the service says when, and that is not yet
    del town.fake.books.live["payout"][payout["id"]]  # its end is never told
    payout["arrival_date"] = days
    await town.hear()
    assert await night(town) == {"payout": BreakKind.PAYOUT_LATE}
    payout["status"] = "paid"
    assert await night(town) == {}
    town.fake.books.owned["payout", ""].remove(payout["id"])
    assert await night(town) == {"payout": BreakKind.PAYOUT_GONE}


async def test_lines_that_were_read_before_they_could_be_posted_are_posted(
    town: Town, clock: DrivenClock
) -> None:
    booked = await settled(town, clock)
    assert await night(town) == {}
    await town.queue.admin.execute(
        "insert into service_line (id, key, kind, cents, at, kept_at)"
        " select 'txn_old', 'own:txn_old', 'payout_failure', 1500, $1, $1",
        clock.now() - timedelta(days=80),
    )
    assert await night(town) == {}
    found = await balances(town, booked)
    assert found["bank.transit"] == -1_500


async def test_a_movement_of_a_kind_that_nobody_explains_stays_a_difference(
    town: Town, clock: DrivenClock
) -> None:
    await settled(town, clock)
    town.fake.books.move("", "reserved_funds", None, -400)
    clock.forward(timedelta(hours=2))
    assert await night(town) == {"unknown": BreakKind.ONLY_SERVICE}


@pytest.mark.parametrize("seed", [1, 2])
async def test_whatever_happens_to_the_platforms_money_every_cent_is_where_the_ledger_says(
    town: Town, clock: DrivenClock, seed: int
) -> None:
    booked = await settled(town, clock)
    draw = random.Random(seed)
    begun = (await balances(town, booked)).get("bank.current", 0)
    for _ in range(12):
        await own(
            town,
            topup_cents=draw.choice([0, 0, draw.randrange(1, 9_000)]),
            fee_cents=draw.choice([0, draw.randrange(1, 400)]),
            adjustment_cents=draw.choice([0, draw.randrange(-300, 300)]),
            payout_cents=draw.choice([0, draw.randrange(1, 9_000)]),
            payout_fails=draw.choice([None, None, "account_closed"]),
        )
        arrived = [one for one in town.fake.books.all("payout") if one["status"] == "paid"]
        if arrived and draw.random() < 0.3:
            await own(town, return_payout=draw.choice(arrived)["id"])
        clock.forward(timedelta(hours=draw.randrange(2, 40)))
        await town.hear()
        assert await night(town) == {}
        assert await gap(town) == 0
    books = town.fake.books
    at_bank = sum(one["amount"] for one in books.all("payout") if one["status"] == "paid")
    on_its_way = sum(one["amount"] for one in books.all("payout") if one["status"] == "in_transit")
    topped_up = sum(one["amount"] for one in books.all("topup"))
    found = await balances(town, booked)
    assert found.get("bank.current", 0) - begun == at_bank - topped_up
    assert found.get("bank.transit", 0) == on_its_way
    lines = books.all("balance_transaction")
    billed = sum(-one["amount"] for one in lines if one["type"] == "stripe_fee")
    assert billed == await town.own_cents("psp.fees")
