"""What the slice brings."""

from hub.core.vertical import NavItem, Personal, Slice
from verticals.city.transit import api, pages

KINDS = ("town",)

slice = Slice(
    package="verticals.city.transit",
    handlers=(*api.handlers, *pages.handlers),
    nav=(NavItem(label="Départs", path=pages.OWN, organisation_kinds=KINDS, rank=23),),
    personal=Personal(
        nobody={
            "city_stop": "the stops of a network",
            "city_route": "the lines of a network",
            "city_disruption": "what a town tells everybody of its network",
        },
    ),
)
