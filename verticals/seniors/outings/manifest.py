"""Outings, as the vertical finds them."""

from hub.core.vertical import NavItem, Slice
from verticals.seniors.outings import pages

slice = Slice(
    package="verticals.seniors.outings",
    handlers=pages.handlers,
    nav=(NavItem(label="Sorties", path=pages.DESK, organisation_kinds=("association",), rank=30),),
)
