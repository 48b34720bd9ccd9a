"""Letters about events, after the change."""

from hub.core.db import Database
from hub.core.vertical import Task
from hub.gatherings import actions
from hub.gatherings.models import GatheringMoved
from hub.spaces import PostShownAgain


async def _tell(database: Database, tenant: int | None, message: GatheringMoved) -> None:
    async with database.transaction(tenant) as tx:
        await actions.tell(tx, message)


async def _tell_again(database: Database, tenant: int | None, message: PostShownAgain) -> None:
    async with database.transaction(tenant) as tx:
        await actions.tell_again(tx, message)


tell_later = Task(name="gatherings.tell", message_type=GatheringMoved, run=_tell)
tell_again_later = Task(name="gatherings.tell_again", message_type=PostShownAgain, run=_tell_again)
