"""What desk brings."""

from hub.core.vertical import NavItem, Slice
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
)
