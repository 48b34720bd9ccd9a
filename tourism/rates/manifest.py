"""What rates brings."""

from hub.core.vertical import NavItem, Slice
from tourism.rates import api, pages

slice = Slice(
    package="tourism.rates",
    handlers=(*api.handlers, *pages.handlers),
    nav=(NavItem(label="Calendrier", path="/pro/calendar", organisation_kinds=("lodging",)),),
)
