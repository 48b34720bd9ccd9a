"""What desk brings."""

from hub.core.vertical import About, Keeps, NavItem, Personal, Slice
from tourism.desk import pages, tasks
from tourism.desk.models import MessageWritten

slice = Slice(
    package="tourism.desk",
    handlers=pages.handlers,
    tasks=(tasks.announce_message_later,),
    on={MessageWritten: (tasks.announce_message_later,)},
    nav=(
        NavItem(label="Aujourd'hui", path="/pro/today", organisation_kinds=("lodging",), rank=10),
        NavItem(
            label="Réservations", path="/pro/bookings", organisation_kinds=("lodging",), rank=30
        ),
    ),
    personal=Personal(
        about={
            "stay_message": About(
                words="A message between you and a house.",
                follows={"booking": "booking"},
                keeps=Keeps.ACCOUNTS,
            ),
            "no_show": About(
                words="That a house says that you did not come.",
                follows={"booking": "booking"},
                keeps=Keeps.ACCOUNTS,
            ),
        },
    ),
)
