"""Names of who asked to come to an event end with their time, once a day."""

from datetime import timedelta

from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from verticals.city.events.actions import forgetting
from verticals.city.events.models import NamesOld


async def _announce_old(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        await forgetting.announce_old_names(tx)


async def _forget_old(database: Database, tenant: int | None, message: NamesOld) -> None:
    del message
    async with database.transaction(tenant) as tx:
        await forgetting.forget_old_names(tx)


announce_old_later = Task(name="events.announce_old_names", message_type=Nothing, run=_announce_old)
forget_old_later = Task(name="events.forget_old_names", message_type=NamesOld, run=_forget_old)

DAILY = Tick(task=announce_old_later, every=timedelta(days=1))
