"""What approvals bring."""

from hub.approvals import tasks, writing
from hub.core.vertical import About, Keeps, Personal, Portability, Slice

slice = Slice(
    package="hub.approvals",
    tasks=(tasks.advance_later,),
    ticks=(tasks.EVERY_MINUTE,),
    messages=(*writing.SUBJECTS.values(), *writing.BODIES.values()),
    portability=Portability(
        stays=dict.fromkeys(
            ("approval", "approval_event"), "published to everybody, of no organisation"
        )
    ),
    personal=Personal(
        about={
            "approval_event": About(
                words="A step of an approval that you took.",
                actor=("actor",),
                keeps=Keeps.ACTS,
            )
        },
        nobody={"approval": "the state of a service; who did what is in its steps"},
    ),
)
