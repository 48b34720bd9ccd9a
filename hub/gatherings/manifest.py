"""What the events of spaces bring."""

from hub.core.vertical import About, Personal, Slice
from hub.gatherings import letters, pages, tasks
from hub.gatherings.models import GatheringMoved

slice = Slice(
    package="hub.gatherings",
    handlers=pages.handlers,
    tasks=(tasks.tell_later,),
    on={GatheringMoved: (tasks.tell_later,)},
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
