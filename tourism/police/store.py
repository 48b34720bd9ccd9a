"""The statements of police sheets."""

from datetime import date
from uuid import UUID

import msgspec

from hub.core.db import Tx
from hub.core.sql import load_queries
from tourism.police.models import Sheet, WriteSheet

q = load_queries(__name__)


class HouseDue(msgspec.Struct, frozen=True, kw_only=True):
    """A house with sheets whose time may be over."""

    tenant: int


async def insert_sheet(
    tx: Tx,
    id: UUID,
    property: int,
    booking: UUID | None,
    written: WriteSheet,
    replaces: UUID | None = None,
) -> bool:
    """False when the sheet that it would replace is replaced already."""
    inserted = await tx.run(
        q.insert_sheet,
        id=id,
        tenant=tx.tenant,
        property=property,
        booking=booking,
        arrival=written.arrival,
        departure=written.departure,
        content=written.content,
        now=tx.now,
        replaces=replaces,
    )
    return inserted == 1


async def find_sheet(tx: Tx, id: UUID) -> Sheet | None:
    return await tx.one(Sheet, q.find_sheet, id=id)


async def list_sheets(tx: Tx, first: date, last: date) -> list[Sheet]:
    return await tx.all(Sheet, q.list_sheets, first=first, last=last)


async def count_of_booking(tx: Tx, booking: UUID) -> int:
    return await tx.value(int, q.count_of_booking, booking=booking) or 0


async def save_sheet(tx: Tx, id: UUID, written: WriteSheet) -> bool:
    """False when the sheet is signed."""
    saved = await tx.run(
        q.save_sheet,
        id=id,
        arrival=written.arrival,
        departure=written.departure,
        content=written.content,
    )
    return saved == 1


async def sign_sheet(tx: Tx, id: UUID, signed_name: str, content_hash: str) -> bool:
    """False when the sheet is signed already."""
    signed = await tx.run(
        q.sign_sheet, id=id, now=tx.now, signed_name=signed_name, content_hash=content_hash
    )
    return signed == 1


async def refuse_sheet(tx: Tx, id: UUID) -> bool:
    """False when the sheet is signed."""
    return await tx.run(q.refuse_sheet, id=id, now=tx.now) == 1


async def discard_sheet(tx: Tx, id: UUID) -> bool:
    """False when the sheet is signed."""
    return await tx.run(q.discard_sheet, id=id) == 1


async def list_houses_with_old_sheets(tx: Tx, last: date, after: int, wanted: int) -> list[int]:
    rows = await tx.all(
        HouseDue, q.list_houses_with_old_sheets, last=last, after=after, wanted=wanted
    )
    return [row.tenant for row in rows]


async def destroy_sheets(tx: Tx, last: date) -> int:
    """How many sheets are gone."""
    return await tx.run(q.destroy_sheets, last=last)
