"""What the slice brings."""

from hub.core.vertical import NavItem, Slice
from verticals.city.transit import api, pages

KINDS = ("town",)

slice = Slice(
    package="verticals.city.transit",
    handlers=(*api.handlers, *pages.handlers),
    nav=(NavItem(label="Départs", path=pages.OWN, organisation_kinds=KINDS, rank=23),),
)
