"""What wording brings."""

from hub.core.vertical import About, Keeps, Personal, Slice
from tourism.booking.models import StayBooked
from tourism.changing.models import StayChanged
from tourism.wording import api, pages, tasks

slice = Slice(
    package="tourism.wording",
    handlers=(api.see_terms, *pages.handlers),
    tasks=(tasks.keep_booked_later, tasks.keep_changed_later),
    on={StayBooked: (tasks.keep_booked_later,), StayChanged: (tasks.keep_changed_later,)},
    personal=Personal(
        about={
            "stay_terms": About(
                words="The conditions of a stay of yours, in words.",
                follows={"booking": "booking"},
                keeps=Keeps.ACCOUNTS,
            )
        },
    ),
)
