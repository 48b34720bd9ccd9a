"""What sweeping brings."""

from hub.core.vertical import Slice
from tourism.booking.models import HoldExpired
from tourism.sweeping import tasks

slice = Slice(
    package="tourism.sweeping",
    tasks=(tasks.release_hold_later, tasks.sweep_holds_later),
    on={HoldExpired: (tasks.release_hold_later,)},
    beats=(tasks.END,),
)
