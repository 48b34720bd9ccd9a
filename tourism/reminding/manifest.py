"""What reminding brings."""

from hub.core.vertical import Slice
from tourism.reminding import tasks
from tourism.reminding.models import StayNear

slice = Slice(
    package="tourism.reminding",
    tasks=(tasks.announce_later, tasks.remind_later),
    on={StayNear: (tasks.remind_later,)},
    ticks=(tasks.LOOK,),
)
