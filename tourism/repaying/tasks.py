"""What follows for a received transfer, after the commit."""

from datetime import timedelta

from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from tourism.repaying.actions import receiving, taking_back, telling
from tourism.repaying.models import (
    DebtRepaid,
    RepaymentTakenBack,
    TransferReceived,
    TransferTakenBack,
)


async def _apply(database: Database, tenant: int | None, message: DebtRepaid) -> None:
    async with database.transaction(tenant, actor="debts") as tx:
        await receiving.apply(tx, message)


async def _tell(database: Database, tenant: int | None, message: TransferReceived) -> None:
    async with database.transaction(tenant, actor="debts") as tx:
        await receiving.tell_holder(tx, message)


async def _undo(database: Database, tenant: int | None, message: RepaymentTakenBack) -> None:
    async with database.transaction(tenant, actor="debts") as tx:
        await taking_back.undo(tx, message)


async def _tell_back(database: Database, tenant: int | None, message: TransferTakenBack) -> None:
    async with database.transaction(tenant, actor="debts") as tx:
        await taking_back.tell_holder(tx, message)


async def _sweep(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        await telling.announce_parts(tx)


apply_later = Task(name="repaying.apply", message_type=DebtRepaid, run=_apply)
tell_later = Task(name="repaying.tell", message_type=TransferReceived, run=_tell)
undo_later = Task(name="repaying.undo", message_type=RepaymentTakenBack, run=_undo)
tell_back_later = Task(name="repaying.tell_back", message_type=TransferTakenBack, run=_tell_back)
sweep_later = Task(name="repaying.sweep", message_type=Nothing, run=_sweep)

SWEEP = Tick(task=sweep_later, every=timedelta(minutes=15))
