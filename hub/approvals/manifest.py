"""What approvals bring."""

from hub.approvals import tasks, writing
from hub.core.vertical import Portability, Slice

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
)
