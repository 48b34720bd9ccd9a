"""Documents after the commit: of a stay that has changed, and of a month that is over."""

from datetime import timedelta
from typing import Protocol
from uuid import UUID

from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from tourism.booking.models import RoomsCancelled, StayBooked, StayCancelled, StayEnded
from tourism.changing.models import StayChanged
from tourism.invoicing.actions import billing_fees, following
from tourism.invoicing.models import BillFees, FollowStay

LATE_MONTHS = 12


class _OfBooking(Protocol):
    @property
    def booking(self) -> UUID: ...


async def _follow(database: Database, tenant: int | None, message: _OfBooking) -> None:
    async with database.transaction(tenant) as tx:
        await following.follow_stay(tx, message.booking)


async def _bill(database: Database, tenant: int | None, message: BillFees) -> None:
    assert tenant is not None
    await billing_fees.bill_fees(database, tenant, message.month)


async def _sweep(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        await following.announce_stays(tx)
        await billing_fees.announce_fees(tx)


async def _bill_late(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        await billing_fees.announce_fees(tx, LATE_MONTHS)


follow_later = Task(name="invoicing.follow", message_type=FollowStay, run=_follow)
booked_later = Task(name="invoicing.booked", message_type=StayBooked, run=_follow)
ended_later = Task(name="invoicing.ended", message_type=StayEnded, run=_follow)
cancelled_later = Task(name="invoicing.cancelled", message_type=StayCancelled, run=_follow)
rooms_later = Task(name="invoicing.rooms_cancelled", message_type=RoomsCancelled, run=_follow)
changed_later = Task(name="invoicing.changed", message_type=StayChanged, run=_follow)
bill_later = Task(name="invoicing.bill", message_type=BillFees, run=_bill)
sweep_later = Task(name="invoicing.sweep", message_type=Nothing, run=_sweep)
late_later = Task(name="invoicing.bill_late", message_type=Nothing, run=_bill_late)

SWEEP = Tick(task=sweep_later, every=timedelta(minutes=30))
LATE = Tick(task=late_later, every=timedelta(days=1))
