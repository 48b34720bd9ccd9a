"""Bookings paid through the service: the stand-in in this process, the real SDK between."""

from datetime import timedelta
from urllib.parse import urlsplit

import msgspec
import pytest

from hub import ledger, payments
from hub.core.clock import DrivenClock
from hub.core.errors import NotFound
from hub.core.vertical import Nothing
from hub.fake_stripe.delivering import sign
from hub.payments import asking
from hub.payments.actions import calling, charging, hearing, payees
from hub.payments.errors import ServiceAway, SignatureWrong
from hub.payments.models import Account, Heard, PayoutLine
from tests.houses import hold, quote
from tests.money import BACK, IBAN, SECRET, Town
from tests.stripes import BASE
from tourism.booking.models import Booking, State
from tourism.changing.actions import changing, finishing
from tourism.changing.models import ChangeStay
from tourism.paying.actions import cancelling, paying
from tourism.paying.models import CancelBooking
from tourism.quoting.models import RoomWanted
from tourism.sweeping.tasks import sweep_holds_later


async def test_a_card_pays_a_stay_and_the_service_knows_whose_it_is(world: Town) -> None:
    booked = await world.book()
    assert booked.state is State.CONFIRMED
    charge = await world.charge_of(booked)
    assert charge
    assert charge.reference.startswith("pi_")
    assert charge.fee_cents > 0
    intent = world.fake.books.things[charge.reference]
    assert intent["metadata"] == {"charge": str(charge.id), "tenant": str(booked.tenant)}
    assert intent["transfer_group"] == f"booking:{booked.id}"
    assert world.fake.app.state.fake.refusals() == []


async def test_a_declined_card_leaves_the_rooms_for_another_one(world: Town) -> None:
    held = await hold(world.demo, await quote(world.demo, world.house.wish()))
    outcome = await world.pay(held, "pm_card_chargeDeclinedInsufficientFunds")
    assert outcome.decline_code == "insufficient_funds"
    assert (await world.look(held)).state is State.HELD
    await world.pay(held, "pm_card_visa", key="second")
    assert (await world.look(held)).state is State.CONFIRMED


@pytest.mark.parametrize(
    ("answer", "state"), [("accept", State.CONFIRMED), ("refuse", State.PAYING)]
)
async def test_the_hosted_page_and_the_bank_decide(world: Town, answer: str, state: State) -> None:
    held = await hold(world.demo, await quote(world.demo, world.house.wish()))
    outcome = await world.pay(held, payments.HOSTED)
    assert (outcome.waiting, outcome.page_url.startswith(f"{BASE}/checkout/")) == (True, True)
    assert (await world.look(held)).state is State.PAYING
    bank = await world.web(outcome.page_url, number="4000000000003220")
    await world.web(bank.headers["location"], answer=answer)
    await paying.finish_payment_of(world.demo, held.tenant, held.id)
    assert (await world.look(held)).state is state
    charge = await world.charge_of(held)
    assert charge
    assert (charge.reference.startswith("pi_"), charge.fee_cents > 0) == (
        (True, True) if state is State.CONFIRMED else (False, False)
    )


async def test_a_webhook_alone_confirms_a_guest_who_never_came_back(world: Town) -> None:
    held = await hold(world.demo, await quote(world.demo, world.house.wish()))
    outcome = await world.pay(held, payments.HOSTED)
    await world.web(outcome.page_url, number="4242424242424242")
    await world.fake.control(deliver=True)
    done = await world.queue.run()
    assert "payments.apply_event" in done
    assert (await world.look(held)).state is State.CONFIRMED


async def test_a_guest_takes_another_card_and_the_first_page_is_closed(world: Town) -> None:
    held = await hold(world.demo, await quote(world.demo, world.house.wish()))
    first = await world.pay(held, payments.HOSTED)
    await paying.give_up_payment(world.demo, held.tenant, held.id)
    assert (await world.look(held)).state is State.HELD
    assert (await world.fake.web.get(urlsplit(first.page_url).path)).status_code == 410
    second = await world.pay(held, payments.HOSTED, key="second")
    assert second.page_url != first.page_url


async def sweep(world: Town) -> None:
    """What the clock does: holds that are over end."""
    await sweep_holds_later.run(world.demo, None, Nothing())


async def test_a_page_left_alone_is_closed_when_the_rooms_go_back(
    world: Town, clock: DrivenClock
) -> None:
    held = await hold(world.demo, await quote(world.demo, world.house.wish()))
    outcome = await world.pay(held, payments.HOSTED)
    for _ in range(12):
        clock.forward(timedelta(minutes=3))
        await sweep(world)
        await world.queue.run()
    assert (await world.look(held)).state is State.EXPIRED
    assert (await world.charge_of(held)) is None
    late = await world.web(outcome.page_url, number="4242424242424242")
    assert late.status_code == 410
    assert world.fake.books.all("charge") == []


async def test_a_page_paid_at_the_last_instant_takes_the_rooms_again(
    world: Town, clock: DrivenClock
) -> None:
    held = await hold(world.demo, await quote(world.demo, world.house.wish()))
    outcome = await world.pay(held, payments.HOSTED)
    clock.forward(timedelta(minutes=30, seconds=1))
    await sweep(world)
    await world.queue.run(only="booking.")  # the rooms go back, nobody asks the service
    await world.web(outcome.page_url, number="4242424242424242")
    await world.fake.control(deliver=True)
    await world.queue.run()
    assert (await world.look(held)).state is State.CONFIRMED


@pytest.mark.parametrize("what", ["error_after", "cut_after", "cut_before", "rate_limit"])
async def test_a_fault_in_the_middle_is_finished_by_the_task(
    world: Town, clock: DrivenClock, what: str
) -> None:
    held = await hold(world.demo, await quote(world.demo, world.house.wish()))
    await world.fake.control(faults=[{"what": what, "on": "POST /v1/payment_intents"}])
    with pytest.raises(ServiceAway):
        await world.pay(held, "pm_card_visa")
    assert (await world.look(held)).state is State.PAYING
    await world.queue.run()  # nothing is due yet
    clock.forward(timedelta(seconds=41))
    await world.queue.run()
    assert (await world.look(held)).state is State.CONFIRMED
    assert len(world.fake.books.all("charge")) == 1


async def test_a_cancelled_stay_is_paid_back_once_through_the_service(world: Town) -> None:
    booked = await world.book()
    async with world.demo.transaction(booked.tenant) as tx:
        _, refund = await cancelling.preview_refund(tx, booked.id)
        await cancelling.cancel_booking(
            tx, booked.id, CancelBooking(refund_cents=refund.refund_cents)
        )
    await world.fake.control(faults=[{"what": "cut_after", "on": "POST /v1/refunds"}])
    with pytest.raises(ServiceAway):
        await world.queue.run(only="payments.pay_refund")
    async with world.demo.transaction(booked.tenant) as tx:
        (waiting,) = await payments.list_refunds(tx, f"booking:{booked.id}")
    await asking.pay_refund(world.demo, booked.tenant, waiting.id)
    await world.queue.run()
    (made,) = world.fake.books.all("refund")
    assert made["amount"] == refund.refund_cents
    async with world.demo.transaction(booked.tenant) as tx:
        posted = await ledger.list_by_reference(tx, f"refund:{waiting.id}")
    assert made["status"] == "pending"  # its own cost is missing from the balance
    assert [t.kind for t in posted] == [ledger.Kind.PENDING]
    await world.book()  # another guest's money carries it
    await world.hear()
    async with world.demo.transaction(booked.tenant) as tx:
        posted = await ledger.list_by_reference(tx, f"refund:{waiting.id}")
    assert [t.kind for t in posted] == [ledger.Kind.PENDING, ledger.Kind.POST]


async def test_an_organisation_becomes_payable_on_the_services_page(world: Town) -> None:
    tenant = world.house.tenant
    payee = await asking.open_payee(world.demo, tenant, "Hôtel du Belvédère", "h@demo.example")
    assert (payee.payable, "external_account" in payee.due) == (False, True)
    again = await asking.open_payee(world.demo, tenant, "Hôtel du Belvédère", "h@demo.example")
    assert again.account == payee.account
    async with world.demo.transaction(tenant) as tx:
        assert await payments.payee_account(tx, tenant) is None
    url = await asking.onboarding_page(world.demo, tenant, BACK, BACK)
    await world.web(url, iban=IBAN, kind="company")
    await world.fake.control(deliver=True)
    await world.queue.run()
    async with world.demo.transaction(tenant + 1) as tx:  # who owes it money may know where
        assert await payments.payee_account(tx, tenant) == payee.account
        assert await payments.find_payee(tx) is None
    assert len(world.fake.books.all("account")) == 1


async def test_an_account_that_was_refused_is_asked_for_anew(world: Town) -> None:
    tenant = world.house.tenant
    for _ in range(2):
        fault = {"what": "restricted", "on": "POST /v1/accounts"}
        await world.fake.control(faults=[fault])
        with pytest.raises(NotFound):
            await asking.open_payee(world.demo, tenant, "Hôtel", "not an address")
    payee = await asking.open_payee(world.demo, tenant, "Hôtel", "h@demo.example")
    assert [one["id"] for one in world.fake.books.all("account")] == [payee.account]
    assert await asking.onboarding_page(world.demo, tenant, BACK, BACK)


async def test_an_older_answer_changes_nothing_of_a_newer_one(
    world: Town, clock: DrivenClock
) -> None:
    tenant = world.house.tenant
    payee = await asking.open_payee(world.demo, tenant, "Hôtel", None)
    old, new = clock.now(), clock.now() + timedelta(seconds=3)
    able = Account(
        id=payee.account, tenant=tenant, payable=True, submitted=True, due=(), reason=None
    )
    paid = payments.Payout(
        id="po_1", amount_cents=900, state="paid", failure=None, arrives_on=clock.now().date(),
        lines=(PayoutLine(transfer="tr_1", amount_cents=900),),
    )  # fmt: skip
    part = (PayoutLine(transfer="tr_1", amount_cents=400),)
    under_way = msgspec.structs.replace(paid, state="in_transit", lines=part)
    async with world.demo.transaction(tenant) as tx:
        await payees.keep_payout(tx, under_way, old)
        await payees.keep_payout(tx, paid, new)
        await payees.keep_payout(tx, under_way, old)
        await payees.keep_account(tx, able, new)
        kept = await payees.keep_account(tx, msgspec.structs.replace(able, payable=False), old)
        (payout,) = await payees.list_payouts(tx)
        (carried,) = await payees.list_carried(tx, ["tr_1"])
    assert (kept.payable, payout.state, carried.amount_cents) == (True, "paid", 900)


async def test_a_share_moves_once_whatever_the_line_does(world: Town) -> None:
    tenant = world.house.tenant
    await world.book()
    payee = await asking.open_payee(world.demo, tenant, "Hôtel", None)
    url = await asking.onboarding_page(world.demo, tenant, BACK, BACK)
    await world.web(url, iban=IBAN, kind="company")
    await world.fake.control(forward_s=3 * 86_400)
    id = world.demo.ids.uuid()
    wish = payments.MoveShare(destination=payee.account, amount_cents=1_000)
    async with world.demo.transaction(tenant) as tx:
        await payments.prepare_call(tx, id=id, subject="booking:x", wish=wish)
        await payments.prepare_call(tx, id=id, subject="booking:x", wish=wish)
    for what in ("cut_before", "cut_after", "error_after"):
        await world.fake.control(faults=[{"what": what, "on": "POST /v1/transfers"}])
        with pytest.raises(ServiceAway):
            await asking.perform_call(world.demo, tenant, id)
    await asking.perform_call(world.demo, tenant, id)
    await asking.perform_call(world.demo, tenant, id)
    async with world.demo.transaction(tenant) as tx:
        call = await payments.find_call(tx, id)
    assert call
    assert (call.state, len(world.fake.books.all("transfer"))) == (payments.CallState.DONE, 1)
    back = payments.TakeBack(transfer=call.reference, amount_cents=400)
    async with world.demo.transaction(tenant) as tx:
        other = tx.uuid()
        await payments.prepare_call(tx, id=other, subject="booking:x", wish=back)
    await world.queue.run()
    assert world.fake.books.things[call.reference]["amount_reversed"] == 400


async def test_what_the_service_refuses_is_final_and_says_why(world: Town) -> None:
    payee = await asking.open_payee(world.demo, world.house.tenant, "Hôtel", None)
    wish = payments.MoveShare(destination=payee.account, amount_cents=1_000)
    id = world.demo.ids.uuid()
    async with world.demo.transaction(world.house.tenant) as tx:
        await payments.prepare_call(tx, id=id, subject="booking:x", wish=wish)
    await asking.perform_call(world.demo, world.house.tenant, id)
    async with world.demo.transaction(world.house.tenant) as tx:
        call = await payments.find_call(tx, id)
    assert call
    assert call.refusal == "insufficient_capabilities_for_transfer"


async def test_only_the_services_own_fresh_signature_is_heard(
    world: Town, clock: DrivenClock
) -> None:
    body = msgspec.json.encode(
        {
            "id": "evt_1",
            "type": "account.updated",
            "created": 1_796_115_600,
            "data": {"object": {"id": "acct_1"}},
        }
    )
    now = int(clock.now().timestamp())
    good = sign(SECRET, body, now)
    for wrong in ("", "t=1", good[:-1] + "x", sign("whsec_other", body, now)):
        with pytest.raises(SignatureWrong):
            await asking.hear(world.demo, body, wrong)
    with pytest.raises(SignatureWrong):
        await asking.hear(world.demo, body + b" ", good)
    for age, heard in ((300, True), (301, False), (-301, False)):
        old = sign(SECRET, body, now - age)
        if heard:
            await asking.hear(world.demo, body, old)
        else:
            with pytest.raises(SignatureWrong):
                await asking.hear(world.demo, body, old)


async def test_the_platforms_endpoint_and_that_of_its_accounts_have_each_their_secret(
    world: Town, clock: DrivenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = msgspec.json.encode(
        {
            "id": "evt_1",
            "type": "balance.available",
            "created": 1_796_115_600,
            "account": "acct_1",
            "data": {"object": {"object": "balance"}},  # it has no id
        }
    )
    now = int(clock.now().timestamp())
    for said, taken in (
        (f"{SECRET}, whsec_of_accounts", True),
        ("whsec_a,whsec_b", False),
        ("", False),
    ):
        monkeypatch.setenv("STRIPE_WEBHOOK_SECRET", said)
        for secret in (SECRET, "whsec_of_accounts", ""):
            signed = sign(secret, body, now)
            if taken and secret:
                assert (await asking.hear(world.demo, body, signed)).thing == ""
            else:
                with pytest.raises(SignatureWrong):
                    await asking.hear(world.demo, body, signed)
    assert await world.queue.run() == ["payments.apply_event"]


async def test_an_event_is_kept_first_and_once(world: Town, clock: DrivenClock) -> None:
    event = Heard(
        id="evt_1", kind="payment_intent.succeeded", thing="pi_1", account=None, marks={},
        created_at=clock.now(),
    )  # fmt: skip
    async with world.demo.transaction() as tx:
        assert await hearing.keep_event(tx, event)
        assert not await hearing.keep_event(tx, event)
    assert await world.queue.run() == ["payments.apply_event"]
    async with world.demo.transaction() as tx:
        kept = await hearing.find_event(tx, "evt_1")
    assert kept
    assert kept.applied_at is not None


async def test_a_disputed_payment_is_known_until_the_bank_decides(world: Town) -> None:
    held = await hold(world.demo, await quote(world.demo, world.house.wish()))
    await world.pay(held, "pm_card_createDispute")
    await world.fake.control(deliver=True)
    await world.queue.run()
    (made,) = world.fake.books.all("dispute")
    async with world.demo.transaction(held.tenant) as tx:
        dispute = await payments.find_dispute(tx, made["id"])
    assert dispute
    assert (dispute.amount_cents, dispute.closed) == (held.total_cents, False)
    await world.fake.control(lose=made["id"], deliver=True)
    await world.queue.run()
    async with world.demo.transaction(held.tenant) as tx:
        closed = await charging.find_dispute(tx, made["id"])
    assert closed
    assert closed.state == "lost"


async def test_the_sweep_asks_again_for_whatever_waits(world: Town, clock: DrivenClock) -> None:
    held = await hold(world.demo, await quote(world.demo, world.house.wish()))
    await world.fake.control(faults=[{"what": "cut_after", "on": "POST /v1/payment_intents"}])
    with pytest.raises(ServiceAway):
        await world.pay(held, "pm_card_visa")
    await world.queue.admin.execute("delete from pgmq.q_celery")  # every message is lost
    clock.forward(timedelta(minutes=11))
    async with world.demo.transaction() as tx:
        assert await calling.ask_again(tx) == 1
    await world.queue.run()
    assert (await world.look(held)).state is State.CONFIRMED


async def test_payouts_are_known_with_the_transfers_they_carry(
    world: Town, clock: DrivenClock
) -> None:
    tenant = world.house.tenant
    await world.book()
    payee = await asking.open_payee(world.demo, tenant, "Hôtel", None)
    url = await asking.onboarding_page(world.demo, tenant, BACK, BACK)
    await world.web(url, iban=IBAN, kind="company")
    clock.forward(timedelta(days=3))
    async with world.demo.transaction(tenant) as tx:
        id = tx.uuid()
        wish = payments.MoveShare(destination=payee.account, amount_cents=1_000)
        await payments.prepare_call(tx, id=id, subject="booking:x", wish=wish)
    await world.queue.run()
    for _ in range(2):
        clock.forward(timedelta(days=3))
        await world.fake.control(deliver=True)
        await world.queue.run(only="payments.apply")
    (transfer,) = world.fake.books.all("transfer")
    async with world.demo.transaction(tenant) as tx:
        (payout,) = await payees.list_payouts(tx)
        (carried,) = await payees.list_carried(tx, [transfer["id"]])
    assert (payout.amount_cents, payout.state) == (1_000, "paid")
    assert (carried.payout, carried.amount_cents) == (payout.id, 1_000)


async def test_a_change_whose_card_must_be_confirmed_is_let_go_and_never_paid(
    world: Town,
) -> None:
    booked = await world.book()
    longer = world.house.wish(nights=4)
    command = ChangeStay(
        arrival=longer.arrival,
        departure=longer.departure,
        rate_plan=longer.rate_plan,
        rooms=longer.rooms,
        difference_cents=0,
    )
    async with world.demo.transaction(booked.tenant) as tx:
        _, _, difference = await changing.preview_change(tx, world.demo.reader, booked.id, command)
    agreed = msgspec.structs.replace(
        command,
        difference_cents=difference.cents,
        payment_method="pm_card_threeDSecure2Required",
    )
    with pytest.raises(payments.CardDeclined):
        await changing.pay_change(world.demo, booked.tenant, booked.id, agreed, "key")
    intents = [i for i in world.fake.books.all("payment_intent") if i["status"] == "canceled"]
    assert len(intents) == 1
    after = await world.look(booked)
    assert (after.state, after.departure) == (State.CONFIRMED, booked.departure)


async def test_what_was_told_to_nobody_is_asked_for_again(world: Town, clock: DrivenClock) -> None:
    tenant = world.house.tenant
    held = await hold(world.demo, await quote(world.demo, world.house.wish()))
    page = await world.pay(held, payments.HOSTED)
    assert page.page_url
    await world.web(page.page_url, number="4000000000000077")
    payee = await asking.open_payee(world.demo, tenant, "Hôtel", None)
    url = await asking.onboarding_page(world.demo, tenant, BACK, BACK)
    await world.web(url, iban=IBAN, kind="company")
    async with world.demo.transaction(tenant) as tx:
        wish = payments.MoveShare(destination=payee.account, amount_cents=1_000)
        await payments.prepare_call(tx, id=tx.uuid(), subject="booking:x", wish=wish)
    await world.queue.run(only=("payments.perform_call",))
    clock.forward(timedelta(days=2))
    await asking.look_at_payee(world.demo, tenant)
    assert await asking.catch_up(world.demo) > 2
    await world.queue.run()
    async with world.demo.transaction(tenant) as tx:
        (payout,) = await payees.list_payouts(tx)
    assert payout.amount_cents == 1_000
    assert (await world.look(held)).state is State.CONFIRMED
    assert await asking.catch_up(world.demo) == 0


async def longer_by_a_night(world: Town, booked: Booking) -> ChangeStay:
    """The same rooms for a night more, with the difference that it costs."""
    room = booked.quote.breakdown.rooms[0]
    wish = ChangeStay(
        arrival=booked.arrival, departure=booked.departure + timedelta(days=1),
        rate_plan=booked.quote.rate_plan, payment_method=payments.HOSTED,
        rooms=(RoomWanted(room_type=room.room_type, adults=room.party.adults),),
    )  # fmt: skip
    async with world.demo.transaction(booked.tenant) as tx:
        _, _, found = await changing.preview_change(tx, world.demo.reader, booked.id, wish)
    assert found.due_cents > 0
    return msgspec.structs.replace(wish, difference_cents=found.cents)


@pytest.mark.parametrize("ending", ["paid", "told", "left", "forgotten"])
async def test_the_difference_of_a_change_is_paid_on_the_page_and_the_old_stay_stands_until_then(
    world: Town, clock: DrivenClock, ending: str
) -> None:
    booked = await world.book()
    wish = await longer_by_a_night(world, booked)
    waiting = await changing.pay_change(world.demo, booked.tenant, booked.id, wish, "k", BACK)
    assert (waiting.changing is not None, waiting.departure) == (True, booked.departure)
    async with world.demo.transaction(booked.tenant) as tx:
        page = await finishing.find_page(tx, waiting)
    assert page is not None
    if ending in {"paid", "told"}:
        bank = await world.web(page, number="4000000000003220")
        await world.web(bank.headers["location"], answer="accept")
    match ending:
        case "paid":
            await finishing.finish_change_of(world.demo, booked.tenant, booked.id)
        case "told":
            await world.hear()
        case "left":
            await finishing.finish_change_of(world.demo, booked.tenant, booked.id, give_up=True)
        case _:
            await world.queue.run()  # its times count from here
            clock.forward(timedelta(minutes=31))
            await world.queue.run()
    after = await world.look(booked)
    paid = ending in {"paid", "told"}
    assert after.changing is None
    assert after.departure == (wish.departure if paid else booked.departure)
    assert after.total_cents == booked.total_cents + ((wish.difference_cents or 0) if paid else 0)
    if not paid:
        assert (await world.web(page, number="4242424242424242")).status_code == 410
        assert len(world.fake.books.all("charge")) == 1
    assert world.fake.app.state.fake.refusals() == []
