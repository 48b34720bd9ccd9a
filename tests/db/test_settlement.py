"""A stay's shares on their way: earned, due, moved, arrived at the bank; back when they must."""

from datetime import UTC, date, datetime, timedelta

import pytest

from hub import agreements, ledger, payments
from hub.core.clock import DrivenClock
from hub.core.mail import list_captured_mail
from hub.exits.actions import deciding
from hub.payments import asking
from hub.rules import check
from tests.houses import ARRIVAL, hold, quote
from tests.money import BACK, IBAN, Town
from tourism.agreement import VOCABULARY
from tourism.booking.actions import staying
from tourism.booking.models import Booking
from tourism.paying.actions import cancelling
from tourism.paying.actions import settling as missing
from tourism.paying.models import CancelBooking
from tourism.quoting import AGREEMENT
from tourism.settlement import store
from tourism.settlement.actions import settling, stating
from tourism.settlement.errors import StatementTooLong
from tourism.settlement.manifest import DUTY, OTHERS
from tourism.settlement.models import Earned, Held

WITH_A_PROJECT = """accord « Avec un projet »
règle « Partout »
sinon
  la centrale : 3 % de l'hébergement
  le projet local : 1 % de l'hébergement
le reste à l'hébergeur"""
CLOSED = "FR8420041010050500013M02607"


def on_the_morning_after(clock: DrivenClock) -> None:
    days = (ARRIVAL + timedelta(days=1) - clock.now().date()).days
    clock.forward(timedelta(days=days))


async def test_shares_move_the_morning_after_arrival_once_and_reach_the_bank(
    town: Town, clock: DrivenClock
) -> None:
    booked = await town.book()
    await town.open_accounts(booked)
    await town.sweep()
    assert town.fake.books.all("transfer") == []  # the guest has not come
    on_the_morning_after(clock)
    await town.sweep()
    await town.sweep()
    async with town.demo.transaction(booked.tenant) as tx:
        posted = await ledger.list_by_reference(tx, "settle:")
    moved = {line.amount_cents for line in posted}
    assert moved
    made = town.fake.books.all("transfer")
    assert len(made) == len(town.holders)
    assert sum(t["amount"] for t in made) == sum(line.amount_cents for line in posted)
    for _ in range(3):
        clock.forward(timedelta(days=1, minutes=1))
        await town.hear()
    for holder in town.holders:
        (line,) = await town.lines(holder)
        share = line.share
        assert share.earned_cents == share.moved_cents == line.paid_cents > 0
        assert (share.held, len(line.payouts)) == (Held.NOTHING, 1)
        assert sum(share.detail.values()) == booked.total_cents  # from the guest's card
        payout = town.fake.books.things[line.payouts[0]]
        assert (payout["status"], payout["amount"]) == ("paid", share.earned_cents)
        async with town.demo.transaction(holder) as tx:
            totals = await stating.total(tx)
        assert (totals.moved_cents, totals.on_its_way_cents) == (share.moved_cents, 0)


async def taken(town: Town, booking: Booking) -> bool:
    """Whether a sweep of now sends a stay on its way."""
    async with town.demo.transaction() as tx:
        found = await store.take_stays_to_settle(tx, 10_000)
    return booking.id in {stay.booking for stay in found}


@pytest.mark.parametrize(
    ("zone", "before"),
    [
        ("America/Guadeloupe", datetime(2027, 2, 28, 3, 59, tzinfo=UTC)),
        ("Europe/Paris", datetime(2027, 2, 27, 22, 59, tzinfo=UTC)),
        ("Indian/Reunion", datetime(2027, 2, 27, 19, 59, tzinfo=UTC)),
        ("Pacific/Noumea", datetime(2027, 2, 27, 12, 59, tzinfo=UTC)),
    ],
)
async def test_shares_wait_for_the_morning_after_arrival_at_the_house(
    town: Town, clock: DrivenClock, zone: str, before: datetime
) -> None:
    await town.queue.admin.execute(
        "update property set zone = $1 where id = $2", zone, town.house.id
    )
    booked = await town.book()
    assert booked.arrival == date(2027, 2, 27)
    clock.set(before)
    assert not await taken(town, booked)
    clock.forward(timedelta(minutes=1))
    assert await taken(town, booked)


async def test_a_cancelled_stay_without_a_share_is_looked_at_once_a_day(
    town: Town, clock: DrivenClock
) -> None:
    booked = await town.book()
    async with town.demo.transaction(booked.tenant, actor="guest") as tx:
        _, refund = await cancelling.preview_refund(tx, booked.id)
        wish = CancelBooking(refund_cents=refund.refund_cents)
        await cancelling.cancel_booking(tx, booked.id, wish)
    clock.forward(timedelta(minutes=1))
    assert await taken(town, booked)  # nobody settles it
    clock.forward(timedelta(minutes=15))
    assert not await taken(town, booked)
    clock.forward(timedelta(days=1))
    assert await taken(town, booked)


async def test_a_movement_pays_as_many_small_debts_as_it_can(
    town: Town, clock: DrivenClock
) -> None:
    booked = await town.book()
    await town.open_accounts(booked)
    on_the_morning_after(clock)
    await town.sweep()
    await owe(town, booked, stays=40)
    async with town.demo.transaction(booked.tenant) as tx:
        every = await store.list_debts(tx, booked.tenant, booked.id, 400)
        some = await store.list_debts(tx, booked.tenant, booked.id, 241)
    assert [one.cents for one in every] == [10] * 40
    assert every[:25] == some


async def owe(town: Town, booked: Booking, stays: int) -> None:
    """So many stays like one, of each of which its house owes ten cents."""
    admin = town.queue.admin
    await admin.execute("create temporary table copied as table stay_share limit 0")
    await admin.execute(
        "insert into copied select s.* from stay_share s, generate_series(1, $3)"
        "  where booking = $1 and holder = $2",
        booked.id,
        booked.tenant,
        stays,
    )
    await admin.execute(
        "update copied set booking = gen_random_uuid(), moved_cents = earned_cents + 10,"
        "  held = 'owes', due_since = $1",
        town.demo.clock.now(),
    )
    async with admin.transaction():
        await admin.execute("set local session_replication_role = replica")
        await admin.execute("insert into stay_share table copied")
    await admin.execute("drop table copied")


async def test_what_the_ledger_holds_as_cash_is_what_the_service_holds(
    town: Town, clock: DrivenClock
) -> None:
    booked = await town.book()
    await town.open_accounts(booked)
    on_the_morning_after(clock)
    await town.sweep()
    split = booked.quote.split
    async with town.demo.transaction(split.platform) as tx:
        balances = {one.code: one for one in await ledger.list_balances(tx)}
    admin = town.queue.admin
    seeded = await admin.fetchval(
        "select coalesce(sum(amount_cents), 0) from charge where reference like 'sandbox%'"
        " and state = 'succeeded'"
    )
    cash = balances["psp.cash"]
    funds = town.fake.books.funds_of("")
    assert cash.debit_cents - cash.credit_cents - seeded == funds.available + funds.pending


async def test_a_debt_is_as_old_as_itself_and_not_as_what_was_due_before(
    town: Town, clock: DrivenClock
) -> None:
    booked = await town.book()
    office = next(one for one in town.holders_of(booked) if one != booked.tenant)

    async def since(earned: int, moved: int) -> datetime | None:
        async with town.demo.transaction(booked.tenant) as tx:
            share = Earned(holder=office, parts={"office.share": earned})
            await store.keep_share(tx, booked, share, moved, {}, Held.REFUSED)
            return await store.find_due_since(tx, booked.id, office)

    begun = clock.now()
    assert await since(100, 80) == begun  # 20 are due to the office
    clock.forward(timedelta(days=100))
    assert await since(90, 80) == begun
    assert await since(20, 80) == clock.now()  # and now it owes 60


async def test_a_statement_in_a_file_is_whole_or_refused(
    town: Town, clock: DrivenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    booked = [await town.book() for _ in range(3)]
    on_the_morning_after(clock)
    await town.sweep()
    monkeypatch.setattr(stating, "LINES_MOST", 1)
    span = (ARRIVAL, ARRIVAL)
    async with town.demo.transaction(booked[0].tenant) as tx:
        every = await stating.list_all_lines(tx, *span, 3)
        with pytest.raises(StatementTooLong):
            await stating.list_all_lines(tx, *span, 2)
    assert [line.share.reference for line in every] == sorted(one.reference for one in booked)


async def test_a_share_waits_for_an_account_and_moves_when_it_is_ready(
    town: Town, clock: DrivenClock
) -> None:
    booked = await town.book()
    on_the_morning_after(clock)
    await town.sweep()
    (line,) = await town.lines(booked.tenant)
    assert (line.share.held, line.share.moved_cents) == (Held.NOT_PAYABLE, 0)
    assert line.share.due_since == clock.now()
    await town.open_accounts(booked)
    clock.forward(timedelta(days=2))
    await town.sweep()
    (line,) = await town.lines(booked.tenant)
    assert (line.share.held, line.share.due_cents) == (Held.NOTHING, 0)


async def test_too_little_money_waits_and_is_asked_again_with_a_new_key(
    town: Town, clock: DrivenClock
) -> None:
    booked = await town.book()
    await town.open_accounts(booked)
    on_the_morning_after(clock)
    await town.fake.control(faults=[{"what": "poor", "on": "POST /v1/transfers", "times": 1}])
    await town.sweep()
    assert town.fake.books.all("transfer") == []  # the first in order waits, and so do the others
    (line,) = await town.lines(booked.tenant)
    assert (line.share.held, line.share.moved_cents) == (Held.REFUSED, 0)
    await town.sweep()
    (line,) = await town.lines(booked.tenant)
    assert line.share.held is Held.NOTHING
    assert len(town.fake.books.all("transfer")) == len(town.holders)


async def test_a_stay_cancelled_after_its_shares_moved_takes_them_back_in_proportion(
    town: Town, clock: DrivenClock
) -> None:
    booked = await town.book()
    await town.open_accounts(booked)
    clock.forward(timedelta(days=3))  # the card's money is there
    async with town.demo.transaction(booked.tenant) as tx:
        await settling.settle_stay(tx, booked.id)  # too early, by somebody's hand
    await town.queue.run()
    async with town.demo.transaction(booked.tenant) as tx:
        _, refund = await cancelling.preview_refund(tx, booked.id)
        wish = CancelBooking(refund_cents=refund.refund_cents)
        await cancelling.cancel_booking(tx, booked.id, wish)
    await town.queue.run()
    await town.sweep()
    for holder in town.holders:
        (line,) = await town.lines(holder)
        assert line.share.earned_cents == line.share.moved_cents
    reversed_cents = sum(t["amount"] for t in town.fake.books.all("transfer_reversal"))
    moved_cents = sum(t["amount"] for t in town.fake.books.all("transfer"))
    shares = [line.share.earned_cents for h in town.holders for line in await town.lines(h)]
    assert moved_cents - reversed_cents == sum(shares)


async def test_a_disputed_stay_gives_its_shares_back_until_it_is_won(
    town: Town, clock: DrivenClock
) -> None:
    booked = await town.book()
    await town.open_accounts(booked)
    clock.forward(timedelta(days=3))
    async with town.demo.transaction(booked.tenant) as tx:
        await settling.settle_stay(tx, booked.id)
    await town.queue.run()
    charge = await town.charge_of(booked)
    assert charge
    paid = town.fake.books.things[charge.reference]["latest_charge"]
    await town.fake.control(dispute=paid, deliver=True)
    await town.queue.run()
    (line,) = await town.lines(booked.tenant)
    assert (line.share.moved_cents, line.share.held) == (0, Held.DISPUTED)
    (dispute,) = town.fake.books.all("dispute")
    await town.fake.control(win=dispute["id"], deliver=True)
    await town.queue.run()
    (line,) = await town.lines(booked.tenant)
    assert line.share.moved_cents == 0  # the guest has not come yet
    on_the_morning_after(clock)
    await town.sweep()
    (line,) = await town.lines(booked.tenant)
    assert (line.share.due_cents, line.share.held) == (0, Held.NOTHING)


async def owing_project(town: Town, clock: DrivenClock) -> Booking:
    """A stay that was given up after its shares had reached the banks: everybody owes its own, the
    local project too."""
    version = await agreements.find_version_in_force(town.demo.reader, AGREEMENT, date(2026, 12, 1))
    text = check(WITH_A_PROJECT, VOCABULARY, as_of=date(2026, 6, 1)).text
    wish = agreements.RatifyVersion(
        agreement=AGREEMENT, title=text.title, effective_on=date(2026, 6, 1), text=text, minutes="m"
    )
    async with town.demo.transaction(version.tenant) as tx:
        await agreements.ratify_version(tx, wish)
    return await all_owing(town, clock)


async def all_owing(town: Town, clock: DrivenClock) -> Booking:
    """The same under the agreement in force: everybody whom its split pays owes its own."""
    first = await town.book()
    await town.open_accounts(first)
    on_the_morning_after(clock)
    await town.sweep()
    for _ in range(3):
        clock.forward(timedelta(days=1, minutes=1))
        await town.hear()  # the banks have it
    async with town.demo.transaction(first.tenant) as tx:
        await staying.miss_stay(tx, first.id)
        await missing.settle_missed_stay(tx, first.id, waived=True)
    await town.queue.run()
    await town.sweep()
    return first


async def test_what_a_project_owes_is_kept_from_its_next_stay_though_its_account_has_a_floor(
    town: Town, clock: DrivenClock
) -> None:
    first = await owing_project(town, clock)
    owing = {h: -(await town.lines(h))[0].share.due_cents for h in town.holders}
    assert all(cents > 0 for cents in owing.values())
    shares = {share.role: share.amount_cents for share in first.quote.split.allocation.shares}
    assert shares["project"] > 0
    later = [town.house.wish(arrival=ARRIVAL + timedelta(days=days)) for days in (9, 20)]
    second, third = [await hold(town.demo, await quote(town.demo, wish)) for wish in later]
    for stay in (second, third):  # the third's money only lies there
        await town.pay(stay, "pm_card_bypassPending", key=stay.reference)
    clock.forward(timedelta(days=8))
    for _ in range(3):
        await town.sweep()
    for holder in town.holders:
        lines = {line.share.booking: line.share for line in await town.lines(holder)}
        earned = lines[second.id].earned_cents
        assert 0 < earned == lines[second.id].moved_cents
        assert lines[first.id].due_cents == min(earned - owing[holder], 0)
    await town.hear()
    funds = town.fake.books.funds_of("")
    assert await town.ledger_cash() == funds.available + funds.pending


async def test_a_movement_whose_finishing_was_lost_is_finished_by_the_next_sweep(
    town: Town, clock: DrivenClock
) -> None:
    booked = await town.book()
    await town.open_accounts(booked)
    on_the_morning_after(clock)
    await town.sweep()
    (line,) = await town.lines(booked.tenant)
    (move,) = await town.queue.admin.fetch(
        "update share_move set state = 'asked', reference = null, answered_at = null"
        " where booking = $1 and holder = $2 returning id",
        booked.id, booked.tenant,
    )  # fmt: skip
    async with town.demo.transaction() as tx:
        assert await settling.announce_moves(tx) == 0  # its task may still be on its way
    clock.forward(timedelta(minutes=31))
    for told in (1, 0):
        async with town.demo.transaction() as tx:
            assert await settling.announce_moves(tx) == told
        await town.queue.run()
    state = await town.queue.admin.fetchval(
        "select state from share_move where id = $1", move["id"]
    )
    assert state == "done"
    assert await town.lines(booked.tenant) == [line]  # posted once


async def test_a_way_back_that_is_refused_is_asked_for_again_once_a_day(
    town: Town, clock: DrivenClock
) -> None:
    first = await owing_project(town, clock)

    async def asked() -> int:
        clock.forward(timedelta(minutes=15))
        await town.sweep()
        return int(
            await town.queue.admin.fetchval(
                "select count(*) from share_move where booking = $1", first.id
            )
        )

    before = await asked()
    assert [await asked(), await asked()] == [before, before]
    clock.forward(timedelta(days=1))
    assert await asked() > before


async def test_a_payout_that_comes_back_is_not_arrived(town: Town, clock: DrivenClock) -> None:
    booked = await town.book()
    await town.open_accounts(booked, CLOSED)
    on_the_morning_after(clock)
    await town.sweep()
    for _ in range(3):
        clock.forward(timedelta(days=1, minutes=1))
        await town.hear()
    (line,) = await town.lines(booked.tenant)
    assert (line.share.moved_cents > 0, line.paid_cents) == (True, 0)
    async with town.demo.transaction(booked.tenant) as tx:
        (payout,) = await payments.list_payouts(tx)
        payee = await payments.find_payee(tx)
        totals = await stating.total(tx)
        told = [one for one in await list_captured_mail(tx) if "renvoyé" in one.subject]
    assert (payout.state, payout.failure) == ("failed", "account_closed")
    assert len({one.recipient for one in told}) == len(told) > 0  # each of them once
    assert "coordonnées bancaires" in told[0].body_text
    assert payee
    assert (payee.payable, totals.on_its_way_cents) == (False, line.share.moved_cents)
    url = await asking.onboarding_page(town.demo, booked.tenant, BACK, BACK)
    await town.web(url, iban=IBAN, kind="company")  # another bank account
    for _ in range(4):
        clock.forward(timedelta(days=1, minutes=1))
        await town.hear()
    (line,) = await town.lines(booked.tenant)
    assert line.paid_cents == line.share.moved_cents
    assert len(line.payouts) == 2


async def test_nobody_sees_the_shares_of_others(town: Town, clock: DrivenClock) -> None:
    booked = await town.book()
    on_the_morning_after(clock)
    await town.sweep()
    split = booked.quote.split
    holders = {booked.tenant, split.scheme, *split.beneficiaries.values(), split.platform}
    stranger = max(holders) + 1
    assert await town.lines(stranger) == []
    (office,) = await town.lines(split.beneficiaries[next(iter(split.beneficiaries))])
    assert office.share.holder != booked.tenant


async def test_a_house_does_not_leave_while_others_wait_for_their_shares_of_its_stays(
    town: Town, clock: DrivenClock
) -> None:
    async def duties() -> dict[str, tuple[int, int]]:
        found = await deciding.list_duties(town.demo, booked.tenant)
        return {one.says: (one.many, one.cents) for one in found if one.says in {DUTY, OTHERS}}

    booked = await town.book()
    on_the_morning_after(clock)
    await town.sweep()
    holders = town.holders_of(booked)
    others = [holder for holder in holders if holder != booked.tenant]
    due = {holder: (await town.lines(holder))[0].share.due_cents for holder in holders}
    cents = sum(due[holder] for holder in others)
    assert cents > 0
    assert await duties() == {DUTY: (1, due[booked.tenant]), OTHERS: (len(others), cents)}
    await town.open_accounts(booked)
    clock.forward(timedelta(days=2))
    await town.sweep()
    assert await duties() == {}
