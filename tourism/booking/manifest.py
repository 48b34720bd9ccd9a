"""What booking brings."""

from hub import payments
from hub.core.vertical import Slice
from tourism.booking import api, pages, tasks
from tourism.booking.models import (
    HoldExpired,
    PaymentBegun,
    RoomsCancelled,
    StayBooked,
    StayCancelled,
)

slice = Slice(
    package="tourism.booking",
    handlers=(
        api.hold,
        api.see_booking,
        api.pay,
        api.release,
        api.see_refund,
        api.cancel,
        api.list_day,
        *pages.handlers,
    ),
    tasks=(
        tasks.release_hold_later,
        tasks.sweep_holds_later,
        tasks.finish_payment_later,
        tasks.write_confirmation_later,
        tasks.write_cancellation_later,
        tasks.write_room_cancellation_later,
        tasks.post_refund_later,
    ),
    on={
        HoldExpired: (tasks.release_hold_later,),
        PaymentBegun: (tasks.finish_payment_later,),
        StayBooked: (tasks.write_confirmation_later,),
        RoomsCancelled: (tasks.write_room_cancellation_later,),
        StayCancelled: (tasks.write_cancellation_later,),
        payments.RefundSettled: (tasks.post_refund_later,),
    },
    ticks=(tasks.SWEEP,),
    messages=tuple(pages.CARDS.values()),
)
