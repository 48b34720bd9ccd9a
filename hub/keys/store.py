"""The statements of keys: behind an organisation's wall, or by an administrator who moves one."""

from datetime import datetime
from uuid import UUID

from hub.core.db import Reads, Tx
from hub.core.sql import load_queries
from hub.keys.models import Ended, Held, KeyRow

q = load_queries(__name__)


async def list_keys(reads: Reads, tenant: int) -> list[KeyRow]:
    return await reads.all(KeyRow, q.list_keys, tenant=tenant)


async def await_turn(reads: Reads, tenant: int) -> None:
    await reads.value(str, q.await_turn, tenant=tenant)


async def insert_key(
    reads: Reads, tenant: int, number: int, at_host: UUID, wrapped: str, now: datetime
) -> None:
    await reads.value(
        int,
        q.insert_key,
        tenant=tenant,
        number=number,
        at_host=at_host,
        wrapped=wrapped,
        now=now,
    )


async def keep_wrapped(tx: Tx, number: int, wrapped: str) -> None:
    await tx.run(q.keep_wrapped, tenant=tx.tenant, number=number, wrapped=wrapped)


async def destroy_keys(tx: Tx) -> int:
    """How many are gone."""
    return await tx.run(q.destroy_keys, tenant=tx.tenant, now=tx.now)


async def end_keys(reads: Reads, tenant: int) -> int:
    """The same, by an administrator."""
    return await reads.value(int, q.end_keys, tenant=tenant) or 0


async def note_ended(reads: Reads, tenant: int, now: datetime) -> None:
    await reads.value(str, q.note_ended, tenant=tenant, now=now)


async def list_held(reads: Reads) -> list[UUID]:
    return [one.at_host for one in await reads.all(Held, q.list_held)]


async def list_ended(tx: Tx) -> list[Ended]:
    return await tx.all(Ended, q.list_ended)


async def list_own_ended(tx: Tx) -> list[Ended]:
    return await tx.all(Ended, q.list_own_ended, tenant=tx.tenant)


async def note_let_go(tx: Tx, at_host: UUID) -> None:
    await tx.run(q.note_let_go, tenant=tx.tenant, at_host=at_host, now=tx.now)
