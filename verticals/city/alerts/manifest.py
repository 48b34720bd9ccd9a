"""What the slice brings."""

from hub.core.vertical import NavItem, Slice
from verticals.city.alerts import pages

KINDS = ("town",)

slice = Slice(
    package="verticals.city.alerts",
    handlers=pages.handlers,
    nav=(NavItem(label="Alertes", path=pages.OWN, organisation_kinds=KINDS, rank=22),),
)
