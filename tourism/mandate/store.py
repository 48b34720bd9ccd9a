"""The statements of mandates."""

from datetime import date
from uuid import UUID

from hub.core.db import Tx
from hub.core.sql import load_queries
from tourism.mandate.models import Draft, DueMandate, Mandate

q = load_queries(__name__)


async def insert_mandate(
    tx: Tx, id: UUID, property: int, draft: Draft, *, name: str, quality: str
) -> None:
    await tx.run(
        q.insert_mandate,
        id=id,
        tenant=tx.tenant,
        property=property,
        revision=draft.facts.revision.number,
        text=draft.text,
        text_hash=draft.hash,
        facts=draft.facts,
        signed_name=name,
        signed_quality=quality,
        signed_by=tx.actor,
        now=tx.now,
    )


async def find_newest_mandate(tx: Tx, property: int) -> Mandate | None:
    return await tx.one(Mandate, q.find_newest_mandate, property=property)


async def find_mandate(tx: Tx, id: UUID) -> Mandate | None:
    return await tx.one(Mandate, q.find_mandate, id=id)


async def list_mandates(tx: Tx, property: int) -> list[Mandate]:
    return await tx.all(Mandate, q.list_mandates, property=property)


async def give_notice(tx: Tx, id: UUID, ends_on: date, reason: str) -> bool:
    """False when notice was given already."""
    return await tx.run(q.give_notice, id=id, ends_on=ends_on, reason=reason, now=tx.now) == 1


async def end_mandate(tx: Tx, id: UUID, reason: str) -> bool:
    """False when it is over already."""
    return await tx.run(q.end_mandate, id=id, reason=reason, now=tx.now) == 1


async def list_due_mandates(
    tx: Tx, today: date, lowest_revision: int, wanted: int
) -> list[DueMandate]:
    return await tx.all(
        DueMandate,
        q.list_due_mandates,
        today=today,
        lowest_revision=lowest_revision,
        wanted=wanted,
    )
