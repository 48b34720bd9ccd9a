"""What minutes bring."""

from hub.core.vertical import About, Keeps, Personal, Slice
from hub.minutes import actions, pages

slice = Slice(
    package="hub.minutes",
    handlers=pages.handlers,
    messages=(*actions.SIGNED, *actions.WORDS.values()),
    personal=Personal(
        about={
            "assembly_minutes": About(
                words="Minutes that you signed.",
                actor=("signed_by",),
                keeps=Keeps.ACTS,
            )
        },
    ),
)
