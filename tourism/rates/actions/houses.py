"""What a house offers."""

from hub.core.db import Reads
from tourism.lodging import Property, RoomType, list_room_types
from tourism.rates import store
from tourism.rates.models import RatePlan


async def list_offer(reads: Reads, house: Property) -> tuple[list[RoomType], list[RatePlan]]:
    """The room types and rate plans of a house, in its own order."""
    return (
        await list_room_types(reads, house.id),
        await store.list_rate_plans(reads, house.id),
    )
