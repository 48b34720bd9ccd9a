"""What follows for a received transfer, after the commit."""

from hub.core.db import Database
from hub.core.vertical import Task
from tourism.repaying.actions import receiving
from tourism.repaying.models import DebtRepaid, TransferReceived


async def _apply(database: Database, tenant: int | None, message: DebtRepaid) -> None:
    async with database.transaction(tenant, actor="debts") as tx:
        await receiving.apply(tx, message)


async def _tell(database: Database, tenant: int | None, message: TransferReceived) -> None:
    async with database.transaction(tenant, actor="debts") as tx:
        await receiving.tell_holder(tx, message)


apply_later = Task(name="repaying.apply", message_type=DebtRepaid, run=_apply)
tell_later = Task(name="repaying.tell", message_type=TransferReceived, run=_tell)
