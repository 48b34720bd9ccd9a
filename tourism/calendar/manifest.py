"""What the calendar brings."""

from hub.core.vertical import NavItem, Slice
from tourism.calendar import api, pages

slice = Slice(
    package="tourism.calendar",
    handlers=(*api.handlers, *pages.handlers),
    nav=(
        NavItem(label="Calendrier", path="/pro/calendar", organisation_kinds=("lodging",), rank=20),
    ),
)
