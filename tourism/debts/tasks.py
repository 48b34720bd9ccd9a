"""What follows for a debt, after the commit."""

from hub import payments
from hub.core.db import Database
from hub.core.vertical import Task
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


hear_later = Task(name="debts.hear", message_type=payments.ChargeAnswered, run=_hear)
apply_later = Task(name="debts.write_off", message_type=DebtWrittenOff, run=_apply)
tell_later = Task(name="debts.tell", message_type=DebtGivenUp, run=_tell)
dispute_later = Task(name="debts.dispute", message_type=payments.DisputeChanged, run=_hear_dispute)
fee_later = Task(name="debts.fee", message_type=payments.FeeTold, run=_hear_fee)
