"""What the slice brings."""

from hub.core.vertical import About, Keeps, NavItem, Personal, Portability, Slice
from verticals.health.visits import pages

KINDS = ("practice",)
_OF = {"appointment": "health_appointment"}

slice = Slice(
    package="verticals.health.visits",
    handlers=pages.handlers,
    nav=(NavItem(label="Visites", path=pages.HOME, organisation_kinds=KINDS, rank=35),),
    portability=Portability(
        sealed={"health_room": ("name_sealed",), "health_note": ("words_sealed",)}
    ),
    personal=Personal(
        about={
            "health_room": About(
                words="The room of a visit of yours by video.",
                follows=_OF,
                hides=("name_sealed",),
                keeps=Keeps.OTHERS,
            ),
            "health_ticket": About(
                words="A link into that room, and when it was used.",
                follows=_OF,
                keeps=Keeps.OTHERS,
            ),
            "health_note": About(
                words="A note of a visit of yours; you read it on the page of the visit.",
                follows=_OF,
                hides=("words_sealed",),
                keeps=Keeps.OTHERS,
            ),
        },
        nobody={"health_video": "where a practice's rooms are"},
    ),
)
