"""What follows when a stay of a group falls through, and when a block's last day is over."""

from datetime import timedelta

from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from tourism.booking.models import RoomsCancelled
from tourism.groups.actions import blocking
from tourism.groups.models import GroupToMend


async def _look_through(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        await blocking.announce_blocks(tx)


async def _mend_after(database: Database, tenant: int | None, message: RoomsCancelled) -> None:
    async with database.transaction(tenant) as tx:
        await blocking.mend_block_of(tx, message.booking)


async def _mend(database: Database, tenant: int | None, message: GroupToMend) -> None:
    async with database.transaction(tenant) as tx:
        await blocking.mend_block(tx, message.block)


look_through_later = Task(name="groups.look_through", message_type=Nothing, run=_look_through)
mend_later = Task(name="groups.mend", message_type=GroupToMend, run=_mend)
mend_after_later = Task(name="groups.mend_after", message_type=RoomsCancelled, run=_mend_after)

LOOK_THROUGH = Tick(task=look_through_later, every=timedelta(seconds=30))
