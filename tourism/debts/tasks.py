"""What follows for a debt, after the commit."""

from datetime import timedelta

from hub import payments
from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from tourism.debts.actions import disputing, forgiving, paying
from tourism.debts.models import DebtGivenUp, DebtWrittenOff


async def _hear(database: Database, tenant: int | None, message: payments.ChargeAnswered) -> None:
    assert tenant is not None
    await paying.finish(database, tenant, message.charge)


async def _apply(database: Database, tenant: int | None, message: DebtWrittenOff) -> None:
    async with database.transaction(tenant, actor="debts") as tx:
        await forgiving.apply(tx, message)


async def _tell(database: Database, tenant: int | None, message: DebtGivenUp) -> None:
    async with database.transaction(tenant, actor="debts") as tx:
        await forgiving.tell_holder(tx, message)


async def _hear_dispute(
    database: Database, tenant: int | None, message: payments.DisputeChanged
) -> None:
    async with database.transaction(tenant, actor="debts") as tx:
        await disputing.hear_dispute(tx, message)


async def _hear_fee(database: Database, tenant: int | None, message: payments.FeeTold) -> None:
    async with database.transaction(tenant, actor="debts") as tx:
        await paying.hear_fee(tx, message.charge)


async def _sweep(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        await forgiving.announce_parts(tx)


hear_later = Task(name="debts.hear", message_type=payments.ChargeAnswered, run=_hear)
apply_later = Task(name="debts.write_off", message_type=DebtWrittenOff, run=_apply)
tell_later = Task(name="debts.tell", message_type=DebtGivenUp, run=_tell)
dispute_later = Task(name="debts.dispute", message_type=payments.DisputeChanged, run=_hear_dispute)
fee_later = Task(name="debts.fee", message_type=payments.FeeTold, run=_hear_fee)
sweep_later = Task(name="debts.sweep", message_type=Nothing, run=_sweep)

SWEEP = Tick(task=sweep_later, every=timedelta(minutes=15))
