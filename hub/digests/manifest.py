"""What the letters of spaces bring."""

from hub.core.vertical import About, Personal, Slice
from hub.digests import letters, pages, tasks
from hub.digests.models import DigestDue
from hub.spaces import PostShown

slice = Slice(
    package="hub.digests",
    handlers=pages.handlers,
    tasks=(tasks.announce_later, tasks.announce_each_later, tasks.tell_later),
    on={PostShown: (tasks.announce_each_later,), DigestDue: (tasks.tell_later,)},
    ticks=(tasks.EVERY_HOUR,),
    messages=(*letters.SENTENCES, *pages.WORDS),
    personal=Personal(
        about={
            "space_notice": About(
                words="What you are told by letter of a space.", person=("person",), hides=("id",)
            )
        },
        tenants=("tenants_of_space_notice",),
        forgets=("forget_space_notices",),
    ),
)
