"""What invoicing brings."""

from hub.core.vertical import Slice
from tourism.booking.models import RoomsCancelled, StayBooked, StayCancelled, StayEnded
from tourism.changing.models import StayChanged
from tourism.invoicing import pages, tasks
from tourism.invoicing.models import BillFees, FollowStay

slice = Slice(
    package="tourism.invoicing",
    handlers=pages.handlers,
    tasks=(
        tasks.follow_later,
        tasks.booked_later,
        tasks.ended_later,
        tasks.cancelled_later,
        tasks.rooms_later,
        tasks.changed_later,
        tasks.bill_later,
        tasks.sweep_later,
        tasks.late_later,
    ),
    on={
        FollowStay: (tasks.follow_later,),
        StayBooked: (tasks.booked_later,),
        StayEnded: (tasks.ended_later,),
        StayCancelled: (tasks.cancelled_later,),
        RoomsCancelled: (tasks.rooms_later,),
        StayChanged: (tasks.changed_later,),
        BillFees: (tasks.bill_later,),
    },
    ticks=(tasks.SWEEP, tasks.LATE),
)
