"""Copies are built after the asking, and destroyed with their time."""

from datetime import timedelta

from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from hub.own_data.actions import asking, building
from hub.own_data.models import CopyAsked


async def _build_copy(database: Database, tenant: int | None, message: CopyAsked) -> None:
    del tenant
    await building.build_copy(database, message.copy)


async def _destroy_old_copies(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        await asking.destroy_old_copies(tx)


build_copy_later = Task(name="own_data.build", message_type=CopyAsked, run=_build_copy)
destroy_old_copies_later = Task(
    name="own_data.destroy_old", message_type=Nothing, run=_destroy_old_copies
)
HOURLY = Tick(task=destroy_old_copies_later, every=timedelta(hours=1))
