"""Outings, as the vertical finds them."""

from hub.core.vertical import About, Keeps, NavItem, Personal, Slice
from verticals.seniors.outings import pages

slice = Slice(
    package="verticals.seniors.outings",
    handlers=pages.handlers,
    nav=(NavItem(label="Sorties", path=pages.DESK, organisation_kinds=("association",), rank=30),),
    personal=Personal(
        about={
            "outing_home": About(
                words="Where you live, by commune, to find outings near you.",
                follows={"senior": "senior"},
                keeps=Keeps.OTHERS,
            ),
            "outing_guest": About(
                words="An outing that you take part in.",
                follows={"senior": "senior"},
                keeps=Keeps.OTHERS,
            ),
            "outing_volunteer": About(
                words="That you offered to visit people.", email=("email",), keeps=Keeps.OTHERS
            ),
            "outing": About(
                words="A visit that you offered.",
                follows={"volunteer": "outing_volunteer"},
                keeps=Keeps.OTHERS,
            ),
        },
        tenants=("tenants_of_volunteer",),
    ),
)
