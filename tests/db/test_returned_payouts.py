"""A payout that the bank sends back: its holder is told by letter and on its pages, the operator
has its own among what is to be looked at until somebody has said what it is."""

from datetime import date, timedelta
from importlib import resources

import asyncpg
import pytest

from hub import payments
from hub.core.clock import DrivenClock
from hub.core.errors import Invalid, NotFound
from hub.core.mail import list_captured_mail
from hub.payments import asking
from tests.db.test_bank_leg import own
from tests.db.test_money_agrees import night, settled
from tests.houses import ARRIVAL
from tests.money import BACK, IBAN, Town
from tourism.booking.models import Booking
from tourism.reconciling.actions import alerting, standing
from tourism.reconciling.models import Break, BreakKind


async def days(town: Town, clock: DrivenClock, count: int) -> None:
    for _ in range(count):
        clock.forward(timedelta(days=1, minutes=1))
        await town.hear()


async def sent_back(town: Town, clock: DrivenClock) -> str:
    """A payout of the platform that the bank sends back after it has arrived."""
    await own(town, topup_cents=9_000)
    await own(town, payout_cents=3_000)
    await days(town, clock, 3)
    assert await night(town) == {}
    assert await waiting(town) == []
    (payout,) = town.fake.books.all("payout")
    assert payout["status"] == "paid"
    await own(town, return_payout=payout["id"])
    await days(town, clock, 1)
    return payout["id"]


async def waiting(town: Town) -> list[Break]:
    async with town.demo.transaction() as tx:
        return [one for one in (await standing.find_standing(tx)).open if one.to_explain]


async def told(town: Town, word: str) -> list[str]:
    async with town.demo.transaction() as tx:
        found = await list_captured_mail(tx)
    return [one.body_text for one in found if word in one.subject]


async def explain(town: Town, booked: Booking, key: str, note: str) -> None:
    async with town.demo.transaction(booked.quote.split.platform, actor="operator") as tx:
        await standing.explain_break(tx, key, note)


async def test_an_own_payout_that_comes_back_is_listed_with_its_age_until_somebody_says_what_it_is(
    town: Town, clock: DrivenClock
) -> None:
    booked = await settled(town, clock)
    id = await sent_back(town, clock)
    for _ in range(3):
        assert await night(town) == {}
        await alerting.tell_breaks(town.demo)
        clock.forward(timedelta(days=1))
    (found,) = await waiting(town)
    assert (found.key, found.kind) == (f"returned:{id}", BreakKind.PAYOUT_RETURNED)
    assert (found.theirs_cents, found.age_days(clock.now()) >= 3) == (3_000, True)
    letters = await told(town, "Rapprochement")
    assert letters
    assert all("que sa banque a renvoyé, 30,00" in body for body in letters)
    async with town.demo.transaction() as tx:
        run = (await standing.find_standing(tx)).last
    assert run
    assert run.breaks == 1
    with pytest.raises(Invalid):
        await explain(town, booked, found.key, "  ")
    await explain(town, booked, found.key, "le compte est clos : un autre est donné")
    await explain(town, booked, found.key, "le compte est clos : un autre est donné")
    with pytest.raises(NotFound):
        await explain(town, booked, found.key, "autre chose")
    for _ in range(2):
        assert await night(town) == {}
        assert await waiting(town) == []
        clock.forward(timedelta(days=1))
    async with town.demo.transaction() as tx:
        (closed, *_) = (await standing.find_standing(tx)).closed
    assert (closed.key, closed.note) == (found.key, "le compte est clos : un autre est donné")
    assert len(await told(town, "Rapprochement")) == len(letters)


async def test_an_own_payout_that_comes_back_after_months_is_listed_and_in_the_books(
    town: Town, clock: DrivenClock
) -> None:
    await settled(town, clock)
    await own(town, topup_cents=9_000)
    await own(town, payout_cents=3_000)
    await days(town, clock, 3)
    assert await night(town) == {}
    clock.forward(timedelta(days=120))
    await night(town)
    (payout,) = town.fake.books.all("payout")
    await own(town, return_payout=payout["id"])
    await days(town, clock, 1)
    await night(town)
    (found,) = await waiting(town)
    assert (found.key, found.theirs_cents) == (f"returned:{payout['id']}", 3_000)
    assert await town.account_cents("bank.transit") == 0
    assert await town.account_cents("bank.current") == -9_000
    await night(town)
    assert len(await waiting(town)) == 1


async def test_what_a_comparison_closes_is_closed_by_no_word(
    town: Town, clock: DrivenClock
) -> None:
    booked = await settled(town, clock)
    town.fake.books.move("", "reserved_funds", None, -400)
    clock.forward(timedelta(hours=2))
    assert await night(town) == {"unknown": BreakKind.ONLY_SERVICE}
    async with town.demo.transaction() as tx:
        (found,) = (await standing.find_standing(tx)).open
    with pytest.raises(NotFound):
        await explain(town, booked, found.key, "rien de grave")


async def test_a_holder_whose_bank_sends_an_arrived_payout_back_is_told_until_another_arrives(
    town: Town, clock: DrivenClock
) -> None:
    booked = await town.book()
    await town.open_accounts(booked)
    clock.forward(timedelta(days=(ARRIVAL - clock.now().date()).days + 1))
    await town.sweep()
    await days(town, clock, 4)
    for holder in town.holders:
        async with town.demo.transaction(holder) as tx:
            (payout, *_) = await payments.list_payouts(tx)
            assert (payout.state, await payments.list_returned(tx)) == ("paid", [])
        before = len(await told(town, "renvoyé"))
        await town.fake.control(own={"return_payout": payout.id})
        await days(town, clock, 1)
        async with town.demo.transaction(holder) as tx:
            (found,) = await payments.list_returned(tx)
        assert (found.id, found.state, found.failure) == (payout.id, "failed", "account_closed")
        assert len(await told(town, "renvoyé")) > before
    assert await waiting(town) == []  # none of them is the platform's own
    url = await asking.onboarding_page(town.demo, booked.tenant, BACK, BACK)
    await town.web(url, iban=IBAN, kind="company")  # another bank account
    await days(town, clock, 4)
    async with town.demo.transaction(booked.tenant) as tx:
        assert await payments.list_returned(tx) == []
        listed = await payments.list_payouts(tx)
        assert [one.state for one in listed] == ["paid", "failed"]
        payee = await payments.find_payee(tx)
    assert payee
    await asking.hear_payout(town.demo, listed[1].id, payee.account)  # told again, days later
    async with town.demo.transaction(booked.tenant) as tx:
        assert await payments.list_returned(tx) == []


async def test_a_payout_that_had_come_back_before_did_so_when_it_was_first_heard(
    town: Town, owner: asyncpg.Connection
) -> None:
    await town.queue.admin.execute(
        "insert into payout (id, tenant, amount_cents, state, failure, arrives_on, told_at)"
        " select id, $1, 100, state, '', date '2026-10-01', timestamptz '2026-11-20 00:00Z'"
        "   from (values ('po_1', 'failed'), ('po_2', 'failed'), ('po_3', 'paid')) p (id, state)",
        town.house.tenant,
    )
    await town.queue.admin.execute(
        "insert into heard_event (id, kind, thing, marks, created_at, heard_at)"
        " select 'evt_' || n, 'payout.failed', 'po_1', '{}', at, at"
        "   from generate_series(1, 2) n"
        " cross join lateral (select timestamptz '2026-10-03 00:00Z' + n * interval '1 day') t (at)"
    )
    file = resources.files("hub.payments").joinpath("schema", "009_failed_payouts.sql")
    async with owner.transaction():
        await owner.execute("alter table payout drop column failed_at")
        await owner.execute(file.read_text("utf-8"))
    rows = await town.queue.admin.fetch("select id, failed_at from payout where id like 'po__'")
    assert {row["id"]: row["failed_at"] and row["failed_at"].date() for row in rows} == {
        "po_1": date(2026, 10, 4), "po_2": date(2026, 11, 20), "po_3": None,
    }  # fmt: skip


async def test_letters_about_money_speak_the_language_of_whoever_reads_them(
    town: Town, clock: DrivenClock
) -> None:
    await settled(town, clock)
    await town.queue.admin.execute("update person set language = 'de'")
    await sent_back(town, clock)
    await night(town)
    await alerting.tell_breaks(town.demo)
    assert await told(town, "Rapprochement") == []
    (letter, *_) = await told(town, "Abgleich")
    assert "30,00" in letter


async def test_a_payout_that_comes_back_behind_many_newer_ones_is_told(town: Town) -> None:
    tenant = town.house.tenant
    await town.queue.admin.execute(
        "insert into payout (id, tenant, amount_cents, state, failure, arrives_on, told_at,"
        "                    failed_at)"
        " select 'po_' || n, $1, 100 + n, case when n = 1 then 'failed' else 'paid' end,"
        "        case when n = 1 then 'account_closed' end, date '2026-01-01' + n, now(),"
        "        case when n = 1 then now() end"
        "   from generate_series(1, 150) n",
        tenant,
    )
    before = len(await told(town, "renvoyé"))
    for id in ("po_1", "po_1", "po_2", "po_none"):
        async with town.demo.transaction(tenant, actor="reconciling") as tx:
            await alerting.tell_returned_payout(tx, id)
    letters = await told(town, "renvoyé")
    assert len(letters) > before
    assert all("1,01" in letter for letter in letters[: len(letters) - before])
