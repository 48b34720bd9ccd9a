"""What an office or another holder owes after a refund is paid by transfer: noted once, counted by
the house of each stay, told in a letter."""

import asyncio
from datetime import date, timedelta
from uuid import UUID

import msgspec
import pytest
from stdnum import iso11649

from hub import billing
from hub.core.clock import DrivenClock, local_date
from hub.core.errors import Invalid, NotFound
from hub.core.vertical import Nothing
from tests.db.test_settlement import all_owing
from tests.houses import ARRIVAL, hold, quote
from tests.money import IBAN, Town
from tourism.booking.models import Booking
from tourism.demo.identities import Named, identity_of
from tourism.reconciling.actions import alerting, comparing
from tourism.repaying import policy
from tourism.repaying.actions import owing, receiving, taking_back, telling
from tourism.repaying.errors import MoreThanOwed, NotedOtherwise
from tourism.repaying.models import (
    AgedDebt,
    DebtRepaid,
    NoteReceived,
    Owed,
    Received,
    RepaymentTakenBack,
    TakeBack,
    TransferReceived,
)
from tourism.repaying.tasks import sweep_later
from tourism.settlement.models import Held

PROFILE = msgspec.structs.replace(identity_of(Named(tenant=1, name="La centrale")), iban=IBAN)
RETURNED = "La banque de l'office l'a rappelé."


async def owed_of(town: Town, holder: int) -> Owed:
    async with town.demo.transaction(holder) as tx:
        return await owing.find_owed(tx)


async def aged(town: Town, booking: Booking) -> dict[int, AgedDebt]:
    async with town.demo.transaction(booking.quote.split.platform) as tx:
        return {one.holder: one for one in await owing.list_aged(tx)}


async def note(
    town: Town, booking: Booking, holder: int, cents: int, reference: str = "VIR 1", on: int = 0
) -> Received:
    day = local_date(town.demo.clock.now(), policy.PARIS) - timedelta(days=on)
    wish = NoteReceived(holder=holder, amount_cents=cents, received_on=day, reference=reference)
    async with town.demo.transaction(booking.quote.split.platform, actor="person:1") as tx:
        return await receiving.note_received(tx, wish)


async def take_back(town: Town, booking: Booking, id: UUID, why: str) -> Received:
    async with town.demo.transaction(booking.quote.split.platform, actor="person:1") as tx:
        return await taking_back.take_back(tx, id, TakeBack(why=why))


async def banked_cents(town: Town) -> int:
    """What the ledger says that the platform's own bank account received."""
    found = await town.queue.admin.fetchval(
        "select sum(case when d.code = 'bank.current' then t.amount_cents else -t.amount_cents end)"
        "  from ledger_transfer t join ledger_account d on d.id = t.debit_account"
        "  join ledger_account c on c.id = t.credit_account"
        " where 'bank.current' in (d.code, c.code)"
    )
    return int(found or 0)


async def letters_to(town: Town, holder: int, subject: str) -> list[str]:
    found = await town.queue.admin.fetch(
        "select body_text from mail where tenant = $1 and strpos(subject, $2) > 0 order by id",
        holder,
        subject,
    )
    return [row["body_text"] for row in found]


def office_of(town: Town, booking: Booking) -> int:
    """A beneficiary that is no house: the first of the split's others."""
    return next(holder for holder in town.holders if holder != booking.tenant)


async def all_agrees(town: Town, clock: DrivenClock) -> None:
    clock.forward(timedelta(hours=2))
    await town.hear()
    funds = town.fake.books.funds_of("")
    assert await town.ledger_cash() == funds.available + funds.pending
    run = await comparing.reconcile(town.demo)
    assert run is not None
    assert run.breaks == 0
    assert town.fake.app.state.fake.refusals() == []


async def test_a_transfer_pays_what_an_office_owes_in_parts_and_once_a_reference(
    town: Town, clock: DrivenClock
) -> None:
    booking = await all_owing(town, clock)
    office = office_of(town, booking)
    owed = await owed_of(town, office)
    assert [(one.booking, one.house) for one in owed.stays] == [
        (booking.id, booking.quote.property_name)
    ]
    assert (owed.cents, owed.stays[0].held) == (owed.stays[0].cents, Held.REFUSED)
    clock.forward(timedelta(days=40))
    debt = (await aged(town, booking))[office]
    assert (debt.cents, debt.two_months_cents, debt.month_cents) == (owed.cents, owed.cents, 0)
    part = owed.cents // 3
    first = await note(town, booking, office, part, on=1)
    assert await note(town, booking, office, part, "  vir  1 ", on=1) == first  # the bank's, again
    assert (await aged(town, booking))[office].open_cents == owed.cents - part  # not counted yet
    await town.queue.run()
    assert (await owed_of(town, office)).cents == owed.cents - part
    assert await banked_cents(town) == part
    await note(town, booking, office, owed.cents - part, "VIR 2")
    await town.queue.run()
    after = await owed_of(town, office)
    assert (after.cents, after.stays) == (0, ())
    assert sorted(one.amount_cents for one in after.received) == sorted([part, owed.cents - part])
    (line,) = await town.lines(office)
    assert (line.share.due_cents, line.share.held) == (0, Held.NOTHING)
    assert await banked_cents(town) == owed.cents
    assert office not in await aged(town, booking)
    letters = await letters_to(town, office, "Reçu :")
    assert all("/pro/debts/transfer" in letter for letter in letters)
    assert {"VIR 1" in one: "VIR 2" in one for one in letters} == {True: False, False: True}
    await town.sweep()
    await all_agrees(town, clock)
    assert await banked_cents(town) == owed.cents  # the sweep moves nothing of it


async def test_a_part_that_is_told_twice_is_counted_once(town: Town, clock: DrivenClock) -> None:
    booking = await all_owing(town, clock)
    office = office_of(town, booking)
    cents = (await owed_of(town, office)).cents
    received = await note(town, booking, office, cents)
    told = DebtRepaid(received=received.id, booking=booking.id, holder=office, cents=cents)
    counted: list[int] = []
    for _ in range(2):
        async with town.demo.transaction(booking.tenant, actor="debts") as tx:
            counted.append(await receiving.apply(tx, told))
    await town.queue.run()
    assert counted == [cents, 0]
    assert await banked_cents(town) == cents


async def test_what_cannot_be_is_refused_with_words(town: Town, clock: DrivenClock) -> None:
    booking = await all_owing(town, clock)
    office = office_of(town, booking)
    cents = (await owed_of(town, office)).cents
    with pytest.raises(MoreThanOwed) as caught:
        await note(town, booking, office, cents + 1)
    assert caught.value.extra == {"field": "amount_cents", "owed_cents": cents}
    assert policy.amount_of(cents) in str(caught.value)
    with pytest.raises(NotFound):
        await note(town, booking, booking.quote.split.platform, 100)
    for wrong, field in (
        ((0, "VIR", 0), "amount_cents"),
        ((1, " ", 0), "reference"),
        ((1, "VIR", -1), "received_on"),
        ((1, "VIR", 400), "received_on"),
    ):
        with pytest.raises(Invalid) as refused:
            await note(town, booking, office, *wrong)
        assert refused.value.extra["field"] == field
    await note(town, booking, office, 100)
    for holder, other, on in ((office, 99, 0), (booking.tenant, 100, 0), (office, 100, 2)):
        with pytest.raises(NotedOtherwise):
            await note(town, booking, holder, other, on=on)
    with pytest.raises(MoreThanOwed):  # what is noted is not owed twice, counted or not
        await note(town, booking, office, cents, "VIR 2")
    await town.queue.run()
    with pytest.raises(MoreThanOwed):
        await note(town, booking, office, cents, "VIR 2")
    assert await banked_cents(town) == 100


async def test_two_operators_at_once_note_a_transfer_once_and_a_debt_never_twice(
    town: Town, clock: DrivenClock
) -> None:
    booking = await all_owing(town, clock)
    office = office_of(town, booking)
    cents = (await owed_of(town, office)).cents
    same = await asyncio.gather(*[note(town, booking, office, 100, "VIR 1") for _ in range(4)])
    assert len({one.id for one in same}) == 1
    rest = cents - 100
    found = await asyncio.gather(
        *[note(town, booking, office, rest, f"VIR {n}") for n in range(2, 5)],
        return_exceptions=True,
    )
    assert [type(one) for one in found].count(Received) == 1
    await town.queue.run()
    assert await banked_cents(town) == cents
    assert (await owed_of(town, office)).cents == 0


async def test_what_a_share_has_paid_meanwhile_comes_back_with_the_shares(
    town: Town, clock: DrivenClock
) -> None:
    booking = await all_owing(town, clock)
    office = office_of(town, booking)
    cents = (await owed_of(town, office)).cents
    wish = town.house.wish(arrival=ARRIVAL + timedelta(days=9))
    second = await hold(town.demo, await quote(town.demo, wish))
    await town.pay(second, "pm_card_bypassPending", key="second")
    clock.forward(timedelta(days=8))
    received = await note(town, booking, office, cents)
    await town.queue.admin.execute(
        "delete from pgmq.q_celery where strpos(message::text, 'repaying.apply') > 0"
    )
    for _ in range(2):
        await town.sweep()  # the share pays first
    assert (await owed_of(town, office)).cents < cents
    told = DebtRepaid(received=received.id, booking=booking.id, holder=office, cents=cents)
    async with town.demo.transaction(booking.tenant, actor="debts") as tx:
        assert await receiving.apply(tx, told) == cents
    for _ in range(3):
        await town.sweep()
    lines = {line.share.booking: line.share for line in await town.lines(office)}
    assert {share.due_cents for share in lines.values()} == {0}
    assert await banked_cents(town) == cents
    await all_agrees(town, clock)


async def test_a_transfer_that_the_bank_took_back_is_owed_again_and_may_be_noted_anew(
    town: Town, clock: DrivenClock
) -> None:
    booking = await all_owing(town, clock)
    office = office_of(town, booking)
    cents = (await owed_of(town, office)).cents
    received = await note(town, booking, office, cents)
    await town.queue.run()
    assert await banked_cents(town) == cents
    for why in ("court", "x" * 501):
        with pytest.raises(Invalid):
            await take_back(town, booking, received.id, why)
    with pytest.raises(NotFound):
        await take_back(town, booking, UUID(int=9), RETURNED)
    back = await take_back(town, booking, received.id, RETURNED)
    assert await take_back(town, booking, received.id, "Une autre raison.") == back
    assert (back.why, back.taken_back_at is None) == (RETURNED, False)
    async with town.demo.transaction(office, actor="debts") as tx:
        await receiving.tell_holder(tx, TransferReceived(received=received.id))  # told late
    await town.queue.run()
    told = RepaymentTakenBack(received=received.id, booking=booking.id, holder=office, cents=cents)
    async with town.demo.transaction(booking.tenant, actor="debts") as tx:
        await taking_back.undo(tx, told)  # told twice
    assert await banked_cents(town) == 0
    again = await owed_of(town, office)
    assert (again.cents, [one.why for one in again.received]) == (cents, [RETURNED])
    (letter,) = {*await letters_to(town, office, "De nouveau dû")}
    assert RETURNED in letter
    await note(town, booking, office, cents)
    await town.queue.run()
    assert (await banked_cents(town), (await owed_of(town, office)).cents) == (cents, 0)
    await all_agrees(town, clock)


async def test_a_transfer_that_is_taken_back_before_it_is_counted_is_never_counted(
    town: Town, clock: DrivenClock
) -> None:
    booking = await all_owing(town, clock)
    office = office_of(town, booking)
    cents = (await owed_of(town, office)).cents
    received = await note(town, booking, office, cents)
    await take_back(town, booking, received.id, RETURNED)
    told = RepaymentTakenBack(received=received.id, booking=booking.id, holder=office, cents=cents)
    async with town.demo.transaction(booking.tenant, actor="debts") as tx:
        assert await taking_back.undo(tx, told) == 0  # before the part itself
    part = DebtRepaid(received=received.id, booking=booking.id, holder=office, cents=cents)
    async with town.demo.transaction(booking.tenant, actor="debts") as tx:
        assert await receiving.apply(tx, part) == 0
    await town.queue.run()
    assert (await banked_cents(town), (await owed_of(town, office)).cents) == (0, cents)
    assert (await aged(town, booking))[office].open_cents == cents


async def lose_messages(town: Town) -> None:
    """What a worker gives up after its last attempt."""
    await town.queue.admin.execute("delete from pgmq.q_celery")


async def sweep_parts(town: Town, clock: DrivenClock) -> None:
    clock.forward(telling.PATIENCE + timedelta(minutes=1))
    await sweep_later.run(town.demo, None, Nothing())
    await town.queue.run()


async def test_a_part_whose_message_was_lost_is_told_again(town: Town, clock: DrivenClock) -> None:
    booking = await all_owing(town, clock)
    office, platform = office_of(town, booking), booking.quote.split.platform
    cents = (await owed_of(town, office)).cents
    received = await note(town, booking, office, cents)
    await lose_messages(town)
    async with town.demo.transaction(platform) as tx:
        assert await telling.announce_parts(tx) == 0  # it may be on its way
    await sweep_parts(town, clock)
    assert (await banked_cents(town), (await owed_of(town, office)).cents) == (cents, 0)
    await take_back(town, booking, received.id, RETURNED)
    await lose_messages(town)
    await sweep_parts(town, clock)
    assert (await banked_cents(town), (await owed_of(town, office)).cents) == (0, cents)
    clock.forward(timedelta(days=1))
    async with town.demo.transaction() as tx:
        assert await telling.announce_parts(tx) == 0  # each is written down


async def test_a_part_that_was_lost_and_taken_back_is_never_counted(
    town: Town, clock: DrivenClock
) -> None:
    booking = await all_owing(town, clock)
    office = office_of(town, booking)
    cents = (await owed_of(town, office)).cents
    received = await note(town, booking, office, cents)
    await lose_messages(town)
    await take_back(town, booking, received.id, RETURNED)
    await lose_messages(town)
    await sweep_parts(town, clock)
    assert (await banked_cents(town), (await owed_of(town, office)).cents) == (0, cents)
    async with town.demo.transaction() as tx:
        assert await telling.announce_parts(tx) == 0


async def test_a_house_pays_by_transfer_too_the_oldest_debt_first(
    town: Town, clock: DrivenClock
) -> None:
    booking = await all_owing(town, clock)
    house = booking.tenant
    cents = (await owed_of(town, house)).cents
    await note(town, booking, house, cents)
    await town.queue.run()
    assert (await owed_of(town, house)).cents == 0
    assert len(await letters_to(town, house, "Reçu :")) > 0
    others = [holder for holder in town.holders if holder != house]
    assert all([(await owed_of(town, holder)).cents > 0 for holder in others])
    await all_agrees(town, clock)


async def test_who_owes_is_told_the_platforms_account_and_nobody_else_anything(
    town: Town, clock: DrivenClock
) -> None:
    booking = await all_owing(town, clock)
    office, platform = office_of(town, booking), booking.quote.split.platform
    (payee,) = (await owed_of(town, office)).payees
    assert (payee.platform, payee.iban) == (platform, None)
    async with town.demo.transaction(platform, actor="person:1") as tx:
        await billing.save_profile(tx, PROFILE)
    (payee,) = (await owed_of(town, office)).payees
    assert (payee.name, payee.iban) == (PROFILE.name, IBAN)
    await note(town, booking, office, 100)
    stranger = await town.queue.admin.fetchval(
        "select id from organisation where kind = 'lodging' and id <> $1 limit 1", booking.tenant
    )
    assert stranger is not None
    seen = await owed_of(town, stranger)
    assert (seen.payees, seen.stays, seen.received) == ((), (), ())
    async with town.demo.transaction(stranger) as tx:
        assert await owing.list_aged(tx) == []  # not a platform that anybody owes
        assert await receiving.list_received(tx) == []
        with pytest.raises(NotFound):
            await receiving.note_received(
                tx,
                NoteReceived(
                    holder=office, amount_cents=1, reference="VIR 9",
                    received_on=local_date(clock.now(), policy.PARIS),
                ),
            )  # fmt: skip
    (other, *_) = {*town.holders} - {office, booking.tenant}
    assert (await owed_of(town, other)).received == ()


async def test_who_cannot_be_paid_any_more_owes_all_the_same(
    town: Town, clock: DrivenClock
) -> None:
    booking = await all_owing(town, clock)
    office = office_of(town, booking)
    before = await owed_of(town, office)
    await town.queue.admin.execute("update payee set payable = false where tenant = $1", office)
    clock.forward(timedelta(days=1, minutes=1))
    await town.sweep()
    after = await owed_of(town, office)
    assert (after.cents, after.payees) == (before.cents, before.payees)
    assert (await aged(town, booking))[office].cents == before.cents > 0
    # So was it once written down when an account could not receive: the sweep finds it again.
    await town.queue.admin.execute("update payee set payable = false")
    await town.queue.admin.execute("update stay_share set held = 'not_payable' where held <> ''")
    clock.forward(timedelta(days=1, minutes=1))
    await town.sweep()
    assert (await aged(town, booking))[office].cents == before.cents
    await note(town, booking, office, before.cents)
    await town.queue.run()
    assert (await owed_of(town, office)).cents == 0


async def test_the_letter_that_asks_leads_to_the_account_and_the_reference(
    town: Town, clock: DrivenClock
) -> None:
    booking = await all_owing(town, clock)
    office = office_of(town, booking)
    clock.forward(timedelta(days=15))
    assert await alerting.ask_debts(town.demo) == len(town.holders)
    letters = await letters_to(town, office, "À rendre")
    assert letters
    assert all("/pro/debts/transfer" in one and "virement" in one for one in letters)
    assert all("/pro/debts/transfer" not in one
               for one in await letters_to(town, booking.tenant, "À rendre"))  # fmt: skip


@pytest.mark.parametrize(("holder", "said"), [(7, "RF51DU000007"), (1_234_567, "RF98DU1234567")])
def test_a_reference_carries_the_key_that_banks_check(holder: int, said: str) -> None:
    assert policy.transfer_reference(holder) == said
    assert iso11649.validate(said) == said


def test_a_day_that_is_none_is_said_so() -> None:
    assert policy.day_of("2026-11-02") == date(2026, 11, 2)
    with pytest.raises(Invalid):
        policy.day_of("hier")
    assert receiving.clearing_id(UUID(int=1), UUID(int=2)) != receiving.clearing_id(
        UUID(int=1), UUID(int=3)
    )
