"""A guest of a group changes their stay: within the group's nights and rooms, at its price.

What the new stay needs beyond the old one comes from what waits for the group; what it gives up
waits for the group again, while that is open. The caller changes the stay in the same transaction.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from uuid import UUID

import msgspec

from hub.core.db import Tx
from tourism import rates
from tourism.groups import policy, store
from tourism.groups.actions.blocking import lock_block, today_at_house
from tourism.groups.actions.picking import agreed_of, draw
from tourism.groups.errors import BlockInvalid, BlockOver, GroupUnknown
from tourism.groups.models import Block, BlockRooms
from tourism.quoting.models import Agreed, OwnRooms

Span = tuple[Mapping[int, int], date, date]


class GroupOf(msgspec.Struct, frozen=True, kw_only=True):
    """The group that a stay is of: what it may be changed to."""

    block: Block
    rooms: list[BlockRooms]


async def find_group(tx: Tx, booking: UUID) -> GroupOf:
    """The group of a stay. Raises `GroupUnknown`."""
    id = await store.find_block_of(tx, booking)
    block = None if id is None else await store.find_block(tx, id)
    if block is None:
        raise GroupUnknown("Check its address or its code.")
    return GroupOf(block=block, rooms=await store.list_rooms(tx, [block.id]))


async def agree_change(
    tx: Tx, booking: UUID, rate_plan: int, wanted: Span, more: Iterable[Span]
) -> Agreed:
    """The group's prices for another stay, which needs so much `more`, with what waits for the
    group counted as free. Raises `BlockInvalid` for what is not the group's, `NoneLeft`, and
    `BlockOver` where more is needed after its last day."""
    group = await find_group(tx, booking)
    block, rooms = group.block, group.rooms
    policy.check_within(block, rooms, *wanted)
    if rate_plan != block.rate_plan:
        raise BlockInvalid("Choose among the group's rooms.", field="rate_plan")
    still_open = await _is_open(tx, block)
    for span in more:
        if not still_open:
            raise BlockOver("Look for a room on the house's page, at the price of now.")
        policy.check_waits(block, rooms, *span)
    waiting = _waiting(block, rooms) if still_open else ()
    return msgspec.structs.replace(agreed_of(block, rooms), waiting=tuple(waiting))


def _waiting(block: Block, rooms: Iterable[BlockRooms]) -> Iterable[OwnRooms]:
    for room in rooms:
        for first, until, count in policy.runs_of(room.held):
            yield OwnRooms(
                units={room.room_type: count},
                first=block.arrival + timedelta(days=first),
                until=block.arrival + timedelta(days=until),
            )


async def lock_group(tx: Tx, booking: UUID) -> None:
    """Before the months: what is kept for the group of a stay is ours until the commit."""
    await _lock(tx, booking)


async def draw_for(tx: Tx, booking: UUID, spans: Iterable[Span]) -> None:
    """What a change needs more comes from what waits for the group. Raises `NoneLeft`."""
    for units, first, until in spans:
        block, rooms = await _lock(tx, booking)
        policy.check_waits(block, rooms, units, first, until)
        await draw(tx, block, rooms, units, first, until)


async def return_for(tx: Tx, booking: UUID, spans: Iterable[Span]) -> None:
    """What a change has just given up waits for the group again, while that is open."""
    for units, first, until in spans:
        block, rooms = await _lock(tx, booking)
        if not await _is_open(tx, block):
            return
        for room in rooms:
            count = units.get(room.room_type, 0)
            if count:
                await rates.move_units(tx, [room.room_type], [count], first, until)
                held = policy.moved(block, room.held, first, until, count)
                await store.keep_held(tx, room, held, room.units)


async def note_change(
    tx: Tx, booking: UUID, units: Mapping[int, int], arrival: date, departure: date
) -> None:
    """What the changed stay has of the group now."""
    block, _ = await _lock(tx, booking)
    await store.write_pickups(tx, booking, block.id, units, arrival, departure)


async def _lock(tx: Tx, booking: UUID) -> tuple[Block, list[BlockRooms]]:
    id = await store.find_block_of(tx, booking)
    if id is None:
        raise GroupUnknown("Check its address or its code.")
    block = await lock_block(tx, id)
    return block, await store.list_rooms(tx, [id])


async def _is_open(tx: Tx, block: Block) -> bool:
    return policy.is_open(block, await today_at_house(tx))
