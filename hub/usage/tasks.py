"""Months are billed and payments heard in the background."""

from datetime import timedelta

from hub import payments
from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from hub.usage.actions import billing_months, paying
from hub.usage.models import BillMonth


async def _announce(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        await billing_months.announce_months(tx)


async def _bill(database: Database, tenant: int | None, message: BillMonth) -> None:
    async with database.transaction(tenant) as tx:
        await billing_months.bill_month(tx, message.subscription, message.month)


async def _hear(database: Database, tenant: int | None, message: payments.ChargeAnswered) -> None:
    assert tenant is not None
    await paying.finish(database, tenant, message.charge)


async def _refunded(
    database: Database, tenant: int | None, message: payments.RefundSettled
) -> None:
    if message.subject.startswith(paying.SUBJECT):
        async with database.transaction(tenant) as tx:
            await paying.post_refund(tx, message.refund, message.amount_cents)


async def _returned(
    database: Database, tenant: int | None, message: payments.RefundReturned
) -> None:
    if message.subject.startswith(paying.SUBJECT):
        async with database.transaction(tenant) as tx:
            await paying.return_refund(tx, message.refund, message.amount_cents)


async def _hear_dispute(
    database: Database, tenant: int | None, message: payments.DisputeChanged
) -> None:
    if message.subject.startswith(paying.SUBJECT):
        async with database.transaction(tenant) as tx:
            await paying.hear_dispute(tx, message.dispute)


async def _hear_fee(database: Database, tenant: int | None, message: payments.FeeTold) -> None:
    if message.subject.startswith(paying.SUBJECT):
        async with database.transaction(tenant) as tx:
            await paying.hear_fee(tx, message.charge)


announce_later = Task(name="usage.announce", message_type=Nothing, run=_announce)
bill_later = Task(name="usage.bill", message_type=BillMonth, run=_bill)
hear_later = Task(name="usage.hear", message_type=payments.ChargeAnswered, run=_hear)
refunded_later = Task(name="usage.refunded", message_type=payments.RefundSettled, run=_refunded)
returned_later = Task(name="usage.returned", message_type=payments.RefundReturned, run=_returned)
dispute_later = Task(name="usage.dispute", message_type=payments.DisputeChanged, run=_hear_dispute)
fee_later = Task(name="usage.fee", message_type=payments.FeeTold, run=_hear_fee)

HOURLY = Tick(task=announce_later, every=timedelta(hours=1))
