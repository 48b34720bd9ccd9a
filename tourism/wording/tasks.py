"""What follows a booking and a change: the words of its conditions are kept."""

from hub.core.db import Database
from hub.core.vertical import Task
from tourism.booking.models import StayBooked
from tourism.changing.models import StayChanged
from tourism.wording import actions


async def _keep(database: Database, tenant: int | None, message: StayBooked | StayChanged) -> None:
    async with database.transaction(tenant) as tx:
        await actions.keep_words(tx, message.booking)


keep_booked_later = Task(name="wording.keep_booked", message_type=StayBooked, run=_keep)
keep_changed_later = Task(name="wording.keep_changed", message_type=StayChanged, run=_keep)
