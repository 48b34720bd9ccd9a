"""Read houses whole from the database."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Protocol, TypeVar

import msgspec

from hub.core.db import Reads
from tourism.indexing import store
from tourism.indexing.models import PlanRow, Whole
from tourism.rates.models import Supplement


class OfHouse(Protocol):
    @property
    def property(self) -> int: ...


T = TypeVar("T", bound=OfHouse)


def _by_house(rows: Sequence[T]) -> defaultdict[int, list[T]]:
    found: defaultdict[int, list[T]] = defaultdict(list)
    for row in rows:
        found[row.property].append(row)
    return found


async def read_houses(reads: Reads, properties: Sequence[int] | None = None) -> list[Whole]:
    """The given houses, or all, as far as they are on sale."""
    houses = await store.list_houses(reads, properties)
    rooms = _by_house(await store.list_rooms(reads, properties))
    plans = _by_house(await store.list_plans(reads, properties))
    promotions = _by_house(await store.list_promotions(reads, properties))
    supplements = _by_house(await store.list_supplements(reads, properties))
    lets = _by_house(await store.list_lets(reads, properties))
    overlays = _by_house(await store.list_overlay_keys(reads, properties))
    return [
        Whole(
            house=house,
            rooms=rooms[house.property],
            plans=_with(plans[house.property], supplements.get(house.property)),
            promotions=promotions[house.property],
            lets=lets[house.property],
            overlays=overlays[house.property],
        )
        for house in houses
        if rooms[house.property]
    ]


def _with(plans: Sequence[PlanRow], supplements: Sequence[Supplement] | None) -> Sequence[PlanRow]:
    """The plans with their house's supplements."""
    if not supplements:
        return plans
    return [msgspec.structs.replace(plan, supplements=tuple(supplements)) for plan in plans]
