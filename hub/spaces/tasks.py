"""What happens in spaces by the clock."""

from datetime import timedelta

from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from hub.spaces.actions import forgetting
from hub.spaces.models import OldDecisions


async def _announce_old(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        await forgetting.announce_old(tx)


async def _forget_old(database: Database, tenant: int | None, message: OldDecisions) -> None:
    del message
    async with database.transaction(tenant) as tx:
        await forgetting.forget_old(tx)


announce_old_later = Task(name="spaces.announce_old", message_type=Nothing, run=_announce_old)
forget_old_later = Task(name="spaces.forget_old", message_type=OldDecisions, run=_forget_old)

FORGET = Tick(task=announce_old_later, every=timedelta(hours=24))
