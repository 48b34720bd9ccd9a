"""A crash at every await of every money action: the points are listed by the code itself, which is
run up to each of its waits and stopped there; then the queue goes on, and there is one effect.

`CRASH_EVERY=1` stops at every single wait; the suite takes every seventh, and each end.
"""

import os
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from hub import ledger, payments
from hub.core.clock import DrivenClock
from hub.core.errors import HubError
from hub.payments import asking
from tests.crashing import stop_at
from tests.houses import ARRIVAL, GUEST, hold, quote
from tests.money import BACK, IBAN, Town
from tourism.booking.models import Booking, State
from tourism.owing.actions import charging, following
from tourism.paying.actions import cancelling, paying
from tourism.paying.models import CancelBooking, PayBooking
from tourism.settlement import policy as settlement_policy
from tourism.settlement.actions import settling

EVERY = int(os.environ.get("CRASH_EVERY", "7"))
MOST = 400


class Case:
    """One booking of its own, so that points do not disturb each other."""

    def __init__(self, town: Town, clock: DrivenClock, number: int) -> None:
        self.town, self.clock = town, clock
        self.arrival = ARRIVAL + timedelta(days=number % 60)
        self.booking: Booking
        self.dispute = ""

    async def hold(self) -> None:
        wish = self.town.house.wish(arrival=self.arrival, nights=1)
        self.booking = await hold(self.town.demo, await quote(self.town.demo, wish))

    async def book(self) -> None:
        await self.hold()
        await self.town.pay(self.booking, "pm_card_bypassPending")

    async def go_on(self) -> None:
        """The worker comes back, and everything that waits is asked again."""
        for _ in range(3):
            await self.town.fake.control(deliver=True)
            await self.town.queue.run()
            self.clock.forward(timedelta(seconds=45))
        await self.town.queue.run()

    def made(self, kind: str) -> list[dict]:
        found = self.town.fake.books.all(kind)
        return [thing for thing in found if str(self.booking.id) in str(thing["transfer_group"])]


def kept_of(case: Case, charge: dict) -> int:
    """What a payment has brought, less what the service keeps of it."""
    return charge["amount"] - case.town.fake.books.things[charge["balance_transaction"]]["fee"]


async def pay_by_card(case: Case) -> None:
    town, booking = case.town, case.booking
    command = PayBooking(
        guest=GUEST, payment_method="pm_card_visa", total_cents=booking.total_cents
    )
    async with town.demo.transaction(booking.tenant, actor="guest") as tx:
        charge = await paying.begin_payment(tx, booking.id, command, "key", BACK)
    outcome = await paying.ask_service(town.demo, charge)
    async with town.demo.transaction(booking.tenant, actor="guest") as tx:
        await paying.finish_payment(tx, booking.id, charge.id, outcome)


async def paid_once(case: Case) -> None:
    charges = case.made("charge")
    booking = await case.town.look(case.booking)
    # Stopped before the guest's wish was written down: nothing, whole. Else: paid, whole.
    assert (booking.state, len(charges)) in {(State.HELD, 0), (State.CONFIRMED, 1)}
    assert await case.town.cash_of(booking) == sum(kept_of(case, charge) for charge in charges)


async def come_back_from_the_page(case: Case) -> None:
    await paying.finish_payment_of(case.town.demo, case.booking.tenant, case.booking.id)


async def begin_hosted(case: Case) -> None:
    await case.hold()
    outcome = await case.town.pay(case.booking, payments.HOSTED)
    assert outcome.page_url
    await case.town.web(outcome.page_url, number="4242424242424242")


async def confirmed_once(case: Case) -> None:
    assert (await case.town.look(case.booking)).state is State.CONFIRMED
    await paid_once(case)


async def cancel_and_pay_back(case: Case) -> None:
    town, booking = case.town, case.booking
    async with town.demo.transaction(booking.tenant, actor="guest") as tx:
        _, refund = await cancelling.preview_refund(tx, booking.id)
        wish = CancelBooking(refund_cents=refund.refund_cents)
        await cancelling.cancel_booking(tx, booking.id, wish)
    async with town.demo.transaction(booking.tenant) as tx:
        (waiting,) = await payments.list_refunds(tx, f"booking:{booking.id}")
    await asking.pay_refund(town.demo, booking.tenant, waiting.id)


async def paid_back_once(case: Case) -> None:
    booking = await case.town.look(case.booking)
    (charge,) = case.made("charge")
    assert charge["amount_refunded"] == booking.refund_cents
    assert booking.state in {State.CONFIRMED, State.CANCELLED}
    cash = await case.town.cash_of(booking)
    assert cash == kept_of(case, charge) - charge["amount_refunded"]


async def move_shares(case: Case) -> None:
    town, booking = case.town, case.booking
    async with town.demo.transaction(booking.tenant) as tx:
        await settling.settle_stay(tx, booking.id)
    async with town.demo.transaction(booking.tenant) as tx:
        moves = await settling.list_moves(tx, booking.id)
    for move in moves:
        await asking.perform_call(town.demo, booking.tenant, move.id)
        async with town.demo.transaction(booking.tenant) as tx:
            await settling.finish_move(tx, move.id)


async def book_for_payable(case: Case) -> None:
    await case.book()
    if not case.town.holders:
        await case.town.open_accounts(case.booking)


async def moved_once(case: Case) -> None:
    town, booking = case.town, case.booking
    async with town.demo.transaction(booking.tenant) as tx:
        await settling.settle_stay(tx, booking.id)  # as the sweep does
    await town.queue.run()
    made = case.made("transfer")
    assert len(made) == len(town.holders) == len({transfer["destination"] for transfer in made})
    charge = case.made("charge")[0]
    out = sum(transfer["amount"] for transfer in made)
    fee = town.fake.books.things[charge["balance_transaction"]]["fee"]
    assert await town.cash_of(booking) == charge["amount"] - out - fee
    for holder in town.holders:
        (line,) = [one for one in await town.lines(holder) if one.share.booking == booking.id]
        assert line.share.due_cents == 0


async def lose_a_dispute(case: Case) -> None:
    """A paid stay whose bank has taken its payment back for good."""
    await case.book()
    (charge,) = case.made("charge")
    await case.town.fake.control(dispute=charge["id"])
    dispute = case.town.fake.books.all("dispute")[-1]
    await case.town.fake.control(lose=dispute["id"])
    case.dispute = dispute["id"]


async def hear_the_dispute(case: Case) -> None:
    await asking.hear_dispute(case.town.demo, case.dispute)
    async with case.town.demo.transaction(case.booking.tenant) as tx:
        await settling.hear_dispute(tx, case.booking.id)


async def borne_once(case: Case) -> None:
    total, platform = case.booking.total_cents, case.booking.quote.split.platform
    async with case.town.demo.transaction(case.booking.tenant) as tx:
        posted = await ledger.list_by_reference(tx, f"dispute:{case.dispute}")
        shared = await ledger.list_by_reference(tx, f"booking:{case.booking.id}")
    money = {one.reference.rpartition(":")[2]: one.amount_cents for one in posted}
    assert money == {case.dispute: total, "fee": 2_000, "borne": total}
    assert all(not earned.cents for earned in settlement_policy.earned_by(shared, platform))


async def hear_and_apply(case: Case) -> None:
    fake = case.town.fake
    (event,) = [
        event
        for event in fake.books.all("event")
        if event["type"] == "payment_intent.succeeded"
        and str(case.booking.id) in event["data"]["object"]["transfer_group"]
    ]
    from hub.payments.models import Heard  # noqa: PLC0415

    thing = event["data"]["object"]
    heard = Heard(
        id=event["id"], kind=event["type"], thing=thing["id"], account=None,
        marks=thing["metadata"], created_at=case.clock.now(),
    )  # fmt: skip
    async with case.town.demo.transaction() as tx:
        from hub.payments.actions import hearing  # noqa: PLC0415

        await hearing.keep_event(tx, heard)
    await asking.apply_event(case.town.demo, event["id"])


async def sell_later(case: Case, details: str) -> None:
    """The house sells its plan under other terms of payment."""
    await case.town.queue.admin.execute(
        "update rate_plan set details = details || $1::jsonb where id = $2",
        details,
        case.town.house.plans["flexible"],
    )


async def hold_with_guarantee(case: Case) -> None:
    await sell_later(case, '{"guarantee": "card"}')
    await case.hold()


async def guaranteed_once(case: Case) -> None:
    booking = await case.town.look(case.booking)
    async with case.town.demo.transaction(booking.tenant) as tx:
        card = await payments.find_kept_card(tx, f"booking:{booking.id}")
    assert (booking.state, card is not None) in {(State.HELD, False), (State.CONFIRMED, True)}
    assert case.made("charge") == []


async def owe_a_penalty(case: Case) -> None:
    """A stay with a guarantee that was cancelled too late: the penalty waits to be charged."""
    await hold_with_guarantee(case)
    await case.town.pay(case.booking, "pm_card_bypassPending")
    await case.town.queue.run()
    await case.town.queue.admin.execute(
        "update booking set document = jsonb_set(document, '{terms,free_until_at}', 'null')"
        " where id = $1",
        case.booking.id,
    )
    async with case.town.demo.transaction(case.booking.tenant, actor="guest") as tx:
        _, refund = await cancelling.preview_refund(tx, case.booking.id)
        wish = CancelBooking(refund_cents=refund.refund_cents)
        await cancelling.cancel_booking(tx, case.booking.id, wish)
        await following.follow_stay(tx, case.booking.id)


async def charge_the_penalty(case: Case) -> None:
    async with case.town.demo.transaction(case.booking.tenant) as tx:
        due = await charging.find_open(tx, case.booking.id)
    assert due is not None
    await charging.act_on_due(case.town.demo, case.booking.tenant, due.id)


async def penalised_once(case: Case) -> None:
    case.clock.forward(timedelta(minutes=11))
    async with case.town.demo.transaction() as tx:
        await following.announce_dues(tx)  # as the sweep does
    await case.town.queue.run()
    booking = await case.town.look(case.booking)
    (charge,) = case.made("charge")
    assert charge["amount_captured"] == booking.quote.terms.penalty_cents == booking.paid_cents
    assert booking.owed_cents == 0
    assert await case.town.cash_of(booking) == kept_of(case, charge)


async def pay_a_deposit(case: Case) -> None:
    await sell_later(case, '{"guarantee": "deposit", "deposit": {"bps": 3000}}')
    await case.hold()
    await case.town.pay(case.booking, "pm_card_bypassPending")
    await case.town.queue.run()
    await case.town.queue.admin.execute(
        "update booking set state = 'in_house' where id = $1", case.booking.id
    )


async def count_at_the_house(case: Case) -> None:
    async with case.town.demo.transaction(case.booking.tenant) as tx:
        await settling.settle_stay(tx, case.booking.id)


async def counted_once(case: Case) -> None:
    async with case.town.demo.transaction(case.booking.tenant) as tx:
        await settling.settle_stay(tx, case.booking.id)
        shared = await ledger.list_by_reference(tx, f"booking:{case.booking.id}")
    platform = case.booking.quote.split.platform
    assert (await case.town.look(case.booking)).owed_cents == 0
    houses = [one for one in shared if one.reference.endswith(":house")]
    assert [one.amount_cents for one in houses] == [
        case.booking.total_cents - (case.booking.quote.payment.now_cents or 0)
    ]
    earned = settlement_policy.earned_by(shared, platform)
    fees = sum(
        share.amount_cents + share.vat_cents
        for share in case.booking.quote.split.allocation.shares
        if share.role != "lodging"
    )
    (own,) = [one for one in earned if one.holder == case.booking.tenant]
    assert own.cents == (case.booking.quote.payment.now_cents or 0) - fees


Step = Callable[[Case], Awaitable[None]]
ACTIONS: dict[str, tuple[Step, Step, Step]] = {
    "pay by card": (Case.hold, pay_by_card, paid_once),
    "come back from the hosted page": (begin_hosted, come_back_from_the_page, confirmed_once),
    "hear that it is paid": (begin_hosted, hear_and_apply, confirmed_once),
    "cancel and pay back": (Case.book, cancel_and_pay_back, paid_back_once),
    "bear a lost dispute": (lose_a_dispute, hear_the_dispute, borne_once),
    "leave a card as a guarantee": (hold_with_guarantee, pay_by_card, guaranteed_once),
    "charge a penalty to the card that was left": (
        owe_a_penalty,
        charge_the_penalty,
        penalised_once,
    ),
    "count what was paid at the house": (pay_a_deposit, count_at_the_house, counted_once),
    "move the shares": (book_for_payable, move_shares, moved_once),
}


@pytest.mark.parametrize("name", list(ACTIONS))
async def test_a_crash_at_any_wait_of_a_money_action_has_one_effect(
    town: Town, clock: DrivenClock, name: str
) -> None:
    prepare, act, check = ACTIONS[name]
    at, number, ended = 1, 0, False
    while not ended and at < MOST:
        case = Case(town, clock, number)
        await prepare(case)
        try:
            stopped, _ = await stop_at(act(case), at)  # pyright: ignore[reportArgumentType]
        except HubError:
            stopped = True
        ended = not stopped
        await case.go_on()
        await check(case)
        at, number = at + EVERY, number + 1
    assert ended, "the action has more waits than are walked"
    assert number > 2


async def test_an_account_is_opened_once_wherever_it_crashes(
    town: Town, clock: DrivenClock
) -> None:
    tenant, at, ended = town.house.tenant, 1, False
    while not ended:
        stopped, _ = await stop_at(asking.open_payee(town.demo, tenant, "Hôtel", None), at)
        ended = not stopped
        at += EVERY
    payee = await asking.open_payee(town.demo, tenant, "Hôtel", None)
    await town.queue.run()
    assert [account["id"] for account in town.fake.books.all("account")] == [payee.account]
    assert IBAN
    async with town.demo.transaction(tenant) as tx:
        assert await ledger.list_by_reference(tx, "settle:") == []
