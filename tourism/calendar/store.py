"""The statements of the calendar."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from hub.core.db import Reads, Tx
from hub.core.sql import load_queries
from tourism.calendar.models import ChangeSet, Field, Month
from tourism.calendar.months import (
    RateMonth,
    RoomMonth,
    flags_of,
    read_rate,
    read_room,
    units_left,
)

q = load_queries(__name__)


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


async def lock_house(tx: Tx, property: int) -> None:
    await tx.run(q.lock_house, property=property)


async def save_months(tx: Tx, property: int, months: Sequence[Month]) -> None:
    """Write edited months; the rows that exist are locked by the caller."""
    rooms = [month for month in months if month.taken]
    await tx.run_many(q.save_room_month, [_room_row(tx, month) for month in rooms])
    rates = [month for month in months if not month.taken]
    await tx.run_many(q.save_rate_month, [_rate_row(tx, property, month) for month in rates])


def _room_row(tx: Tx, month: Month) -> list[object]:
    v = month.values
    return q.save_room_month.arguments(
        {
            "room_type": month.key.room_type,
            "tenant": tx.tenant,
            "month": month.month,
            "units_left": units_left(month),
            "price_cents": v[Field.PRICE],
            "min_stay": v[Field.MIN_STAY],
            "flags": flags_of(month),
            "offered": v[Field.OFFERED],
            "out_of_order": v[Field.OUT_OF_ORDER],
            "min_through": v[Field.MIN_THROUGH],
            "max_stay": v[Field.MAX_STAY],
            "max_through": v[Field.MAX_THROUGH],
        }
    )


def _rate_row(tx: Tx, property: int, month: Month) -> list[object]:
    v = month.values
    return q.save_rate_month.arguments(
        {
            "tenant": tx.tenant,
            "property": property,
            "room_type": month.key.room_type,
            "rate_plan": month.key.rate_plan,
            "month": month.month,
            "price_cents": v[Field.PRICE],
            "min_stay": v[Field.MIN_STAY],
            "min_through": v[Field.MIN_THROUGH],
            "max_stay": v[Field.MAX_STAY],
            "max_through": v[Field.MAX_THROUGH],
            "flags": flags_of(month),
        }
    )


async def insert_change(
    tx: Tx,
    change: ChangeSet,
    property: int,
) -> None:
    await tx.run(
        q.insert_change,
        id=change.id,
        tenant=tx.tenant,
        property=property,
        number=change.number,
        state=change.state,
        kind=change.kind,
        author=change.author,
        summary=change.summary,
        pieces=change.pieces,
        cells=change.cells,
        made_at=change.made_at,
        applied_at=change.applied_at,
        undoes=change.undoes,
    )


async def next_change_number(tx: Tx, property: int) -> int:
    number = await tx.value(int, q.next_change_number, property=property)
    assert number is not None
    return number


async def find_change(tx: Tx, id: UUID) -> ChangeSet | None:
    return await tx.one(ChangeSet, q.find_change, id=id)


async def list_changes(tx: Tx, property: int, wanted: int) -> list[ChangeSet]:
    return await tx.all(ChangeSet, q.list_changes, property=property, wanted=wanted)


async def mark_applied(tx: Tx, id: UUID, number: int) -> None:
    await tx.run(q.mark_applied, id=id, number=number, at=tx.now)


async def mark_undone(tx: Tx, id: UUID) -> None:
    await tx.run(q.mark_undone, id=id, at=tx.now)


async def forget_previews(tx: Tx, property: int, before: datetime) -> None:
    await tx.run(q.forget_previews, property=property, before=before)
