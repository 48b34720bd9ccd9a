"""The statements of the calendar."""

import zlib
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from hub.core.db import Reads, Tx
from hub.core.sql import load_queries
from tourism.calendar.models import INVENTORY, ChangeSet, ChangeState, Field, Month, Piece
from tourism.calendar.months import (
    PLAIN,
    RateMonth,
    RoomMonth,
    flags_of,
    read_rate,
    read_room,
    units_left,
)

q = load_queries(__name__)


class KeptChange(msgspec.Struct, frozen=True, kw_only=True):
    """A `ChangeSet` as its row keeps it: the cells as deflated JSON, which the database neither
    reads nor searches (a pushed year has 80,000 of them)."""

    id: UUID
    number: int | None
    state: ChangeState
    kind: str
    author: str
    summary: dict[str, object]
    pieces: bytes
    cells: int
    made_at: datetime
    applied_at: datetime | None
    undone_at: datetime | None
    undoes: UUID | None


async def list_room_months(
    reads: Reads, room_types: Sequence[int], first: date, last: date, *, lock: bool = False
) -> list[Month]:
    """The room types' own months that touch [first, last]; `lock` keeps sales out meanwhile."""
    rows = await reads.all(
        RoomMonth,
        q.lock_room_months if lock else q.list_room_months,
        room_types=list(room_types),
        first=first.replace(day=1),
        last=last,
    )
    return [read_room(row) for row in rows]


async def list_rate_months(reads: Reads, property: int, first: date, last: date) -> list[Month]:
    """The months of the house, of its plans, and of plans in room types."""
    rows = await reads.all(
        RateMonth, q.list_rate_months, property=property, first=first.replace(day=1), last=last
    )
    return [read_rate(row) for row in rows]


async def keep_offered(tx: Tx, room_type: int, units: int) -> None:
    """Months that offer every unit say their number, before the type has another one."""
    await tx.run(q.keep_offered, room_type=room_type, units=units)


async def lock_house(tx: Tx, property: int) -> None:
    await tx.run(q.lock_house, property=property)


async def save_months(tx: Tx, property: int, months: Sequence[Month]) -> None:
    """Write edited months, one statement a table; the rows that exist are locked by the caller."""
    rooms = [month for month in months if month.taken]
    if rooms:
        await tx.run(
            q.save_room_months,
            tenant=tx.tenant,
            room_types=[month.key.room_type for month in rooms],
            months=[month.month for month in rooms],
            units_left=[_array(units_left(month)) for month in rooms],
            **_columns(rooms, (*PLAIN, *INVENTORY)),
        )
    rates = [month for month in months if not month.taken]
    if rates:
        await tx.run(
            q.save_rate_months,
            tenant=tx.tenant,
            property=property,
            room_types=[month.key.room_type for month in rates],
            rate_plans=[month.key.rate_plan for month in rates],
            months=[month.month for month in rates],
            **_columns(rates, PLAIN),
        )


def _columns(months: Sequence[Month], fields: Sequence[Field]) -> dict[str, list[str]]:
    return {
        "price_cents": [_array(month.values[Field.PRICE]) for month in months],
        "flags": [_array(flags_of(month)) for month in months],
        **{field.value: [_array(month.values[field]) for month in months] for field in fields},
    }


def _array(values: Sequence[int]) -> str:
    """An array of numbers as PostgreSQL writes it."""
    return f"{{{','.join(map(str, values))}}}"


async def insert_change(tx: Tx, change: ChangeSet, property: int) -> int | None:
    """Keep a change; its number in the house, which previews have none of."""
    return await tx.value(
        int,
        q.insert_change,
        id=change.id,
        tenant=tx.tenant,
        property=property,
        state=change.state,
        kind=change.kind,
        author=change.author,
        summary=change.summary,
        pieces=pack_pieces(change.pieces),
        cells=change.cells,
        made_at=change.made_at,
        applied_at=change.applied_at,
        undoes=change.undoes,
    )


async def find_change(tx: Tx, id: UUID) -> ChangeSet | None:
    row = await tx.one(KeptChange, q.find_change, id=id)
    return row and _unpacked(row)


async def list_changes(tx: Tx, property: int, wanted: int) -> list[ChangeSet]:
    rows = await tx.all(KeptChange, q.list_changes, property=property, wanted=wanted)
    return [_unpacked(row) for row in rows]


def _unpacked(row: KeptChange) -> ChangeSet:
    return ChangeSet(
        id=row.id,
        number=row.number,
        state=row.state,
        kind=row.kind,
        author=row.author,
        summary=row.summary,
        pieces=unpack_pieces(row.pieces),
        cells=row.cells,
        made_at=row.made_at,
        applied_at=row.applied_at,
        undone_at=row.undone_at,
        undoes=row.undoes,
    )


def pack_pieces(pieces: Sequence[Piece]) -> bytes:
    """Cells as they are kept: deflated JSON."""
    return zlib.compress(msgspec.json.encode(pieces), 1)


def unpack_pieces(kept: bytes) -> tuple[Piece, ...]:
    """What `pack_pieces` made; plain JSON and nothing at all too."""
    plain = kept if kept[:1] in {b"", b"["} else zlib.decompress(kept)
    return msgspec.json.decode(plain or b"[]", type=tuple[Piece, ...])


async def mark_applied(tx: Tx, id: UUID) -> int | None:
    """The number that the preview got."""
    return await tx.value(int, q.mark_applied, id=id, at=tx.now)


async def mark_undone(tx: Tx, id: UUID) -> None:
    await tx.run(q.mark_undone, id=id, at=tx.now)


async def forget_previews(tx: Tx, property: int, before: datetime) -> None:
    await tx.run(q.forget_previews, property=property, before=before)
