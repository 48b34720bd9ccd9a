"""Hosts destroy what wrapped keys that are gone, after the commit and every hour."""

from datetime import timedelta

from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from hub.keys import actions
from hub.keys.models import KeysEnded


async def _announce(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        await actions.announce_ended(tx)


async def _let_go(database: Database, tenant: int | None, message: KeysEnded) -> None:
    del message
    async with database.transaction(tenant) as tx:
        await actions.let_go(tx)


announce_later = Task(name="keys.announce", message_type=Nothing, run=_announce)
let_go_later = Task(name="keys.let_go", message_type=KeysEnded, run=_let_go)
HOURLY = Tick(task=announce_later, every=timedelta(hours=1))
