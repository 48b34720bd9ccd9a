"""What simulations bring."""

from hub.core.vertical import Slice
from hub.simulations import tasks
from hub.simulations.models import SimulationGoesOn

slice = Slice(
    package="hub.simulations",
    tasks=(tasks.go_on_later,),
    on={SimulationGoesOn: (tasks.go_on_later,)},
)
