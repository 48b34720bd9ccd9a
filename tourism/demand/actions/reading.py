"""Read lost demand: of one house for its hotelier, of areas under statistical secrecy."""

from datetime import date

from hub.core.db import Tx
from tourism.demand import store
from tourism.demand.models import AreaCell, LostDemand, Outcome
from tourism.demand.policy import explaining

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


async def total_by_area(tx: Tx, level: str, first: date, last: date) -> list[AreaCell]:
    """Totals by `region` or `department`; no total of fewer than 11 searches or 3 houses is told,
    nor one from which such a total could be worked out."""
    return explaining.keep_secret(await store.total_by_area(tx, level, first, last))
