"""The statements of rates."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from hub.core.db import Reads, Tx
from hub.core.sql import load_queries
from tourism.rates.calendar import ChangeSet, Field, Month
from tourism.rates.models import Night, Overlay, Promotion, RatePlan
from tourism.rates.months import (
    RateMonth,
    RoomMonth,
    flags_of,
    read_rate,
    read_room,
    units_left,
)

q = load_queries(__name__)


class RoomNight(Night, frozen=True, kw_only=True):
    """A night of one of several room types."""

    room_type: int


class HouseOverlay(Overlay, frozen=True, kw_only=True):
    """An overlay of one of several houses."""

    property: int


class HousePromotion(Promotion, frozen=True, kw_only=True):
    """A promotion of one of several houses."""

    property: int


async def list_rate_plans(reads: Reads, property: int) -> list[RatePlan]:
    return await reads.all(RatePlan, q.list_rate_plans, property=property)


async def list_nights(
    reads: Reads, room_types: Sequence[int], first: date, last: date
) -> list[RoomNight]:
    """ARI of the nights from `first` (slept) to before `last`."""
    return await reads.all(
        RoomNight, q.list_nights, room_types=list(room_types), first=first, last=last
    )


async def list_overlays(
    reads: Reads, properties: Sequence[int], first: date, last: date
) -> list[HouseOverlay]:
    """Overlays of the nights from `first` to before `last`."""
    return await reads.all(
        HouseOverlay, q.list_overlays, properties=list(properties), first=first, last=last
    )


async def list_promotions(reads: Reads, properties: Sequence[int]) -> list[HousePromotion]:
    return await reads.all(HousePromotion, q.list_promotions, properties=list(properties))


async def move_units(
    tx: Tx, room_types: Sequence[int], quantities: Sequence[int], arrival: date, departure: date
) -> None:
    """Raises asyncpg's error P0S01 when a night has too few units."""
    await tx.run(
        q.move_units,
        room_types=list(room_types),
        quantities=list(quantities),
        arrival=arrival,
        departure=departure,
    )


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


async def insert_rate_plan(tx: Tx, property: int, plan: RatePlan) -> int:
    id = await tx.value(
        int,
        q.insert_rate_plan,
        tenant=tx.tenant,
        property=property,
        code=plan.code,
        **_plan_values(plan),
    )
    assert id is not None
    return id


async def update_rate_plan(tx: Tx, property: int, plan: RatePlan) -> bool:
    changed = await tx.run(q.update_rate_plan, id=plan.id, property=property, **_plan_values(plan))
    return changed == 1


def _plan_values(plan: RatePlan) -> dict[str, object]:
    return {
        "name": (plan.name or "").strip(),
        "meal_plan": plan.meal_plan,
        "adjust_bps": plan.adjust_bps,
        "supplement_adult_cents": plan.supplement_adult_cents,
        "supplement_child_cents": plan.supplement_child_cents,
        "cancellation": plan.cancellation,
        "parent": plan.parent,
        "details": plan.details,
    }


async def retire_rate_plans(tx: Tx, property: int, id: int | None = None) -> None:
    await tx.run(q.retire_rate_plans, property=property, id=id)


async def insert_promotion(tx: Tx, property: int, promotion: Promotion) -> int:
    id = await tx.value(
        int,
        q.insert_promotion,
        tenant=tx.tenant,
        property=property,
        name=promotion.name.strip(),
        details=promotion.details,
    )
    assert id is not None
    return id


async def retire_promotion(tx: Tx, property: int, id: int) -> bool:
    return await tx.run(q.retire_promotion, id=id, property=property) == 1
