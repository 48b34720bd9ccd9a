"""Pack a space, a piece at a time, each read in a short transaction of its own."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import IO
from uuid import UUID

from hub import audit
from hub.core.db import Database, Tx
from hub.space_exports import store
from hub.space_exports.archive import Writer
from hub.space_exports.errors import ExportUnderWay
from hub.space_exports.models import Packed, Row
from hub.spaces import Seat, SpaceNotYours

PIECE = 500
# Who goes away without taking the file keeps others from it for so long.
HELD, RETRY_S = timedelta(minutes=15), 300
FIRST = UUID(int=0)
Lister = Callable[[Tx, UUID, UUID, int], Awaitable[list[Row]]]
TABLES: tuple[tuple[str, Lister], ...] = (
    ("posts", store.list_posts),
    ("decisions", store.list_decisions),
    ("events", store.list_events),
    ("polls", store.list_polls),
)


def check_may_pack(seat: Seat) -> None:
    """Raises `SpaceNotYours`: only who answers for the organisation takes everybody's words along;
    each person has their own copy."""
    if not seat.governs:
        raise SpaceNotYours("An owner or a manager of its organisation decides it.")


async def claim(tx: Tx, seat: Seat) -> datetime:
    """Begin to pack a space, one at a time; until when nobody else may, which `release` ends.
    Raises `SpaceNotYours`, `ExportUnderWay`."""
    check_may_pack(seat)
    until = tx.now + HELD
    if not await store.claim_export(tx, seat.space.id, until):
        raise ExportUnderWay("Take it in some minutes.", retry_after_s=RETRY_S)
    return until


async def release(database: Database, seat: Seat, until: datetime) -> None:
    """The file is taken, or given up: the next one may be packed."""
    async with database.transaction(seat.space.tenant) as tx:
        await store.release_export(tx, seat.space.id, until)


async def pack(database: Database, seat: Seat, actor: str, file: IO[bytes]) -> Packed:
    """Write the whole space into a file, and that it was taken. Raises `SpaceNotYours`."""
    check_may_pack(seat)
    tenant, space = seat.space.tenant, seat.space.id
    writer = Writer(file)
    await asyncio.to_thread(writer.head, seat.space)
    await _members(database, tenant, space, writer)
    for name, lister in TABLES:
        await _table(database, tenant, space, writer, name, lister)
    await _documents(database, tenant, space, writer)
    await asyncio.to_thread(writer.close)
    async with database.transaction(tenant, actor=actor) as tx:
        detail: dict[str, object] = {**writer.counts}
        await audit.record(tx, action="space.exported", subject=f"space:{space}", detail=detail)
        return Packed(counts=writer.counts, made_at=tx.now)


async def _members(database: Database, tenant: int, space: UUID, writer: Writer) -> None:
    after, found = 0, PIECE
    while found == PIECE:
        async with database.transaction(tenant) as tx:
            rows = await store.list_members(tx, space, after, PIECE)
        found = len(rows)
        after = rows[-1].person if rows else after
        await asyncio.to_thread(writer.add, [one.line for one in rows])
    await asyncio.to_thread(writer.end, "members")


async def _table(
    database: Database, tenant: int, space: UUID, writer: Writer, name: str, lister: Lister
) -> None:
    after, found = FIRST, PIECE
    while found == PIECE:
        async with database.transaction(tenant) as tx:
            rows = await lister(tx, space, after, PIECE)
        found = len(rows)
        after = rows[-1].id if rows else after
        await asyncio.to_thread(writer.add, [one.line for one in rows])
    await asyncio.to_thread(writer.end, name)


async def _documents(database: Database, tenant: int, space: UUID, writer: Writer) -> None:
    after = FIRST
    while True:
        async with database.transaction(tenant) as tx:
            found = await store.find_document(tx, space, after)
        if found is None:
            return
        after = found.id
        await asyncio.to_thread(writer.document, found.id, found.name, found.content)
