"""What the slice brings."""

from hub.core.vertical import NavItem, Slice
from verticals.city.reports.pages import everybody, town

KINDS = ("town",)

slice = Slice(
    package="verticals.city.reports",
    handlers=(*everybody.handlers, *town.handlers),
    nav=(NavItem(label="Signalements", path=town.INBOX, organisation_kinds=KINDS, rank=21),),
)
