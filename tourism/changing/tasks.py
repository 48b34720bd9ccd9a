"""What follows a change that is being paid."""

from hub import payments
from hub.core.db import Database
from hub.core.vertical import Task
from tourism.changing.actions import finishing, letters
from tourism.changing.models import ChangeExpired, ChangePaymentBegun, StayChanged


async def _finish_change(
    database: Database, tenant: int | None, message: ChangePaymentBegun
) -> None:
    assert tenant is not None
    await finishing.finish_begun_change(database, tenant, message)


async def _expire_change(database: Database, tenant: int | None, message: ChangeExpired) -> None:
    assert tenant is not None
    await finishing.end_change(database, tenant, message)


async def _hear(database: Database, tenant: int | None, message: payments.ChargeAnswered) -> None:
    assert tenant is not None
    await finishing.finish_told_change(database, tenant, message.charge)


async def _write_change(database: Database, tenant: int | None, message: StayChanged) -> None:
    async with database.transaction(tenant) as tx:
        await letters.write_change(tx, message)


finish_change_later = Task(
    name="changing.finish_change", message_type=ChangePaymentBegun, run=_finish_change
)
expire_change_later = Task(
    name="changing.expire_change", message_type=ChangeExpired, run=_expire_change
)
hear_later = Task(name="changing.hear", message_type=payments.ChargeAnswered, run=_hear)
write_change_later = Task(name="changing.write_change", message_type=StayChanged, run=_write_change)
