"""What telling brings."""

from hub.core.vertical import Slice
from tourism.booking.models import RoomsCancelled, StayBooked, StayCancelled
from tourism.changing.models import StayChanged
from tourism.telling import tasks

slice = Slice(
    package="tourism.telling",
    tasks=(
        tasks.tell_booked_later,
        tasks.tell_changed_later,
        tasks.tell_rooms_later,
        tasks.tell_cancelled_later,
    ),
    on={
        StayBooked: (tasks.tell_booked_later,),
        StayChanged: (tasks.tell_changed_later,),
        RoomsCancelled: (tasks.tell_rooms_later,),
        StayCancelled: (tasks.tell_cancelled_later,),
    },
)
