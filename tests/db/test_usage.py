"""Services by plan and by use: counted once, billed by the subscriber's months, counted again."""

from collections.abc import AsyncGenerator
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import msgspec
import pytest

from hub import billing, ledger, payments, tenancy
from hub.billing import Kind
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.invoices.policy.cii import xml_of
from hub.payments import asking
from hub.payments.actions import charging
from hub.usage import tasks
from hub.usage.actions import billing_months, metering, paying, planning
from hub.usage.errors import EventInvalid, NothingToPay, PlanInvalid, SubscriptionInvalid
from hub.usage.models import (
    Aggregate,
    BillMonth,
    CloudEvent,
    Ingested,
    Meter,
    PlanTerms,
    Subscribe,
    Subscription,
)
from tests import facturx
from tests.invoices import COMPANY, SELLER
from tests.money import ENVIRONMENT
from tests.served import Queue
from tests.stripes import BASE, FakeStripe

US, THEM = 1, 2
MESSAGES = Meter(type="messages", name="Messages", included=1_000, price_cents=50, per=100)
STORAGE = Meter(
    type="storage", name="Go", aggregate=Aggregate.PEAK, included=10, price_cents=20, most=100
)
TERMS = PlanTerms(
    name="Association", monthly_cents=3_100, meters=(MESSAGES, STORAGE), features={"sms": 1}
)
JANUARY = date(2027, 1, 1)


@pytest.fixture(autouse=True)
async def seller(database: Database, clock: DrivenClock) -> None:
    clock.set(datetime(2027, 1, 10, 9, tzinfo=UTC))
    wanted = [
        tenancy.OpenOrganisation(kind=tenancy.Kind.OPERATOR, name="Us"),
        tenancy.OpenOrganisation(kind=tenancy.Kind.LODGING, name="Them"),
    ]
    async with database.transaction() as tx:
        assert await tenancy.open_organisations(tx, wanted) == [US, THEM]
    async with database.transaction(US) as tx:
        await billing.save_profile(tx, SELLER)


async def subscribed(
    database: Database, zone: str = "Europe/Paris", terms: PlanTerms = TERMS
) -> Subscription:
    async with database.transaction(US, actor="person:1") as tx:
        await planning.save_plan(tx, "small", terms)
        said = Subscribe(customer=THEM, plan="small", since=JANUARY, buyer=COMPANY, zone=zone)
        return await planning.subscribe(tx, said)


def event(
    subscription: Subscription, id: str, quantity: int = 1, at: datetime | None = None, **more: str
) -> CloudEvent:
    plain = CloudEvent(
        specversion="1.0", id=id, source="urn:mailer", type="messages",
        subject=str(subscription.id), time=at, data={"quantity": quantity},
    )  # fmt: skip
    return msgspec.structs.replace(plain, **more)


async def send(database: Database, *events: CloudEvent) -> Ingested:
    async with database.transaction(US) as tx:
        return await metering.record_events(tx, events)


async def bill(database: Database, subscription: Subscription, month: date = JANUARY) -> list[int]:
    """What the task does, twice; the documents of the month, each passed by every checker."""
    for _ in range(2):
        message = BillMonth(subscription=subscription.id, month=month)
        await tasks.bill_later.run(database, US, message)
    async with database.transaction(US) as tx:
        subject = f"usage:{subscription.id}:{month:%Y-%m}"
        documents = await billing.list_of_subject(tx, subject)
    for one in documents:
        facturx.check(xml_of(one.read()))
    return [one.read().sign * one.gross_cents for one in documents]


async def due(database: Database) -> list[tuple[UUID, date]]:
    async with database.transaction() as tx:
        found = await billing_months.store.list_months_due(tx, timedelta(hours=2), 100)
    return [(one.subscription, one.month) for one in found]


async def test_an_event_counts_once_by_its_source_and_id(database: Database) -> None:
    plan = await subscribed(database)
    sent = event(plan, "a", 700)
    assert await send(database, sent) == Ingested(accepted=1, known=0, differing=0)
    again = await send(database, sent, event(plan, "a", 9), event(plan, "a", source="urn:other"))
    assert again == Ingested(accepted=1, known=1, differing=1)
    async with database.transaction(THEM) as tx:
        _, charges = await metering.find_charges(tx, plan.id, None)
    assert {one.code: one.quantity for one in charges}["messages"] == 701
    async with database.transaction(THEM) as tx:
        with pytest.raises(EventInvalid):
            await metering.record_events(tx, [sent])  # only who sells counts


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"specversion": "0.3"}, "specversion"),
        ({"id": ""}, "id"),
        ({"type": "letters"}, "type"),
        ({"subject": "me"}, "subject"),
        ({"subject": str(UUID(int=7))}, "subject"),
        ({"data": {"quantity": 1.5}}, "data"),
        ({"time": datetime(2027, 1, 11, tzinfo=UTC)}, "time"),
        ({"time": datetime(2027, 1, 9)}, "time"),  # noqa: DTZ001
        ({"time": datetime(2026, 12, 31, 22, 59, tzinfo=UTC)}, "time"),  # the day before, in Paris
    ],
)
async def test_an_event_that_cannot_be_counted_is_refused_by_its_attribute(
    database: Database, change: dict[str, object], field: str
) -> None:
    plan = await subscribed(database)
    wrong = msgspec.structs.replace(event(plan, "b"), **change)
    with pytest.raises(EventInvalid) as refused:
        await send(database, event(plan, "a"), wrong)
    assert refused.value.extra["field"] == field
    assert (await send(database, event(plan, "a"))).accepted == 1  # all or none


async def test_a_month_is_billed_once_when_it_is_over_by_the_clock_of_its_subscriber(
    database: Database, clock: DrivenClock
) -> None:
    """Auckland is thirteen hours ahead: its January ends on 31 January at 11:00 UTC."""
    plan = await subscribed(database, "Pacific/Auckland")
    last = datetime(2027, 1, 31, 10, 59, tzinfo=UTC)
    clock.set(last)
    await send(database, event(plan, "in", 1_250, last))
    assert (await due(database), await bill(database, plan)) == ([], [])
    clock.set(datetime(2027, 1, 31, 13, 1, tzinfo=UTC))
    await send(database, event(plan, "out", 5_000, datetime(2027, 1, 31, 11, tzinfo=UTC)))
    assert await due(database) == [(plan.id, JANUARY)]
    # 31.00 and 250 messages beyond at 0.50 a hundred: 32.25, and 20 %.
    assert await bill(database, plan) == [3_870]
    assert await due(database) == []


async def test_late_events_are_billed_and_corrections_credited_and_paid_back(
    database: Database, clock: DrivenClock
) -> None:
    plan = await subscribed(database)
    await send(database, event(plan, "a", 2_000), event(plan, "s", 30, type="storage"))
    clock.set(datetime(2027, 2, 1, 9, tzinfo=UTC))
    assert await bill(database, plan) == [4_800]  # 31.00 + 5.00 + 4.00, and 20 %
    january = datetime(2027, 1, 20, tzinfo=UTC)
    await send(database, event(plan, "late", 1_000, january))
    assert await due(database) == [(plan.id, JANUARY)]
    assert await bill(database, plan) == [4_800, 600]
    await send(database, event(plan, "undo", -2_500, january))
    assert await bill(database, plan) == [4_800, 600, -1_200]
    async with database.transaction(US) as tx:
        subject = f"usage:{plan.id}:2027-01"
        documents = await billing.list_of_subject(tx, subject)
    assert documents[2].kind is Kind.CREDIT_NOTE
    assert [one.number for one in documents[2].read().corrects] == [
        documents[0].number, documents[1].number,
    ]  # fmt: skip
    async with database.transaction(THEM) as tx:
        bills = await billing_months.list_bills(tx, own=True)
    assert sorted(one.gross_cents for one in bills) == [-1_200, 600, 4_800]


async def test_months_of_a_subscription_that_began_and_ended_within_them_cost_their_days(
    database: Database, clock: DrivenClock
) -> None:
    plan = await subscribed(database)
    async with database.transaction(US) as tx:
        await planning.end_subscription(tx, plan.id, date(2027, 2, 15))
        await planning.end_subscription(tx, plan.id, date(2027, 2, 15))
        with pytest.raises(SubscriptionInvalid):
            await planning.end_subscription(tx, plan.id, date(2027, 3, 1))
    clock.set(datetime(2027, 4, 1, 9, tzinfo=UTC))
    assert await due(database) == [(plan.id, JANUARY), (plan.id, date(2027, 2, 1))]
    assert await bill(database, plan, date(2027, 2, 1)) == [1_860]  # 14 days of 28


async def test_what_was_billed_beyond_an_end_that_is_said_late_is_credited(
    database: Database, clock: DrivenClock, admin: asyncpg.Connection
) -> None:
    plan, february = await subscribed(database), date(2027, 2, 1)
    clock.set(datetime(2027, 3, 2, 9, tzinfo=UTC))
    assert (await bill(database, plan), await bill(database, plan, february)) == ([3_720], [3_720])
    async with database.transaction(US) as tx:
        await planning.end_subscription(tx, plan.id, date(2027, 1, 11))
    await Queue(database, admin).run()
    async with database.transaction(US) as tx:
        bills = await billing_months.list_bills(tx, own=False)
    # Ten days of 31 are left of January, and nothing of February.
    assert sorted(one.gross_cents for one in bills) == [-3_720, -2_520, 3_720, 3_720]
    assert await bill(database, plan) == [3_720, -2_520]
    assert await bill(database, plan, february) == [3_720, -3_720]


async def test_of_several_subscriptions_to_a_meter_the_first_that_began_is_shown(
    database: Database,
) -> None:
    first = await subscribed(database)
    async with database.transaction(US, actor="person:1") as tx:
        await planning.save_plan(tx, "large", TERMS)
        said = Subscribe(customer=THEM, plan="large", since=date(2027, 1, 5), buyer=COMPANY)
        second = await planning.subscribe(tx, said)
        await planning.end_subscription(tx, second.id, date(2027, 1, 31))
    await send(database, event(first, "1", 7), event(second, "2", 9))
    async with database.transaction(THEM) as tx:
        found = await metering.find_metered(tx, "messages")
    assert found is not None
    assert found.quantity == 7


async def test_what_was_used_after_an_end_that_is_said_late_is_billed(
    database: Database, clock: DrivenClock
) -> None:
    plan, february = await subscribed(database), date(2027, 2, 1)
    clock.set(datetime(2027, 2, 20, 9, tzinfo=UTC))
    await send(database, event(plan, "used", 2_000))
    async with database.transaction(US) as tx:
        await planning.end_subscription(tx, plan.id, february)
    clock.set(datetime(2027, 5, 1, 9, tzinfo=UTC))
    assert await due(database) == [(plan.id, JANUARY), (plan.id, february)]
    assert await bill(database, plan, february) == [600]  # 5.00 of messages, and 20 %
    await bill(database, plan)
    assert await due(database) == []


async def test_what_is_left_is_told_and_a_new_version_changes_nobodys_plan(
    database: Database, clock: DrivenClock
) -> None:
    plan = await subscribed(database)
    await send(database, event(plan, "s", 100, type="storage"))
    async with database.transaction(US) as tx:
        await planning.save_plan(tx, "small", msgspec.structs.replace(TERMS, features={}))
    async with database.transaction(THEM) as tx:
        storage = await metering.find_allowance(tx, plan.id, "storage")
        sms = await metering.find_allowance(tx, plan.id, "sms")
        assert not (await metering.find_allowance(tx, plan.id, "fax")).allowed
    assert (storage.allowed, storage.used, storage.left) == (False, 100, 0)
    assert (sms.allowed, sms.limit) == (True, 1)
    async with database.transaction(US) as tx:
        with pytest.raises(PlanInvalid):
            await planning.save_plan(tx, "x", PlanTerms(name="x", monthly_cents=-1))
        with pytest.raises(PlanInvalid):
            await planning.save_plan(
                tx, "x", PlanTerms(name="x", monthly_cents=1, meters=(MESSAGES, MESSAGES))
            )


@pytest.fixture
async def fake(
    database: Database, clock: DrivenClock, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[FakeStripe]:
    import httpx  # noqa: PLC0415

    from hub.payments import gateway  # noqa: PLC0415

    fake = FakeStripe(clock)
    monkeypatch.setitem(gateway.TRANSPORTS, BASE, httpx.ASGITransport(app=fake.app))
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    gateway.open_stripe.cache_clear()
    yield fake
    gateway.open_stripe.cache_clear()
    await fake.close()


async def test_a_month_is_paid_on_the_services_page_and_what_is_credited_goes_back(
    database: Database, clock: DrivenClock, fake: FakeStripe, admin: asyncpg.Connection
) -> None:
    plan = await subscribed(database)
    await send(database, event(plan, "a", 2_000))
    clock.set(datetime(2027, 2, 1, 9, tzinfo=UTC))
    assert await bill(database, plan) == [4_320]
    back = "http://site.test/back"
    where = await paying.pay(database, plan, JANUARY, back, "fr")
    assert where != back
    await send(database, event(plan, "late", 200, datetime(2027, 1, 20, tzinfo=UTC)))
    assert await bill(database, plan) == [4_320, 120]
    where = await paying.pay(database, plan, JANUARY, back, "fr")  # the page of 43.20 is closed
    await fake.web.post(urlsplit(where).path, data={"number": "4242424242424242"})
    for _ in range(2):
        await paying.look_again(database, plan, JANUARY)
    with pytest.raises(NothingToPay):
        await paying.pay(database, plan, JANUARY, back, "fr")
    assert [one["amount"] for one in fake.books.all("charge")] == [4_440]
    await send(database, event(plan, "undo", -1_200, datetime(2027, 1, 20, tzinfo=UTC)))
    assert await bill(database, plan) == [4_320, 120, -720]
    await Queue(database, admin).run()
    assert [one["amount_refunded"] for one in fake.books.all("charge")] == [720]
    async with database.transaction(US) as tx:
        left = await paying.find_outstanding(tx, plan.id, JANUARY)
        cash = {
            one.code: one.debit_cents - one.credit_cents for one in await ledger.list_balances(tx)
        }
        charges = await payments.list_charges(tx, f"usage:{plan.id}:2027-01")
    fee = sum(one.fee_cents for one in charges)
    assert (left.cents, left.paid_cents) == (0, 3_720)
    assert (cash["services.sold"], cash["psp.cash"]) == (-3_720, 3_720 - fee)
    assert asking.has_hosted_page()
    (back_again,) = fake.books.all("refund")
    await fake.control(send_back=back_again["id"])
    await asking.look_at_paid_refund(database, US, UUID(back_again["metadata"]["refund"]))
    await Queue(database, admin).run()
    async with database.transaction(US) as tx:
        left = await paying.find_outstanding(tx, plan.id, JANUARY)
        cash = {
            one.code: one.debit_cents - one.credit_cents for one in await ledger.list_balances(tx)
        }
    assert (left.cents, left.paid_cents) == (-720, 4_440)  # its bank sent it back
    assert (cash["services.sold"], cash["psp.cash"]) == (-4_440, 4_440 - fee)


async def test_what_is_credited_while_the_page_is_open_goes_back_when_it_is_paid(
    database: Database, clock: DrivenClock, fake: FakeStripe, admin: asyncpg.Connection
) -> None:
    plan = await subscribed(database)
    await send(database, event(plan, "a", 2_000))
    clock.set(datetime(2027, 2, 1, 9, tzinfo=UTC))
    assert await bill(database, plan) == [4_320]
    where = await paying.pay(database, plan, JANUARY, "http://site.test/back", "fr")
    await send(database, event(plan, "undo", -1_000, datetime(2027, 1, 20, tzinfo=UTC)))
    assert await bill(database, plan) == [4_320, -600]
    await fake.web.post(urlsplit(where).path, data={"number": "4242424242424242"})
    for _ in range(2):
        await paying.look_again(database, plan, JANUARY)
        await Queue(database, admin).run()
    assert [one["amount_refunded"] for one in fake.books.all("charge")] == [600]
    async with database.transaction(US) as tx:
        left = await paying.find_outstanding(tx, plan.id, JANUARY)
    assert (left.cents, left.paid_cents) == (0, 3_720)


async def test_what_the_service_keeps_is_posted_when_it_books_a_payment_late(
    database: Database, clock: DrivenClock, fake: FakeStripe, admin: asyncpg.Connection
) -> None:
    plan = await subscribed(database)
    await send(database, event(plan, "a", 2_000))
    clock.set(datetime(2027, 2, 1, 9, tzinfo=UTC))
    await bill(database, plan)
    fake.books.slow = True
    where = await paying.pay(database, plan, JANUARY, "http://site.test/back", "fr")
    await fake.web.post(urlsplit(where).path, data={"number": "4242424242424242"})
    await paying.look_again(database, plan, JANUARY)
    async with database.transaction(US) as tx:
        codes = {one.code for one in await ledger.list_balances(tx)}
    assert ("psp.cash" in codes, "psp.fees" in codes) == (True, False)
    clock.forward(timedelta(hours=2))
    async with database.transaction() as tx:
        assert await charging.announce_awaited_fees(tx) == 1
    await Queue(database, admin).run()
    async with database.transaction(US) as tx:
        cash = {
            one.code: one.debit_cents - one.credit_cents for one in await ledger.list_balances(tx)
        }
    assert cash["psp.fees"] == 90
    assert cash["psp.cash"] == 4_320 - 90


@pytest.mark.parametrize("won", [True, False])
async def test_what_a_bank_takes_back_of_a_month_is_owed_again_once_it_is_lost(
    database: Database, clock: DrivenClock, fake: FakeStripe, admin: asyncpg.Connection, won: bool
) -> None:
    plan = await subscribed(database)
    await send(database, event(plan, "a", 2_000))
    clock.set(datetime(2027, 2, 1, 9, tzinfo=UTC))
    await bill(database, plan)
    where = await paying.pay(database, plan, JANUARY, "http://site.test/back", "fr")
    await fake.web.post(urlsplit(where).path, data={"number": "4242424242424242"})
    await paying.look_again(database, plan, JANUARY)
    (charge,) = fake.books.all("charge")
    await fake.control(dispute=charge["id"])
    (dispute,) = fake.books.all("dispute")
    for decided in (False, True):
        if decided:
            await fake.control(**{"win" if won else "lose": dispute["id"]})
        await asking.hear_dispute(database, dispute["id"])
        await Queue(database, admin).run()
        async with database.transaction(US) as tx:
            left = await paying.find_outstanding(tx, plan.id, JANUARY)
            cash = {
                one.code: one.debit_cents - one.credit_cents
                for one in await ledger.list_balances(tx)
            }
        assert left.cents == (4_320 if decided and not won else 0)
        funds = fake.books.funds_of("")
        assert cash["psp.cash"] == funds.available + funds.pending
        assert cash["guest.disputes"] == (0 if decided else 4_320)
    assert cash["services.sold"] == (-4_320 if won else 0)
