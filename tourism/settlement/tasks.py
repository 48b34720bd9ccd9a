"""Shares on their way, after the commit."""

from datetime import timedelta

from hub import payments
from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from tourism.booking.subjects import booking_of
from tourism.settlement.actions import settling
from tourism.settlement.models import SettleStay


async def _settle(database: Database, tenant: int | None, message: SettleStay) -> None:
    async with database.transaction(tenant) as tx:
        await settling.settle_stay(tx, message.booking)


async def _sweep(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        await settling.announce_moves(tx)
        await settling.announce_due_stays(tx)


async def _finish(database: Database, tenant: int | None, message: payments.CallSettled) -> None:
    async with database.transaction(tenant) as tx:
        await settling.finish_move(tx, message.call)


async def _hear_dispute(
    database: Database, tenant: int | None, message: payments.DisputeChanged
) -> None:
    booking = booking_of(message.subject)
    if booking is None:
        return
    async with database.transaction(tenant) as tx:
        await settling.hear_dispute(tx, booking)


async def _hear_fee(database: Database, tenant: int | None, message: payments.FeeTold) -> None:
    booking = booking_of(message.subject)
    if booking is None:
        return
    async with database.transaction(tenant) as tx:
        await settling.hear_fee(tx, booking)


settle_later = Task(name="settlement.settle", message_type=SettleStay, run=_settle)
sweep_later = Task(name="settlement.sweep", message_type=Nothing, run=_sweep)
finish_later = Task(name="settlement.finish", message_type=payments.CallSettled, run=_finish)
dispute_later = Task(
    name="settlement.dispute", message_type=payments.DisputeChanged, run=_hear_dispute
)
fee_later = Task(name="settlement.fee", message_type=payments.FeeTold, run=_hear_fee)

SWEEP = Tick(task=sweep_later, every=timedelta(minutes=15))
