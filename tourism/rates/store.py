"""The statements of rates."""

from collections.abc import Sequence
from datetime import date

import msgspec

from hub.core.db import Reads, Tx
from hub.core.sql import load_queries
from tourism.rates.models import Overlay, Promotion, RatePlan, RoomNight, Supplement

q = load_queries(__name__)


class HouseOverlay(Overlay, frozen=True, kw_only=True):
    """An overlay of one of several houses."""

    property: int


class HousePromotion(Promotion, frozen=True, kw_only=True):
    """A promotion of one of several houses."""

    property: int


class OpenNights(msgspec.Struct, frozen=True, kw_only=True):
    """How many room types have a night on sale, and the last such night."""

    room_types: int
    last_on: date | None


async def find_open_nights(reads: Reads, property: int, today: date) -> OpenNights:
    found = await reads.one(OpenNights, q.find_open_nights, property=property, today=today)
    assert found is not None
    return found


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


class RoomId(msgspec.Struct, frozen=True, kw_only=True):
    """A room type."""

    id: int


async def list_on_request(reads: Reads, room_types: Sequence[int]) -> list[int]:
    """Those of some room types that are asked of the house first."""
    found = await reads.all(RoomId, q.list_on_request, room_types=list(room_types))
    return [room.id for room in found]


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


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """The code of a plan."""

    code: str


async def list_codes(reads: Reads, property: int) -> list[str]:
    return [row.code for row in await reads.all(Code, q.list_codes, property=property)]


async def lock_units(tx: Tx, room_types: Sequence[int], arrival: date, departure: date) -> None:
    """Nobody else takes or gives back units of these nights before our commit."""
    await tx.run(q.lock_units, room_types=list(room_types), arrival=arrival, departure=departure)


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


async def list_supplements(reads: Reads, property: int) -> list[Supplement]:
    return await reads.all(Supplement, q.list_supplements, property=property)


async def insert_supplement(tx: Tx, property: int, supplement: Supplement) -> int:
    id = await tx.value(
        int,
        q.insert_supplement,
        tenant=tx.tenant,
        property=property,
        name=supplement.name.strip(),
        details=supplement.details,
    )
    assert id is not None
    return id


async def retire_supplement(tx: Tx, property: int, id: int) -> bool:
    return await tx.run(q.retire_supplement, id=id, property=property) == 1
