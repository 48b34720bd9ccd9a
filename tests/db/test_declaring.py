"""Tourist tax, yearly report, short lets: taken from the books, kept as made, sent once."""

import asyncio
import csv
import io
from datetime import date, timedelta
from uuid import UUID

import asyncpg
import pytest

from hub import ledger, payments
from hub.core.clock import DrivenClock
from tests.houses import ARRIVAL, hold, quote
from tests.money import Town
from tourism.booking.models import Booking
from tourism.declaring.actions import diligence, making
from tourism.declaring.errors import AlreadySent, NothingToDeclare
from tourism.declaring.models import Kind, SellerFile


async def departed(town: Town, clock: DrivenClock) -> Booking:
    booked = await town.book()
    await town.open_accounts(booked)
    clock.forward(ARRIVAL + timedelta(days=4) - clock.now().date())
    await town.sweep()
    return booked


def rows_of(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))


async def test_the_tax_of_a_finished_stay_is_declared_once_by_commune_and_beneficiary(
    town: Town, clock: DrivenClock
) -> None:
    booked = await town.book()
    platform = booked.quote.split.platform
    async with town.demo.transaction(platform, actor="person:1") as tx:
        before = {one.commune: one.cents for one in await making.find_taxes(tx)}
    clock.forward(ARRIVAL + timedelta(days=4) - clock.now().date())
    async with town.demo.transaction(platform, actor="person:1") as tx:
        found = {one.commune: one.cents for one in await making.find_taxes(tx)}
        held = sum(
            one.credit_cents - one.debit_cents
            for one in await ledger.list_balances(tx)
            if one.code.startswith("tourist_tax.")
        )
        made = await making.declare_taxes(tx)
        (listed, *_) = await making.list_declarations(tx)
        file = await making.find_file(tx, listed.id)
    own = booked.quote.breakdown.tourist_tax_cents
    assert own > 0
    assert sum(found.values()) >= sum(before.values()) + own
    assert held >= sum(found.values())
    rows = rows_of(file.file)
    assert sum(round(float(row["montant_eur"]) * 100) for row in rows) == sum(listed.facts.values())
    (row,) = [row for row in rows if row["arrivee"] == str(ARRIVAL)][:1]
    assert (row["depart"], row["nuitees"]) == (str(booked.departure), "3")
    assert "Martin" not in file.file.decode("utf-8-sig")  # never who it was
    async with town.demo.transaction(platform, actor="person:1") as tx:
        with pytest.raises(NothingToDeclare):
            await making.declare_taxes(tx)
    async with town.demo.transaction(platform, actor="person:1") as tx:
        for id in made:
            await making.mark_sent(tx, id, "DGFiP", "R-7")
        tax = {
            one.code: one.credit_cents - one.debit_cents
            for one in await ledger.list_balances(tx)
            if one.code.startswith("tourist_tax.")
        }
        sent = await making.list_declarations(tx)
    assert sum(tax.values()) == held - sum(found.values())  # it has left our bank
    assert {one.sent_to for one in sent} == {"DGFiP"}
    async with town.demo.transaction(platform, actor="person:1") as tx:
        with pytest.raises(AlreadySent):
            await making.mark_sent(tx, made[0], "DGFiP", "R-8")
    with pytest.raises(asyncpg.PostgresError, match="kept as it was made"):
        await town.queue.admin.execute("update declaration set receipt = 'x'")


async def test_two_who_declare_at_once_declare_a_tax_once(town: Town, clock: DrivenClock) -> None:
    booked = await town.book()
    clock.forward(ARRIVAL + timedelta(days=4) - clock.now().date())
    platform = booked.quote.split.platform

    async def declare() -> int:
        async with town.demo.transaction(platform, actor="person:1") as tx:
            return len(await making.declare_taxes(tx))

    done = await asyncio.gather(declare(), declare(), return_exceptions=True)
    assert [type(one).__name__ for one in done if not isinstance(one, int)] == ["NothingToDeclare"]


async def test_the_oldest_declaration_of_many_is_sent_like_the_newest(
    town: Town, clock: DrivenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = ARRIVAL + timedelta(days=7)
    booked = [
        await town.book(),
        await hold(town.demo, await quote(town.demo, town.house.wish(arrival=later))),
    ]
    await town.pay(booked[1], "pm_card_visa")
    platform = booked[0].quote.split.platform
    made: list[UUID] = []
    for _ in booked:
        clock.forward(max(ARRIVAL + timedelta(days=4) - clock.now().date(), timedelta(days=7)))
        async with town.demo.transaction(platform, actor="person:1") as tx:
            made += await making.declare_taxes(tx)
    assert len(made) > 1
    monkeypatch.setattr(making, "LISTED_MOST", 1)
    async with town.demo.transaction(platform, actor="person:1") as tx:
        for id in made:
            await making.mark_sent(tx, id, "DGFiP", "R-7")
        listed = [
            one.id
            for turned in range(len(made))
            for one in await making.list_declarations(tx, turned)
        ]
    assert sorted(listed) == sorted(made)


async def test_what_a_house_was_paid_is_reported_with_its_fees(
    town: Town, clock: DrivenClock
) -> None:
    booked = await departed(town, clock)
    platform, year = booked.quote.split.platform, clock.now().year
    async with town.demo.transaction(platform) as tx:
        years, sellers = await making.year_of(tx, year)
        with pytest.raises(NothingToDeclare):
            await making.report_year(tx, year - 3)
    (own,) = [one for one in years if one.seller == booked.tenant]
    (listing,) = own.listings
    (line,) = await town.lines(booked.tenant)
    assert listing.paid_cents == (line.share.earned_cents, 0, 0, 0)
    fees = {
        code: cents
        for code, cents in line.share.detail.items()
        if code != "lodging.payable" and not code.startswith("tourist_tax.")
    }
    assert listing.fees_cents[0] == sum(fees.values()) > 0
    assert listing.paid_cents[0] + listing.fees_cents[0] + listing.taxes_cents[0] == (
        booked.total_cents
    )
    assert sellers[booked.tenant].name is None
    async with town.demo.transaction(platform, actor="person:1") as tx:
        id = await making.report_year(tx, year)
        (row,) = rows_of((await making.find_file(tx, id)).file)
        (listed,) = await making.list_declarations(tx)
    assert (listed.kind, listed.facts["incomplete"]) == (Kind.DAC7, 1)
    assert (row["locations_t1"], row["jours_loues"]) == ("1", "3")


async def test_a_seller_that_says_nothing_is_reminded_twice_then_not_paid_until_it_does(
    town: Town, clock: DrivenClock
) -> None:
    booked = await departed(town, clock)
    platform, year = booked.quote.split.platform, clock.now().year
    assert await diligence.remind_sellers(town.demo, platform, year) == 1
    clock.forward(timedelta(days=30))
    assert await diligence.remind_sellers(town.demo, platform, year) == 1
    assert await diligence.remind_sellers(town.demo, platform, year) == 0
    async with town.demo.transaction(booked.tenant) as tx:
        assert await payments.payee_account(tx, booked.tenant)
    clock.forward(timedelta(days=31))
    await diligence.remind_sellers(town.demo, platform, year)
    async with town.demo.transaction(booked.tenant) as tx:
        assert await payments.payee_account(tx, booked.tenant) is None
        await diligence.keep_seller_file(
            tx,
            SellerFile(
                person=False, name="Hôtel", address="2 quai de l'Île", tax_number="732829320"
            ),
        )
        assert await payments.payee_account(tx, booked.tenant)


async def test_a_month_without_furnished_lets_has_nothing_to_declare(
    town: Town, clock: DrivenClock
) -> None:
    booked = await departed(town, clock)  # a hotel: out of the regulation's scope
    async with town.demo.transaction(booked.quote.split.platform) as tx:
        assert await making.find_short_lets(tx, date(2027, 2, 1)) == []
        await tx.connection()
    await town.queue.admin.execute(
        "update property set kind = 'furnished' where id = $1", booked.property
    )
    async with town.demo.transaction(booked.quote.split.platform, actor="person:1") as tx:
        nights = await making.find_short_lets(tx, date(2027, 2, 1))
        id = await making.report_month(tx, date(2027, 2, 1), "http://site.test")
        rows = rows_of((await making.find_file(tx, id)).file)
    own = [one.night for one in nights if one.property == booked.property]
    assert own[-2:] == [ARRIVAL, ARRIVAL + timedelta(days=1)]  # February has 28 days
    assert len(rows) == len(nights)
    assert all(int(row["personnes"]) > 0 for row in rows)
