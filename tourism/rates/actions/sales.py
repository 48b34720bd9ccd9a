"""Read what a house sells for a stay."""

from collections.abc import Sequence
from datetime import date, timedelta

from hub.core.db import Reads
from tourism.rates import store
from tourism.rates.models import Night
from tourism.rates.policy.sales import HouseRates


async def load_rates(
    reads: Reads, property: int, room_types: Sequence[int], arrival: date, departure: date
) -> HouseRates:
    """The plans, nights and overlays of some room types of a house, and its promotions."""
    last = departure + timedelta(days=1)
    nights: dict[int, list[Night]] = {}
    for night in await store.list_nights(reads, room_types, arrival, last):
        nights.setdefault(night.room_type, []).append(night)
    return HouseRates(
        arrival=arrival,
        departure=departure,
        plans=tuple(await store.list_rate_plans(reads, property)),
        nights={room_type: tuple(found) for room_type, found in nights.items()},
        overlays=tuple(await store.list_overlays(reads, [property], arrival, last)),
        promotions=tuple(await store.list_promotions(reads, [property])),
        on_request=tuple(await store.list_on_request(reads, room_types)),
    )
