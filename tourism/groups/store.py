"""The statements of rooms kept for groups."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import msgspec

from hub.core.db import Tx
from hub.core.sql import load_queries
from tourism.groups.models import Block, BlockRooms, MakeBlock, Pickup, RoomsAsked

q = load_queries(__name__)

MOST_BLOCKS = 200


class BlockOf(msgspec.Struct, frozen=True, kw_only=True):
    """A block and its wall."""

    tenant: int
    block: UUID


class Locked(msgspec.Struct, frozen=True):
    """A stay that is ours."""

    id: UUID


async def insert_block(tx: Tx, id: UUID, property: int, code: str, command: MakeBlock) -> bool:
    """False when it is known already, or the code is taken."""
    inserted = await tx.run(
        q.insert_block,
        id=id,
        tenant=tx.tenant,
        property=property,
        name=command.name.strip(),
        code=code,
        arrival=command.arrival,
        departure=command.departure,
        cut_off_on=command.cut_off_on,
        rate_plan=command.rate_plan,
        now=tx.now,
    )
    return inserted == 1


async def insert_room(tx: Tx, block: UUID, room: RoomsAsked, nights: int) -> None:
    await tx.run(
        q.insert_room,
        block=block,
        room_type=room.room_type,
        tenant=tx.tenant,
        units=room.units,
        price_cents=room.price_cents,
        nights=nights,
    )


async def find_block(tx: Tx, id: UUID) -> Block | None:
    return await tx.one(Block, q.find_block, id=id)


async def lock_block(tx: Tx, id: UUID) -> Block | None:
    return await tx.one(Block, q.lock_block, id=id)


async def list_blocks(tx: Tx, today: date) -> list[Block]:
    return await tx.all(Block, q.list_blocks, today=today, wanted=MOST_BLOCKS)


async def list_rooms(tx: Tx, blocks: Sequence[UUID]) -> list[BlockRooms]:
    return await tx.all(BlockRooms, q.list_rooms, blocks=list(blocks))


async def keep_held(tx: Tx, room: BlockRooms, held: Sequence[int], units: int) -> None:
    await tx.run(
        q.keep_held, block=room.block, room_type=room.room_type, held=list(held), units=units
    )


async def close_block(tx: Tx, id: UUID) -> None:
    await tx.run(q.close_block, id=id, now=tx.now)


async def write_pickups(
    tx: Tx, booking: UUID, block: UUID, units: Mapping[int, int], arrival: date, departure: date
) -> None:
    """What a stay has of a block now, by room type; whatever it had before is gone."""
    await tx.run(q.drop_pickups, booking=booking)
    for room_type, count in sorted(units.items()):
        await tx.run(
            q.insert_pickup,
            booking=booking,
            tenant=tx.tenant,
            block=block,
            room_type=room_type,
            units=count,
            arrival=arrival,
            departure=departure,
        )


async def keep_units(tx: Tx, pickup: Pickup, units: int) -> None:
    await tx.run(q.keep_units, booking=pickup.booking, room_type=pickup.room_type, units=units)


async def find_block_of(tx: Tx, booking: UUID) -> UUID | None:
    return await tx.value(UUID, q.find_block_of, booking=booking)


async def list_pickups(tx: Tx, blocks: Sequence[UUID]) -> list[Pickup]:
    return await tx.all(Pickup, q.list_pickups, blocks=list(blocks))


async def lock_stays(tx: Tx, bookings: Sequence[UUID]) -> list[UUID]:
    found = await tx.all(Locked, q.lock_stays, bookings=list(bookings))
    return [stay.id for stay in found]


async def mark_returned(tx: Tx, booking: UUID) -> None:
    await tx.run(q.mark_returned, booking=booking, now=tx.now)


async def find_code(tx: Tx, code: str) -> BlockOf | None:
    return await tx.one(BlockOf, q.find_code, code=code)


async def list_to_mend(tx: Tx, wanted: int) -> Sequence[BlockOf]:
    return await tx.all(BlockOf, q.list_to_mend, now=tx.now, wanted=wanted)
