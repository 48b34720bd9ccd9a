"""Pulses, incidents and work as they are kept, and months that give back without a claim."""

import asyncio
from datetime import date, datetime, timedelta

import asyncpg
import httpx
import msgspec
import pytest

from hub import billing, service_levels, tenancy, trust
from hub.billing import store as journal
from hub.billing.actions import issuing
from hub.billing.models import Kind
from hub.billing.policy import chaining
from hub.contracts import actions as contracts
from hub.contracts.models import SignContract
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import read_settings
from hub.core.vertical import Nothing
from hub.service_levels import gateway, policy, store, tasks
from hub.service_levels.actions import closing, measuring, telling
from hub.service_levels.errors import ReportInvalid
from hub.service_levels.models import (
    AnnounceWork,
    ChangeIncident,
    ReportIncident,
    Signed,
    TellIncident,
)
from hub.usage import store as subscriptions
from hub.usage.actions import billing_months, paying, planning
from hub.usage.models import PlanTerms, Subscribe
from tests.conftest import NOW
from tests.invoices import COMPANY, SELLER, draft
from tests.locks import until_so_many_wait
from tests.served import Queue
from tests.trusted import SERVICE

OPERATOR, CLIENT, STRANGER = 1, 2, 3
MONTH = date(2026, 12, 1)
ADDRESS = "http://elsewhere.local"


@pytest.fixture
async def service(database: Database, clock: DrivenClock) -> trust.Service:
    clock.set(NOW - timedelta(days=5))
    kinds = (tenancy.Kind.OPERATOR, tenancy.Kind.LODGING, tenancy.Kind.LODGING)
    wanted = [tenancy.OpenOrganisation(kind=kind, name="One") for kind in kinds]
    async with database.transaction() as tx:
        assert await tenancy.open_organisations(tx, wanted) == [OPERATOR, CLIENT, STRANGER]
    async with database.transaction(OPERATOR) as tx:
        await billing.save_profile(tx, SELLER)
        found = await trust.register_service(tx, SERVICE)
        clause = trust.ChangeClause(clause="penalties", option="10-25")
        await trust.change_clause(tx, found.code, clause)
    clock.set(NOW)
    return found


async def bill(
    database: Database, client: int, about: str = "", month: date = MONTH, **more: str
) -> billing.Invoice:
    async with database.transaction(OPERATOR) as tx:
        wanted = msgspec.structs.replace(
            draft(source=f"month:{client}{about}", subject=f"month:{client}{about}", **more),
            buyer_organisation=client,
            delivered_from=month,
            delivered_until=month.replace(day=31),
        )
        return await billing.issue_invoice(tx, wanted)


async def fill_month(database: Database) -> None:
    """The service answered in every minute of December."""
    async with database.transaction() as tx:
        con = await tx.connection()
        await con.execute(
            "insert into service_pulse select 'tourism', g, true, 5 from generate_series("
            "timestamptz '2026-11-30 23:00Z', '2026-12-31 22:59Z', '1 minute') g"
        )


async def test_a_month_that_misses_its_promise_is_given_back_once_without_a_claim(
    database: Database, service: trust.Service, clock: DrivenClock
) -> None:
    await fill_month(database)
    async with database.transaction(OPERATOR) as tx:
        said = ReportIncident(
            began_at=NOW - timedelta(hours=1), found_at=NOW, words="x", tenants=(CLIENT,)
        )
        one = await service_levels.report_incident(tx, "tourism", said)
        ended = ChangeIncident(ended_at=NOW - timedelta(minutes=10))
        await service_levels.change_incident(tx, one.id, ended)
    clock.set(NOW.replace(year=2027, month=1, day=1))
    invoices = {client: await bill(database, client) for client in (CLIENT, STRANGER)}
    assert await service_levels.close_month(database, service, MONTH) == 0, "not settled yet"
    clock.set(NOW.replace(year=2027, month=1, day=6))
    assert await service_levels.close_month(database, service, MONTH) == 2
    assert await service_levels.close_month(database, service, MONTH) == 0
    async with database.transaction(OPERATOR) as tx:
        asked = billing.Filter(since=MONTH, until=date(2027, 1, 31), kind=Kind.CREDIT_NOTE)
        (credit,) = await billing.list_invoices(tx, asked)
    net = invoices[CLIENT].net_cents
    assert credit.buyer_organisation == CLIENT
    assert credit.net_cents == (net * 20 + 100) // 200
    assert credit.read().corrects[0].number == invoices[CLIENT].number
    for client, percent in ((CLIENT, 10), (STRANGER, 0)):
        async with database.transaction(client) as tx:
            (month,) = await service_levels.list_months(tx)
        assert (month.tenant, month.percent) == (client, percent)
        assert month.counted - month.up == (50 if percent else 0)
        assert (month.credit_number == credit.number) is (percent > 0)


async def test_a_contract_that_promises_nothing_gives_nothing_back(
    database: Database, service: trust.Service, clock: DrivenClock
) -> None:
    clock.set(NOW - timedelta(days=1))
    async with database.transaction(OPERATOR) as tx:
        nothing = trust.ChangeClause(clause="penalties", option=None)
        await trust.change_clause(tx, "tourism", nothing)
    clock.set(NOW.replace(year=2027, month=1, day=6))
    await bill(database, CLIENT)
    assert await service_levels.close_month(database, service, MONTH) == 0


async def credits_of(database: Database, client: int = CLIENT) -> list[billing.Invoice]:
    """The credit notes that a client has, oldest first."""
    async with database.transaction(client) as tx:
        asked = billing.Filter(
            since=MONTH, until=date(2028, 1, 31), kind=Kind.CREDIT_NOTE, received=True
        )
        return (await billing.list_invoices(tx, asked))[::-1]


async def choose(database: Database, option: str | None, service: str = "tourism") -> None:
    async with database.transaction(OPERATOR) as tx:
        clause = trust.ChangeClause(clause="penalties", option=option)
        await trust.change_clause(tx, service, clause)


async def break_down(database: Database, minutes: int) -> None:
    """An incident of so many minutes, over at the end of 1 December."""
    await fill_month(database)
    async with database.transaction(OPERATOR) as tx:
        began = NOW - timedelta(hours=2)
        said = ReportIncident(began_at=began, found_at=NOW, words="x")
        one = await service_levels.report_incident(tx, "tourism", said)
        ended = ChangeIncident(ended_at=began + timedelta(minutes=minutes))
        await service_levels.change_incident(tx, one.id, ended)


@pytest.mark.parametrize("later", ["5", None])
async def test_a_clause_that_is_lowered_after_the_month_takes_nothing_from_it(
    database: Database, service: trust.Service, clock: DrivenClock, later: str | None
) -> None:
    await break_down(database, 50)
    clock.set(NOW.replace(year=2027, month=1, day=2))
    invoice = await bill(database, CLIENT)
    await choose(database, later)
    clock.set(NOW.replace(year=2027, month=1, day=6))
    assert await service_levels.close_month(database, service, MONTH) == 1
    (credit,) = await credits_of(database)
    assert credit.net_cents == (invoice.net_cents * 20 + 100) // 200


async def test_a_signed_contract_holds_when_the_clauses_are_lowered_before_the_month(
    database: Database, service: trust.Service, clock: DrivenClock
) -> None:
    january = date(2027, 1, 1)
    await choose(database, "10-50")
    async with database.transaction(CLIENT) as tx:
        shown = await contracts.show(tx, "tourism", "fr")
        said = SignContract(
            shown_sha256=shown.contract.sha256, name="Ada", quality="gérante", read=True
        )
        await contracts.sign(tx, "tourism", said, role="owner", language="fr")
    clock.set(NOW + timedelta(days=20))
    await choose(database, None)
    clock.set(NOW.replace(year=2027, month=2, day=6))
    for client in (CLIENT, STRANGER):
        await bill(database, client, month=january)
    closed = await service_levels.close_month(database, service, january, contracts.list_options)
    assert closed == 1, "nothing was promised to who signed nothing"
    assert len(await credits_of(database)) == 1
    assert not await credits_of(database, STRANGER)
    async with database.transaction(CLIENT) as tx:
        assert [one.percent for one in await service_levels.list_months(tx)] == [50]
    async with database.transaction(STRANGER) as tx:
        assert await service_levels.list_months(tx) == []


async def test_services_that_fail_together_never_give_more_back_than_was_billed(
    database: Database, service: trust.Service, clock: DrivenClock
) -> None:
    services = [service]
    async with database.transaction(OPERATOR) as tx:
        for code in ("second", "third"):
            wanted = msgspec.structs.replace(SERVICE, code=code)
            services.append(await trust.register_service(tx, wanted))
    for one in services:
        await choose(database, "10-50", one.code)
    clock.set(NOW.replace(year=2027, month=1, day=6))
    invoice = await bill(database, CLIENT)
    for one in services * 2:
        await service_levels.close_month(database, one, MONTH)
    given = [one.net_cents for one in await credits_of(database)]
    assert len(given) == 2
    assert sum(given) == invoice.net_cents


async def test_services_that_are_closed_at_once_see_each_others_credit_notes(
    database: Database, service: trust.Service, clock: DrivenClock, admin: asyncpg.Connection
) -> None:
    services = [service]
    async with database.transaction(OPERATOR) as tx:
        for code in ("second", "third"):
            wanted = msgspec.structs.replace(SERVICE, code=code)
            services.append(await trust.register_service(tx, wanted))
    for one in services:
        await choose(database, "10-50", one.code)
    clock.set(NOW.replace(year=2027, month=1, day=6))
    invoice = await bill(database, CLIENT)
    async with database.transaction(OPERATOR) as tx:
        await journal.lock_head(tx, chaining.GENESIS)
        closing_all = [
            asyncio.create_task(service_levels.close_month(database, one, MONTH))
            for one in services
        ]
        await until_so_many_wait(admin, len(services))
    await asyncio.gather(*closing_all)
    given = [one.net_cents for one in await credits_of(database)]
    assert sum(given) == invoice.net_cents


async def test_who_bills_a_subscription_and_who_closes_its_month_do_not_wait_for_each_other(
    database: Database, service: trust.Service, clock: DrivenClock, admin: asyncpg.Connection
) -> None:
    clock.set(NOW.replace(year=2027, month=1, day=6))
    await bill(database, CLIENT)
    async with database.transaction(OPERATOR) as tx:
        terms = PlanTerms(name="Plan", monthly_cents=10_000, service="tourism")
        await planning.save_plan(tx, "small", terms)
        said = Subscribe(customer=CLIENT, plan="small", since=MONTH, buyer=COMPANY)
        plan = await planning.subscribe(tx, said)
    async with database.transaction(OPERATOR) as tx:
        await billing_months.bill_month(tx, plan.id, MONTH)
    async with database.transaction(OPERATOR) as tx:
        await subscriptions.lock_subscription(tx, plan.id)
        other = asyncio.create_task(service_levels.close_month(database, service, MONTH))
        await until_so_many_wait(admin, 1)
        await billing.issue_invoice(tx, draft(source="month:other", subject="month:other"))
    assert await other == 1
    assert len(await credits_of(database)) == 2


async def test_a_bill_of_one_service_gives_nothing_back_for_another(
    database: Database, service: trust.Service, clock: DrivenClock
) -> None:
    clock.set(NOW.replace(year=2027, month=1, day=6))
    await bill(database, CLIENT, ":other", service="another")
    assert await service_levels.close_month(database, service, MONTH) == 0
    invoice = await bill(database, CLIENT, service="tourism")
    assert await service_levels.close_month(database, service, MONTH) == 1
    (credit,) = await credits_of(database)
    assert [one.number for one in credit.read().corrects] == [invoice.number]


async def test_every_client_is_gone_through_however_many_documents_there_are(
    database: Database, service: trust.Service, clock: DrivenClock, monkeypatch
) -> None:
    monkeypatch.setattr(issuing, "LISTED_MOST", 1)
    monkeypatch.setattr(issuing, "OF_SUBJECT_MOST", 1)
    monkeypatch.setattr(closing, "AT_ONCE", 1)
    clock.set(NOW.replace(year=2027, month=1, day=6))
    for client in (CLIENT, STRANGER):
        for about in (":a", ":b"):
            await bill(database, client, about)
    assert await service_levels.close_month(database, service, MONTH) == 2
    monkeypatch.undo()
    for client in (CLIENT, STRANGER):
        assert len(await credits_of(database, client)) == 2


async def test_a_bill_that_comes_after_the_closing_is_credited_once_too(
    database: Database, service: trust.Service, clock: DrivenClock
) -> None:
    clock.set(NOW.replace(year=2027, month=1, day=6))
    await bill(database, CLIENT)
    assert await service_levels.close_month(database, service, MONTH) == 1
    clock.set(NOW.replace(year=2027, month=1, day=20))
    late = await bill(database, CLIENT, ":late")
    for closed in (1, 0):
        assert await service_levels.close_month(database, service, MONTH) == closed
    found = await credits_of(database)
    assert [one.read().corrects[0].number for one in found][1:] == [late.number]
    async with database.transaction(CLIENT) as tx:
        months = await service_levels.list_months(tx)
    assert sorted(one.credit_number or "" for one in months) == [one.number for one in found]


async def test_an_incident_that_is_told_after_the_closing_is_given_back_too(
    database: Database, service: trust.Service, clock: DrivenClock
) -> None:
    await fill_month(database)
    clock.set(NOW.replace(year=2027, month=1, day=6))
    await bill(database, CLIENT)
    assert await service_levels.close_month(database, service, MONTH) == 1
    assert not await credits_of(database)
    clock.set(NOW.replace(year=2027, month=1, day=7))
    async with database.transaction(OPERATOR) as tx:
        said = ReportIncident(began_at=NOW, found_at=tx.now, words="x")
        one = await service_levels.report_incident(tx, "tourism", said)
        ended = ChangeIncident(ended_at=NOW + timedelta(hours=1))
        await service_levels.change_incident(tx, one.id, ended)
    clock.forward(timedelta(minutes=2))
    for closed in (1, 0):
        assert await service_levels.close_month(database, service, MONTH) == closed
    assert len(await credits_of(database)) == 1


async def test_an_incident_that_is_told_while_a_month_is_closed_is_given_back_at_the_next(
    database: Database, service: trust.Service, clock: DrivenClock
) -> None:
    await fill_month(database)
    clock.set(NOW.replace(year=2027, month=1, day=6))
    await bill(database, CLIENT)

    async def tell(*_: object) -> list[Signed]:
        clock.forward(timedelta(seconds=1))
        async with database.transaction(OPERATOR) as tx:
            said = ReportIncident(began_at=NOW, found_at=tx.now, words="x")
            one = await service_levels.report_incident(tx, "tourism", said)
            ended = ChangeIncident(ended_at=NOW + timedelta(hours=1))
            await service_levels.change_incident(tx, one.id, ended)
        clock.forward(timedelta(seconds=1))
        return []

    assert await service_levels.close_month(database, service, MONTH, tell) == 1
    assert not await credits_of(database)
    clock.forward(timedelta(days=1))
    for closed in (1, 0):
        assert await service_levels.close_month(database, service, MONTH) == closed
    assert len(await credits_of(database)) == 1


async def test_a_client_whose_month_cannot_be_closed_keeps_nobody_else_from_theirs(
    database: Database, service: trust.Service, clock: DrivenClock
) -> None:
    clock.set(NOW.replace(year=2027, month=1, day=6))
    for client in (CLIENT, STRANGER):
        await bill(database, client)

    async def stumble(_: Database, client: int, *__: object) -> list[Signed]:
        if client == CLIENT:
            raise ValueError("what was signed cannot be read")
        return []

    assert await service_levels.close_month(database, service, MONTH, stumble) == 1
    assert len(await credits_of(database, STRANGER)) == 1
    assert await service_levels.close_month(database, service, MONTH) == 1, "it comes again"


async def test_the_month_of_registration_begins_when_the_service_is_there(
    database: Database, service: trust.Service, clock: DrivenClock
) -> None:
    async with database.transaction() as tx:
        con = await tx.connection()
        await con.execute(
            "insert into service_pulse select 'tourism', g, true, 5 from generate_series("
            "timestamptz '2026-12-01 09:00Z', '2026-12-31 22:59Z', '1 minute') g"
        )
    clock.set(NOW.replace(year=2027, month=1, day=6))
    await bill(database, CLIENT)
    begun = msgspec.structs.replace(service, registered_at=NOW - timedelta(seconds=30))
    assert await service_levels.close_month(database, begun, MONTH) == 1
    assert not await credits_of(database)
    async with database.transaction(CLIENT) as tx:
        (month,) = await service_levels.list_months(tx)
    assert (month.counted, month.up) == (31 * 1_440 - 10 * 60, 31 * 1_440 - 10 * 60)


async def test_a_clients_months_are_found_by_an_index(
    database: Database, admin: asyncpg.Connection
) -> None:
    await admin.execute("set enable_seqscan = off")
    plan = await admin.fetch("explain " + store.q.list_months.sql, CLIENT, 60)
    assert any("service_month_by_client" in line[0] for line in plan)


async def test_clients_with_documents_are_read_page_by_page_behind_the_wall(
    database: Database,
) -> None:
    values = {
        "tenant": OPERATOR, "service": "tourism", "month": MONTH, "delivered": "2026-12",
        "last": "2026-12-31", "since": NOW, "until": NOW, "note": policy.NOTE, "after": 5,
        "wanted": 100,
    }  # fmt: skip
    async with database.transaction(OPERATOR) as tx:
        con = await tx.connection()
        await con.execute("set local enable_seqscan = off; set local enable_sort = off")
        sql, arguments = store.q.list_due.sql, store.q.list_due.arguments(values)
        plan = [line[0] for line in await con.fetch("explain " + sql, *arguments)]
    assert any("Index Scan using invoice_by_month" in line for line in plan)
    bounds = plan[next(at for at, line in enumerate(plan) if "invoice_by_month" in line) + 1]
    assert all(name in bounds for name in ("tenant", "delivered_month", "buyer_organisation"))
    assert not any("Sort" in line for line in plan), "a page ends where it is full"


async def test_a_month_in_which_the_worker_was_out_is_credited_when_it_is_back(
    database: Database, service: trust.Service, clock: DrivenClock, admin: asyncpg.Connection
) -> None:
    clock.set(NOW.replace(year=2027, month=1, day=3))
    await bill(database, CLIENT)
    clock.set(NOW.replace(year=2027, month=2, day=20))
    for _ in range(2):
        await tasks.close_months_later.run(database, None, Nothing())
        await Queue(database, admin).run()
    assert len(await credits_of(database)) == 1


async def test_a_month_that_is_announced_as_work_from_end_to_end_is_down_all_the_same(
    database: Database, service: trust.Service, clock: DrivenClock
) -> None:
    clock.set(NOW - timedelta(days=10))
    async with database.transaction(OPERATOR) as tx:
        span = policy.span_of(MONTH)
        said = AnnounceWork(begins_at=span.since, ends_at=span.until, words="x")
        await service_levels.announce_work(tx, "tourism", said)
    clock.set(NOW.replace(year=2027, month=1, day=6))
    await bill(database, CLIENT)
    assert await service_levels.close_month(database, service, MONTH) == 1
    assert len(await credits_of(database)) == 1
    async with database.transaction(CLIENT) as tx:
        (month,) = await service_levels.list_months(tx)
    assert (month.counted, month.percent) == (31 * 1_440 - 8 * 60, 25)


async def test_a_credit_over_a_subscriptions_month_lowers_what_it_wants_and_pays_back_what_was_paid(
    database: Database, service: trust.Service, clock: DrivenClock
) -> None:
    async with database.transaction(OPERATOR) as tx:
        terms = PlanTerms(name="Plan", monthly_cents=10_000, service="tourism")
        await planning.save_plan(tx, "small", terms)
        said = Subscribe(customer=CLIENT, plan="small", since=MONTH, buyer=COMPANY)
        plan = await planning.subscribe(tx, said)
    clock.set(NOW.replace(year=2027, month=1, day=6))
    async with database.transaction(OPERATOR) as tx:
        await billing_months.bill_month(tx, plan.id, MONTH)
        assert (await paying.find_outstanding(tx, plan.id, MONTH)).cents == 12_000
    for closed in (1, 0):
        assert await service_levels.close_month(database, service, MONTH) == closed
    async with database.transaction(OPERATOR) as tx:
        assert (await paying.find_outstanding(tx, plan.id, MONTH)).cents == 9_000
        assert await billing_months.bill_month(tx, plan.id, MONTH) == []


async def test_each_minute_is_asked_from_outside_and_a_bad_answer_stays(
    database: Database, service: trust.Service, clock: DrivenClock, monkeypatch
) -> None:
    answers = iter([200, 503, 200, 200])
    transport = httpx.MockTransport(lambda _: httpx.Response(next(answers)))
    monkeypatch.setitem(gateway.TRANSPORTS, ADDRESS, transport)
    told = [await service_levels.take_pulse(database, service, ADDRESS) for _ in range(3)]
    clock.forward(timedelta(minutes=1))
    told.append(await service_levels.take_pulse(database, service, ADDRESS))
    assert told == [True, False, True, True]
    span = service_levels.Span(since=NOW, until=NOW + timedelta(minutes=2))
    async with database.transaction() as tx:
        assert await store.list_up(tx, "tourism", span) == [1]
    gone = "http://127.0.0.1:1"
    assert not await service_levels.take_pulse(database, service, gone)


async def test_services_are_asked_together_and_one_that_hangs_marks_no_other_down(
    database: Database, service: trust.Service, monkeypatch
) -> None:
    places = {"first": "http://first.local", "second": "http://second.local"}
    async with database.transaction(OPERATOR) as tx:
        for code, address in places.items():
            wanted = msgspec.structs.replace(SERVICE, code=code, address=address, run_here=False)
            await trust.register_service(tx, wanted)
    both, asked = asyncio.Event(), []

    async def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        if len(asked) == len(places):
            both.set()
        await both.wait()
        return httpx.Response(200)

    async def hang(_: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        return httpx.Response(200)

    monkeypatch.setattr(gateway, "PATIENCE_S", 5.0)
    for address in places.values():
        monkeypatch.setitem(gateway.TRANSPORTS, address, httpx.MockTransport(answer))
    own = read_settings().public_url.rstrip("/")
    monkeypatch.setitem(gateway.TRANSPORTS, own, httpx.MockTransport(hang))
    await tasks.take_pulses_later.run(database, None, Nothing())
    span = service_levels.Span(since=NOW, until=NOW + timedelta(minutes=1))
    async with database.transaction() as tx:
        up = {one: await store.list_up(tx, one, span) for one in ("tourism", *places)}
    assert up == {"tourism": [], "first": [0], "second": [0]}


async def test_the_probes_of_availability_and_incidents_find_what_went_wrong(
    database: Database, service: trust.Service, clock: DrivenClock
) -> None:
    async with database.transaction() as tx:
        assert (await service_levels.find_availability(tx, "tourism")).rank == 0
    await fill_month(database)
    clock.set(NOW.replace(day=20))
    async with database.transaction(OPERATOR) as tx:
        assert (await service_levels.find_availability(tx, "tourism")).rank == 3
        assert (await service_levels.find_incident_times(tx, "tourism")).rank == 3
        late = ReportIncident(
            began_at=tx.now - timedelta(hours=30), found_at=tx.now - timedelta(hours=30), words="x"
        )
        one = await service_levels.report_incident(tx, "tourism", late)
        ended = ChangeIncident(ended_at=tx.now - timedelta(hours=29))
        await service_levels.change_incident(tx, one.id, ended)
        assert (await service_levels.find_availability(tx, "tourism")).rank == 1
        assert (await service_levels.find_incident_times(tx, "tourism")).rank == 1


async def fail(database: Database, began: datetime, minutes: int) -> None:
    """The service did not answer, but for one good minute in each hour."""
    async with database.transaction() as tx:
        con = await tx.connection()
        await con.execute(
            "insert into service_pulse"
            " select 'tourism', g, extract(minute from g) = 7, 5 from generate_series("
            " $1::timestamptz, $1 + ($2 - 1) * interval '1 minute', '1 minute') g"
            " on conflict (service, minute) do update set ok = excluded.ok",
            began,
            minutes,
        )


async def test_owners_have_one_letter_of_an_incident_and_of_work_and_then_it_is_told(
    database: Database, service: trust.Service, clock: DrivenClock, admin: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(telling, "AT_ONCE", 1)
    kind, elsewhere = tenancy.Kind.LODGING, 4
    async with database.transaction() as tx:
        opened = await tenancy.open_organisations(
            tx, [tenancy.OpenOrganisation(kind=kind, name="X")]
        )
    assert opened == [elsewhere]
    await admin.execute(
        "insert into held_organisation (tenant, since, reason) values ($1, now(), 'not here yet')",
        elsewhere,
    )
    owned = ((OPERATOR, "fr"), (CLIENT, "de"), (STRANGER, "en"), (elsewhere, "fr"))
    for tenant, language in owned:
        person = await admin.fetchval(
            "insert into person (email, name, language, password_hash, created_at)"
            " values ($1, 'Ada', $2, 'x', now()) returning id",
            f"owner{tenant}@demo.example",
            language,
        )
        await admin.execute(
            "insert into membership (tenant, person, role, since) values ($1, $2, 'owner', now())",
            tenant,
            person,
        )
    async with database.transaction(OPERATOR) as tx:
        said = ReportIncident(
            began_at=NOW, found_at=NOW, words="Nichts geht.", tenants=(CLIENT, 4_711)
        )
        partial = await service_levels.report_incident(tx, "tourism", said)
        whole = await service_levels.report_incident(
            tx, "tourism", ReportIncident(began_at=NOW, found_at=NOW, words="x")
        )
        begins = NOW + timedelta(days=4)
        work = AnnounceWork(begins_at=begins, ends_at=begins + timedelta(hours=1), words="y")
        await service_levels.announce_work(tx, "tourism", work)
        assert [one.told_at for one in await service_levels.list_incidents(tx, "tourism")] == [
            None, None,
        ]  # fmt: skip
    clock.forward(timedelta(minutes=3))
    await Queue(database, admin).run(only="service_levels")
    for _ in range(2):
        await telling.tell_incident(database, TellIncident(incident=whole.id))
    rows = await admin.fetch("select tenant, recipient, subject, body_text from mail")
    count = {tenant: sum(row["tenant"] == tenant for row in rows) for tenant in (1, 2, 3, 4)}
    assert count == {OPERATOR: 2, CLIENT: 3, STRANGER: 2, elsewhere: 0}
    german = [row for row in rows if row["tenant"] == CLIENT]
    assert {row["recipient"] for row in german} == {"owner2@demo.example"}
    assert {row["subject"] for row in german} == {
        "La centrale: eine Störung", "La centrale: geplante Arbeiten",
    }  # fmt: skip
    assert any("Nichts geht." in row["body_text"] for row in german)
    async with database.transaction(OPERATOR) as tx:
        incidents = await service_levels.list_incidents(tx, "tourism")
    assert {one.id for one in incidents} == {partial.id, whole.id}
    assert {one.told_at for one in incidents} == {NOW + timedelta(minutes=3)}


async def test_hours_without_an_answer_that_nobody_reported_are_found(
    database: Database, service: trust.Service, clock: DrivenClock
) -> None:
    await fill_month(database)
    await fail(database, NOW + timedelta(hours=1), 180)
    await fail(database, NOW + timedelta(hours=9), 14)
    ranks = {}
    for hours in (4, 6, 26, 74):
        clock.set(NOW + timedelta(hours=1 + hours))
        async with database.transaction(OPERATOR) as tx:
            found = await service_levels.find_incident_times(tx, "tourism")
        assert (found.says, found.filled) == (measuring.UNTOLD, {"count": 0, "untold": 1})
        ranks[hours] = found.rank
    assert ranks == {4: 3, 6: 2, 26: 1, 74: 0}
    async with database.transaction(OPERATOR) as tx:
        began = NOW + timedelta(hours=1)
        said = ReportIncident(began_at=began, found_at=tx.now, words="x")
        one = await service_levels.report_incident(tx, "tourism", said)
        ended = ChangeIncident(ended_at=began + timedelta(hours=3), cause="y")
        await service_levels.change_incident(tx, one.id, ended)
        found = await service_levels.find_incident_times(tx, "tourism")
    assert (found.says, found.rank) == (measuring.ANNOUNCED, 0), "it was found when it was measured"


async def test_hours_in_which_nobody_asked_are_found_too(
    database: Database, service: trust.Service, clock: DrivenClock, admin: asyncpg.Connection
) -> None:
    async with database.transaction(OPERATOR) as tx:
        assert (await service_levels.find_incident_times(tx, "tourism")).rank == 3, "not measured"
    await fill_month(database)
    began = NOW + timedelta(hours=1)
    pauses = ((began, 14), (began + timedelta(hours=2), 15), (began + timedelta(hours=4), 600))
    for since, minutes in pauses:
        until = since + timedelta(minutes=minutes)
        await admin.execute(
            "delete from service_pulse where minute >= $1 and minute < $2", since, until
        )
    clock.set(began + timedelta(hours=5, seconds=30))
    async with database.transaction(OPERATOR) as tx:
        year = service_levels.Span(since=tx.now - timedelta(days=366), until=tx.now)
        runs = await store.list_runs(tx, "tourism", year, policy.BETWEEN, policy.LONG)
        found = await service_levels.find_incident_times(tx, "tourism")
        late = service_levels.Span(since=began + timedelta(hours=4, minutes=20), until=tx.now)
        (rest,) = await store.list_runs(tx, "tourism", late, policy.BETWEEN, policy.LONG)
    assert [(run.since - began, run.until - run.since) for run in runs] == [
        (timedelta(hours=4), timedelta(hours=1)),
        (timedelta(hours=2), timedelta(minutes=15)),
    ]
    assert (found.says, found.filled) == (measuring.UNTOLD, {"count": 0, "untold": 2})
    assert (rest.since, rest.until) == (late.since, began + timedelta(hours=5))


async def test_a_run_within_announced_work_is_no_incident(
    database: Database, service: trust.Service, clock: DrivenClock
) -> None:
    async with database.transaction(OPERATOR) as tx:
        begins = NOW + timedelta(days=4)
        said = AnnounceWork(begins_at=begins, ends_at=begins + timedelta(hours=3), words="x")
        await service_levels.announce_work(tx, "tourism", said)
    await fill_month(database)
    await fail(database, begins, 180)
    clock.set(NOW + timedelta(days=9))
    async with database.transaction(OPERATOR) as tx:
        found = await service_levels.find_incident_times(tx, "tourism")
    assert (found.says, found.rank) == (measuring.ANNOUNCED, 3)


async def test_what_cannot_be_so_is_refused(database: Database, service: trust.Service) -> None:
    async with database.transaction(OPERATOR) as tx:
        future = NOW + timedelta(hours=1)
        for began, found in ((NOW, NOW - timedelta(hours=1)), (NOW, future), (future, future)):
            with pytest.raises(ReportInvalid):
                await service_levels.report_incident(
                    tx, "tourism", ReportIncident(began_at=began, found_at=found, words="x")
                )
        for begins, ends in ((NOW - timedelta(hours=1), future), (future, future)):
            with pytest.raises(ReportInvalid):
                await service_levels.announce_work(
                    tx, "tourism", AnnounceWork(begins_at=begins, ends_at=ends, words="x")
                )
