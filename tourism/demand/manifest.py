"""What demand brings."""

from hub.core.vertical import Portability, Slice
from tourism.demand import tasks
from tourism.demand.models import SearchesNoted

slice = Slice(
    package="tourism.demand",
    tasks=(tasks.count_searches_later, tasks.tell_months_later, tasks.forget_old_later),
    on={SearchesNoted: (tasks.count_searches_later,)},
    ticks=tasks.TICKS,
    portability=Portability(
        stays={
            "told_month": "days on which months were counted",
            "told_demand": "numbers of areas under statistical secrecy",
        },
    ),
)
