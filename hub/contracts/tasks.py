"""Months are closed by what was signed."""

from hub import service_levels
from hub.contracts import actions
from hub.core.db import Database
from hub.core.vertical import Task
from hub.service_levels import CloseMonth


async def _close(database: Database, tenant: int | None, message: CloseMonth) -> None:
    del tenant
    await service_levels.close_some(database, message, actions.list_options)


close_later = Task(name="contracts.close_month", message_type=CloseMonth, run=_close)
