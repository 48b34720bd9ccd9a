"""Rate plans, prices, availability. What other slices may use:"""

from tourism.rates.actions.houses import list_offer
from tourism.rates.actions.planning import (
    add_promotion,
    add_supplement,
    end_promotion,
    end_supplement,
    retire_offer,
    retire_rate_plan,
    save_rate_plan,
)
from tourism.rates.actions.sales import load_rates
from tourism.rates.models import Terms
from tourism.rates.policy import (
    departure_of,
    derive,
    distribute,
    divisions,
    find_obstacles,
    fits,
    free_until,
    plan_nights,
    plan_obstacles,
    price_night,
    price_stay,
)
from tourism.rates.policy.restrictions import nearness, shortest_stay
from tourism.rates.policy.sales import HouseRates, rates_of, with_descendants
from tourism.rates.policy.supplements import list_choices
from tourism.rates.store import (
    find_open_nights,
    list_nights,
    list_overlays,
    list_promotions,
    list_rate_plans,
    list_supplements,
    lock_units,
    move_units,
)

__all__ = [
    "HouseRates",
    "Terms",
    "add_promotion",
    "add_supplement",
    "departure_of",
    "derive",
    "distribute",
    "divisions",
    "end_promotion",
    "end_supplement",
    "find_obstacles",
    "find_open_nights",
    "fits",
    "free_until",
    "list_choices",
    "list_nights",
    "list_offer",
    "list_overlays",
    "list_promotions",
    "list_rate_plans",
    "list_supplements",
    "load_rates",
    "lock_units",
    "move_units",
    "nearness",
    "plan_nights",
    "plan_obstacles",
    "price_night",
    "price_stay",
    "rates_of",
    "retire_offer",
    "retire_rate_plan",
    "save_rate_plan",
    "shortest_stay",
    "with_descendants",
]
