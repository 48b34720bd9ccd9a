"""Somebody of a group takes one of its rooms: it goes from the block to a hold in one transaction,
at the group's price, and is paid as any other stay."""

from hub.core.clock import local_date
from hub.core.db import Database, Reads, Tx
from tourism import lodging, quoting, rates
from tourism.booking.actions import holding
from tourism.booking.models import Booking
from tourism.groups import policy, store
from tourism.groups.actions.blocking import lock_block
from tourism.groups.errors import GroupUnknown
from tourism.groups.models import Block, PickUp
from tourism.groups.store import BlockOf
from tourism.quoting.models import Agreed, MakeQuote, RoomWanted


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
    """A hold of one of the group's rooms, for a quarter of an hour.

    Raises `BlockOver`, `BlockInvalid`, `NoneLeft`, `StayInvalid`, `NotSellable`.
    """
    block = await lock_block(tx, found.block)
    house = await find_house(reader, block)
    rooms = await store.list_rooms(tx, [block.id])
    room = next((one for one in rooms if one.room_type == command.room_type), None)
    policy.check_pickup(block, room, command, local_date(tx.now, house.zone))
    assert room is not None
    await rates.lock_units(tx, [room.room_type], command.arrival, command.departure)
    held = policy.moved(block, room.held, command.arrival, command.departure, -1)
    await store.keep_held(tx, room, held, room.units)
    await rates.move_units(tx, [room.room_type], [-1], command.arrival, command.departure)
    quote = await quoting.price_stay(
        tx,
        reader,
        house,
        MakeQuote(
            property=house.id,
            arrival=command.arrival,
            departure=command.departure,
            rate_plan=block.rate_plan,
            rooms=(
                RoomWanted(
                    room_type=command.room_type,
                    adults=command.adults,
                    child_ages=command.child_ages,
                ),
            ),
        ),
        nights=tx,
        only_units=True,
        agreed=Agreed(group=block.name, cents={one.room_type: one.price_cents for one in rooms}),
    )
    await quoting.keep_quote(tx, quote)
    booking = await holding.hold_stay(tx, quote.id, agreed=True)
    await store.insert_pickup(tx, booking.id, block.id, command)
    return booking
