"""What the process that makes exports writes down."""

from collections.abc import Sequence
from uuid import UUID

from hub import audit
from hub.core.db import Database, Tx
from hub.exports import policy, store
from hub.exports.models import Export, Known


async def list_due(database: Database) -> list[Known]:
    """The exports of all organisations that are to be made or ended, the oldest first."""
    return await store.list_due(database.at_once, database.clock.now())


async def list_lost(database: Database, found: Sequence[UUID]) -> list[UUID]:
    """Which of these exports no organisation has."""
    return await store.list_lost(database.at_once, found) if found else []


async def find_export(tx: Tx, id: UUID) -> Export | None:
    """None when it went meanwhile."""
    return await store.find_export(tx, id)


async def begin(tx: Tx, id: UUID, parts: int) -> bool:
    """Whether it is to be made: one that was begun too often has failed."""
    tries = await store.begin_export(tx, id, parts)
    if tries is None:
        return False
    if tries > policy.MOST_TRIES:
        await store.fail_export(tx, id)
        await audit.record(tx, action="export.failed", subject=f"export:{id}")
        return False
    return True


async def note_progress(tx: Tx, id: UUID, done: int) -> None:
    """How many tables are written."""
    await store.note_progress(tx, id, done)


async def finish(tx: Tx, id: UUID, bytes: int, sha256: str, rows: int) -> bool:
    """It can be fetched from now on, for so long; whether it was still wanted."""
    done = await store.finish_export(tx, id, tx.now + policy.KEPT, bytes, sha256, rows)
    if done:
        await audit.record(tx, action="export.made", subject=f"export:{id}", detail={"rows": rows})
    return done


async def forget(tx: Tx, id: UUID) -> None:
    """Its time is over, and its file is gone."""
    await store.delete_export(tx, id)
