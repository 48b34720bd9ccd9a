"""The statements of rates."""

from collections.abc import Sequence
from datetime import date

from hub.core.db import Reads, Tx
from hub.core.sql import load_queries
from tourism.rates.models import Night, RatePlan

q = load_queries(__name__)


class RoomNight(Night, frozen=True, kw_only=True):
    """A night of one of several room types."""

    room_type: int


async def list_rate_plans(reads: Reads, property: int) -> list[RatePlan]:
    return await reads.all(RatePlan, q.list_rate_plans, property=property)


async def list_nights(
    reads: Reads, room_types: Sequence[int], first: date, last: date
) -> list[RoomNight]:
    """ARI of the nights from `first` (slept) to before `last`."""
    return await reads.all(
        RoomNight, q.list_nights, room_types=list(room_types), first=first, last=last
    )


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
