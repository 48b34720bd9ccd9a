"""An answer that was lost is no second payment: not when the service says its error again, and not
when it has forgotten the key."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest

from hub import payments
from hub.core.clock import DrivenClock
from hub.payments import asking
from hub.payments.actions import calling
from hub.payments.errors import ServiceAway
from hub.payments.models import ReleaseCard
from hub.stripe_gateway.lost import Lost
from tests.houses import hold, quote
from tests.money import BACK, IBAN, Town
from tourism.booking.models import State
from tourism.paying.actions import cancelling
from tourism.paying.models import CancelBooking

FORGOTTEN = timedelta(hours=25)


async def a_charge(town: Town, clock: DrivenClock) -> None:
    held = await hold(town.demo, await quote(town.demo, town.house.wish()))
    await town.pay(held, "pm_card_visa")


async def a_refund(town: Town, clock: DrivenClock) -> None:
    booked = await town.book()
    await town.book()  # another guest's money carries what goes back
    async with town.demo.transaction(booked.tenant) as tx:
        _, refund = await cancelling.preview_refund(tx, booked.id)
        wish = CancelBooking(refund_cents=refund.refund_cents)
        await cancelling.cancel_booking(tx, booked.id, wish)
    await town.queue.run(only="payments.pay_refund")


async def payee_of(town: Town) -> str:
    payee = await asking.open_payee(town.demo, town.house.tenant, "Hôtel", None)
    url = await asking.onboarding_page(town.demo, town.house.tenant, BACK, BACK)
    await town.web(url, iban=IBAN, kind="company")
    return payee.account


async def call(town: Town, wish: payments.MoveShare | payments.TakeBack) -> UUID:
    tenant = town.house.tenant
    async with town.demo.transaction(tenant) as tx:
        id = tx.uuid()
        await payments.prepare_call(tx, id=id, subject="booking:x", wish=wish)
    await asking.perform_call(town.demo, tenant, id)
    return id


async def a_transfer(town: Town, clock: DrivenClock) -> None:
    held = await hold(town.demo, await quote(town.demo, town.house.wish()))
    await town.pay(held, "pm_card_bypassPending")
    await call(town, payments.MoveShare(destination=await payee_of(town), amount_cents=1_000))


async def a_reversal(town: Town, clock: DrivenClock) -> None:
    await a_transfer(town, clock)
    (made,) = town.fake.books.all("transfer")
    await call(town, payments.TakeBack(transfer=made["id"], amount_cents=400))


async def an_account(town: Town, clock: DrivenClock) -> None:
    await asking.open_payee(town.demo, town.house.tenant, "Hôtel", None)


Act = Callable[[Town, DrivenClock], Awaitable[None]]
ACTS: dict[str, tuple[str, str, Act]] = {
    "charge": ("POST /v1/payment_intents", "charge", a_charge),
    "refund": ("POST /v1/refunds", "refund", a_refund),
    "transfer": ("POST /v1/transfers", "transfer", a_transfer),
    "reversal": ("POST /v1/transfers/*/reversals", "transfer_reversal", a_reversal),
    "account": ("POST /v1/accounts", "account", an_account),
}


async def lose(town: Town, clock: DrivenClock, name: str, what: str) -> str:
    """Do it with its answer and every message lost; what kind of thing was made."""
    on, kind, act = ACTS[name]
    await town.fake.control(faults=[{"what": what, "on": on}])
    with pytest.raises(ServiceAway):
        await act(town, clock)
    await town.queue.admin.execute("delete from pgmq.q_celery")
    town.fake.books.deliveries.clear()
    assert len(town.fake.books.all(kind)) == 1
    return kind


async def ask_again(town: Town, clock: DrivenClock, after: timedelta) -> None:
    """What the sweep does when everything was lost."""
    clock.forward(after)
    async with town.demo.transaction() as tx:
        assert await calling.ask_again(tx) == 1
    await town.queue.run()
    async with town.demo.transaction() as tx:
        assert await calling.ask_again(tx) == 0  # nothing waits any more


@pytest.mark.parametrize("name", list(ACTS))
@pytest.mark.parametrize("what", ["error_after", "cut_after"])
@pytest.mark.parametrize("after", [timedelta(minutes=11), FORGOTTEN], ids=["soon", "a day later"])
async def test_what_was_done_with_its_answer_lost_is_not_done_again(
    town: Town, clock: DrivenClock, name: str, what: str, after: timedelta
) -> None:
    kind = await lose(town, clock, name, what)
    await ask_again(town, clock, after)
    assert len(town.fake.books.all(kind)) == 1
    assert town.fake.app.state.fake.refusals() == []


@pytest.mark.parametrize("name", ["refund", "transfer"])
async def test_what_was_never_done_is_done_however_late(
    town: Town, clock: DrivenClock, name: str
) -> None:
    on, kind, act = ACTS[name]
    await town.fake.control(faults=[{"what": "cut_before", "on": on}])
    with pytest.raises(ServiceAway):
        await act(town, clock)
    await town.queue.admin.execute("delete from pgmq.q_celery")
    await ask_again(town, clock, FORGOTTEN)
    assert len(town.fake.books.all(kind)) == 1


@pytest.mark.parametrize(
    "wish",
    [
        payments.TakeBack(transfer="tr_gone", amount_cents=400),
        ReleaseCard(card="pm_gone"),
        payments.MoveShare(destination="acct_gone", amount_cents=400),
    ],
    ids=["transfer", "card", "account"],
)
async def test_an_old_call_whose_thing_is_gone_is_refused_and_over(
    town: Town, clock: DrivenClock, wish: payments.MoveShare | payments.TakeBack | ReleaseCard
) -> None:
    tenant = town.house.tenant
    async with town.demo.transaction(tenant) as tx:
        id = tx.uuid()
        await payments.prepare_call(tx, id=id, subject="booking:x", wish=wish)
    await town.queue.admin.execute("delete from pgmq.q_celery")
    await ask_again(town, clock, FORGOTTEN)
    async with town.demo.transaction(tenant) as tx:
        found = await payments.find_call(tx, id)
    assert found is not None
    assert found.state is payments.CallState.REFUSED


async def test_a_guest_is_not_charged_a_day_late(town: Town, clock: DrivenClock) -> None:
    held = await hold(town.demo, await quote(town.demo, town.house.wish()))
    await town.fake.control(faults=[{"what": "cut_before", "on": "POST /v1/payment_intents"}])
    with pytest.raises(ServiceAway):
        await town.pay(held, "pm_card_visa")
    await town.queue.admin.execute("delete from pgmq.q_celery")
    await ask_again(town, clock, FORGOTTEN)
    assert town.fake.books.all("charge") == []
    assert await town.charge_of(held) is None
    assert (await town.look(held)).state is not State.CONFIRMED


@pytest.mark.parametrize("name", ["charge", "refund", "transfer"])
async def test_a_message_of_the_service_tells_the_number_that_its_answer_did_not(
    town: Town, clock: DrivenClock, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    on, kind, act = ACTS[name]
    await town.fake.control(faults=[{"what": "error_after", "on": on}])
    with pytest.raises(ServiceAway):
        await act(town, clock)
    for lookup in ("find_payment", "find_refund", "find_call"):  # the messages suffice
        monkeypatch.delattr(Lost, lookup)
    await town.queue.admin.execute("delete from pgmq.q_celery")
    await town.hear()
    clock.forward(timedelta(minutes=11))
    async with town.demo.transaction() as tx:
        assert await calling.ask_again(tx) == 0
    assert len(town.fake.books.all(kind)) == 1


async def test_a_holder_whose_writing_down_failed_pays_all_the_same(
    town: Town, clock: DrivenClock
) -> None:
    await town.queue.admin.execute(
        """update rate_plan set details = details || '{"guarantee": "card"}' where id = $1""",
        town.house.plans["flexible"],
    )
    held = await hold(town.demo, await quote(town.demo, town.house.wish()))
    await town.fake.control(faults=[{"what": "error_after", "on": "POST /v1/customers"}])
    with pytest.raises(ServiceAway):
        await town.pay(held, "pm_card_visa")
    await town.queue.run()  # nothing is due yet
    clock.forward(timedelta(seconds=41))
    await town.queue.run()
    assert (await town.look(held)).state is State.CONFIRMED
