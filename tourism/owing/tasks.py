"""What is done about what is owed, after the commit and by the clock."""

from datetime import timedelta
from typing import Protocol
from uuid import UUID

from hub import payments
from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from tourism.booking.models import StayEnded
from tourism.owing.actions import charging, following
from tourism.owing.models import ActOnDue
from tourism.paying.models import OwedChanged


class _OfBooking(Protocol):
    @property
    def booking(self) -> UUID: ...


async def _follow(database: Database, tenant: int | None, message: _OfBooking) -> None:
    async with database.transaction(tenant) as tx:
        await following.follow_stay(tx, message.booking)


async def _act(database: Database, tenant: int | None, message: ActOnDue) -> None:
    assert tenant is not None
    await charging.act_on_due(database, tenant, message.due)


async def _hear(database: Database, tenant: int | None, message: payments.ChargeAnswered) -> None:
    assert tenant is not None
    await charging.hear_charge(database, tenant, message.charge)


async def _sweep(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        await following.announce_dues(tx)


follow_later = Task(name="owing.follow", message_type=OwedChanged, run=_follow)
ended_later = Task(name="owing.ended", message_type=StayEnded, run=_follow)
act_later = Task(name="owing.act", message_type=ActOnDue, run=_act)
hear_later = Task(name="owing.hear", message_type=payments.ChargeAnswered, run=_hear)
sweep_later = Task(name="owing.sweep", message_type=Nothing, run=_sweep)

SWEEP = Tick(task=sweep_later, every=timedelta(minutes=5))
