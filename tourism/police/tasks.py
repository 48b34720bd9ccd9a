"""Sheets are destroyed with their time, once a day."""

from datetime import timedelta

from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from tourism.police import actions
from tourism.police.models import SheetsOld


async def _announce_old_sheets(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    after: int | None = 0
    while after is not None:
        async with database.transaction() as tx:
            after = await actions.announce_old_sheets(tx, after)


async def _destroy_old_sheets(database: Database, tenant: int | None, message: SheetsOld) -> None:
    del message
    async with database.transaction(tenant) as tx:
        await actions.destroy_old_sheets(tx)


announce_old_sheets_later = Task(
    name="police.announce_old_sheets", message_type=Nothing, run=_announce_old_sheets
)
destroy_old_sheets_later = Task(
    name="police.destroy_old_sheets", message_type=SheetsOld, run=_destroy_old_sheets
)

DAILY = Tick(task=announce_old_sheets_later, every=timedelta(days=1))
