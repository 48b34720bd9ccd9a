"""What the slice brings."""

from hub.core.vertical import NavItem, Personal, Slice
from verticals.city.towns import pages

KINDS = ("town",)

slice = Slice(
    package="verticals.city.towns",
    handlers=pages.handlers,
    nav=(NavItem(label="Ma ville", path=pages.HOME, organisation_kinds=KINDS, rank=20),),
    personal=Personal(nobody={"city_town": "the commune that an organisation is"}),
)
