"""What the slice brings."""

from hub.core.vertical import About, Keeps, NavItem, Personal, Slice
from verticals.city.alerts import pages

KINDS = ("town",)

slice = Slice(
    package="verticals.city.alerts",
    handlers=pages.handlers,
    nav=(NavItem(label="Alertes", path=pages.OWN, organisation_kinds=KINDS, rank=22),),
    personal=Personal(
        about={
            "city_alert": About(
                words="An alert of a town that you wrote, or confirmed.",
                actor=("written_by", "confirmed_by"),
                hides=("written_by", "confirmed_by"),
                keeps=Keeps.ACTS,
            )
        },
    ),
)
