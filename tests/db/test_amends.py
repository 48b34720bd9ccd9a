"""A house goes back on a stay: everything comes back, and who has paid arrhes has them twice."""

from datetime import timedelta

import pytest

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.errors import Invalid, NotFound
from hub.core.identifiers import IdentifierInvalid
from tests.houses import GUEST, hold, quote
from tests.money import IBAN, Town
from tourism.amends.actions import renouncing, transferring
from tourism.amends.models import AmendsTransferred, NotePaid, RenounceStay, SayWhere, Standing
from tourism.booking.models import Booking, State
from tourism.debts.actions import paying as debts_paying
from tourism.paying.errors import RefundChanged
from tourism.reconciling.actions import comparing


async def book(town: Town, kind: str) -> Booking:
    """A stay of which a third was paid when booking, the rest later by card."""
    await town.queue.admin.execute(
        "update rate_plan set details = details || jsonb_build_object('guarantee', 'deposit',"
        "  'deposit', jsonb_build_object('kind', $1::text, 'bps', 3000, 'balance_days', 14,"
        "  'grace_days', 3)) where id = $2",
        kind,
        town.house.plans["saver"],
    )
    held = await hold(town.demo, await quote(town.demo, town.house.wish(plan="saver")))
    await town.open_accounts(held)
    await town.pay(held, "pm_card_bypassPending")
    await town.queue.run()
    return await town.look(held)


async def renounce(town: Town, booking: Booking, *, amends: int | None = None) -> Booking:
    async with town.demo.transaction(booking.tenant, actor="person:1") as tx:
        _, refund, cents = await renouncing.preview(tx, booking.id)
    wish = RenounceStay(
        refund_cents=refund.refund_cents, amends_cents=cents if amends is None else amends
    )
    for _ in range(2):
        async with town.demo.transaction(booking.tenant, actor="person:1") as tx:
            await renouncing.renounce_stay(tx, booking.id, wish)
        await town.queue.run()
    return await town.look(booking)


async def balance(demo: Database, town: Town, code: str) -> int:
    """What the ledger says of an account of the platform, credits above zero."""
    del demo
    found = await town.queue.admin.fetchval(
        "select sum(case when c.code = $1 then t.amount_cents else -t.amount_cents end)"
        "  from ledger_transfer t join ledger_account d on d.id = t.debit_account"
        "  join ledger_account c on c.id = t.credit_account where $1 in (d.code, c.code)",
        code,
    )
    return int(found or 0)


async def test_arrhes_come_back_twice_when_the_house_goes_back_on_the_stay(
    town: Town, demo: Database, clock: DrivenClock
) -> None:
    booked = await book(town, "arrhes")
    arrhes = booked.paid_cents
    gone = await renounce(town, booked)
    assert (gone.state, gone.paid_cents, gone.owed_cents) == (State.CANCELLED, 0, 0)
    (charge,) = town.fake.books.all("charge")
    assert charge["amount_refunded"] == charge["amount_captured"] == arrhes > 0
    assert await balance(demo, town, "guest.amends") == arrhes
    await town.sweep()
    async with town.demo.transaction(booked.tenant) as tx:
        owed = await debts_paying.find_owed(tx)
    assert [(stay.booking, stay.cents) for stay in owed.stays] == [(booked.id, arrhes)]
    await transferred(town, booked, clock, arrhes)
    assert await balance(demo, town, "guest.amends") == 0
    assert await balance(demo, town, "bank.paid") == arrhes
    clock.forward(timedelta(hours=2))
    run = await comparing.reconcile(town.demo)
    assert run is not None
    assert run.breaks == 0


async def transferred(town: Town, booked: Booking, clock: DrivenClock, cents: int) -> None:
    """The guest says where, and the platform transfers it, once."""
    platform, day = booked.quote.split.platform, clock.now().date()
    paid = NotePaid(booking=booked.id, paid_on=day, reference="VIR 1")
    with pytest.raises(Invalid):  # nobody knows where to
        await note(town, platform, paid)
    with pytest.raises(IdentifierInvalid):
        await say(town, booked, SayWhere(holder="Ada Martin", iban=IBAN[:-1] + "7"))
    await say(town, booked, SayWhere(holder=" Ada  Martin ", iban=IBAN))
    for stranger in {booked.tenant, *town.holders}:  # the house does not free itself
        with pytest.raises(NotFound):
            await note(town, stranger, paid)
    for _ in range(2):
        await note(town, platform, paid)
    async with town.demo.transaction(platform) as tx:
        (one,) = await transferring.list_amends(tx)
    assert (one.state, one.amount_cents, one.holder) == (Standing.PAID, cents, "Ada Martin")
    assert one.iban == IBAN[-4:]  # the rest is forgotten
    await town.queue.run()
    async with town.demo.transaction(booked.tenant) as tx:  # the queue gives it twice
        await transferring.tell_guest(tx, AmendsTransferred(booking=booked.id))
    letters = await town.queue.admin.fetch(
        "select body_text from mail where recipient = $1 and strpos(subject, 'Viré sur') > 0",
        GUEST.email,
    )
    assert [IBAN[-4:] in letter["body_text"] for letter in letters] == [True]


async def say(town: Town, booked: Booking, command: SayWhere) -> None:
    async with town.demo.transaction(booked.tenant, actor="guest") as tx:
        await transferring.say_where(tx, booked.id, command)


async def note(town: Town, tenant: int, command: NotePaid) -> None:
    async with town.demo.transaction(tenant, actor="person:9") as tx:
        await transferring.note_paid(tx, command)


async def test_an_acompte_comes_back_once_and_another_amount_is_refused(
    town: Town, demo: Database
) -> None:
    booked = await book(town, "acompte")
    with pytest.raises(RefundChanged):
        await renounce(town, booked, amends=1)
    assert (await town.look(booked)).state is State.CONFIRMED
    gone = await renounce(town, booked)
    assert (gone.state, gone.paid_cents) == (State.CANCELLED, 0)
    assert await balance(demo, town, "guest.amends") == 0
    with pytest.raises(NotFound):
        await say(town, booked, SayWhere(holder="Ada Martin", iban=IBAN))
