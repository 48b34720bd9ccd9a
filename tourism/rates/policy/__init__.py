"""The decisions of rates, pure: what a night costs, what a stay costs, whether it can be sold,
what a cancellation costs, which plans may follow which, what an edit of the calendar changes."""

from tourism.rates.policy.pricing import derive, fits, plan_nights, price_night, price_stay
from tourism.rates.policy.restrictions import (
    departure_of,
    find_obstacles,
    merge_night,
    plan_obstacles,
)
from tourism.rates.policy.spreading import distribute, divisions
from tourism.rates.policy.terms import free_until, penalty_cents, step_from

__all__ = [
    "departure_of",
    "derive",
    "distribute",
    "divisions",
    "find_obstacles",
    "fits",
    "free_until",
    "merge_night",
    "penalty_cents",
    "plan_nights",
    "plan_obstacles",
    "price_night",
    "price_stay",
    "step_from",
]
