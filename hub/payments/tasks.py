"""Money back, after the commit that announced it."""

from hub.core.db import Database
from hub.core.vertical import Task
from hub.payments import actions
from hub.payments.gateway import SandboxGateway
from hub.payments.models import RefundPrepared


async def _pay_refund(database: Database, tenant: int | None, message: RefundPrepared) -> None:
    async with database.transaction(tenant) as tx:
        waiting = await actions.find_refund_to_pay(tx, message.refund)
    if waiting is None:
        return
    refund, reference = waiting
    outcome = await SandboxGateway(database).refund(refund.id, reference, refund.amount_cents)
    async with database.transaction(tenant) as tx:
        await actions.settle_refund(tx, refund, outcome)


pay_refund_later = Task(name="payments.pay_refund", message_type=RefundPrepared, run=_pay_refund)
