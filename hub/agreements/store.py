"""The statements of agreements."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

import asyncpg
import msgspec

from hub.agreements.errors import VersionTaken
from hub.agreements.models import (
    Allocation,
    Derogation,
    GrantDerogation,
    KeptAllocation,
    PastAllocation,
    RatifyVersion,
    Suspension,
    TerritoryKind,
    Version,
)
from hub.core.db import Reads, Tx
from hub.core.sql import load_queries
from hub.rules import Base, Role

q = load_queries(__name__)


class Beneficiary(msgspec.Struct, frozen=True, kw_only=True):
    """The organisation that receives a role's shares."""

    role: Role
    organisation: int


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """What a member owes a role at most (basis points of each base)."""

    role: Role
    at_most_bps: int


class Reversal(msgspec.Struct, frozen=True, kw_only=True):
    """One reversal of an allocation."""

    document: Allocation


async def insert_version(tx: Tx, command: RatifyVersion, hash: str) -> Version:
    try:
        version = await tx.one(
            Version,
            q.insert_version,
            tenant=tx.tenant,
            agreement=command.agreement,
            title=command.title,
            effective_on=command.effective_on,
            text=command.text,
            hash=hash,
            minutes=command.minutes,
            now=tx.now,
        )
    except asyncpg.UniqueViolationError:
        raise VersionTaken() from None
    assert version is not None
    return version


async def find_version_in_force(reads: Reads, agreement: str, on: date) -> Version | None:
    return await reads.one(Version, q.find_version_in_force, agreement=agreement, on=on)


async def list_suspensions(reads: Reads, scheme: int, wanted: int) -> list[Suspension]:
    return await reads.all(Suspension, q.list_suspensions, scheme=scheme, wanted=wanted)


async def insert_suspension(tx: Tx, suspension: Suspension) -> None:
    await tx.run(
        q.insert_suspension,
        tenant=tx.tenant,
        version=suspension.version,
        from_on=suspension.from_on,
        until_on=suspension.until_on,
        reason=suspension.reason,
        minutes=suspension.minutes,
        now=tx.now,
    )


async def insert_derogation(
    tx: Tx, id: UUID, member: int, name: str, said: GrantDerogation
) -> None:
    await tx.run(
        q.insert_derogation,
        tenant=tx.tenant,
        id=id,
        member=member,
        name=name,
        role=said.role,
        at_most_bps=said.at_most_bps,
        reason=said.reason,
        since=said.since,
        until=said.until,
        now=tx.now,
    )


async def find_derogation(tx: Tx, id: UUID) -> Derogation | None:
    return await tx.one(Derogation, q.find_derogation, tenant=tx.tenant, id=id)


async def end_derogation(tx: Tx, id: UUID, ended_on: date, ended_reason: str) -> bool:
    ended = await tx.run(
        q.end_derogation, tenant=tx.tenant, id=id, ended_on=ended_on, ended_reason=ended_reason
    )
    return ended == 1


async def list_derogations(tx: Tx, today: date, wanted: int) -> list[Derogation]:
    return await tx.all(
        Derogation, q.list_derogations, tenant=tx.tenant, today=today, wanted=wanted
    )


async def list_limits(tx: Tx, scheme: int, on: date) -> list[Limit]:
    """What the caller owes at most."""
    return await tx.all(Limit, q.list_limits, scheme=scheme, member=tx.tenant, on=on)


async def list_versions(reads: Reads, scheme: int) -> list[Version]:
    return await reads.all(Version, q.list_versions, scheme=scheme)


async def list_published(reads: Reads, agreement: str, wanted: int) -> list[Version]:
    return await reads.all(Version, q.list_published, agreement=agreement, wanted=wanted)


async def keep_beneficiary(
    tx: Tx, role: Role, organisation: int, territory_kind: TerritoryKind, territory_code: str
) -> None:
    await tx.run(
        q.keep_beneficiary,
        scheme=tx.tenant,
        organisation=organisation,
        role=role,
        territory_kind=territory_kind,
        territory_code=territory_code,
    )


async def find_beneficiary(
    tx: Tx, role: Role, territory_kind: TerritoryKind, territory_code: str
) -> int | None:
    return await tx.value(
        int,
        q.find_beneficiary,
        scheme=tx.tenant,
        role=role,
        territory_kind=territory_kind,
        territory_code=territory_code,
    )


async def list_beneficiaries(
    reads: Reads, scheme: int, facts: Mapping[str, object]
) -> list[Beneficiary]:
    return await reads.all(
        Beneficiary,
        q.list_beneficiaries,
        scheme=scheme,
        commune=facts.get("commune"),
        department=facts.get("department"),
        region=facts.get("region"),
    )


async def insert_allocation(
    tx: Tx, id: UUID, scheme: int, subject: str, allocation: Allocation
) -> None:
    await tx.run(
        q.insert_allocation,
        id=id,
        tenant=tx.tenant,
        scheme=scheme,
        subject=subject,
        document=allocation,
        now=tx.now,
    )


async def find_allocation(tx: Tx, subject: str) -> KeptAllocation | None:
    return await tx.one(KeptAllocation, q.find_allocation, subject=subject)


async def list_penalties(tx: Tx, subject: str, wanted: int) -> list[KeptAllocation]:
    return await tx.all(
        KeptAllocation, q.list_penalties, tenant=tx.tenant, subject=subject, wanted=wanted
    )


async def lock_allocation(tx: Tx, subject: str) -> None:
    await tx.run(q.lock_allocation, subject=subject)


async def list_reversals(tx: Tx, allocation: UUID) -> list[Allocation]:
    rows = await tx.all(Reversal, q.list_reversals, allocation=allocation)
    return [row.document for row in rows]


async def insert_reversal(
    tx: Tx, id: UUID, allocation: UUID, amount_cents: int, reversal: Allocation
) -> None:
    await tx.run(
        q.insert_reversal,
        id=id,
        tenant=tx.tenant,
        allocation=allocation,
        amount_cents=amount_cents,
        document=reversal,
        now=tx.now,
    )


async def sum_shared(tx: Tx, scheme: int, base: Base, since: datetime) -> int:
    """How much of a base of the caller was shared since then, less what went back (cents)."""
    return await tx.value(int, q.sum_shared, scheme=scheme, base=base, since=since) or 0


async def find_allocation_by_id(tx: Tx, id: UUID) -> KeptAllocation | None:
    return await tx.one(KeptAllocation, q.find_allocation_by_id, id=id)


async def find_version(reads: Reads, id: int) -> Version | None:
    return await reads.one(Version, q.find_version, id=id)


async def list_past(
    tx: Tx, since: datetime, until: datetime, after_at: datetime, after_id: UUID, wanted: int
) -> list[PastAllocation]:
    return await tx.all(
        PastAllocation,
        q.list_past,
        scheme=tx.tenant,
        since=since,
        until=until,
        after_at=after_at,
        after_id=after_id,
        wanted=wanted,
    )


async def count_past(tx: Tx, since: datetime, until: datetime) -> int:
    return await tx.value(int, q.count_past, scheme=tx.tenant, since=since, until=until) or 0
