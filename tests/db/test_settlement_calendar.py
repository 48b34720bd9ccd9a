"""A beneficiary's calendar adds up to its statement, to the ledger and to its bank, to the cent."""

import random
from datetime import UTC, date, datetime, timedelta
from importlib import resources

import asyncpg
import pytest

from hub import payments
from hub.core.clock import DrivenClock
from tests.houses import ARRIVAL, hold, quote
from tests.money import Town
from tourism.booking.models import Booking
from tourism.paying.actions import cancelling
from tourism.paying.models import CancelBooking
from tourism.settlement import policy
from tourism.settlement.actions import dating, settling, stating
from tourism.settlement.models import Day, Totals

YEARS = range(2025, 2030)


async def calendar(town: Town, holder: int) -> tuple[list[Day], Totals, dict[str, int]]:
    """All days of a holder, its figures, and the columns of its whole statement."""
    async with town.demo.transaction(holder) as tx:
        months = [month for year in YEARS for month in await dating.list_months(tx, year)]
        lines = await stating.list_lines(tx, date(2025, 1, 1), date(2029, 12, 31))
        sums = stating.sums_of(lines)
        totals = await stating.total(tx)
    return [day for month in months for day in month.days], totals, sums


def columns(days: list[Day]) -> tuple[int, int, int, int]:
    return (
        sum(one.earned_cents for one in days),
        sum(one.due_cents for one in days),
        sum(one.moved_cents for one in days),
        sum(one.paid_cents for one in days),
    )


async def moved_in_ledger(town: Town, holder: int) -> int:
    """What the ledger says was moved to a holder, what paid its debts among it."""
    found = await town.queue.admin.fetchval(
        "select coalesce(sum(case when d.code = 'psp.cash' then -t.amount_cents"
        "                         else t.amount_cents end), 0)"
        "  from ledger_transfer t join ledger_account d on d.id = t.debit_account"
        "  join ledger_account c on c.id = t.credit_account"
        " where t.reference like 'settle:%' and $1 in (d.tenant, c.tenant)",
        holder,
    )
    return int(found)


async def agrees(town: Town, holder: int) -> list[Day]:
    days, totals, sums = await calendar(town, holder)
    assert columns(days) == (
        totals.earned_cents, totals.due_cents, totals.moved_cents, totals.paid_cents,
    )  # fmt: skip
    assert (sums["earned"], sums["moved"]) == (totals.earned_cents, totals.moved_cents)
    assert totals.moved_cents == await moved_in_ledger(town, holder)
    return days


async def give_up(town: Town, booked: Booking) -> None:
    async with town.demo.transaction(booked.tenant, actor="guest") as tx:
        _, refund = await cancelling.preview_refund(tx, booked.id)
        wish = CancelBooking(refund_cents=refund.refund_cents)
        await cancelling.cancel_booking(tx, booked.id, wish)
    await town.queue.run()


async def test_a_stay_is_earned_due_moved_and_paid_on_its_days(
    town: Town, clock: DrivenClock
) -> None:
    booked = await town.book()
    clock.forward(timedelta(days=(ARRIVAL - clock.now().date()).days + 1))
    before, _, _ = await calendar(town, booked.tenant)
    await town.sweep()  # nobody has an account
    await town.open_accounts(booked)
    (line,) = await town.lines(booked.tenant)
    earned = line.share.earned_cents
    days = await agrees(town, booked.tenant)
    new = {one.day: one for one in days if one not in before}
    assert new[ARRIVAL].earned_cents == earned
    assert new[ARRIVAL + timedelta(days=1)].due_cents == earned
    await town.sweep()
    for _ in range(3):
        clock.forward(timedelta(days=1, minutes=1))
        await town.hear()
    new = {one.day: one for one in await agrees(town, booked.tenant) if one not in before}
    moved = new[ARRIVAL + timedelta(days=1)]
    assert (moved.due_cents, moved.moved_cents) == (0, earned)
    (payout,) = [one for one in new.values() if one.paid_cents]
    assert payout.paid_cents == earned
    assert ARRIVAL + timedelta(days=3) <= payout.day <= ARRIVAL + timedelta(days=5)


@pytest.mark.parametrize("seed", [1, 2])
async def test_whatever_stays_do_the_columns_are_the_statements_the_ledgers_and_the_banks(
    town: Town, clock: DrivenClock, seed: int
) -> None:
    draw = random.Random(seed)
    booked: list[Booking] = []
    for number in range(5):
        wish = town.house.wish(arrival=ARRIVAL + timedelta(days=3 * number), nights=2)
        held = await hold(town.demo, await quote(town.demo, wish))
        await town.pay(held, "pm_card_visa", key=f"guest {number}")
        booked.append(await town.look(held))
    await town.open_accounts(booked[0])
    clock.forward(timedelta(days=(ARRIVAL - clock.now().date()).days))
    for number in range(12):
        clock.forward(timedelta(days=draw.randrange(1, 3), hours=draw.randrange(20)))
        if number == 2:
            await give_up(town, booked[4])
        if number == 10:
            (dispute,) = town.fake.books.all("dispute")
            await town.fake.control(lose=dispute["id"])
        if number == 8:
            charge = await town.charge_of(booked[1])
            assert charge
            assert charge.reference
            paid = town.fake.books.things[charge.reference]["latest_charge"]
            await town.fake.control(dispute=paid)
        if draw.random() < 0.8:
            await town.hear()
        await town.sweep()
        for holder in town.holders:
            await agrees(town, holder)
    assert await town.psp_cost_differs_cents() == 0
    for stay in booked:
        async with town.demo.transaction(stay.tenant) as tx:
            charges = await payments.list_charges(tx, f"booking:{stay.id}")
            disputes = await payments.list_disputes(tx, f"booking:{stay.id}")
        for line in await town.lines(stay.tenant):
            if line.share.booking == stay.id:
                assert line.share.psp_cents == policy.psp_cost_of(charges, disputes) > 0


async def moved_by_day(town: Town, holder: int) -> dict[date, int]:
    """What the ledger says was moved to a holder, by the day of the posting in Paris."""
    found = await town.queue.admin.fetch(
        "select (t.booked_at at time zone 'Europe/Paris')::date as day,"
        "       sum(case when d.code = 'psp.cash' then -t.amount_cents else t.amount_cents end)"
        "         ::bigint as cents"
        "  from ledger_transfer t join ledger_account d on d.id = t.debit_account"
        "  join ledger_account c on c.id = t.credit_account"
        " where t.reference like 'settle:%' and $1 in (d.tenant, c.tenant) group by 1",
        holder,
    )
    return {row["day"]: row["cents"] for row in found}


@pytest.mark.parametrize(
    ("zone", "asked_at"),
    [
        ("Europe/Paris", datetime(2027, 2, 28, 22, 50, tzinfo=UTC)),
        ("America/Martinique", datetime(2027, 5, 31, 21, 50, tzinfo=UTC)),
        ("Indian/Reunion", datetime(2026, 12, 31, 22, 50, tzinfo=UTC)),
    ],
)
async def test_what_is_moved_after_midnight_is_in_the_month_and_year_of_the_ledger(
    town: Town, clock: DrivenClock, zone: str, asked_at: datetime
) -> None:
    """It is asked ten minutes before the month ends in Paris, and answered ten minutes after."""
    tenant, next_day = town.house.tenant, asked_at.date() + timedelta(days=1)
    await town.queue.admin.execute("update property set zone = $1 where tenant = $2", zone, tenant)
    wish = town.house.wish(arrival=asked_at.date() - timedelta(days=1), nights=1)
    held = await hold(town.demo, await quote(town.demo, wish))
    await town.pay(held, "pm_card_bypassPending")
    await town.open_account(tenant)  # nobody else: it is served first
    town.holders = (tenant,)
    clock.forward(asked_at - clock.now())
    async with town.demo.transaction(tenant) as tx:
        assert await settling.settle_stay(tx, held.id)
    clock.forward(timedelta(minutes=20))
    await town.queue.run()
    for holder in town.holders:
        days = {one.day: one.moved_cents for one in await agrees(town, holder) if one.moved_cents}
        assert days == await moved_by_day(town, holder)
        assert list(days) == [next_day]
    paid = await town.queue.admin.fetch(
        "select paid_on from payments_to_houses($1, $2, $3) where booking = $4",
        datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC), tenant, held.id,
    )  # fmt: skip
    assert [row["paid_on"] for row in paid] == [next_day]


async def test_movements_that_had_no_such_instant_get_that_of_their_postings(
    town: Town, clock: DrivenClock, owner: asyncpg.Connection
) -> None:
    booked = await town.book()
    await town.open_accounts(booked)
    clock.forward(timedelta(days=(ARRIVAL - clock.now().date()).days + 1))
    async with town.demo.transaction(booked.tenant) as tx:
        await settling.settle_stay(tx, booked.id)
    clock.forward(timedelta(minutes=20))
    await town.queue.run()
    found = "select id, asked_at, answered_at from share_move where state = 'done' order by id"
    before = await town.queue.admin.fetch(found)
    assert any(row["asked_at"] < row["answered_at"] for row in before)
    file = resources.files("tourism.settlement").joinpath("schema", "008_answered.sql")
    async with owner.transaction():
        await owner.execute("alter table share_move drop column answered_at")
        await owner.execute(file.read_text("utf-8"))
    assert await town.queue.admin.fetch(found) == before
