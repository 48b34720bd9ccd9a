"""The statements of lodging."""

from hub.core.db import Reads, Tx
from hub.core.sql import load_queries
from tourism.lodging.models import Property, RoomType

q = load_queries(__name__)


async def find_property(reads: Reads, property: int) -> Property | None:
    return await reads.one(Property, q.find_property, property=property)


async def list_room_types(reads: Reads, property: int) -> list[RoomType]:
    return await reads.all(RoomType, q.list_room_types, property=property)


async def find_own_property(tx: Tx) -> Property | None:
    return await tx.one(Property, q.find_own_property, tenant=tx.tenant)
