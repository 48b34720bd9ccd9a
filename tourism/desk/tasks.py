"""What follows at the desk, after the commit."""

from hub.core.db import Database
from hub.core.vertical import Task
from tourism.desk.actions import messaging
from tourism.desk.models import MessageWritten


async def _announce_message(
    database: Database, tenant: int | None, message: MessageWritten
) -> None:
    async with database.transaction(tenant) as tx:
        await messaging.announce_message(tx, message.message)


announce_message_later = Task(
    name="desk.announce_message", message_type=MessageWritten, run=_announce_message
)
