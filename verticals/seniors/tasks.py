"""What the clock brings: the next contact, the end of a morning, the end of what is kept."""

from hub.core.daily import once_a_day
from hub.core.db import Database
from hub.core.vertical import Task
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

DAILY = once_a_day(
    "seniors", reading.announce_old_readings, ReadingsOld, reading.forget_old_readings
)
