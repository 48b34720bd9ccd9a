"""Letters about events, after the change."""

from hub.core.db import Database
from hub.core.vertical import Task
from hub.gatherings import actions
from hub.gatherings.models import GatheringMoved


async def _tell(database: Database, tenant: int | None, message: GatheringMoved) -> None:
    async with database.transaction(tenant) as tx:
        await actions.tell(tx, message)


tell_later = Task(name="gatherings.tell", message_type=GatheringMoved, run=_tell)
