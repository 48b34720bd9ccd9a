"""What take-away brings."""

from hub.core.vertical import About, Keeps, NavItem, Personal, Portability, Slice
from tourism.takeaway import api, pages, tasks
from tourism.takeaway.models import TakeawayAsked, TakeawaysOld

slice = Slice(
    package="tourism.takeaway",
    handlers=(*api.handlers, *pages.handlers),
    tasks=(
        tasks.build_takeaway_later,
        tasks.announce_old_takeaways_later,
        tasks.destroy_old_takeaways_later,
    ),
    on={
        TakeawayAsked: (tasks.build_takeaway_later,),
        TakeawaysOld: (tasks.destroy_old_takeaways_later,),
    },
    ticks=(tasks.HOURLY,),
    portability=Portability(
        stays={
            "takeaway": "files made from what leaves; they end after some days",
            "takeaway_piece": "files made from what leaves; they end after some days",
        }
    ),
    nav=(
        NavItem(
            label="Tout emporter", path="/pro/take-away", organisation_kinds=("lodging",), rank=90
        ),
    ),
    personal=Personal(
        about={
            "takeaway": About(
                words="An archive of a house that you asked for.",
                actor=("asked_by",),
                hides=("files",),
                keeps=Keeps.ACTS,
            )
        },
        nobody={"takeaway_piece": "the bytes of a house's archives"},
    ),
)
