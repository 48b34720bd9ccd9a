"""Who has left is erased with their time, once a day."""

from datetime import timedelta

from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from verticals.education.roster import actions
from verticals.education.roster.models import LeaversDue


async def _announce_leavers(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        await actions.announce_leavers(tx)


async def _erase_due(database: Database, tenant: int | None, message: LeaversDue) -> None:
    del message
    async with database.transaction(tenant) as tx:
        await actions.erase_due(tx)


announce_leavers_later = Task(
    name="roster.announce_leavers", message_type=Nothing, run=_announce_leavers
)
erase_due_later = Task(name="roster.erase_due", message_type=LeaversDue, run=_erase_due)

DAILY = Tick(task=announce_leavers_later, every=timedelta(days=1))
