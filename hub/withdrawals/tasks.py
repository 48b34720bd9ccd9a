"""A withdrawal begins after the decision has committed, and its clock."""

from datetime import timedelta

from hub.approvals import ApprovalWithdrawn
from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from hub.withdrawals.actions import beginning, moving


async def _begin(database: Database, tenant: int | None, message: ApprovalWithdrawn) -> None:
    async with database.transaction(tenant) as tx:
        await beginning.begin(tx, message.service)


async def _advance(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    await moving.advance(database)


begin_later = Task(name="withdrawals.begin", message_type=ApprovalWithdrawn, run=_begin)
advance_later = Task(name="withdrawals.advance", message_type=Nothing, run=_advance)
EVERY_QUARTER = Tick(task=advance_later, every=timedelta(minutes=15))
