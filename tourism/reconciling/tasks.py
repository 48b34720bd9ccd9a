"""Every night, and whenever somebody asks."""

from datetime import timedelta

from hub import payments
from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from tourism.reconciling.actions import alerting, comparing
from tourism.reconciling.models import AccountsToCompare


async def _reconcile(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    await comparing.begin(database)
    await alerting.tell_breaks(database)
    await alerting.ask_debts(database)


async def _go_on(database: Database, tenant: int | None, message: AccountsToCompare) -> None:
    del tenant
    if await comparing.go_on(database, message):
        await alerting.tell_breaks(database)


async def _tell_payout(
    database: Database, tenant: int | None, message: payments.PayoutChanged
) -> None:
    if message.state == "failed":
        async with database.transaction(tenant, actor="reconciling") as tx:
            await alerting.tell_returned_payout(tx, message.payout)


reconcile_later = Task(name="reconciling.reconcile", message_type=Nothing, run=_reconcile)
go_on_later = Task(name="reconciling.go_on", message_type=AccountsToCompare, run=_go_on)
payout_later = Task(
    name="reconciling.payout", message_type=payments.PayoutChanged, run=_tell_payout
)

NIGHTLY = Tick(task=reconcile_later, every=timedelta(hours=24))
