"""What follows a payment, after the commit."""

from hub import payments
from hub.core.db import Database
from hub.core.vertical import Task
from tourism.booking.subjects import booking_of
from tourism.paying.actions import paying, sharing
from tourism.paying.models import PaymentBegun


async def _finish_payment(database: Database, tenant: int | None, message: PaymentBegun) -> None:
    assert tenant is not None
    await paying.finish_begun_payment(database, tenant, message)


async def _hear(database: Database, tenant: int | None, message: payments.ChargeAnswered) -> None:
    assert tenant is not None
    await paying.finish_told_payment(database, tenant, message.charge)


async def _post_refund(
    database: Database, tenant: int | None, message: payments.RefundSettled
) -> None:
    booking = booking_of(message.subject)
    if booking is None:
        return
    async with database.transaction(tenant) as tx:
        await sharing.post_refund(tx, booking, message.refund, message.amount_cents)


async def _return_refund(
    database: Database, tenant: int | None, message: payments.RefundReturned
) -> None:
    booking = booking_of(message.subject)
    if booking is None:
        return
    async with database.transaction(tenant) as tx:
        await sharing.return_refund(tx, booking, message.refund, message.amount_cents)


finish_payment_later = Task(
    name="paying.finish_payment", message_type=PaymentBegun, run=_finish_payment
)
hear_later = Task(name="paying.hear", message_type=payments.ChargeAnswered, run=_hear)
post_refund_later = Task(
    name="paying.post_refund", message_type=payments.RefundSettled, run=_post_refund
)
return_refund_later = Task(
    name="paying.return_refund", message_type=payments.RefundReturned, run=_return_refund
)
