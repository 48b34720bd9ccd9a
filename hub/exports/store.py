"""The statements of exports."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from hub.core.db import Reads, Session, Tx
from hub.core.sql import load_queries
from hub.exports.models import Export, Known

q = load_queries(__name__)


async def lock_asking(tx: Tx) -> None:
    """One of the organisation asks at a time, until the commit."""
    await tx.run(q.lock_asking, tenant=tx.tenant)


async def insert_export(tx: Tx, id: UUID, asked_by: str, expires_at: datetime) -> None:
    await tx.run(
        q.insert_export,
        tenant=tx.tenant,
        id=id,
        asked_by=asked_by,
        now=tx.now,
        expires_at=expires_at,
    )


async def find_export(tx: Tx, id: UUID) -> Export | None:
    return await tx.one(Export, q.find_export, tenant=tx.tenant, id=id)


async def find_newest(tx: Tx) -> Export | None:
    """The last one that did not fail."""
    return await tx.one(Export, q.find_newest, tenant=tx.tenant)


async def list_exports(tx: Tx, wanted: int) -> list[Export]:
    return await tx.all(Export, q.list_exports, tenant=tx.tenant, now=tx.now, wanted=wanted)


async def note_fetched(tx: Tx, id: UUID) -> None:
    await tx.run(q.note_fetched, tenant=tx.tenant, id=id, now=tx.now)


async def begin_export(tx: Tx, id: UUID, parts: int) -> int | None:
    """How often it was begun; None when it is not underway any more."""
    return await tx.value(int, q.begin_export, tenant=tx.tenant, id=id, parts=parts)


async def note_progress(tx: Tx, id: UUID, done: int) -> None:
    await tx.run(q.note_progress, tenant=tx.tenant, id=id, done=done)


async def finish_export(
    tx: Tx, id: UUID, expires_at: datetime, bytes: int, sha256: str, rows: int
) -> bool:
    """Whether it was still wanted."""
    return bool(
        await tx.run(
            q.finish_export,
            tenant=tx.tenant,
            id=id,
            now=tx.now,
            expires_at=expires_at,
            bytes=bytes,
            sha256=sha256,
            rows=rows,
        )
    )


async def fail_export(tx: Tx, id: UUID) -> None:
    await tx.run(q.fail_export, tenant=tx.tenant, id=id)


async def delete_export(tx: Tx, id: UUID) -> None:
    await tx.run(q.delete_export, tenant=tx.tenant, id=id)


async def list_due(reads: Reads, now: datetime) -> list[Known]:
    """Those to be made or ended, of all organisations."""
    return await reads.all(Known, q.list_due, now=now)


async def list_lost(reads: Reads, found: Sequence[UUID]) -> list[UUID]:
    """Those that no organisation has."""
    return [one.id for one in await reads.all(_Lost, q.list_lost, found=list(found))]


class _Lost(msgspec.Struct, frozen=True):
    id: UUID


async def try_to_work(session: Session) -> bool:
    """False while another makes exports; held until the connection ends."""
    return bool(await session.value(bool, q.try_to_work))
