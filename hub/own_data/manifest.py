"""What copies of a person's data bring."""

from hub.core.vertical import About, Personal, Portability, Slice
from hub.own_data import api, pages, tasks
from hub.own_data.models import CopyAsked

slice = Slice(
    package="hub.own_data",
    handlers=(*api.handlers, *pages.handlers),
    tasks=(tasks.build_copy_later, tasks.destroy_old_copies_later),
    on={CopyAsked: (tasks.build_copy_later,)},
    ticks=(tasks.HOURLY,),
    portability=Portability(
        stays=dict.fromkeys(
            ("person_copy", "person_copy_piece"),
            "files made for one person, of no organisation; they end after some days",
        )
    ),
    personal=Personal(
        about={
            "person_copy": About(
                words="A copy of your data that you asked for, and when you fetched it.",
                person=("person",),
                hides=("files",),
            )
        },
        nobody={"person_copy_piece": "the bytes of the copies themselves"},
    ),
)
