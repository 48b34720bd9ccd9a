"""Rate plans, prices, availability. What other slices may use:"""

from tourism.rates.policy import (
    distribute,
    find_obstacles,
    fits,
    free_until,
    lodging_net_prices,
    price_night,
)
from tourism.rates.store import list_nights, list_rate_plans, move_units

__all__ = [
    "distribute",
    "find_obstacles",
    "fits",
    "free_until",
    "list_nights",
    "list_rate_plans",
    "lodging_net_prices",
    "move_units",
    "price_night",
]
