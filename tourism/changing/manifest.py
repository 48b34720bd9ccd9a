"""What changing brings."""

from hub import payments
from hub.core.vertical import About, Keeps, Personal, Slice
from tourism.changing import api, pages, tasks
from tourism.changing.models import ChangeExpired, ChangePaymentBegun, StayChanged

slice = Slice(
    package="tourism.changing",
    handlers=(api.preview_change, api.change, *pages.handlers),
    tasks=(
        tasks.finish_change_later,
        tasks.expire_change_later,
        tasks.hear_later,
        tasks.write_change_later,
    ),
    on={
        ChangePaymentBegun: (tasks.finish_change_later,),
        ChangeExpired: (tasks.expire_change_later,),
        payments.ChargeAnswered: (tasks.hear_later,),
        StayChanged: (tasks.write_change_later,),
    },
    personal=Personal(
        about={
            "booking_version": About(
                words="A stay of yours as it was before a change.",
                follows={"booking": "booking"},
                keeps=Keeps.ACCOUNTS,
            ),
            "booking_change": About(
                words="A change of a stay of yours.",
                follows={"booking": "booking"},
                keeps=Keeps.ACCOUNTS,
            ),
        },
    ),
)
