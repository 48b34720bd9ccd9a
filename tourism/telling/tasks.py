"""A house hears of its stays after the commit."""

from hub.core.db import Database
from hub.core.vertical import Task
from tourism.booking.models import RoomsCancelled, State, StayBooked, StayCancelled
from tourism.changing.models import StayChanged
from tourism.telling.actions.letters import tell_house


async def _tell_booked(database: Database, tenant: int | None, message: StayBooked) -> None:
    async with database.transaction(tenant) as tx:
        await tell_house(tx, message.booking, "booked", State.CONFIRMED)


async def _tell_changed(database: Database, tenant: int | None, message: StayChanged) -> None:
    async with database.transaction(tenant) as tx:
        await tell_house(tx, message.booking, "changed", message.revision)


async def _tell_rooms(database: Database, tenant: int | None, message: RoomsCancelled) -> None:
    async with database.transaction(tenant) as tx:
        await tell_house(tx, message.booking, "rooms", message.revision)


async def _tell_cancelled(database: Database, tenant: int | None, message: StayCancelled) -> None:
    async with database.transaction(tenant) as tx:
        await tell_house(tx, message.booking, "cancelled", State.CANCELLED)


tell_booked_later = Task(name="telling.booked", message_type=StayBooked, run=_tell_booked)
tell_changed_later = Task(name="telling.changed", message_type=StayChanged, run=_tell_changed)
tell_rooms_later = Task(name="telling.rooms", message_type=RoomsCancelled, run=_tell_rooms)
tell_cancelled_later = Task(
    name="telling.cancelled", message_type=StayCancelled, run=_tell_cancelled
)
