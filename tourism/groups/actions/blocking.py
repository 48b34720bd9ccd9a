"""A house keeps rooms for a group: they leave the sale at once, and come back at the latest after
its last day.

Locks in one order: bookings by their ids, the block, the years of let nights, then each room type's
months. Who changes a stay of a group has its booking before the block, and so has who mends one.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

import asyncpg

from hub import audit
from hub.core import outbox
from hub.core.clock import local_date
from hub.core.db import Tx
from hub.core.errors import Busy
from hub.core.problems import sqlstate_of
from tourism import lodging, rates
from tourism.booking.references import draw_reference
from tourism.groups import policy, store
from tourism.groups.errors import BlockInvalid, BlockOver, GroupUnknown
from tourism.groups.models import (
    Block,
    BlockRooms,
    BlockShown,
    BlockState,
    GroupToMend,
    MakeBlock,
    Pickup,
    WashBlock,
)
from tourism.lodging.models import RoomType
from tourism.quoting.errors import SoldOut
from tourism.rates.models import RatePlan

_TRIES = 5  # a code may be taken
ZONE = "Europe/Paris"


async def list_offered(tx: Tx) -> tuple[lodging.Property, list[RoomType], list[RatePlan]]:
    """The own house with what it can keep. Raises `NotFound` before one is claimed."""
    house = await lodging.own_house(tx)
    types = await lodging.list_room_types(tx, house.id)
    return house, types, await rates.list_rate_plans(tx, house.id)


async def make_block(tx: Tx, id: UUID, command: MakeBlock) -> Block:
    """Keep rooms for a group, all of them or none; the same id again gives the same block.

    Raises `BlockInvalid`, `SoldOut` when a night has fewer free rooms.
    """
    known = await store.find_block(tx, id)
    if known is not None:
        return known
    house, types, plans = await list_offered(tx)
    today = local_date(tx.now, house.zone)
    policy.check_block(command, [t.id for t in types], [plan.id for plan in plans], today)
    for _ in range(_TRIES):
        if await store.insert_block(tx, id, house.id, draw_reference(tx.database.ids), command):
            break
    else:
        raise Busy("Try again.")
    asked = sorted(command.rooms, key=lambda room: room.room_type)
    for room in asked:
        await store.insert_room(tx, id, room, (command.departure - command.arrival).days)
    try:
        await rates.move_units(
            tx,
            [room.room_type for room in asked],
            [room.units for room in asked],
            command.arrival,
            command.departure,
        )
    except asyncpg.PostgresError as error:
        if sqlstate_of(error) == "P0S01":
            raise SoldOut("A night of these has fewer free rooms.", field="rooms") from None
        raise
    units = {str(room.room_type): room.units for room in asked}
    await audit.record(tx, action="group.block", subject=f"group:{id}", detail={"units": units})
    return await find_block(tx, id)


async def find_block(tx: Tx, id: UUID) -> Block:
    """One block of this wall. Raises `GroupUnknown`."""
    block = await store.find_block(tx, id)
    if block is None:
        raise GroupUnknown("Check its address or its code.")
    return block


async def lock_block(tx: Tx, id: UUID) -> Block:
    """The same, nobody else's until the commit."""
    block = await store.lock_block(tx, id)
    if block is None:
        raise GroupUnknown("Check its address or its code.")
    return block


async def today_at_house(tx: Tx) -> date:
    """The calendar date at the own house: its days, and so a group's last one, are its own."""
    house = await lodging.find_own_property(tx)
    return local_date(tx.now, house.zone if house else ZONE)


async def show_block(tx: Tx, id: UUID) -> BlockShown:
    """A block with its rooms, its rooming list and its figures."""
    return (await _show(tx, [await find_block(tx, id)]))[0]


async def list_blocks(tx: Tx) -> list[BlockShown]:
    """The blocks of the own house, those to come first."""
    return await _show(tx, await store.list_blocks(tx, await today_at_house(tx)))


async def _show(tx: Tx, blocks: Sequence[Block]) -> list[BlockShown]:
    ids = [block.id for block in blocks]
    rooms, pickups = defaultdict(list), defaultdict(list)
    for room in await store.list_rooms(tx, ids):
        rooms[room.block].append(room)
    for pickup in await store.list_pickups(tx, ids):
        pickups[pickup.block].append(pickup)
    return [
        BlockShown(
            block=block,
            rooms=rooms[block.id],
            pickups=pickups[block.id],
            figures=policy.figures_of(block, rooms[block.id], pickups[block.id]),
        )
        for block in blocks
    ]


async def wash_block(tx: Tx, id: UUID, command: WashBlock) -> None:
    """Give some units back to the sale before the last day. Raises `BlockInvalid` for more than
    wait on every night, `BlockOver`."""
    block, rooms = await _lock_open(tx, id)
    room = next((one for one in rooms if one.room_type == command.room_type), None)
    if room is None or not 1 <= command.units <= min(room.held):
        raise BlockInvalid("So many rooms do not wait on every night.", field="units")
    if command.units == room.units:
        raise BlockInvalid("Give all rooms back by closing the block.", field="units")
    await store.keep_held(
        tx, room, [n - command.units for n in room.held], room.units - command.units
    )
    await rates.move_units(tx, [room.room_type], [-command.units], block.arrival, block.departure)
    detail: dict[str, object] = {"room_type": command.room_type, "units": command.units}
    await audit.record(tx, action="group.wash", subject=f"group:{id}", detail=detail)


async def release_block(tx: Tx, id: UUID, *, reason: str = "closed by the house") -> Block:
    """Give all that still waits back to the sale; stays that were made remain. Again changes
    nothing."""
    block = await lock_block(tx, id)
    if block.state is not BlockState.OPEN:
        return block
    rooms = await store.list_rooms(tx, [id])
    await rates.lock_units(tx, [room.room_type for room in rooms], block.arrival, block.departure)
    back = 0
    for room in rooms:
        back += sum(room.held)
        await _give_back(tx, block, room)
    await store.close_block(tx, id)
    detail: dict[str, object] = {"room_nights": back}
    await audit.record(
        tx, action="group.release", subject=f"group:{id}", reason=reason, detail=detail
    )
    return await find_block(tx, id)


async def _give_back(tx: Tx, block: Block, room: BlockRooms) -> None:
    for first, until, count in policy.runs_of(room.held):
        start, end = _days(block, first, until)
        await rates.move_units(tx, [room.room_type], [-count], start, end)
    await store.keep_held(tx, room, [0] * block.nights, room.units)


def _days(block: Block, first: int, until: int) -> tuple[date, date]:
    return block.arrival + timedelta(days=first), block.arrival + timedelta(days=until)


async def _lock_open(tx: Tx, id: UUID) -> tuple[Block, list[BlockRooms]]:
    block = await lock_block(tx, id)
    if block.state is not BlockState.OPEN:
        raise BlockOver("Its rooms are back on sale.")
    rooms = await store.list_rooms(tx, [id])
    types = [room.room_type for room in rooms]
    await rates.lock_units(tx, types, block.arrival, block.departure)
    return block, rooms


async def mend_block(tx: Tx, id: UUID) -> None:
    """After its last day, give back what waits; before, take back for the group the rooms of stays
    that fell through, as far as nobody else has them by now.

    What a stay has is read when nobody else can change it: one that was paid after its time, and
    has just taken its rooms again, keeps them. One that falls through meanwhile has its turn later.
    """
    short = [p.booking for p in await store.list_pickups(tx, [id]) if policy.units_back(p)]
    mine = set(await store.lock_stays(tx, short))
    block = await lock_block(tx, id)
    if block.state is not BlockState.OPEN:
        return
    today = await today_at_house(tx)
    if policy.is_over(block, today):
        await release_block(tx, id, reason="the last day has passed")
        return
    block, rooms = await _lock_open(tx, id)
    held = {room.room_type: list(room.held) for room in rooms}
    for pickup in await store.list_pickups(tx, [id]):
        units = policy.units_back(pickup) if pickup.booking in mine else 0
        if not units:
            continue
        await _take_back(tx, block, pickup, units, held, today)
        if units == pickup.units:
            await store.mark_returned(tx, pickup.booking)
        else:
            await store.keep_units(tx, pickup, pickup.live)
    for room in rooms:
        await store.keep_held(tx, room, held[room.room_type], room.units)


async def _take_back(
    tx: Tx, block: Block, pickup: Pickup, units: int, held: dict[int, list[int]], today: date
) -> None:
    """So many units of a stay's nights for the group again, as far as they are free."""
    first = max(pickup.arrival, today)
    for night in await rates.list_nights(tx, [pickup.room_type], first, pickup.departure):
        found = min(units, night.units_left)
        if found:
            after = night.on + timedelta(days=1)
            await rates.move_units(tx, [pickup.room_type], [found], night.on, after)
            held[pickup.room_type][(night.on - block.arrival).days] += found


async def mend_block_of(tx: Tx, booking: UUID) -> None:
    """The same for the block that a stay is of, if it is of one."""
    id = await store.find_block_of(tx, booking)
    if id is not None:
        await mend_block(tx, id)


async def announce_blocks(tx: Tx, wanted: int = 200) -> int:
    """Send each block that needs a hand to its task."""
    found = await store.list_to_mend(tx, wanted)
    for one in found:
        await outbox.emit_for(tx, one.tenant, GroupToMend(block=one.block))
    return len(found)
