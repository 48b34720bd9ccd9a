"""A proposed rule on real past bookings. What other slices may use:"""

from hub.simulations.actions import (
    Findings,
    find_effect,
    find_findings,
    find_newest,
    find_simulation,
    list_effects,
    start_simulation,
)
from hub.simulations.models import Effect, Simulation

__all__ = [
    "Effect",
    "Findings",
    "Simulation",
    "find_effect",
    "find_findings",
    "find_newest",
    "find_simulation",
    "list_effects",
    "start_simulation",
]
