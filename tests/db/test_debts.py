"""What a house owes after a stay paid at its house: paid by card, or given up by two persons."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from hub import payments
from hub.core.clock import DrivenClock
from hub.core.errors import Invalid, NotFound
from hub.core.vertical import Nothing
from hub.payments import asking
from tests.houses import ARRIVAL, GUEST, hold, quote
from tests.money import BACK, Town
from tourism.booking.actions import staying
from tourism.booking.models import Booking
from tourism.debts.actions import disputing, forgiving
from tourism.debts.actions import paying as debts_paying
from tourism.debts.errors import BeingWrittenDown, DebtChanged, SamePerson
from tourism.debts.models import (
    DebtGivenUp,
    DebtWrittenOff,
    Owed,
    PayDebt,
    ProposeWriteOff,
    Standing,
    WriteOff,
)
from tourism.debts.tasks import sweep_later
from tourism.paying.actions import paying
from tourism.paying.models import AT_HOUSE, PayBooking
from tourism.reconciling.actions import alerting, comparing
from tourism.settlement import store as settlement_store
from tourism.settlement.actions import settling
from tourism.settlement.models import Held

PAGE = payments.Page(return_url=BACK, language="fr", title="Hôtel", email="h@demo.example")


async def owing(
    town: Town, clock: DrivenClock, *, earlier: bool = False, arrival: date = ARRIVAL
) -> Booking:
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
    held = await hold(town.demo, await quote(town.demo, town.house.wish(arrival=arrival)))
    await town.open_accounts(held)
    command = PayBooking(guest=GUEST, payment_method=AT_HOUSE, total_cents=held.total_cents)
    async with town.demo.transaction(held.tenant, actor="guest") as tx:
        await paying.book_unpaid(tx, held.id, command)
    clock.forward(arrival - clock.now().date() + timedelta(hours=12))
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


async def letters_to(town: Town, booking: Booking, subject: str) -> int:
    """How many letters of a subject the house's people were written."""
    found = await town.queue.admin.fetchval(
        "select count(*) from mail where tenant = $1 and strpos(subject, $2) > 0",
        booking.tenant,
        subject,
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
    for _ in range(2):  # the same again is declined again, not paid
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


async def test_what_a_bank_takes_back_of_a_payment_is_owed_again(
    town: Town, clock: DrivenClock
) -> None:
    booking = await owing(town, clock)
    cents = (await owed_by(town, booking)).cents
    await pay(town, booking, "pm_card_bypassPending")
    (charge,) = town.fake.books.all("charge")
    await town.fake.control(dispute=charge["id"], deliver=True)
    await town.queue.run()
    clock.forward(timedelta(hours=2))
    run = await comparing.reconcile(town.demo)
    assert run is not None
    assert (run.breaks, (await owed_by(town, booking)).cents) == (0, 0)  # a claim of the platform
    (dispute,) = town.fake.books.all("dispute")
    for _ in range(2):
        await town.fake.control(lose=dispute["id"], deliver=True)
        await town.queue.run()
        async with town.demo.transaction(booking.tenant) as tx:
            told = payments.DisputeChanged(dispute=dispute["id"], subject="")
            await disputing.hear_dispute(tx, told)
    assert (await owed_by(town, booking)).cents == cents
    asked = len(town.fake.books.all("transfer"))
    await town.sweep()
    assert (await owed_by(town, booking)).cents == cents
    assert len(town.fake.books.all("transfer")) == asked
    assert town.fake.app.state.fake.refusals() == []
    await pay(town, booking, "pm_card_bypassPending", key="again")
    assert (await owed_by(town, booking)).cents == 0


async def begin(town: Town, booking: Booking, key: str, method: str) -> payments.Charge:
    owed = await owed_by(town, booking)
    wish = PayDebt(payment_method=method, amount_cents=owed.cents)
    async with town.demo.transaction(booking.tenant, actor="person:1") as tx:
        return await debts_paying.begin(tx, wish, key, PAGE)


async def wait_for_a_lock(town: Town, acting: asyncio.Task[Any]) -> None:
    """Until somebody waits for a row that another has, or is done."""
    for _ in range(2_000):
        waits = "select exists (select from pg_locks where not granted)"
        if acting.done() or await town.queue.admin.fetchval(waits):
            return
        await asyncio.sleep(0.01)
    raise AssertionError("nobody waits")


async def waited_in(town: Town) -> list[str]:
    """The statements in which somebody waits: who waits for a stay has read nothing of it yet."""
    found = await town.queue.admin.fetch(
        "select query from pg_stat_activity"
        " where wait_event_type = 'Lock' and datname = current_database()"
    )
    return [row["query"] for row in found]


async def test_two_colleagues_who_pay_at_the_same_time_begin_one_payment(
    town: Town, clock: DrivenClock
) -> None:
    booking = await owing(town, clock)
    wish = PayDebt(
        payment_method=payments.HOSTED, amount_cents=(await owed_by(town, booking)).cents
    )
    async with town.demo.transaction(booking.tenant, actor="person:1") as tx:
        await debts_paying.begin(tx, wish, "one", PAGE)
        colleague = asyncio.create_task(begin(town, booking, "two", payments.HOSTED))
        await wait_for_a_lock(town, colleague)
    with pytest.raises(payments.AlreadyPaying):
        await colleague
    assert len((await owed_by(town, booking)).payments) == 1


async def test_a_payment_that_was_begun_for_another_amount_is_closed_first(
    town: Town, clock: DrivenClock
) -> None:
    first = await owing(town, clock)
    old = await pay(town, first, payments.HOSTED)
    await owing(town, clock, arrival=ARRIVAL + timedelta(days=7))
    owed = await owed_by(town, first)
    assert len(owed.stays) == 2
    new = await pay(town, first, payments.HOSTED, key="two")
    assert new.page_url != old.page_url
    await town.web(old.page_url or "", number="4242424242424242")  # nobody pays there any more
    await town.web(new.page_url or "", number="4242424242424242")
    await debts_paying.finish_all(town.demo, first.tenant)
    paid = [one["amount_captured"] for one in town.fake.books.all("charge")]
    assert (paid, (await owed_by(town, first)).cents) == ([owed.cents], 0)


async def netting(town: Town, clock: DrivenClock, booking: Booking) -> UUID:
    """The service has moved another stay's share, of which a part is to pay the debt."""
    clock.forward(timedelta(days=7))
    async with town.demo.transaction() as tx:
        await settling.announce_due_stays(tx)
    await town.queue.run(only="settlement.settle")
    call = await next_netting(town, booking)
    await asking.perform_call(town.demo, booking.tenant, call)
    return call


async def differs_cents(town: Town, booking: Booking) -> int:
    """What is kept of a house's share, less what its movements come to."""
    found = await town.queue.admin.fetchval(
        "select s.moved_cents - (select sum(part.value::bigint) from share_move m"
        "   cross join lateral jsonb_each_text(m.parts) part"
        "  where m.booking = s.booking and m.holder = s.holder and m.state = 'done')"
        "  from stay_share s where s.booking = $1 and s.holder = $2",
        booking.id,
        booking.tenant,
    )
    return int(found)


async def test_a_card_and_a_share_that_pay_the_same_debt_at_once_are_both_counted(
    town: Town, clock: DrivenClock
) -> None:
    """Whoever is second reads nothing of the stay that owes before the first one is done."""
    booking = await owing(town, clock, earlier=True)
    cents = (await owed_by(town, booking)).cents
    charge = await begin(town, booking, "one", "pm_card_bypassPending")
    outcome = await payments.ask(town.demo, charge)
    call = await netting(town, clock, booking)

    async def net() -> None:
        async with town.demo.transaction(booking.tenant) as tx:
            assert await settling.finish_move(tx, call)

    async with town.demo.transaction(booking.tenant, actor="debts") as tx:
        await debts_paying.settle(tx, charge, outcome)
        share = asyncio.create_task(net())
        await wait_for_a_lock(town, share)
        (statement,) = await waited_in(town)
    await share
    assert "lock_booking" in statement
    assert await differs_cents(town, booking) == 0
    (line,) = [one for one in await town.lines(booking.tenant) if one.share.booking == booking.id]
    assert line.share.due_cents == cents  # paid twice: one of them comes back
    clock.forward(timedelta(days=8))
    await everybody_has_theirs(town, booking)


async def test_a_debt_that_a_share_pays_while_it_is_given_up_is_no_loss(
    town: Town, clock: DrivenClock
) -> None:
    booking = await owing(town, clock, earlier=True)
    cents = (await owed_by(town, booking)).cents
    call = await netting(town, clock, booking)
    told = DebtWrittenOff(
        write_off=UUID(int=1), booking=booking.id, holder=booking.tenant, cents=cents
    )

    async def give_up() -> int:
        async with town.demo.transaction(booking.tenant) as tx:
            return await forgiving.apply(tx, told)

    async with town.demo.transaction(booking.tenant) as tx:
        assert await settling.finish_move(tx, call)
        giving_up = asyncio.create_task(give_up())
        await wait_for_a_lock(town, giving_up)
    assert (await giving_up, await lost_cents(town)) == (0, 0)
    assert await differs_cents(town, booking) == 0
    assert (await owed_by(town, booking)).cents == 0


async def next_netting(town: Town, booking: Booking) -> UUID:
    """The movement that will pay the debt: whom the agreement serves before is served first."""
    for _ in range(10):
        asked = await town.queue.admin.fetch(
            "select id, nets <> '[]' as nets from share_move where state = 'asked'"
        )
        for move in asked:
            if move["nets"]:
                return move["id"]
            await asking.perform_call(town.demo, booking.tenant, move["id"])
            async with town.demo.transaction(booking.tenant) as tx:
                await settling.finish_move(tx, move["id"])
    raise AssertionError("no share pays the debt")


async def test_stays_that_cannot_be_settled_keep_no_later_one_waiting(
    town: Town, clock: DrivenClock
) -> None:
    await owing(town, clock, earlier=True)
    clock.forward(timedelta(days=8))

    async def take(wanted: int) -> list[UUID]:
        clock.forward(timedelta(minutes=15))
        async with town.demo.transaction() as tx:
            found = await settlement_store.take_stays_to_settle(tx, wanted)
        return [stay.booking for stay in found]

    everybody = await take(10_000)
    turns = [(await take(1))[0] for _ in everybody]  # nobody settles them meanwhile
    assert len(everybody) > 1
    assert sorted(turns) == sorted(everybody)


async def test_what_the_next_share_has_paid_meanwhile_comes_back_to_the_house(
    town: Town, clock: DrivenClock
) -> None:
    booking = await owing(town, clock, earlier=True)
    clock.forward(timedelta(days=7))
    owed = await owed_by(town, booking)
    outcome = await pay(town, booking, payments.HOSTED)
    await town.sweep()  # the other stay's share pays the debt
    await town.sweep()
    assert (await owed_by(town, booking)).cents == 0
    await town.web(outcome.page_url or "", number="4242424242424242")
    await town.hear()
    assert [one.amount_cents for one in (await owed_by(town, booking)).payments] == [owed.cents]
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
    with pytest.raises(NotFound):  # only the platform that it is owed to gives it up
        async with town.demo.transaction(town.holders[-1], actor="person:1") as tx:
            await forgiving.propose(tx, wish)
    await town.queue.run()
    assert await lost_cents(town) == 0
    for _ in range(2):
        async with town.demo.transaction(operator, actor="person:2") as tx:
            await forgiving.decide(tx, id, confirmed=True)
        await town.queue.run()
    owed = await owed_by(town, booking)
    assert (await lost_cents(town), owed.cents) == (cents, 0)
    assert [one.cents for one in owed.given_up] == [cents]
    assert await letters_to(town, booking, "ne devez plus") == 1
    async with town.demo.transaction(booking.tenant) as tx:  # the queue gives it twice
        await forgiving.tell_holder(tx, DebtGivenUp(write_off=id, cents=cents))
    assert await letters_to(town, booking, "ne devez plus") == 1
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


async def propose(town: Town, booking: Booking, cents: int) -> UUID:
    wish = ProposeWriteOff(holder=booking.tenant, amount_cents=cents, reason="La maison a fermé.")
    async with town.demo.transaction(booking.quote.split.platform, actor="person:1") as tx:
        return await forgiving.propose(tx, wish)


async def confirm(town: Town, booking: Booking, id: UUID) -> None:
    async with town.demo.transaction(booking.quote.split.platform, actor="person:2") as tx:
        await forgiving.decide(tx, id, confirmed=True)


async def test_a_debt_that_was_given_up_just_now_is_not_given_up_and_told_again(
    town: Town, clock: DrivenClock
) -> None:
    booking = await owing(town, clock)
    cents = (await owed_by(town, booking)).cents
    await confirm(town, booking, await propose(town, booking, cents))
    with pytest.raises(BeingWrittenDown):  # the tasks have not run yet
        await propose(town, booking, cents)
    await town.queue.run()
    assert (await lost_cents(town), (await owed_by(town, booking)).cents) == (cents, 0)
    assert await letters_to(town, booking, "ne devez plus") == 1
    with pytest.raises(NotFound):
        await propose(town, booking, cents)


async def test_a_part_whose_message_was_lost_is_told_again_and_never_a_later_debt(
    town: Town, clock: DrivenClock
) -> None:
    booking = await owing(town, clock)
    cents = (await owed_by(town, booking)).cents
    id = await propose(town, booking, cents)
    await confirm(town, booking, id)
    await town.queue.admin.execute("delete from pgmq.q_celery")  # given up by the worker
    async with town.demo.transaction() as tx:
        assert await forgiving.announce_parts(tx) == 0  # it may be on its way
    clock.forward(forgiving.PATIENCE + timedelta(minutes=1))
    await sweep_later.run(town.demo, None, Nothing())
    await town.queue.run()
    assert (await lost_cents(town), (await owed_by(town, booking)).cents) == (cents, 0)
    async with town.demo.transaction() as tx:
        assert await forgiving.announce_parts(tx) == 0  # it is written down
    await town.queue.admin.execute("delete from share_move where reference like 'debt:writeoff:%'")
    told = DebtWrittenOff(write_off=id, booking=booking.id, holder=booking.tenant, cents=cents)
    async with town.demo.transaction(booking.tenant, actor="debts") as tx:
        assert await forgiving.apply(tx, told) == 0  # what is owed later is another debt


async def test_a_debt_of_very_many_stays_is_given_up_step_by_step(
    town: Town, clock: DrivenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgiving, "LINES_MOST", 1)
    booking = await owing(town, clock)
    await owing(town, clock, arrival=ARRIVAL + timedelta(days=7))
    operator = booking.quote.split.platform
    for left in (2, 1):
        owed = await owed_by(town, booking)
        async with town.demo.transaction(operator) as tx:
            debts = await forgiving.list_open_debts(tx)
            at_once = await forgiving.list_at_once(tx, debts)
        (debt,) = [one for one in debts if one.holder == booking.tenant]
        cents = at_once.get(booking.tenant, debt.cents)
        assert (debt.stays, cents) == (left, owed.stays[0].cents)
        await confirm(town, booking, await propose(town, booking, cents))
        await town.queue.run()
    assert (await owed_by(town, booking)).stays == ()


async def test_nobody_reads_what_is_owed_to_another_platform(
    town: Town, clock: DrivenClock
) -> None:
    booking = await owing(town, clock)
    operator, statement = booking.quote.split.platform, "select * from debts_of($1, $2, 10)"
    for caller, stays in ((operator, 1), (town.holders[-1], 0)):
        async with town.demo.transaction(caller) as tx:
            found = await (await tx.connection()).fetch(statement, booking.tenant, operator)
        assert len(found) == stays


async def test_a_debt_that_is_paid_after_a_change_leaves_the_change_to_the_sweep(
    town: Town, clock: DrivenClock
) -> None:
    booking = await owing(town, clock)
    async with town.demo.transaction(booking.tenant) as tx:
        changed = await staying.end_stay(tx, booking.id)
    await pay(town, booking, "pm_card_bypassPending")
    statement = "select revision from stay_share where booking = $1 and holder = $2"
    kept = await town.queue.admin.fetchval(statement, booking.id, booking.tenant)
    assert kept < changed.revision
    await town.sweep()
    kept = await town.queue.admin.fetchval(statement, booking.id, booking.tenant)
    assert kept == changed.revision


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


async def test_a_debt_is_asked_for_again_with_its_age_and_nobody_waits_behind_others(
    town: Town, clock: DrivenClock
) -> None:
    booking = await owing(town, clock)
    clock.forward(timedelta(days=14))
    assert await alerting.ask_debts(town.demo) == 1
    assert await alerting.ask_debts(town.demo) == 0  # once a month
    await owe_elsewhere(town, booking, days=20)
    assert await alerting.ask_debts(town.demo, most=1) == 1  # who was asked stands before nobody
    clock.forward(timedelta(days=30))
    assert await alerting.ask_debts(town.demo) == 2
    assert await letters_to(town, booking, "À rendre") == 1
    assert await letters_to(town, booking, "dus depuis 44 jours") == 1
    body = str(
        await town.queue.admin.fetchval(
            "select body_text from mail where tenant = $1 and strpos(subject, 'Rappel') > 0",
            booking.tenant,
        )
    )
    assert "parts des autres d'un séjour payé sur place" in body
    assert "déjà demandé" in body


async def owe_elsewhere(town: Town, booking: Booking, days: int) -> None:
    """Another holder owes something of the same stay, for so many days."""
    await town.queue.admin.execute(
        "update stay_share set moved_cents = earned_cents + 100, held = 'refused',"
        "   due_since = $3::timestamptz - make_interval(days => $4)"
        " where booking = $1 and holder = $2",
        booking.id,
        next(holder for holder in town.holders if holder != booking.tenant),
        town.demo.clock.now(),
        days,
    )
