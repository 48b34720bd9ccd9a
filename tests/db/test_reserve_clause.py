"""The mutual reserve bears what the agreement says: lost disputes, debts of houses; never more."""

from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from hub import agreements
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.rules import Absorption, Role
from tests.db.test_owing import AT_THE_HOUSE, add_up, balance_of, book, sell
from tests.houses import ARRIVAL, GUEST, hold, quote
from tests.money import Town
from tourism import settlement
from tourism.booking.actions import staying
from tourism.paying.actions import paying
from tourism.paying.models import AT_HOUSE, PayBooking
from tourism.settlement.actions import reserving
from tourism.settlement.models import Held

DISPUTES = Absorption(fund=Role.RESERVE, cause="lost_dispute", case_cents=250, year_cents=400)
DEBTS = Absorption(fund=Role.RESERVE, cause="house_debt", after_days=20, case_cents=100_000)


async def agree(town: Town, *clauses: Absorption) -> int:
    """The members vote these clauses into their agreement; its scheme."""
    offer = await quote(town.demo, town.house.wish())
    demo: Database = town.demo
    async with demo.transaction(offer.split.scheme) as tx:
        (now, *_) = await agreements.list_versions(demo.reader, offer.split.scheme)
        text = msgspec.structs.replace(now.text, absorbs=clauses)
        wish = agreements.RatifyVersion(
            agreement=now.agreement, title="Avec une réserve", minutes="PV 2",
            effective_on=tx.now.date(), text=text,
        )  # fmt: skip
        await agreements.ratify_version(tx, wish)
    return offer.split.scheme


async def lose(town: Town, booking: object) -> None:
    charge = town.fake.books.all("charge")[-1]
    await town.fake.control(dispute=charge["id"])
    await town.hear()
    await town.fake.control(lose=town.fake.books.all("dispute")[-1]["id"])
    await town.hear()


@pytest.fixture
async def scheme(town: Town, clock: DrivenClock) -> int:
    clock.forward(timedelta(days=1))
    return await agree(town, DISPUTES, DEBTS)


async def test_a_lost_dispute_is_borne_by_the_reserve_as_far_as_the_clause_goes(
    town: Town, clock: DrivenClock, scheme: int
) -> None:
    first = await book(town, "pm_card_bypassPending")
    second = await book(town, "pm_card_bypassPending", days=7)
    kept = 2 * sum(s.amount_cents for s in first.quote.split.allocation.shares
                   if s.role == Role.RESERVE)  # fmt: skip
    assert kept > 400
    await lose(town, second)
    assert await balance_of(town, second, "reserve.absorbed") == 250  # at most so much a case
    await add_up(town, second)
    third = await book(town, "pm_card_bypassPending", days=14)
    await lose(town, third)
    assert await balance_of(town, third, "reserve.absorbed") == 150  # what the year has left
    async with town.demo.transaction(scheme) as tx:
        reserve = await reserving.find_reserve(tx, town.demo.reader)
        told = await reserving.simulate(tx, msgspec.structs.replace(DISPUTES, case_cents=100))
    assert reserve.borne == {"lost_dispute": 400, "house_debt": 0}
    assert (told.cases, told.borne_cents) == (2, 200)
    assert told.lost_cents == second.total_cents + third.total_cents


async def test_what_the_reserve_keeps_pays_no_debt_of_its_holder(
    town: Town, clock: DrivenClock, scheme: int
) -> None:
    booked = await book(town, "pm_card_bypassPending")
    await town.queue.admin.execute(
        "insert into share_move (id, tenant, booking, holder, parts, state, reference, asked_at,"
        "                        answered_at)"
        " select $1, $2, $3, $4, jsonb_build_object('federation.share', sum(t.amount_cents) + 100),"
        "        'done', 'tr_1', $5, $5 from ledger_transfer t"
        "   join ledger_account a on a.id = t.credit_account"
        "  where t.reference like $6 and a.tenant = $4 and a.code like any ($7::text[])",
        UUID(int=1), booked.tenant, booked.id, scheme, clock.now(), f"booking:{booked.id}%",
        ["federation.share", "%.vat"],
    )  # fmt: skip
    clearing = settlement.Clearing(id=UUID(int=2), name="t", code="debts.lost", is_paid=False)
    async with town.demo.transaction(booked.tenant) as tx:
        _, cents = await settlement.clear_debt(tx, booked.id, scheme, 500, clearing)
    assert cents == 100


async def test_the_reserve_keeps_its_shares_and_bears_an_old_debt_once(
    town: Town, clock: DrivenClock, scheme: int
) -> None:
    before = [await book(town, "pm_card_bypassPending", days=7 * n) for n in range(1, 4)]
    await town.open_accounts(before[0])
    await sell(town, AT_THE_HOUSE)
    held = await hold(town.demo, await quote(town.demo, town.house.wish(nights=1)))
    command = PayBooking(guest=GUEST, payment_method=AT_HOUSE, total_cents=held.total_cents)
    async with town.demo.transaction(held.tenant, actor="guest") as tx:
        await paying.book_unpaid(tx, held.id, command)
    await town.queue.admin.execute("update payee set payable = false")  # nothing to net from
    clock.forward(ARRIVAL - clock.now().date() + timedelta(hours=12))
    async with town.demo.transaction(held.tenant) as tx:
        await staying.begin_stay(tx, held.id)
    clock.forward(timedelta(days=1))
    await town.sweep()
    assert await balance_of(town, held, "reserve.absorbed") == 0
    clock.forward(timedelta(days=21))
    await town.sweep()
    await town.sweep()
    (own,) = [line.share for line in await town.lines(held.tenant)
              if line.share.booking == held.id]  # fmt: skip
    borne = await balance_of(town, held, "reserve.absorbed")
    assert (own.held, own.due_cents, own.detail["reserve.absorbed"]) == (Held.NOTHING, 0, -borne)
    assert borne > 0
    async with town.demo.transaction(scheme) as tx:
        reserve = await reserving.find_reserve(tx, town.demo.reader)
    assert (reserve.borne["house_debt"], reserve.left_cents >= 0) == (borne, True)
    assert list(reserve.clauses) == [DISPUTES, DEBTS]
