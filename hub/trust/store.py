"""The statements of trust."""

from datetime import datetime
from uuid import UUID

import msgspec

from hub.core.db import Tx
from hub.core.sql import load_queries
from hub.trust.models import AddEvidence, Clause, Evidence, Finding, Found, RegisterService, Service

q = load_queries(__name__)

MOST_SERVICES, MOST_PAPERS, MOST_KINDS = 200, 500, 200


async def insert_service(tx: Tx, command: RegisterService) -> bool:
    return (
        await tx.run(q.insert_service, tenant=tx.tenant, now=tx.now, **msgspec.to_builtins(command))
        > 0
    )


async def find_service(tx: Tx, code: str) -> Service | None:
    return await tx.one(Service, q.find_service, code=code)


async def list_services(tx: Tx) -> list[Service]:
    return await tx.all(Service, q.list_services, wanted=MOST_SERVICES)


async def insert_evidence(tx: Tx, id: UUID, service: str, command: AddEvidence) -> bool:
    return (
        await tx.run(
            q.insert_evidence,
            id=id,
            service=service,
            now=tx.now,
            actor=tx.actor,
            **msgspec.structs.asdict(command),
        )
        > 0
    )


async def find_evidence(tx: Tx, id: UUID) -> Evidence | None:
    return await tx.one(Evidence, q.find_evidence, id=id)


async def list_evidence(tx: Tx, service: str) -> list[Evidence]:
    return await tx.all(Evidence, q.list_evidence, service=service, wanted=MOST_PAPERS)


async def confirm_evidence(tx: Tx, id: UUID) -> bool:
    return await tx.run(q.confirm_evidence, id=id, now=tx.now, actor=tx.actor) > 0


async def withdraw_evidence(tx: Tx, id: UUID) -> bool:
    return await tx.run(q.withdraw_evidence, id=id, now=tx.now) > 0


async def mark_told(tx: Tx, id: UUID) -> bool:
    """False when its lapse was told before."""
    return await tx.run(q.mark_told, id=id, now=tx.now) > 0


async def change_clause(tx: Tx, service: str, clause: str, option: str | None) -> None:
    await tx.run(q.end_clause, service=service, clause=clause, now=tx.now)
    if option is not None:
        await tx.run(q.begin_clause, service=service, clause=clause, option=option, now=tx.now)


async def list_clauses(tx: Tx, service: str) -> list[Clause]:
    return await tx.all(Clause, q.list_clauses, service=service, wanted=MOST_KINDS)


async def list_options(
    tx: Tx, service: str, clause: str, after: datetime, before: datetime
) -> list[Clause]:
    return await tx.all(
        Clause,
        q.list_options,
        service=service,
        clause=clause,
        after=after,
        before=before,
        wanted=MOST_KINDS,
    )


async def insert_finding(tx: Tx, service: str, probe: str, found: Found, until: datetime) -> None:
    await tx.run(
        q.insert_finding,
        service=service,
        probe=probe,
        rank=found.rank,
        now=tx.now,
        until=until,
        says=found.says,
        filled=found.filled,
        detail=found.detail,
    )


async def list_latest(tx: Tx, service: str) -> list[Finding]:
    """The last finding of each probe."""
    return await tx.all(Finding, q.list_latest, service=service, wanted=MOST_KINDS)


async def find_last_proven(tx: Tx, service: str, probe: str) -> datetime | None:
    return await tx.value(datetime, q.find_last_proven, service=service, probe=probe)


async def list_findings(tx: Tx, service: str, probe: str | None, wanted: int) -> list[Finding]:
    return await tx.all(Finding, q.list_findings, service=service, probe=probe, wanted=wanted)
