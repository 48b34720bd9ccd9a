"""Load houses with everything that decides about some weeks."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeVar

from hub.core.clock import local_date
from hub.core.db import Reads
from tourism import rates
from tourism.index import Area, Houses, Wants
from tourism.offers import store
from tourism.offers.models import HouseRow, LetYear, PlanOf, RoomRow, Shelf
from tourism.offers.pricing import stars_of
from tourism.rates.models import Night
from tourism.rates.store import HouseOverlay, HousePromotion

MOST_HOUSES = 60
T = TypeVar("T", PlanOf, HouseOverlay, HousePromotion, RoomRow, LetYear)


async def load_shelf(reads: Reads, property: int, first: date, last: date) -> Shelf | None:
    """One house for the nights [`first`, `last`), or None when it may not be shown."""
    houses = await store.list_others(
        reads, Houses(properties=(property,)), (0, 0), wants=Wants(), found=(), wanted=1
    )
    shelves = await load_shelves(reads, houses, first, last)
    return shelves[0] if shelves else None


async def list_others(
    reads: Reads,
    area: Area,
    near: tuple[float, float],
    *,
    wants: Wants,
    now: datetime,
    found: Sequence[int] = (),
    wanted: int = 12,
) -> list[HouseRow]:
    """Houses of an area beside those found that have what is wanted of a house, the nearest to a
    point first."""
    wanted = min(wanted, MOST_HOUSES)
    houses = await store.list_others(reads, area, near, wants=wants, found=found, wanted=wanted)
    return [
        house
        for house in houses
        if not wants.stars or stars_of(house, local_date(now, house.zone)) in wants.stars
    ]


async def load_shelves(
    reads: Reads,
    houses: Sequence[HouseRow],
    first: date,
    last: date,
    *,
    most: int = MOST_HOUSES,
) -> list[Shelf]:
    """Some houses (at most `most`), in their order."""
    ids = [house.property for house in houses[:most]]
    rooms = _by_house(await store.list_rooms(reads, ids))
    room_types = [room.room_type for found in rooms.values() for room in found]
    nights: dict[int, dict[date, Night]] = defaultdict(dict)
    for night in await rates.list_nights(reads, room_types, first, last):
        nights[night.room_type][night.on] = night
    plans = _by_house(await store.list_plans(reads, ids))
    overlays = _by_house(await rates.list_overlays(reads, ids, first, last))
    promotions = _by_house(await rates.list_promotions(reads, ids))
    let_years = _by_house(await store.list_let_years(reads, ids))
    return [
        Shelf(
            house=house,
            rooms=rooms[house.property],
            plans=plans[house.property],
            nights=nights,
            overlays=overlays[house.property],
            promotions=promotions[house.property],
            let_years=let_years[house.property],
            first=first,
            last=last,
        )
        for house in houses[:most]
    ]


def _by_house(rows: Sequence[T]) -> dict[int, list[T]]:
    found: dict[int, list[T]] = defaultdict(list)
    for row in rows:
        found[row.property].append(row)
    return found
