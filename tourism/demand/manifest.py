"""What demand brings."""

from hub.core.vertical import Slice
from tourism.demand import tasks
from tourism.demand.models import SearchesNoted

slice = Slice(
    package="tourism.demand",
    tasks=(tasks.count_searches_later, tasks.forget_old_later),
    on={SearchesNoted: (tasks.count_searches_later,)},
    ticks=(tasks.DAILY,),
)
