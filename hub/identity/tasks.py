"""What identity forgets."""

from hub.core.db import Database
from hub.core.vertical import Nothing, Task
from hub.identity import actions


async def _forget_the_past(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        await actions.forget_the_past(tx)


forget_the_past_later = Task(
    name="identity.forget_the_past", message_type=Nothing, run=_forget_the_past
)
