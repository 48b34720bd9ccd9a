"""Once an hour, the stays that are near are looked for."""

from datetime import timedelta

from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from tourism.reminding.actions import reminding
from tourism.reminding.models import StayNear


async def _announce(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        last = await reminding.announce_near(tx)
    while last is not None:
        async with database.transaction() as tx:
            last = await reminding.announce_near(tx, last)


async def _remind(database: Database, tenant: int | None, message: StayNear) -> None:
    async with database.transaction(tenant) as tx:
        await reminding.remind_guest(tx, message.booking)


announce_later = Task(name="reminding.announce", message_type=Nothing, run=_announce)
remind_later = Task(name="reminding.remind", message_type=StayNear, run=_remind)

LOOK = Tick(task=announce_later, every=timedelta(hours=1))
