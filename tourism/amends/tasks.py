"""What follows for amends, after the commit."""

from hub.core.db import Database
from hub.core.vertical import Task
from tourism.amends.actions import transferring
from tourism.amends.models import AmendsTransferred


async def _tell(database: Database, tenant: int | None, message: AmendsTransferred) -> None:
    async with database.transaction(tenant, actor="amends") as tx:
        await transferring.tell_guest(tx, message)


tell_later = Task(name="amends.tell", message_type=AmendsTransferred, run=_tell)
