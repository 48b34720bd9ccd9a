"""The statements of minutes."""

from uuid import UUID

from hub.core.db import Tx
from hub.core.sql import load_queries
from hub.minutes.models import Signature, SignMinutes

q = load_queries(__name__)


async def insert_minutes(
    tx: Tx, id: UUID, said: SignMinutes, minutes_hash: str, document: bytes
) -> bool:
    """False when they are signed already."""
    inserted = await tx.run(
        q.insert_minutes,
        tenant=tx.tenant,
        proposal=id,
        minutes_hash=minutes_hash,
        signed_name=said.name.strip(),
        signed_quality=said.quality.strip(),
        signed_by=tx.actor,
        document=document,
        now=tx.now,
    )
    return inserted == 1


async def find_minutes(tx: Tx, id: UUID) -> Signature | None:
    return await tx.one(Signature, q.find_minutes, proposal=id)


async def find_document(tx: Tx, id: UUID) -> bytes | None:
    return await tx.value(bytes, q.find_document, proposal=id)
