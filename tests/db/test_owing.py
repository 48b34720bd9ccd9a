"""A card left as a guarantee, a deposit with its balance, a stay paid at its house: through the
stand-in, to the ledger, the letters and the shares."""

from datetime import timedelta

import msgspec
import pytest

from hub import payments
from hub.core.clock import DrivenClock
from hub.core.idempotency import Once, Reply
from hub.core.mail import list_captured_mail
from hub.core.tokens import Reference
from tests.houses import ARRIVAL, GUEST, hold, quote
from tests.money import Town
from tourism.booking.actions import staying
from tourism.booking.actions.reading import find_booking
from tourism.booking.errors import WrongState
from tourism.booking.models import Booking, State
from tourism.changing.actions import changing
from tourism.changing.models import ChangeStay
from tourism.owing.actions import charging, following
from tourism.owing.actions.showing import find_owing
from tourism.owing.models import DueKind, DueState, Owing, PayDue
from tourism.paying import doors
from tourism.paying.actions import cancelling, paying, settling
from tourism.paying.models import AT_HOUSE, CancelBooking, PayBooking
from tourism.quoting.models import RoomWanted
from tourism.settlement.models import Held

CARD = {"guarantee": "card"}
AT_THE_HOUSE = {"guarantee": "none"}
LATE = ARRIVAL - timedelta(days=1)


def deposit(kind: str, days: int | None, grace: int = 3) -> dict[str, object]:
    rule = {"kind": kind, "bps": 3_000, "balance_days": days, "grace_days": grace}
    return {"guarantee": "deposit", "deposit": rule}


async def sell(town: Town, details: dict[str, object], plan: str = "flexible") -> None:
    """The house sells a plan under these payment terms."""
    await town.queue.admin.execute(
        "update rate_plan set details = details || $1::jsonb where id = $2",
        payments_json(details), town.house.plans[plan],
    )  # fmt: skip


def payments_json(details: dict[str, object]) -> str:
    import json  # noqa: PLC0415

    return json.dumps(details)


async def book(town: Town, method: str, *, nights: int = 3, days: int = 0) -> Booking:
    arrival = ARRIVAL + timedelta(days=days)
    offer = await quote(town.demo, town.house.wish(arrival=arrival, nights=nights))
    held = await hold(town.demo, offer)
    await town.pay(held, method)
    await town.queue.run()
    return await town.look(held)


async def cancel(town: Town, booking: Booking) -> Booking:
    async with town.demo.transaction(booking.tenant, actor="guest") as tx:
        _, refund = await cancelling.preview_refund(tx, booking.id)
        wish = CancelBooking(refund_cents=refund.refund_cents)
        await cancelling.cancel_booking(tx, booking.id, wish)
    await town.queue.run()
    return await town.look(booking)


async def miss(town: Town, booking: Booking, *, waived: bool = False) -> Booking:
    async with town.demo.transaction(booking.tenant) as tx:
        await staying.miss_stay(tx, booking.id)
        await settling.settle_missed_stay(tx, booking.id, waived=waived)
    await town.queue.run()
    return await town.look(booking)


async def owing_of(town: Town, booking: Booking) -> Owing:
    async with town.demo.transaction(booking.tenant) as tx:
        return await find_owing(tx, await find_booking(tx, booking.id))


async def tick(town: Town) -> None:
    """What the clock does: the sweep of what is owed, and what follows."""
    async with town.demo.transaction() as tx:
        await following.announce_dues(tx)
    await town.queue.run()


async def balance_of(town: Town, booking: Booking, code: str) -> int:
    """What the ledger says of a stay on an account, debits above zero."""
    found = await town.queue.admin.fetchval(
        "select sum(case when d.code = $1 then t.amount_cents else -t.amount_cents end)"
        "  from ledger_transfer t join ledger_account d on d.id = t.debit_account"
        "  join ledger_account c on c.id = t.credit_account"
        " where t.kind in ('posted', 'post', 'reversal') and $1 in (d.code, c.code)"
        "   and (t.reference like $2 or split_part(t.reference, ':', 2) in ("
        "     select id::text from charge where subject like $2 union"
        "     select r.id::text from refund r join charge h on h.id = r.charge"
        "      where h.subject like $2 union"
        "     select d.id from dispute d join charge h on h.id = d.charge"
        "      where h.subject like $2))",
        code,
        f"booking:{booking.id}%",
    )
    return int(found or 0)


async def add_up(town: Town, booking: Booking) -> None:
    """Nothing is left in the deposits, and the claim is what the booking says."""
    booking = await town.look(booking)
    assert await balance_of(town, booking, "guest.deposits") == 0
    assert await balance_of(town, booking, "guest.owed") == booking.owed_cents
    assert town.fake.app.state.fake.refusals() == []


async def letters_to(town: Town, booking: Booking) -> list[str]:
    async with town.demo.transaction(booking.tenant) as tx:
        return [mail.body_text for mail in await list_captured_mail(tx)]


def charges(town: Town) -> list[int]:
    return [charge["amount_captured"] for charge in town.fake.books.all("charge")]


@pytest.mark.parametrize("answer", ["accept", "refuse"])
async def test_a_card_is_left_as_a_guarantee_after_its_bank_has_asked(
    town: Town, answer: str
) -> None:
    await sell(town, CARD)
    held = await hold(town.demo, await quote(town.demo, town.house.wish()))
    outcome = await town.pay(held, payments.HOSTED)
    bank = await town.web(outcome.page_url or "", number="4000002500003155")
    await town.web(bank.headers["location"], answer=answer)
    await paying.finish_payment_of(town.demo, held.tenant, held.id)
    booked = await town.look(held)
    assert charges(town) == []
    if answer == "refuse":
        assert booked.state is State.PAYING
        return
    assert (booked.state, booked.owed_cents) == (State.CONFIRMED, booked.total_cents)
    owing = await owing_of(town, booked)
    assert (owing.card.label if owing.card else "", owing.open) == ("visa 3155", None)
    await add_up(town, booked)


async def test_a_guarantee_is_let_go_when_the_stay_is_cancelled_in_time(town: Town) -> None:
    await sell(town, CARD)
    booked = await book(town, "pm_card_visa")
    gone = await cancel(town, booked)
    assert (gone.state, gone.owed_cents, gone.paid_cents) == (State.CANCELLED, 0, 0)
    (method,) = town.fake.books.all("payment_method")
    assert (method["customer"], charges(town)) == (None, [])
    assert (await owing_of(town, booked)).card is None
    await add_up(town, booked)


async def test_a_late_cancellation_charges_the_frozen_penalty_to_the_card_that_was_left(
    town: Town, clock: DrivenClock
) -> None:
    await sell(town, CARD)
    booked = await book(town, "pm_card_visa")
    await sell(town, {"guarantee": "prepaid"})  # what is sold later changes nothing of it
    clock.forward(LATE - clock.now().date())
    gone = await cancel(town, booked)
    penalty = booked.quote.terms.penalty_cents
    assert 0 < penalty < booked.total_cents
    assert (charges(town), gone.owed_cents, gone.paid_cents) == ([penalty], 0, penalty)
    (intent,) = town.fake.books.all("payment_intent")
    assert intent["customer"] is not None
    assert (await owing_of(town, booked)).card is None  # released at the end
    await add_up(town, booked)
    assert any("restaient dus" in letter for letter in await letters_to(town, booked))


@pytest.mark.parametrize(
    ("method", "refusal"),
    [
        ("pm_card_chargeCustomerFail", "generic_decline"),
        ("pm_card_authenticationRequired", "authentication_required"),
    ],
)
async def test_a_no_show_that_the_card_does_not_pay_is_a_debt_that_is_asked_for(
    town: Town, clock: DrivenClock, method: str, refusal: str
) -> None:
    await sell(town, CARD)
    held = await hold(town.demo, await quote(town.demo, town.house.wish()))
    outcome = await town.pay(held, method)
    if outcome.page_url:
        await town.web(outcome.page_url, answer="accept")
        await paying.finish_payment_of(town.demo, held.tenant, held.id)
    clock.forward(ARRIVAL - clock.now().date() + timedelta(hours=12))
    gone = await miss(town, held)
    kept = gone.quote.terms.no_show_cents
    assert (gone.owed_cents, charges(town)) == (kept, [])
    due = (await owing_of(town, held)).open
    assert due is not None
    assert (due.kind, due.state, due.refusal) == (DueKind.PENALTY, DueState.UNPAID, refusal)
    asked = [text for text in await letters_to(town, held) if "/solde" in text]
    assert len(asked) == 1
    assert ("Votre banque veut" in asked[0]) == (refusal == "authentication_required")
    clock.forward(timedelta(days=7, hours=1))
    await tick(town)
    assert len([text for text in await letters_to(town, held) if "/solde" in text]) == 2
    wish = PayDue(payment_method=payments.HOSTED, amount_cents=due.amount_cents)
    page = await charging.pay_due(town.demo, held.tenant, held.id, wish, "k", "http://site.test/b")
    await town.web(page.page_url or "", number="4242424242424242")
    await charging.finish_charges_of(town.demo, held.tenant, held.id)
    await town.queue.run()
    paid = await town.look(held)
    assert (paid.owed_cents, paid.paid_cents, charges(town)) == (0, kept, [kept])
    await add_up(town, held)


async def test_a_waived_no_show_owes_nothing_and_its_card_is_let_go(
    town: Town, clock: DrivenClock
) -> None:
    await sell(town, CARD)
    booked = await book(town, "pm_card_visa")
    clock.forward(ARRIVAL - clock.now().date() + timedelta(hours=12))
    gone = await miss(town, booked, waived=True)
    assert (gone.owed_cents, charges(town)) == (0, [])
    assert (await owing_of(town, booked)).card is None
    await add_up(town, booked)


async def test_a_balance_is_announced_and_charged_on_its_day_and_its_shares_move(
    town: Town, clock: DrivenClock
) -> None:
    await sell(town, deposit("acompte", 14))
    booked = await book(town, "pm_card_bypassPending")
    first = booked.quote.payment.now_cents
    assert first is not None
    assert (booked.paid_cents, booked.owed_cents) == (first, booked.total_cents - first)
    await town.open_accounts(booked)
    await add_up(town, booked)
    clock.forward(ARRIVAL - timedelta(days=17) - clock.now().date() + timedelta(hours=1))
    await tick(town)
    assert [text for text in await letters_to(town, booked) if "rien à faire" in text]
    assert charges(town) == [first]
    clock.forward(timedelta(days=3))
    await tick(town)
    paid = await town.look(booked)
    assert (paid.owed_cents, charges(town)) == (0, [first, booked.total_cents - first])
    await add_up(town, booked)
    clock.forward(timedelta(days=16))
    await town.sweep()
    assert {line.share.due_cents for holder in town.holders for line in await town.lines(holder)
            if line.share.booking == booked.id} == {0}  # fmt: skip


async def test_shares_wait_while_the_guest_owes(town: Town, clock: DrivenClock) -> None:
    await sell(town, deposit("acompte", 1, 1))
    booked = await book(town, "pm_card_chargeCustomerFail")
    await town.open_accounts(booked)
    clock.forward(ARRIVAL - clock.now().date() + timedelta(days=1, hours=1))
    await town.sweep()
    held = {line.share.held for holder in town.holders for line in await town.lines(holder)
            if line.share.booking == booked.id}  # fmt: skip
    assert held == {Held.UNPAID}
    assert town.fake.books.all("transfer") == []


async def test_a_balance_that_nobody_pays_ends_the_stay_and_arrhes_are_all_that_is_lost(
    town: Town, clock: DrivenClock
) -> None:
    await sell(town, deposit("arrhes", 14), "saver")
    held = await hold(town.demo, await quote(town.demo, town.house.wish(plan="saver")))
    await town.pay(held, "pm_card_visa")
    await town.queue.run()
    booked = await town.look(held)
    arrhes = booked.paid_cents
    assert booked.quote.terms.penalty_cents == arrhes  # though the plan never pays back
    method = town.fake.books.all("payment_method")[0]
    method["_number"] = "4000000000000341"  # the card is empty meanwhile
    clock.forward(ARRIVAL - timedelta(days=14) - clock.now().date() + timedelta(hours=1))
    await tick(town)
    await tick(town)
    owing = await owing_of(town, booked)
    assert (owing.open.state if owing.open else None, charges(town)) == (DueState.UNPAID, [arrhes])
    clock.forward(timedelta(days=2))
    await tick(town)
    assert (await town.look(booked)).state is State.CONFIRMED
    clock.forward(timedelta(days=1, hours=1))
    await tick(town)
    gone = await town.look(booked)
    assert (gone.state, gone.owed_cents, gone.paid_cents) == (State.CANCELLED, 0, arrhes)
    assert (await owing_of(town, booked)).card is None
    await add_up(town, booked)


async def test_a_deposit_comes_back_when_the_stay_is_cancelled_in_time(town: Town) -> None:
    await book(town, "pm_card_bypassPending", days=14)  # the balance can carry what goes back
    await sell(town, deposit("acompte", 14))
    booked = await book(town, "pm_card_bypassPending")
    gone = await cancel(town, booked)
    assert (gone.paid_cents, gone.owed_cents) == (0, 0)
    charge = town.fake.books.all("charge")[-1]
    assert charge["amount_refunded"] == booked.quote.payment.now_cents
    await add_up(town, booked)


async def test_a_balance_that_is_paid_when_it_is_no_longer_owed_goes_back(town: Town) -> None:
    """The stay is cancelled for nothing while its guest is on the page of the balance."""
    await book(town, "pm_card_bypassPending", days=14)
    await sell(town, deposit("acompte", 14))
    booked = await book(town, "pm_card_bypassPending")
    wish = PayDue(payment_method=payments.HOSTED, amount_cents=booked.owed_cents)
    page = await charging.pay_due(town.demo, booked.tenant, booked.id, wish, "k", "http://b.test/")
    await cancel(town, booked)
    await town.web(page.page_url or "", number="4000000000000077")
    await town.hear()
    assert (await town.look(booked)).paid_cents == 0
    assert {charge["amount_captured"] - charge["amount_refunded"]
            for charge in town.fake.books.all("charge")[1:]} == {0}  # fmt: skip
    await add_up(town, booked)


async def test_who_pays_at_the_house_reads_the_first_answer_again_when_the_stay_is_cancelled(
    town: Town,
) -> None:
    await sell(town, AT_THE_HOUSE)
    held = await hold(town.demo, await quote(town.demo, town.house.wish()))
    command = PayBooking(guest=GUEST, payment_method=AT_HOUSE, total_cents=held.total_cents)
    answers = doors.Answers(
        once=Once(scope="guest", key="k" * 16, fingerprint=b"f"),
        render=lambda booking, _: booking.reference.encode(),
        refuse=lambda error: Reply(status=error.status, body=b""),
    )
    reference = Reference(tenant=held.tenant, id=held.id)
    first = await doors.pay_once(town.demo, reference, command, answers, "")
    await cancel(town, held)
    again = await doors.pay_once(town.demo, reference, command, answers, "")
    assert (again.status, again.body) == (first.status, first.body) == (200, first.body)


async def test_a_stay_paid_at_its_house_leaves_a_debt_that_the_next_share_pays(
    town: Town, clock: DrivenClock
) -> None:
    before = await book(town, "pm_card_bypassPending", days=7)
    await town.open_accounts(before)
    await sell(town, AT_THE_HOUSE)
    held = await hold(town.demo, await quote(town.demo, town.house.wish()))
    command = PayBooking(guest=GUEST, payment_method=AT_HOUSE, total_cents=held.total_cents)
    for _ in range(2):
        async with town.demo.transaction(held.tenant, actor="guest") as tx:
            await paying.book_unpaid(tx, held.id, command)
    booked = await town.look(held)
    assert (booked.state, booked.owed_cents) == (State.CONFIRMED, held.total_cents)
    clock.forward(ARRIVAL - clock.now().date() + timedelta(hours=12))
    async with town.demo.transaction(held.tenant) as tx:
        await staying.begin_stay(tx, held.id)
    clock.forward(timedelta(days=1))
    await town.sweep()
    lines = {holder: [line.share for line in await town.lines(holder)
                      if line.share.booking == held.id] for holder in town.holders}  # fmt: skip
    (own,) = lines.pop(held.tenant)
    fees = sum(share.earned_cents for shares in lines.values() for share in shares)
    platform = sum(s.amount_cents + s.vat_cents for s in held.quote.split.allocation.shares
                   if s.role == "platform")  # fmt: skip
    assert (own.held, -own.earned_cents) == (Held.OWES, fees + platform)
    assert {share.held for shares in lines.values() for share in shares} == {Held.HOUSE_OWES}
    assert await balance_of(town, held, "tourist_tax.ts") == 0  # the house hands it over itself
    clock.forward(timedelta(days=7))
    await town.sweep()
    await town.sweep()
    assert {line.share.due_cents for holder in town.holders for line in await town.lines(holder)
            } == {0}  # fmt: skip
    await add_up(town, held)


async def begin_charge(town: Town, booking: Booking) -> payments.Charge:
    """The card that was left is being charged; the service has not answered yet."""
    due = (await owing_of(town, booking)).open
    assert due is not None
    async with town.demo.transaction(booking.tenant) as tx:
        charge = await charging._begin_step(tx, due.id)
    assert charge is not None
    return charge


async def test_a_night_that_is_added_while_the_balance_is_paid_is_paid_as_well(
    town: Town, clock: DrivenClock
) -> None:
    """The guest is on the page of the balance and makes the stay longer elsewhere."""
    await sell(town, deposit("acompte", 14))
    booked = await book(town, "pm_card_visa")
    first = booked.owed_cents
    wish = PayDue(payment_method=payments.HOSTED, amount_cents=first)
    page = await charging.pay_due(town.demo, booked.tenant, booked.id, wish, "k", "http://b.test/")
    longer = ChangeStay(
        arrival=booked.arrival,
        departure=booked.departure + timedelta(days=1),
        rate_plan=booked.quote.rate_plan,
        rooms=(RoomWanted(room_type=town.house.types["double"], adults=2),),
    )
    async with town.demo.transaction(booked.tenant, actor="guest") as tx:
        _, _, shown = await changing.preview_change(tx, town.demo.reader, booked.id, longer)
        agreed = msgspec.structs.replace(longer, difference_cents=shown.cents)
        await changing.begin_change(tx, town.demo.reader, booked.id, agreed, "longer")
    await town.queue.run()
    await town.web(page.page_url or "", number="4242424242424242")
    await town.hear()
    assert (await town.look(booked)).owed_cents == shown.cents
    wish = PayDue(payment_method="pm_card_visa", amount_cents=shown.cents)
    await charging.pay_due(town.demo, booked.tenant, booked.id, wish, "again", "http://b.test/")
    await town.queue.run()
    paid = await town.look(booked)
    assert (paid.owed_cents, charges(town)[1:]) == (0, [first, shown.cents])
    await add_up(town, booked)


async def test_nobody_is_asked_for_the_balance_of_a_stay_that_was_cancelled_meanwhile(
    town: Town, clock: DrivenClock
) -> None:
    await sell(town, deposit("acompte", 14))
    booked = await book(town, "pm_card_visa")
    town.fake.books.all("payment_method")[0]["_number"] = "4000000000000341"
    clock.forward(ARRIVAL - timedelta(days=14) - clock.now().date() + timedelta(hours=1))
    charge = await begin_charge(town, booked)
    await book(town, "pm_card_bypassPending", days=14)  # the balance can carry what goes back
    await cancel(town, booked)
    outcome = await charging.finish_charge(town.demo, booked.tenant, charge.id)
    assert outcome is not None
    assert not outcome.succeeded
    await town.queue.run()
    owing = await owing_of(town, booked)
    assert (owing.owed_cents, owing.open) == (0, None)
    assert [text for text in await letters_to(town, booked) if "/solde" in text] == []
    await add_up(town, booked)


async def test_a_disputed_stay_is_not_ended_for_its_balance_and_keeps_no_other_waiting(
    town: Town, clock: DrivenClock
) -> None:
    await sell(town, deposit("acompte", 14))
    booked = await book(town, "pm_card_visa")
    town.fake.books.all("payment_method")[0]["_number"] = "4000000000000341"
    await town.fake.control(dispute=town.fake.books.all("charge")[0]["id"], deliver=True)
    await town.queue.run()
    clock.forward(ARRIVAL - timedelta(days=14) - clock.now().date() + timedelta(hours=1))
    await tick(town)
    clock.forward(timedelta(days=3, hours=1))
    await tick(town)
    due = (await owing_of(town, booked)).open
    assert due is not None
    assert due.next_at == clock.now() + timedelta(days=1)
    assert (await town.look(booked)).state is State.CONFIRMED


async def test_what_a_bank_has_taken_back_is_not_waived_to_a_guest_who_did_not_come(
    town: Town, clock: DrivenClock
) -> None:
    booked = await book(town, "pm_card_visa")
    await town.fake.control(dispute=town.fake.books.all("charge")[0]["id"], deliver=True)
    await town.queue.run()
    clock.forward(ARRIVAL - clock.now().date() + timedelta(hours=12))
    with pytest.raises(WrongState, match="disputed"):
        await miss(town, booked, waived=True)
    assert (await town.look(booked)).refund_cents == 0


async def test_a_disputed_stay_is_not_made_cheaper(town: Town) -> None:
    booked = await book(town, "pm_card_visa")
    await town.fake.control(dispute=town.fake.books.all("charge")[0]["id"], deliver=True)
    await town.queue.run()
    shorter = ChangeStay(
        arrival=booked.arrival,
        departure=booked.departure - timedelta(days=1),
        rate_plan=booked.quote.rate_plan,
        rooms=(RoomWanted(room_type=town.house.types["double"], adults=2),),
    )
    async with town.demo.transaction(booked.tenant, actor="guest") as tx:
        _, _, shown = await changing.preview_change(tx, town.demo.reader, booked.id, shorter)
        assert shown.back_cents > 0
        agreed = msgspec.structs.replace(shorter, difference_cents=shown.cents)
        with pytest.raises(WrongState, match="disputed"):
            await changing.begin_change(tx, town.demo.reader, booked.id, agreed, "shorter")


async def test_a_payment_whose_guest_went_away_from_it_is_let_go(
    town: Town, clock: DrivenClock
) -> None:
    await sell(town, deposit("acompte", 14))
    booked = await book(town, "pm_card_visa")
    wish = PayDue(payment_method=payments.HOSTED, amount_cents=booked.owed_cents)
    await charging.pay_due(town.demo, booked.tenant, booked.id, wish, "k", "http://b.test/")
    other = PayDue(payment_method="pm_card_visa", amount_cents=booked.owed_cents)
    with pytest.raises(payments.AlreadyPaying):
        await charging.pay_due(town.demo, booked.tenant, booked.id, other, "l", "http://b.test/")
    clock.forward(timedelta(minutes=36))
    await charging.pay_due(town.demo, booked.tenant, booked.id, other, "m", "http://b.test/")
    await town.queue.run()
    assert (await town.look(booked)).owed_cents == 0
    await add_up(town, booked)


async def test_a_card_is_charged_though_its_guest_once_began_to_pay_by_hand(
    town: Town, clock: DrivenClock
) -> None:
    await sell(town, deposit("acompte", 14))
    booked = await book(town, "pm_card_visa")
    wish = PayDue(payment_method=payments.HOSTED, amount_cents=booked.owed_cents)
    await charging.pay_due(town.demo, booked.tenant, booked.id, wish, "k", "http://b.test/")
    clock.forward(ARRIVAL - timedelta(days=14) - clock.now().date() + timedelta(hours=1))
    for _ in range(3):
        await tick(town)
        clock.forward(timedelta(minutes=31))
    assert (await town.look(booked)).owed_cents == 0
    await add_up(town, booked)
