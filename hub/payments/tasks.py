"""What is asked of the payment service after the commit, and what its messages mean."""

from datetime import timedelta

from hub.core import outbox
from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from hub.payments import asking
from hub.payments.actions import calling, charging, hearing
from hub.payments.models import CallPrepared, EventHeard, FeeAwaited, RefundPrepared, ToCatchUp


async def _pay_refund(database: Database, tenant: int | None, message: RefundPrepared) -> None:
    await asking.pay_refund(database, tenant, message.refund)
    if message.has_failed:
        await asking.look_at_paid_refund(database, tenant, message.refund)


async def _perform_call(database: Database, tenant: int | None, message: CallPrepared) -> None:
    await asking.perform_call(database, tenant, message.call)


async def _apply_event(database: Database, tenant: int | None, message: EventHeard) -> None:
    del tenant
    await asking.apply_event(database, message.event)


async def _sweep(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        await calling.ask_again(tx)
        await hearing.apply_again(tx)


async def _catch_up(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        await charging.announce_awaited_fees(tx)
    pieces = await asking.list_to_catch_up(database)
    async with database.transaction() as tx:
        await outbox.emit(tx, *pieces)


async def _catch_up_with(database: Database, tenant: int | None, message: ToCatchUp) -> None:
    del tenant
    await asking.catch_up_with(database, message)


async def _look_for_fee(database: Database, tenant: int | None, message: FeeAwaited) -> None:
    await asking.look_for_fee(database, tenant, message.charge)


pay_refund_later = Task(name="payments.pay_refund", message_type=RefundPrepared, run=_pay_refund)
perform_call_later = Task(
    name="payments.perform_call", message_type=CallPrepared, run=_perform_call
)
apply_event_later = Task(name="payments.apply_event", message_type=EventHeard, run=_apply_event)
sweep_later = Task(name="payments.sweep", message_type=Nothing, run=_sweep)
fee_later = Task(name="payments.look_for_fee", message_type=FeeAwaited, run=_look_for_fee)
catch_up_with_later = Task(
    name="payments.catch_up_with", message_type=ToCatchUp, run=_catch_up_with
)
catch_up_later = Task(name="payments.catch_up", message_type=Nothing, run=_catch_up)

CATCH_UP = Tick(task=catch_up_later, every=timedelta(hours=6))
SWEEP = Tick(task=sweep_later, every=timedelta(minutes=5))
