"""What the writing and moderating of reviews brings."""

from hub.core.vertical import About, NavItem, Personal, Slice
from tourism.reviewing import api, pages, tasks
from tourism.reviewing.models import OldReviews, ReviewRemoved, ReviewWanted, StayOver

slice = Slice(
    package="tourism.reviewing",
    handlers=(*api.handlers, *pages.handlers),
    tasks=(
        tasks.announce_later,
        tasks.ask_later,
        tasks.invite_later,
        tasks.tell_removed_later,
        tasks.announce_old_later,
        tasks.forget_old_later,
    ),
    on={
        StayOver: (tasks.ask_later,),
        ReviewWanted: (tasks.invite_later,),
        ReviewRemoved: (tasks.tell_removed_later,),
        OldReviews: (tasks.forget_old_later,),
    },
    ticks=(tasks.ASK, tasks.FORGET),
    nav=(
        NavItem(label="Avis", path="/pro/reviews", organisation_kinds=("lodging",), rank=47),
        NavItem(
            label="Avis signalés",
            path="/pro/reported-reviews",
            organisation_kinds=("federation", "operator"),
            rank=70,
        ),
    ),
    personal=Personal(
        forgets=("forget_reviews",),
        about={
            "review": About(
                words="What you wrote of a house, and its answer.",
                email=("email",),
                follows={"booking": "booking"},
            )
        },
        nobody={"review_report": "what others said of reviews to who decides"},
    ),
)
