"""What a patient reads of who looked ends with its time, once a day."""

from datetime import timedelta

from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from verticals.health.patients import looking
from verticals.health.patients.models import LooksOld


async def _announce_old(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        await looking.announce_old_looks(tx)


async def _forget_old(database: Database, tenant: int | None, message: LooksOld) -> None:
    del message
    async with database.transaction(tenant) as tx:
        await looking.forget_old_looks(tx)


announce_old_later = Task(
    name="patients.announce_old_looks", message_type=Nothing, run=_announce_old
)
forget_old_later = Task(name="patients.forget_old_looks", message_type=LooksOld, run=_forget_old)

DAILY = Tick(task=announce_old_later, every=timedelta(days=1))
