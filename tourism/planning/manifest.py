"""What the pages of the calendar bring."""

from hub.core.vertical import NavItem, Slice
from tourism.planning import pages

slice = Slice(
    package="tourism.planning",
    handlers=pages.handlers,
    nav=(
        NavItem(label="Calendrier", path="/pro/calendar", organisation_kinds=("lodging",), rank=20),
    ),
)
