"""What the slice brings."""

from hub.core.vertical import About, Keeps, NavItem, Personal, Slice
from verticals.health.merging import pages

KINDS = ("practice",)

slice = Slice(
    package="verticals.health.merging",
    handlers=pages.handlers,
    nav=(NavItem(label="Doublons", path=pages.HOME, organisation_kinds=KINDS, rank=45),),
    personal=Personal(
        about={
            "health_merge": About(
                words="That two records of yours were said to be one, and what was decided.",
                person=("asked_by", "decided_by"),
                follows={"kept": "health_patient", "gone": "health_patient"},
                keeps=Keeps.OTHERS,
            ),
        },
    ),
)
