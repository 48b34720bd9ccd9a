"""What mandates bring."""

from hub.core.vertical import Slice
from tourism.mandate import pages, tasks

slice = Slice(
    package="tourism.mandate",
    handlers=pages.handlers,
    tasks=(tasks.end_due_later,),
    ticks=(tasks.SWEEP,),
)
