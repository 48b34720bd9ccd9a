"""What the clock brings: the next contact, the end of a morning, the end of what is kept."""

from datetime import timedelta

from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from verticals.seniors.actions import calling, following, reading
from verticals.seniors.models import MorningOver, PatienceOver, ReadingsOld


async def _end_patience(database: Database, tenant: int | None, message: PatienceOver) -> None:
    async with database.transaction(tenant) as tx:
        await calling.end_patience(tx, message)


async def _end_morning(database: Database, tenant: int | None, message: MorningOver) -> None:
    async with database.transaction(tenant) as tx:
        await following.end_morning(tx, message)


end_patience_later = Task(name="seniors.end_patience", message_type=PatienceOver, run=_end_patience)
end_morning_later = Task(name="seniors.end_morning", message_type=MorningOver, run=_end_morning)


async def _announce_old(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        await reading.announce_old_readings(tx)


async def _forget_old(database: Database, tenant: int | None, message: ReadingsOld) -> None:
    del message
    async with database.transaction(tenant) as tx:
        await reading.forget_old_readings(tx)


announce_old_later = Task(
    name="seniors.announce_old_readings", message_type=Nothing, run=_announce_old
)
forget_old_later = Task(
    name="seniors.forget_old_readings", message_type=ReadingsOld, run=_forget_old
)
DAILY = Tick(task=announce_old_later, every=timedelta(hours=24))
