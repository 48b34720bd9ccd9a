"""What booking brings."""

from hub.core.vertical import About, Keeps, Personal, Portability, Slice
from tourism.booking import api, pages, tasks
from tourism.booking.models import (
    ForgetUnborn,
    RoomsCancelled,
    StayBooked,
    StayCancelled,
)

DUTY = "Séjours réservés : %(many)s"

slice = Slice(
    package="tourism.booking",
    handlers=(
        api.hold,
        api.see_booking,
        api.release,
        api.list_day,
        *pages.handlers,
    ),
    tasks=(
        tasks.sweep_unborn_later,
        tasks.forget_unborn_later,
        tasks.forget_quotes_later,
        tasks.write_confirmation_later,
        tasks.write_cancellation_later,
        tasks.write_room_cancellation_later,
    ),
    on={
        ForgetUnborn: (tasks.forget_unborn_later,),
        StayBooked: (tasks.write_confirmation_later,),
        RoomsCancelled: (tasks.write_room_cancellation_later,),
        StayCancelled: (tasks.write_cancellation_later,),
    },
    ticks=(tasks.FORGET, tasks.FORGET_QUOTES),
    messages=(*pages.CARDS.values(), DUTY),
    portability=Portability(duties={"duty_of_stays": DUTY}),
    personal=Personal(
        forgets=("forget_guest",),
        about={
            "booking": About(
                words="A stay that was booked under your address.",
                email=("guest.email",),
                keeps=Keeps.ACCOUNTS,
            ),
            "reservation": About(
                words="A room of such a stay.",
                follows={"booking": "booking"},
                keeps=Keeps.ACCOUNTS,
            ),
            "booking_revision": About(
                words="A step in the life of such a stay.",
                follows={"booking": "booking"},
                hides=("actor",),
                keeps=Keeps.ACCOUNTS,
            ),
            "letter": About(
                words="Which letters such a stay had.",
                follows={"booking": "booking"},
                keeps=Keeps.ACCOUNTS,
            ),
        },
        nobody={"quote": "an offer names nobody; the one that became a stay is in the stay"},
    ),
)
