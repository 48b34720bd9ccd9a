"""What a house owes after a stay paid at its house: paid by card, or given up by two persons."""

from datetime import timedelta

import pytest

from hub import payments
from hub.core.clock import DrivenClock
from hub.core.errors import Invalid
from tests.houses import ARRIVAL, GUEST, hold, quote
from tests.money import BACK, Town
from tourism.booking.actions import staying
from tourism.booking.models import Booking
from tourism.debts.actions import forgiving
from tourism.debts.actions import paying as debts_paying
from tourism.debts.errors import DebtChanged, SamePerson
from tourism.debts.models import Owed, PayDebt, ProposeWriteOff, Standing, WriteOff
from tourism.paying.actions import paying
from tourism.paying.models import AT_HOUSE, PayBooking
from tourism.reconciling.actions import comparing
from tourism.settlement.models import Held

PAGE = payments.Page(return_url=BACK, language="fr", title="Hôtel", email="h@demo.example")


async def owing(town: Town, clock: DrivenClock, *, earlier: bool = False) -> Booking:
    """A stay that its guest paid at the house, so that the house owes the others their shares;
    `earlier`, with another one paid by card whose shares come a week later."""
    if earlier:
        later = ARRIVAL + timedelta(days=7)
        other = await hold(town.demo, await quote(town.demo, town.house.wish(arrival=later)))
        await town.pay(other, "pm_card_bypassPending", key="other")
        await town.queue.run()
    await town.queue.admin.execute(
        """update rate_plan set details = details || '{"guarantee": "none"}' where id = $1""",
        town.house.plans["flexible"],
    )
    held = await hold(town.demo, await quote(town.demo, town.house.wish()))
    await town.open_accounts(held)
    command = PayBooking(guest=GUEST, payment_method=AT_HOUSE, total_cents=held.total_cents)
    async with town.demo.transaction(held.tenant, actor="guest") as tx:
        await paying.book_unpaid(tx, held.id, command)
    clock.forward(ARRIVAL - clock.now().date() + timedelta(hours=12))
    async with town.demo.transaction(held.tenant) as tx:
        await staying.begin_stay(tx, held.id)
    clock.forward(timedelta(days=1))
    await town.sweep()
    return held


async def owed_by(town: Town, booking: Booking) -> Owed:
    async with town.demo.transaction(booking.tenant) as tx:
        return await debts_paying.find_owed(tx)


async def pay(town: Town, booking: Booking, method: str, key: str = "one") -> payments.Outcome:
    owed = await owed_by(town, booking)
    wish = PayDebt(payment_method=method, amount_cents=owed.cents)
    return await debts_paying.pay(town.demo, booking.tenant, "person:1", wish, key, PAGE)


async def lost_cents(town: Town) -> int:
    """What the ledger says that the platform has given up."""
    found = await town.queue.admin.fetchval(
        "select sum(t.amount_cents) from ledger_transfer t"
        "  join ledger_account d on d.id = t.debit_account where d.code = 'debts.lost'"
    )
    return int(found or 0)


async def everybody_has_theirs(town: Town, booking: Booking) -> None:
    await town.sweep()
    await town.sweep()
    for holder in town.holders:
        for line in await town.lines(holder):
            if line.share.booking == booking.id:
                assert (line.share.due_cents, line.share.held) == (0, Held.NOTHING)
    await town.hear()
    funds = town.fake.books.funds_of("")
    assert await town.ledger_cash() == funds.available + funds.pending
    run = await comparing.reconcile(town.demo)
    assert run is not None
    assert run.breaks == 0
    assert town.fake.app.state.fake.refusals() == []


async def test_a_house_pays_its_debt_by_card_and_the_others_have_their_shares(
    town: Town, clock: DrivenClock
) -> None:
    booking = await owing(town, clock)
    owed = await owed_by(town, booking)
    assert [(stay.booking, stay.held) for stay in owed.stays] == [(booking.id, "owes")]
    outcome = await pay(town, booking, payments.HOSTED)
    again = await pay(town, booking, payments.HOSTED, key="two")  # one payment at a time
    assert again.page_url == outcome.page_url
    assert (await owed_by(town, booking)).under_way
    await town.web(outcome.page_url or "", number="4242424242424242")
    for _ in range(2):
        await debts_paying.finish_all(town.demo, booking.tenant)
        await town.hear()
    (charge,) = town.fake.books.all("charge")
    assert charge["amount_captured"] == owed.cents
    paid = await owed_by(town, booking)
    assert (paid.cents, [one.amount_cents for one in paid.payments]) == (0, [owed.cents])
    clock.forward(timedelta(days=8))
    await everybody_has_theirs(town, booking)
    assert await lost_cents(town) == 0


async def test_a_card_that_declines_leaves_the_debt_and_its_page_free(
    town: Town, clock: DrivenClock
) -> None:
    booking = await owing(town, clock)
    before = (await owed_by(town, booking)).cents
    with pytest.raises(payments.CardDeclined):
        await pay(town, booking, "pm_card_chargeDeclinedInsufficientFunds")
    with pytest.raises(DebtChanged):
        await debts_paying.pay(
            town.demo, booking.tenant, "person:1",
            PayDebt(payment_method="pm_card_bypassPending", amount_cents=before - 1), "other", PAGE,
        )  # fmt: skip
    assert (await owed_by(town, booking)).cents == before
    await pay(town, booking, "pm_card_bypassPending", key="three")
    assert (await owed_by(town, booking)).cents == 0


async def test_what_the_next_share_has_paid_meanwhile_comes_back_to_the_house(
    town: Town, clock: DrivenClock
) -> None:
    booking = await owing(town, clock, earlier=True)
    outcome = await pay(town, booking, payments.HOSTED)
    clock.forward(timedelta(days=7))
    await town.sweep()  # the other stay's share pays the debt
    await town.sweep()
    assert (await owed_by(town, booking)).cents == 0
    await town.web(outcome.page_url or "", number="4242424242424242")
    await town.hear()
    clock.forward(timedelta(days=8))
    await everybody_has_theirs(town, booking)


async def test_two_persons_give_a_debt_up_and_the_platform_bears_it(
    town: Town, clock: DrivenClock
) -> None:
    booking = await owing(town, clock)
    operator, cents = booking.quote.split.platform, (await owed_by(town, booking)).cents
    wish = ProposeWriteOff(holder=booking.tenant, amount_cents=cents, reason="La maison a fermé.")
    with pytest.raises(Invalid):
        async with town.demo.transaction(operator, actor="person:1") as tx:
            await forgiving.propose(tx, ProposeWriteOff(
                holder=booking.tenant, amount_cents=cents, reason=" court "))  # fmt: skip
    async with town.demo.transaction(operator, actor="person:1") as tx:
        id = await forgiving.propose(tx, wish)
    with pytest.raises(SamePerson):
        async with town.demo.transaction(operator, actor="person:1") as tx:
            await forgiving.decide(tx, id, confirmed=True)
    await town.queue.run()
    assert await lost_cents(town) == 0
    for _ in range(2):
        async with town.demo.transaction(operator, actor="person:2") as tx:
            await forgiving.decide(tx, id, confirmed=True)
        await town.queue.run()
    assert (await lost_cents(town), (await owed_by(town, booking)).cents) == (cents, 0)
    async with town.demo.transaction(operator) as tx:
        found: list[WriteOff] = await forgiving.list_write_offs(tx)
    assert [(one.state, one.proposed_by, one.decided_by) for one in found] == [
        (Standing.CONFIRMED, "person:1", "person:2")
    ]
    await town.queue.admin.execute(
        """update rate_plan set details = details || '{"guarantee": "prepaid"}' where id = $1""",
        town.house.plans["flexible"],
    )
    rich = await hold(town.demo, await quote(town.demo, town.house.wish(
        arrival=ARRIVAL + timedelta(days=28))))  # fmt: skip
    await town.pay(rich, "pm_card_bypassPending", key="rich")  # money for the others' shares
    await everybody_has_theirs(town, booking)


async def test_a_debt_that_has_changed_is_not_given_up_by_an_old_proposal(
    town: Town, clock: DrivenClock
) -> None:
    booking = await owing(town, clock)
    operator, cents = booking.quote.split.platform, (await owed_by(town, booking)).cents
    wish = ProposeWriteOff(holder=booking.tenant, amount_cents=cents, reason="La maison a fermé.")
    async with town.demo.transaction(operator, actor="person:1") as tx:
        id = await forgiving.propose(tx, wish)
    await pay(town, booking, "pm_card_bypassPending")
    with pytest.raises(DebtChanged):
        async with town.demo.transaction(operator, actor="person:2") as tx:
            await forgiving.decide(tx, id, confirmed=True)
    async with town.demo.transaction(operator, actor="person:1") as tx:
        await forgiving.decide(tx, id, confirmed=False)
    assert await lost_cents(town) == 0
