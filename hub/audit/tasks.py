"""The chain grows in the background."""

from hub.audit import actions
from hub.core.db import Database
from hub.core.vertical import Nothing, Task

BATCHES_A_RUN = 10


async def _link_entries(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    for _ in range(BATCHES_A_RUN):
        async with database.transaction() as tx:
            linked = await actions.link_waiting(tx)
        if linked < actions.BATCH:
            return


link_entries_later = Task(name="audit.link_entries", message_type=Nothing, run=_link_entries)
