"""The statements of archives."""

from datetime import datetime
from uuid import UUID

import msgspec

from hub.core.db import Tx
from hub.core.sheets import ArchiveFile, Column, Row
from hub.core.sql import load_queries
from tourism.takeaway.models import State, Takeaway

q = load_queries(__name__)


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A table that may be read."""

    name: str


class TakenRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a table as JSON."""

    row: Row


class AccountCode(msgspec.Struct, frozen=True, kw_only=True):
    """What an account of the ledger is called."""

    account: int
    code: str | None


class HouseDue(msgspec.Struct, frozen=True, kw_only=True):
    """A house with archives whose time is over."""

    tenant: int


async def take_snapshot(tx: Tx) -> None:
    """Only as the first thing of a transaction."""
    await tx.run(q.take_snapshot)
    await tx.run(q.speak_utc)


async def list_tables(tx: Tx) -> list[str]:
    return [table.name for table in await tx.all(Table, q.list_tables)]


async def list_columns(tx: Tx) -> list[Column]:
    return await tx.all(Column, q.list_columns)


async def list_rows(tx: Tx, table: str, skip: int, wanted: int) -> list[Row]:
    found = await tx.all(TakenRow, q.list_rows, named=table, skip=skip, wanted=wanted)
    return [one.row for one in found]


async def list_account_codes(tx: Tx) -> dict[int, str | None]:
    return {found.account: found.code for found in await tx.all(AccountCode, q.list_account_codes)}


async def insert_takeaway(tx: Tx, id: UUID, expires_at: datetime) -> bool:
    """False while one is underway."""
    inserted = await tx.run(
        q.insert_takeaway,
        id=id,
        tenant=tx.tenant,
        actor=tx.actor,
        now=tx.now,
        expires_at=expires_at,
    )
    return inserted == 1


async def find_takeaway(tx: Tx, id: UUID) -> Takeaway | None:
    return await tx.one(Takeaway, q.find_takeaway, id=id)


async def list_takeaways(tx: Tx) -> list[Takeaway]:
    return await tx.all(Takeaway, q.list_takeaways, tenant=tx.tenant)


async def note_progress(tx: Tx, id: UUID, done: int, parts: int) -> None:
    await tx.run(q.note_progress, id=id, done=done, parts=parts)


async def lock_takeaway(tx: Tx, id: UUID) -> State | None:
    return await tx.value(State, q.lock_takeaway, id=id)


async def insert_piece(tx: Tx, takeaway: UUID, number: int, content: bytes) -> None:
    await tx.run(
        q.insert_piece, tenant=tx.tenant, takeaway=takeaway, number=number, content=content
    )


async def finish_takeaway(
    tx: Tx, id: UUID, bytes: int, sha256: str, files: list[ArchiveFile]
) -> None:
    await tx.run(q.finish_takeaway, id=id, now=tx.now, bytes=bytes, sha256=sha256, files=files)


async def fail_takeaway(tx: Tx, before: datetime) -> int:
    return await tx.run(q.fail_takeaway, before=before)


async def find_piece(tx: Tx, takeaway: UUID, number: int) -> bytes | None:
    return await tx.value(bytes, q.find_piece, takeaway=takeaway, number=number)


async def destroy_takeaways(tx: Tx) -> int:
    return await tx.run(q.destroy_takeaways, now=tx.now)


async def list_houses_with_old_takeaways(tx: Tx) -> list[int]:
    rows = await tx.all(HouseDue, q.list_houses_with_old_takeaways, before=tx.now)
    return [row.tenant for row in rows]
