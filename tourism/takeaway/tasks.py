"""Archives are built after the asking, and destroyed with their time."""

from datetime import timedelta

from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from tourism.takeaway.actions import asking, building
from tourism.takeaway.models import TakeawayAsked, TakeawaysOld


async def _build_takeaway(database: Database, tenant: int | None, message: TakeawayAsked) -> None:
    if tenant is not None:
        await building.build_takeaway(database, tenant, message.takeaway)


async def _announce_old_takeaways(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        await asking.announce_old_takeaways(tx)


async def _destroy_old_takeaways(
    database: Database, tenant: int | None, message: TakeawaysOld
) -> None:
    del message
    async with database.transaction(tenant) as tx:
        await asking.destroy_old_takeaways(tx)


build_takeaway_later = Task(name="takeaway.build", message_type=TakeawayAsked, run=_build_takeaway)
announce_old_takeaways_later = Task(
    name="takeaway.announce_old", message_type=Nothing, run=_announce_old_takeaways
)
destroy_old_takeaways_later = Task(
    name="takeaway.destroy_old", message_type=TakeawaysOld, run=_destroy_old_takeaways
)

HOURLY = Tick(task=announce_old_takeaways_later, every=timedelta(hours=1))
