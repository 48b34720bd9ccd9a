"""What identity forgets, and the letters that follow their asking."""

from hub.core.db import Database
from hub.core.vertical import Nothing, Task
from hub.identity import actions, password_links
from hub.identity.models import PasswordForgotten


async def _forget_the_past(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        await actions.forget_the_past(tx)


async def _write_link(database: Database, tenant: int | None, message: PasswordForgotten) -> None:
    async with database.transaction(tenant) as tx:
        await password_links.write_link(tx, message)


write_link_later = Task(name="identity.write_link", message_type=PasswordForgotten, run=_write_link)
forget_the_past_later = Task(
    name="identity.forget_the_past", message_type=Nothing, run=_forget_the_past
)
