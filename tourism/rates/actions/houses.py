"""The house that a hotelier acts for, and what it offers."""

from hub.core.db import Reads, Tx
from hub.core.errors import NotFound
from tourism.lodging import Property, RoomType, find_own_property, list_room_types
from tourism.rates import store
from tourism.rates.models import RatePlan


async def own_house(tx: Tx) -> Property:
    """The lodging behind the transaction's wall. Raises `NotFound` before one is claimed."""
    house = await find_own_property(tx)
    if house is None:
        raise NotFound("Claim or add your lodging first.")
    return house


async def list_offer(reads: Reads, house: Property) -> tuple[list[RoomType], list[RatePlan]]:
    """The room types and rate plans of a house, in its own order."""
    return (
        await list_room_types(reads, house.id),
        await store.list_rate_plans(reads, house.id),
    )
