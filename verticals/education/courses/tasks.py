"""Who followed a course by an open link is erased with their time, once a day."""

from datetime import timedelta

from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from verticals.education.courses import actions as following
from verticals.education.courses.models import VisitorsDue


async def _announce_visitors(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        await following.announce_visitors(tx)


async def _erase_visitors(database: Database, tenant: int | None, message: VisitorsDue) -> None:
    del message
    async with database.transaction(tenant) as tx:
        await following.erase_visitors(tx)


announce_visitors_later = Task(
    name="courses.announce_visitors", message_type=Nothing, run=_announce_visitors
)
erase_visitors_later = Task(
    name="courses.erase_visitors", message_type=VisitorsDue, run=_erase_visitors
)

DAILY = Tick(task=announce_visitors_later, every=timedelta(days=1))
