"""Every night, and whenever somebody asks."""

from datetime import timedelta

from hub import payments
from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from tourism.reconciling.actions import alerting, comparing


async def _reconcile(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    await comparing.reconcile(database)
    await alerting.tell_breaks(database)
    await alerting.ask_debts(database)


async def _tell_payout(
    database: Database, tenant: int | None, message: payments.PayoutChanged
) -> None:
    if message.state == "failed":
        async with database.transaction(tenant, actor="reconciling") as tx:
            await alerting.tell_returned_payout(tx, message.payout)


reconcile_later = Task(name="reconciling.reconcile", message_type=Nothing, run=_reconcile)
payout_later = Task(
    name="reconciling.payout", message_type=payments.PayoutChanged, run=_tell_payout
)

NIGHTLY = Tick(task=reconcile_later, every=timedelta(hours=24))
