"""What the service keeps of a payment is booked, even when the service itself books it late."""

from datetime import timedelta
from uuid import UUID

import pytest

from hub import ledger, payments
from hub.core.clock import DrivenClock
from hub.core.vertical import Nothing
from hub.payments import tasks
from hub.payments.actions import charging
from tests.db.test_debts import owing, pay
from tests.houses import hold, quote
from tests.money import Town
from tourism.reconciling.actions import comparing


async def fees_of(town: Town, tenant: int, charge: UUID) -> list[int]:
    async with town.demo.transaction(tenant) as tx:
        return [one.amount_cents for one in await ledger.list_by_reference(tx, f"fee:{charge}")]


async def the_balances_agree(town: Town, clock: DrivenClock) -> None:
    clock.forward(timedelta(hours=2))
    run = await comparing.reconcile(town.demo)
    assert run
    assert (run.breaks, run.ledger_cents) == (0, run.service_cents)


@pytest.mark.parametrize("way", ["card", "page"])
async def test_what_the_service_keeps_is_known_when_a_payment_succeeds(
    town: Town, clock: DrivenClock, way: str
) -> None:
    held = await hold(town.demo, await quote(town.demo, town.house.wish()))
    if way == "card":
        await town.pay(held, "pm_card_visa")
    else:
        page = await town.pay(held, payments.HOSTED)
        await town.web(page.page_url or "", number="4242424242424242")
        await town.hear()
    charge = await town.charge_of(held)
    assert charge
    assert charge.fee_cents > 0
    assert await fees_of(town, held.tenant, charge.id) == [charge.fee_cents]


@pytest.mark.parametrize("way", ["told", "swept"])
async def test_a_cost_that_the_service_books_late_is_posted_when_it_is_known(
    town: Town, clock: DrivenClock, way: str
) -> None:
    town.fake.books.slow = True
    booked = await town.book()
    charge = await town.charge_of(booked)
    assert charge
    assert (charge.fee_cents, await fees_of(town, booked.tenant, charge.id)) == (0, [])
    if way == "told":
        clock.forward(timedelta(minutes=2))
        await town.hear()
    else:
        await tasks.catch_up_later.run(town.demo, None, Nothing())  # too early: nothing is asked
        town.fake.books.hooks.clear()  # and every message is lost
        clock.forward(timedelta(days=9))
        await tasks.catch_up_later.run(town.demo, None, Nothing())
        await town.queue.run()
    charge = await town.charge_of(booked)
    assert charge
    assert charge.fee_cents > 0
    assert await fees_of(town, booked.tenant, charge.id) == [charge.fee_cents]
    async with town.demo.transaction() as tx:
        assert await charging.announce_awaited_fees(tx) == 0
    await the_balances_agree(town, clock)


async def test_a_cost_that_is_heard_just_after_the_settling_stays_awaited(
    town: Town, clock: DrivenClock
) -> None:
    """Two ask about one payment: who settles heard of no cost yet, who comes after hears of it."""
    town.fake.books.slow = True
    booked = await town.book()
    charge = await town.charge_of(booked)
    assert charge
    clock.forward(timedelta(minutes=2))
    outcome = await payments.ask(town.demo, charge)
    assert outcome.fee_cents > 0
    async with town.demo.transaction(booked.tenant) as tx:
        await charging.note_answer(tx, charge.id, outcome)
    await town.hear()
    assert await fees_of(town, booked.tenant, charge.id) == [outcome.fee_cents]


async def test_the_late_cost_of_a_debts_payment_is_posted(town: Town, clock: DrivenClock) -> None:
    booking = await owing(town, clock)
    town.fake.books.slow = True
    await pay(town, booking, "pm_card_visa")
    (made,) = town.fake.books.all("charge")
    id = UUID(made["metadata"]["charge"])
    assert await fees_of(town, booking.tenant, id) == []
    clock.forward(timedelta(minutes=2))
    await town.hear()
    assert len(await fees_of(town, booking.tenant, id)) == 1
    await the_balances_agree(town, clock)
