"""The statements of a space's file: rows in the order of their ids, a piece at a time."""

from datetime import datetime
from uuid import UUID

from hub.core.db import Tx
from hub.core.sql import load_queries
from hub.space_exports.models import DocumentRow, PersonRow, Row

q = load_queries(__name__)


async def list_members(tx: Tx, space: UUID, after: int, wanted: int) -> list[PersonRow]:
    return await tx.all(PersonRow, q.list_members, space=space, after=after, wanted=wanted)


async def list_posts(tx: Tx, space: UUID, after: UUID, wanted: int) -> list[Row]:
    return await tx.all(Row, q.list_posts, space=space, after=after, wanted=wanted)


async def list_decisions(tx: Tx, space: UUID, after: UUID, wanted: int) -> list[Row]:
    return await tx.all(Row, q.list_decisions, space=space, after=after, wanted=wanted)


async def list_events(tx: Tx, space: UUID, after: UUID, wanted: int) -> list[Row]:
    return await tx.all(Row, q.list_events, space=space, after=after, wanted=wanted)


async def list_polls(tx: Tx, space: UUID, after: UUID, wanted: int) -> list[Row]:
    return await tx.all(Row, q.list_polls, space=space, after=after, wanted=wanted, now=tx.now)


async def find_document(tx: Tx, space: UUID, after: UUID) -> DocumentRow | None:
    return await tx.one(DocumentRow, q.find_document, space=space, after=after)


async def claim_export(tx: Tx, space: UUID, until: datetime) -> bool:
    """False when somebody else is at it."""
    return await tx.run(q.claim_export, space=space, until=until, now=tx.now) == 1


async def release_export(tx: Tx, space: UUID, until: datetime) -> None:
    await tx.run(q.release_export, space=space, until=until)
