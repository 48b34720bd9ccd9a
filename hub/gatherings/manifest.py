"""What the events of spaces bring."""

from hub.core.vertical import About, Personal, Slice
from hub.gatherings import letters, pages, tasks
from hub.gatherings.models import GatheringMoved
from hub.spaces import PostShownAgain

slice = Slice(
    package="hub.gatherings",
    handlers=pages.handlers,
    tasks=(tasks.tell_later, tasks.tell_again_later),
    on={GatheringMoved: (tasks.tell_later,), PostShownAgain: (tasks.tell_again_later,)},
    messages=(*letters.SENTENCES, *pages.WORDS),
    personal=Personal(
        about={
            "space_event": About(
                words="An event that you announced in a space.", follows={"post": "space_post"}
            ),
            "space_attendance": About(
                words="Whether you come to an event of a space.", person=("person",)
            ),
        },
        tenants=("tenants_of_attendance",),
        forgets=("forget_attendance",),
    ),
)
