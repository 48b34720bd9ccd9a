"""Somebody of a group takes some of its rooms: they go from the block to a hold in one transaction,
at the group's price, and are paid as any other stay."""

from collections.abc import Sequence
from datetime import date

from hub.core.clock import local_date
from hub.core.db import Database, Reads, Tx
from tourism import lodging, quoting, rates
from tourism.booking.actions import holding
from tourism.booking.models import Booking
from tourism.groups import policy, store
from tourism.groups.actions.blocking import lock_block
from tourism.groups.errors import GroupUnknown
from tourism.groups.models import Block, BlockRooms, PickUp
from tourism.groups.store import BlockOf
from tourism.quoting.models import Agreed, MakeQuote


async def find_code(database: Database, code: str) -> BlockOf:
    """Whose block a code names, as people write it. Raises `GroupUnknown`."""
    clean = "-".join(code.upper().replace("-", " ").split())
    async with database.transaction() as tx:
        found = await store.find_code(tx, clean)
    if found is None:
        raise GroupUnknown("Check the code that the group gave you.")
    return found


async def find_house(reader: Reads, block: Block) -> lodging.Property:
    """The house of a block. Raises `GroupUnknown`."""
    house = await lodging.find_property(reader, block.property)
    if house is None:
        raise GroupUnknown("The house is no longer listed.")
    return house


async def pick_up(tx: Tx, reader: Reads, found: BlockOf, command: PickUp) -> Booking:
    """A hold of some of the group's rooms, for a quarter of an hour.

    Raises `BlockOver`, `BlockInvalid`, `NoneLeft`, `StayInvalid`, `NotSellable`.
    """
    block = await lock_block(tx, found.block)
    house = await find_house(reader, block)
    rooms = await store.list_rooms(tx, [block.id])
    units = quoting.units_wanted(command.rooms)
    policy.check_pickup(block, rooms, units, command, local_date(tx.now, house.zone))
    if lodging.is_counted(house):  # its years are locked before its months
        await lodging.lock_nights(tx, house, command.arrival, command.departure)
    await draw(tx, block, rooms, units, command.arrival, command.departure)
    wish = MakeQuote(
        property=house.id,
        arrival=command.arrival,
        departure=command.departure,
        rate_plan=block.rate_plan,
        rooms=command.rooms,
    )
    quote = await quoting.price_stay(
        tx, reader, house, wish, nights=tx, only_units=True, agreed=agreed_of(block, rooms)
    )
    await quoting.keep_quote(tx, quote)
    booking = await holding.hold_stay(tx, quote.id, agreed=True)
    await store.write_pickups(tx, booking.id, block.id, units, command.arrival, command.departure)
    return booking


def agreed_of(block: Block, rooms: Sequence[BlockRooms]) -> Agreed:
    """The group's own prices."""
    return Agreed(group=block.name, cents={room.room_type: room.price_cents for room in rooms})


async def draw(
    tx: Tx,
    block: Block,
    rooms: Sequence[BlockRooms],
    units: policy.Units,
    arrival: date,
    departure: date,
) -> None:
    """Units that waited for the group are on sale for the rest of this transaction, which takes
    them: nobody else sees them in between."""
    types = sorted(units)
    await rates.lock_units(tx, types, arrival, departure)
    for room in rooms:
        count = units.get(room.room_type, 0)
        if count:
            held = policy.moved(block, room.held, arrival, departure, -count)
            await store.keep_held(tx, room, held, room.units)
    await rates.move_units(tx, types, [-units[type] for type in types], arrival, departure)
