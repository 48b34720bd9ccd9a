"""The statements of rates."""

from collections.abc import Sequence
from datetime import date

from hub.core.db import Reads, Tx
from hub.core.sql import load_queries
from tourism.rates.models import Night, Overlay, Promotion, RatePlan

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
