"""Pulses, incidents and work as they are kept, and months that give back without a claim."""

from datetime import date, timedelta

import httpx
import msgspec
import pytest

from hub import billing, service_levels, tenancy, trust
from hub.billing.models import Kind
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.service_levels import gateway, store
from hub.service_levels.errors import ReportInvalid
from hub.service_levels.models import (
    AnnounceWork,
    ChangeIncident,
    ReportIncident,
)
from tests.conftest import NOW
from tests.invoices import SELLER, draft
from tests.trusted import SERVICE

OPERATOR, CLIENT, STRANGER = 1, 2, 3
MONTH = date(2026, 12, 1)
ADDRESS = "http://elsewhere.local"


@pytest.fixture
async def service(database: Database) -> trust.Service:
    kinds = (tenancy.Kind.OPERATOR, tenancy.Kind.LODGING, tenancy.Kind.LODGING)
    wanted = [tenancy.OpenOrganisation(kind=kind, name="One") for kind in kinds]
    async with database.transaction() as tx:
        assert await tenancy.open_organisations(tx, wanted) == [OPERATOR, CLIENT, STRANGER]
    async with database.transaction(OPERATOR) as tx:
        await billing.save_profile(tx, SELLER)
        found = await trust.register_service(tx, SERVICE)
        clause = trust.ChangeClause(clause="penalties", option="10-25")
        await trust.change_clause(tx, found.code, clause)
    return found


async def bill(database: Database, client: int) -> billing.Invoice:
    async with database.transaction(OPERATOR) as tx:
        wanted = msgspec.structs.replace(
            draft(source=f"month:{client}", subject=f"month:{client}"),
            buyer_organisation=client,
            delivered_from=MONTH,
            delivered_until=date(2026, 12, 31),
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
    async with database.transaction(OPERATOR) as tx:
        nothing = trust.ChangeClause(clause="penalties", option=None)
        await trust.change_clause(tx, "tourism", nothing)
    clock.set(NOW.replace(year=2027, month=1, day=6))
    await bill(database, CLIENT)
    assert await service_levels.close_month(database, service, MONTH) == 0


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
