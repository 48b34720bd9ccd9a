"""The file of a service, and its level at each instant."""

from datetime import UTC, date, datetime, timedelta

import asyncpg
import msgspec
import pytest

from hub import audit, trust
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.errors import NotFound
from hub.core.vertical import Nothing
from hub.trust import policy, telling
from hub.trust.errors import ClauseInvalid, EvidenceInvalid, ServiceInvalid, ServiceKnown
from hub.trust.models import Fault, Found
from hub.trust.tasks import tell_lapsing_later
from tests.conftest import NOW
from tests.trusted import SERVICE, find_operator, measure_all, prove_all

OPERATOR = 1


async def rank(database: Database, code: str = "tourism") -> int:
    async with database.transaction() as tx:
        return (await trust.assess(tx, code)).assessment.rank


@pytest.fixture
async def service(database: Database) -> trust.Service:
    async with database.transaction(OPERATOR, actor="person:1") as tx:
        found = await trust.register_service(tx, SERVICE)
        await prove_all(tx, found)
    return found


async def test_a_service_without_proofs_has_no_level(database: Database) -> None:
    async with database.transaction(OPERATOR) as tx:
        await trust.register_service(tx, SERVICE)
    assert await rank(database) == 0
    with pytest.raises(NotFound):
        await rank(database, "unknown")


async def test_a_document_that_lapses_lowers_the_level_at_that_instant(
    database: Database, service: trust.Service, clock: DrivenClock
) -> None:
    assert await rank(database) == 3
    clock.set(NOW.replace(year=2027, month=1, day=31, hour=22, minute=59))
    async with database.transaction(OPERATOR) as tx:
        await measure_all(tx, service)
    assert await rank(database) == 3
    clock.forward(timedelta(minutes=1))
    assert await rank(database) == 0


async def test_findings_that_nobody_renews_prove_nothing(
    database: Database, service: trust.Service, clock: DrivenClock
) -> None:
    clock.forward(timedelta(days=2) - timedelta(seconds=1))
    assert await rank(database) == 3
    clock.forward(timedelta(seconds=1))
    assert await rank(database) == 0
    async with database.transaction(OPERATOR) as tx:
        await measure_all(tx, service, 2)
        await trust.record_finding(tx, service, "tls", Found(rank=1, says="Mesuré."))
    assert await rank(database) == 1


async def test_a_withdrawn_or_foreign_document_counts_no_more(
    database: Database, service: trust.Service
) -> None:
    async with database.transaction(OPERATOR, actor="person:2") as tx:
        standing = await trust.assess(tx, "tourism")
        iso = next(one for one in standing.papers if one.evidence.kind == "iso-27001")
        await trust.withdraw_evidence(tx, iso.evidence.id, "Retiré par son émetteur")
        foreign = trust.AddEvidence(
            kind="iso-27001",
            issuer="Organisme certificateur",
            entity="732829320",
            services=("tourism",),
            issued_on=date(2026, 1, 1),
            expires_on=date(2027, 1, 31),
            sha256="f" * 64,
        )
        added = await trust.add_evidence(tx, "tourism", foreign)
        await trust.confirm_evidence(tx, added.id)
    async with database.transaction(OPERATOR) as tx:
        standing = await trust.assess(tx, "tourism")
        entries = await audit.list_entries(tx, wanted=200)
    faults = {one.evidence.sha256: one.faults for one in standing.papers}
    assert faults["f" * 64] == (Fault.OTHER_ENTITY,)
    assert standing.assessment.rank == 1
    acts = {entry.action: entry for entry in entries}
    assert acts["trust.evidence_withdrawn"].reason == "Retiré par son émetteur"
    assert {"trust.service", "trust.evidence", "trust.evidence_confirmed", "trust.clause"} <= set(
        acts
    )


async def test_a_clause_that_leaves_the_contract_lowers_the_level(
    database: Database, service: trust.Service, clock: DrivenClock
) -> None:
    clock.forward(timedelta(minutes=1))
    async with database.transaction(OPERATOR) as tx:
        command = trust.ChangeClause(clause="penalties", option="5")
        assert (await trust.change_clause(tx, "tourism", command)).assessment.rank == 1
    clock.forward(timedelta(minutes=1))
    async with database.transaction(OPERATOR) as tx:
        gone = trust.ChangeClause(clause="penalties", option=None)
        assert (await trust.change_clause(tx, "tourism", gone)).assessment.rank == 0


async def test_what_cannot_be_kept_is_refused_at_its_field(
    database: Database, service: trust.Service
) -> None:
    paper = trust.AddEvidence(
        kind="iso-27001",
        issuer="X",
        entity="1",
        services=("tourism",),
        issued_on=date(2026, 1, 1),
        expires_on=date(2027, 1, 1),
        sha256="a" * 64,
    )
    wrong: list[tuple[dict[str, object], str]] = [
        ({"kind": "diploma"}, "kind"),
        ({"issuer": " "}, "issuer"),
        ({"services": ()}, "services"),
        ({"expires_on": date(2025, 1, 1)}, "expires_on"),
        ({"sha256": "A" * 64}, "sha256"),
    ]
    async with database.transaction(OPERATOR) as tx:
        for change, field in wrong:
            with pytest.raises(EvidenceInvalid) as caught:
                await trust.add_evidence(tx, "tourism", msgspec.structs.replace(paper, **change))
            assert caught.value.extra["field"] == field
        await trust.add_evidence(tx, "tourism", paper)
        with pytest.raises(EvidenceInvalid):
            await trust.add_evidence(tx, "tourism", paper)
        with pytest.raises(ClauseInvalid):
            await trust.change_clause(
                tx, "tourism", trust.ChangeClause(clause="penalties", option="200")
            )
        services: list[tuple[dict[str, object], type[Exception]]] = [
            ({"code": "No"}, ServiceInvalid),
            ({"scope": ""}, ServiceInvalid),
            ({"country": "fr"}, ServiceInvalid),
            ({"data_classes": ("secret",)}, ServiceInvalid),
            ({"scope": "Autre chose"}, ServiceKnown),
        ]
        for change, error in services:
            with pytest.raises(error):
                await trust.register_service(tx, msgspec.structs.replace(SERVICE, **change))


async def test_the_history_of_findings_cannot_be_rewritten(
    database: Database, service: trust.Service, admin: asyncpg.Connection
) -> None:
    async with database.transaction() as tx:
        history = await trust.list_findings(tx, "tourism", "tls")
    assert [one.rank for one in history] == [3]
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await admin.execute("update trust_finding set rank = 3")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await admin.execute("delete from trust_finding")


async def test_the_owners_of_who_keeps_a_file_are_written_to_a_month_before_a_document_lapses(
    demo: Database, clock: DrivenClock
) -> None:
    operator = await find_operator(demo)
    async with demo.transaction(operator, actor="person:1") as tx:
        service = await trust.register_service(tx, SERVICE)
        await prove_all(tx, service)  # every document lapses after the last of January
        standing = await trust.assess(tx, service.code)
    kinds = len({one.evidence.kind for one in standing.papers if not one.faults})
    lapses = datetime(2027, 1, 31, 23, 0, tzinfo=UTC)

    async def letters() -> list[str]:
        async with demo.transaction(operator) as tx:
            found = await (await tx.connection()).fetch(
                "select subject from mail where subject like '%échoit%' order by subject"
            )
            return [row["subject"] for row in found]

    clock.set(lapses - policy.LAPSE_NOTICE - timedelta(minutes=1))
    assert await telling.tell_all(demo) == 0
    clock.forward(timedelta(minutes=1))
    await tell_lapsing_later.run(demo, None, Nothing())
    said = await letters()
    assert set(said) == {"La centrale : un document échoit le 31 janvier 2027"}
    assert len(said) >= kinds, "to each owner, of each document"
    assert await telling.tell_all(demo) == 0
    clock.forward(timedelta(days=1))
    assert await telling.tell_all(demo) == 0
    assert await letters() == said, "each is told once"
    async with demo.transaction(operator) as tx:
        acts = [one.action for one in await audit.list_entries(tx, wanted=500)]
    assert acts.count("trust.lapse_told") == kinds


async def test_a_document_that_another_outlasts_is_not_told_of(
    demo: Database, clock: DrivenClock
) -> None:
    operator = await find_operator(demo)
    async with demo.transaction(operator, actor="person:1") as tx:
        service = await trust.register_service(tx, SERVICE)
        for place, last in enumerate((date(2027, 1, 31), date(2028, 1, 31))):
            paper = trust.AddEvidence(
                kind="iso-27001",
                issuer="Organisme certificateur",
                entity=SERVICE.provider_id,
                services=(service.code,),
                issued_on=date(2026, 1, 1),
                expires_on=last,
                sha256=f"{place:064x}",
                number=f"N-{place}",
            )
            added = await trust.add_evidence(tx, service.code, paper)
            await trust.confirm_evidence(tx, added.id)
    clock.set(datetime(2027, 1, 30, tzinfo=UTC))
    assert await telling.tell_all(demo) == 0
    clock.set(datetime(2028, 1, 30, tzinfo=UTC))
    assert await telling.tell_all(demo) == 1
