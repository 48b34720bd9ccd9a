"""The ledger, the service and the bank agree every night; what does not is found, with its age."""

import uuid
from datetime import timedelta

import msgspec
import pytest

from hub import ledger, payments
from hub.core.clock import DrivenClock
from hub.core.vertical import Nothing
from hub.payments import asking
from hub.payments import tasks as payments_tasks
from hub.payments.actions import charging, hearing
from tests.houses import ARRIVAL, hold, quote
from tests.money import Town
from tourism.booking.models import Booking
from tourism.paying.actions import cancelling
from tourism.paying.models import CancelBooking
from tourism.reconciling import tasks
from tourism.reconciling.actions import alerting, comparing, standing
from tourism.reconciling.models import BreakKind
from tourism.settlement.actions import settling


async def night(town: Town) -> dict[str, BreakKind]:
    """One nightly run; what is open after it, but for what waits for somebody's word."""
    run = await comparing.reconcile(town.demo)
    assert run
    async with town.demo.transaction() as tx:
        found = await standing.find_standing(tx)
    return {one.key.split(":")[0]: one.kind for one in found.open if not one.to_explain}


async def settled(town: Town, clock: DrivenClock) -> Booking:
    """A stay whose shares were moved, a day ago."""
    booked = await town.book()
    await town.open_accounts(booked)
    clock.forward(timedelta(days=(ARRIVAL - clock.now().date()).days + 1))
    await town.sweep()
    clock.forward(timedelta(hours=2))
    return booked


async def paid_charge(town: Town, booked: Booking) -> str:
    """The service's name of what a stay was paid with."""
    charge = await town.charge_of(booked)
    assert charge
    assert charge.reference
    return town.fake.books.things[charge.reference]["latest_charge"]


async def book_another(town: Town) -> Booking:
    wish = town.house.wish(arrival=ARRIVAL + timedelta(days=9), nights=1)
    booked = await hold(town.demo, await quote(town.demo, wish))
    await town.pay(booked, "pm_card_bypassPending", key="another")
    return booked


async def test_a_quiet_night_finds_nothing_and_planted_breaks_are_found_and_closed(
    town: Town, clock: DrivenClock
) -> None:
    booked = await settled(town, clock)
    assert await night(town) == {}
    # A transfer that the ledger does not know: made twice at the service.
    made = town.fake.books.all("transfer")[0]
    again = {name: made[name] for name in ("amount", "currency", "destination", "metadata")}
    twice = await town.fake.v1.transfers.create_async(again)  # pyright: ignore[reportArgumentType]
    clock.forward(timedelta(hours=2))
    assert await night(town) == {"settle": BreakKind.AMOUNT, "account": BreakKind.ACCOUNT}
    await town.fake.v1.transfers.reversals.create_async(
        twice.id, {"metadata": {"call": made["metadata"]["call"]}}
    )
    clock.forward(timedelta(hours=2))
    assert await night(town) == {}
    # A payment at the service of which every message was lost.
    await town.fake.v1.payment_intents.create_async(
        {
            "amount": 4_200, "currency": "eur", "payment_method": "pm_card_bypassPending",
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
            "confirm": True, "capture_method": "automatic",
            "metadata": {"charge": str(uuid.UUID(int=7)), "tenant": "1"},
        }
    )  # fmt: skip
    clock.forward(timedelta(days=3))
    assert await night(town) == {
        "charge": BreakKind.ONLY_SERVICE,
        "fee": BreakKind.ONLY_SERVICE,
        "payout": BreakKind.PAYOUT_UNKNOWN,  # the banks' lines of three days, not heard of yet
    }
    async with town.demo.transaction() as tx:
        oldest = (await standing.find_standing(tx)).open[0]
    assert (oldest.theirs_cents - oldest.ours_cents, oldest.age_days(clock.now())) in {
        (4_200, 3), (-88, 3),
    }  # fmt: skip
    assert await alerting.tell_breaks(town.demo) == 1
    assert await alerting.tell_breaks(town.demo) == 0  # told once
    await town.hear()
    assert "payout" not in await night(town)
    async with town.demo.transaction(booked.tenant) as tx:
        assert await ledger.list_by_reference(tx, "settle:")


async def test_a_payout_whose_end_was_lost_and_a_movement_that_is_only_ours_are_found(
    town: Town, clock: DrivenClock
) -> None:
    booked = await settled(town, clock)
    clock.forward(timedelta(days=1))
    await town.hear()
    clock.forward(timedelta(days=2))
    await town.fake.control()  # it arrives, and nobody hears of it
    split = booked.quote.split
    cash = ledger.Side(holder=split.platform, code="psp.cash")
    own = ledger.Side(holder=split.platform, code="guest.deposits")
    async with town.demo.transaction(booked.tenant) as tx:
        draft = ledger.Draft(
            reference=f"charge:{uuid.UUID(int=8)}:x", debit=cash, credit=own, amount_cents=5
        )
        await ledger.post(tx, split.scheme, [draft])
    clock.forward(timedelta(hours=2))
    found = await night(town)
    assert found == {"charge": BreakKind.ONLY_LEDGER, "payout": BreakKind.PAYOUT_DIFFERS}
    await asking.catch_up(town.demo)
    await town.queue.run()
    assert await night(town) == {"charge": BreakKind.ONLY_LEDGER}


async def test_a_payout_of_which_nothing_was_heard_for_a_week_is_asked_for_by_the_night(
    town: Town, clock: DrivenClock
) -> None:
    await settled(town, clock)
    clock.forward(timedelta(days=1))
    await town.hear()
    clock.forward(timedelta(days=2))
    await town.fake.control()  # it arrives, and nobody hears of it
    town.fake.books.deliveries.clear()
    clock.forward(timedelta(days=8))  # older than what is caught up with
    await asking.catch_up(town.demo)
    await town.queue.run()
    assert await night(town) == {"payout": BreakKind.PAYOUT_DIFFERS}
    assert await night(town) == {}


async def test_an_account_that_has_left_is_a_difference_and_keeps_no_other_from_being_looked_at(
    town: Town, clock: DrivenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "ACCOUNTS_MOST", 1)  # the others come in messages of their own
    await settled(town, clock)
    clock.forward(timedelta(days=1))
    await town.hear()
    accounts = sorted(one["id"] for one in town.fake.books.all("account"))
    assert len(accounts) > 1
    left, stays = accounts[0], accounts[-1]
    await town.fake.control(leave=left)
    clock.forward(timedelta(days=2))
    await town.fake.control()  # the payouts arrive, and nobody hears of it
    town.fake.books.deliveries.clear()
    await tasks.reconcile_later.run(town.demo, None, Nothing())
    done = await town.queue.run()
    assert done.count("reconciling.go_on") == len(accounts)
    async with town.demo.transaction() as tx:
        found = await standing.find_standing(tx)
    kinds = {one.key: one.kind for one in found.open if one.key.startswith("account:")}
    assert kinds == {f"account:{left}": BreakKind.ACCOUNT_CLOSED}
    assert found.last
    assert (found.last.breaks, found.last.payouts) == (len(found.open), len(accounts) - 1)
    clock.forward(timedelta(hours=1))
    await payments_tasks.catch_up_later.run(town.demo, None, Nothing())
    await town.queue.run()
    async with town.demo.transaction() as tx:
        assert await hearing.apply_again(tx) == 0  # nothing of the one that has left waits
    town.fake.books.things[left]["_left"] = False  # its owner has opened it again
    assert stays not in str(await night(town))
    assert "account" not in await night(town)


async def test_a_dispute_of_which_nothing_was_heard_is_asked_for_by_the_night(
    town: Town, clock: DrivenClock
) -> None:
    booked = await settled(town, clock)
    await town.fake.control(dispute=await paid_charge(town, booked))
    town.fake.books.deliveries.clear()
    clock.forward(timedelta(days=8))  # older than what is caught up with
    await asking.catch_up(town.demo)
    await town.queue.run()
    assert "dispute" in await night(town)
    await town.queue.run()
    assert "dispute" not in await night(town)


async def test_a_dispute_whose_task_was_lost_is_told_again_and_money_taken_is_no_question(
    town: Town, clock: DrivenClock
) -> None:
    booked = await settled(town, clock)
    await town.fake.control(dispute=await paid_charge(town, booked))
    (made,) = town.fake.books.all("dispute")
    await asking.hear_dispute(town.demo, made["id"])
    await town.queue.run(only="none of them")  # the messages are lost
    await asking.hear_dispute(town.demo, made["id"])
    assert "settlement.dispute" not in await town.queue.run()
    clock.forward(timedelta(hours=2))
    assert "dispute" in await night(town)  # the ledger knows nothing of it
    assert "settlement.dispute" in await town.queue.run()
    assert "dispute" not in await night(town)
    async with town.demo.transaction(booked.tenant) as tx:
        (kept,) = await payments.list_disputes(tx, f"booking:{booked.id}")
        for state, fee in (("warning_closed", 0), (kept.state, kept.fee_cents + 7)):
            changed = msgspec.structs.replace(kept, state=state, fee_cents=fee)
            await charging.keep_dispute(tx, changed)
        (found,) = await payments.list_disputes(tx, f"booking:{booked.id}")
    assert (found.state, found.fee_cents) == (kept.state, kept.fee_cents + 7)


async def test_a_dispute_of_a_payment_that_was_not_made_here_stays_a_break_and_stops_nothing(
    town: Town, clock: DrivenClock
) -> None:
    await settled(town, clock)
    made = await town.fake.v1.payment_intents.create_async(
        {
            "amount": 4_200, "currency": "eur", "payment_method": "pm_card_bypassPending",
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
            "confirm": True, "capture_method": "automatic",
        }
    )  # fmt: skip
    assert made.latest_charge
    await town.fake.control(dispute=str(made.latest_charge), deliver=True)
    await town.queue.run()
    clock.forward(timedelta(hours=2))
    for _ in range(2):
        assert (await night(town))["dispute"] == BreakKind.ONLY_SERVICE
    async with town.demo.transaction() as tx:
        assert await hearing.apply_again(tx) == 0


async def test_what_was_written_down_months_late_differs_no_more(
    town: Town, clock: DrivenClock
) -> None:
    booked = await settled(town, clock)
    await town.fake.control(dispute=await paid_charge(town, booked))
    (dispute,) = town.fake.books.all("dispute")
    await comparing.reconcile(town.demo)  # the service's line is kept
    clock.forward(timedelta(days=75))
    await asking.hear_dispute(town.demo, dispute["id"])
    await town.queue.run()
    clock.forward(timedelta(days=60))  # the line is older than the window, our posting is not
    assert "dispute" not in await night(town)


async def test_a_dispute_is_a_claim_with_its_fee_and_a_lost_one_is_borne_in_proportion(
    town: Town, clock: DrivenClock
) -> None:
    booked = await settled(town, clock)
    charge = await town.charge_of(booked)
    assert charge
    await town.fake.control(dispute=await paid_charge(town, booked), deliver=True)
    await town.queue.run()
    clock.forward(timedelta(hours=2))
    assert await night(town) == {}  # the ledger follows the bank at once
    (dispute,) = town.fake.books.all("dispute")
    await town.fake.control(lose=dispute["id"], deliver=True)
    await town.queue.run()
    split = booked.quote.split
    async with town.demo.transaction(split.platform) as tx:
        balances = {one.code: one for one in await ledger.list_balances(tx)}
    claim = balances["guest.disputes"]
    assert claim.debit_cents == claim.credit_cents == booked.total_cents
    assert "psp.losses" not in balances
    for holder in town.holders:
        (line,) = await town.lines(holder)
        assert (line.share.earned_cents, line.share.moved_cents) == (0, 0)
    clock.forward(timedelta(hours=2))
    assert await night(town) == {}
    await town.fake.control(deliver=True)
    await town.queue.run()
    assert await town.cash_of(booked) == 0 - charge.fee_cents + booked.total_cents


@pytest.mark.parametrize("won", [True, False])
async def test_a_fee_that_grows_with_the_answer_is_posted_and_comes_back_when_it_is_won(
    town: Town, clock: DrivenClock, won: bool
) -> None:
    booked = await settled(town, clock)
    await town.fake.control(dispute=await paid_charge(town, booked), deliver=True)
    await town.queue.run()
    (dispute,) = town.fake.books.all("dispute")
    await town.fake.v1.disputes.update_async(dispute["id"], {"evidence": {"customer_name": "A"}})
    await town.hear()
    async with town.demo.transaction(booked.tenant) as tx:
        posted = await ledger.list_by_reference(tx, f"dispute:{dispute['id']}:fee")
    assert sum(one.amount_cents for one in posted) == 4_000
    clock.forward(timedelta(hours=2))
    assert await night(town) == {}
    await town.fake.control(**{"win" if won else "lose": dispute["id"]})
    await town.hear()
    await town.hear()
    clock.forward(timedelta(hours=2))
    assert await night(town) == {}
    funds = town.fake.books.funds_of("")
    assert await town.ledger_cash() == funds.available + funds.pending


async def test_a_dispute_that_was_prevented_is_lost_without_a_fee(
    town: Town, clock: DrivenClock
) -> None:
    booked = await settled(town, clock)
    await town.fake.control(prevent=await paid_charge(town, booked), deliver=True)
    await town.queue.run()
    async with town.demo.transaction(booked.tenant) as tx:
        (dispute,) = await payments.list_disputes(tx, f"booking:{booked.id}")
    assert (dispute.state, dispute.fee_cents) == ("lost", 0)
    for holder in town.holders:
        (line,) = await town.lines(holder)
        assert (line.share.earned_cents, line.share.moved_cents) == (0, 0)
    await town.hear()
    clock.forward(timedelta(hours=2))
    assert await night(town) == {}


async def test_a_refund_that_its_bank_sends_back_is_the_guests_still(
    town: Town, clock: DrivenClock
) -> None:
    first = await town.book()
    await book_another(town)  # its money carries what goes back
    async with town.demo.transaction(first.tenant) as tx:
        _, refund = await cancelling.preview_refund(tx, first.id)
        wish = CancelBooking(refund_cents=refund.refund_cents)
        await cancelling.cancel_booking(tx, first.id, wish)
    await town.queue.run()
    await town.hear()
    cash = await town.ledger_cash()
    (made,) = town.fake.books.all("refund")
    assert made["status"] == "succeeded"
    clock.forward(timedelta(days=5))
    assert await night(town) == {}
    await town.fake.control(send_back=made["id"])
    await town.hear()
    async with town.demo.transaction(first.tenant) as tx:
        (failed,) = await payments.list_refunds(tx, f"booking:{first.id}")
        await charging.return_refund(tx, failed)  # once
    await town.queue.run()
    async with town.demo.transaction(first.tenant) as tx:
        posted = await ledger.list_by_reference(tx, f"refund:{failed.id}")
    assert failed.state is payments.State.FAILED
    assert [one.kind for one in posted] == [
        ledger.Kind.PENDING,
        ledger.Kind.POST,
        ledger.Kind.REVERSAL,
    ]
    assert await town.ledger_cash() == cash + refund.refund_cents
    clock.forward(timedelta(hours=2))
    assert await night(town) == {"refused": BreakKind.REFUND_REFUSED}
    assert town.fake.app.state.fake.refusals() == []


async def test_what_is_owed_after_a_payout_is_kept_from_the_next_stay_of_the_house(
    town: Town, clock: DrivenClock
) -> None:
    first = await town.book()
    await town.open_accounts(first)
    clock.forward(timedelta(days=3))
    async with town.demo.transaction(first.tenant) as tx:
        await settling.settle_stay(tx, first.id)  # too early, by somebody's hand
    await town.queue.run()
    for _ in range(3):
        clock.forward(timedelta(days=1, minutes=1))
        await town.hear()  # the banks have it
    async with town.demo.transaction(first.tenant) as tx:
        _, refund = await cancelling.preview_refund(tx, first.id)
        wish = CancelBooking(refund_cents=refund.refund_cents)
        await cancelling.cancel_booking(tx, first.id, wish)
    await town.queue.run()
    await town.sweep()
    (owing,) = await town.lines(first.tenant)
    assert owing.share.due_cents < 0  # no reversal is possible: the account is empty
    assert await alerting.ask_debts(town.demo) == 0  # the next shares may pay it
    clock.forward(timedelta(days=14))
    for _ in town.holders:  # those who were asked stand before nobody
        assert await alerting.ask_debts(town.demo, most=1) == 1
    assert await alerting.ask_debts(town.demo) == 0  # once a month
    async with town.demo.transaction() as tx:
        debts = {one.holder: one for one in (await standing.find_standing(tx)).debts}
    assert debts[first.tenant].cents == -owing.share.due_cents
    assert debts[first.tenant].age_days(clock.now()) == 14
    second = await book_another(town)
    before = len(town.fake.books.all("transfer"))
    clock.forward(timedelta(days=(ARRIVAL - clock.now().date()).days + 12))
    for _ in range(2):
        await town.sweep()
    lines = {line.share.booking: line.share for line in await town.lines(first.tenant)}
    earned = lines[second.id].earned_cents
    assert lines[second.id].due_cents == 0
    assert lines[first.id].due_cents == min(owing.share.due_cents + earned, 0)
    sent = sum(
        transfer["amount"]
        for transfer in town.fake.books.all("transfer")[before:]
        if transfer["metadata"]["tenant"] == str(first.tenant)
    )
    assert sent < sum(share.earned_cents for share in lines.values())
    clock.forward(timedelta(hours=2))
    await town.hear()
    assert await night(town) == {}
