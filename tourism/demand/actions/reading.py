"""Read the lost demand of one house for its hotelier."""

from datetime import date

from hub.core.db import Tx
from tourism.demand import store
from tourism.demand.models import LostDemand, Outcome

_OUTCOMES = {outcome.value for outcome in Outcome}


async def find_lost_demand(tx: Tx, property: int, first: date, last: date) -> LostDemand:
    """What a house lost between two days (both in it), by the day of the search."""
    sums = await store.sum_outcomes(tx, property, first, last)
    return LostDemand(
        first=first,
        last=last,
        found=sums.get(Outcome.FOUND, 0),
        lost=sums.get(Outcome.LOST, 0),
        by_obstacle=tuple((name, n) for name, n in sums.items() if name not in _OUTCOMES),
        lines=tuple(await store.list_lines(tx, property, first, last)),
        months=tuple(await store.list_months(tx, property, first, last)),
    )
