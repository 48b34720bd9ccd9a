"""The statements of offers; they read public listings only."""

from collections.abc import Sequence
from datetime import datetime

from hub.core.db import Reads
from hub.core.sql import load_queries
from hub.territory import EARTH_KM
from tourism.index import Area, Box, Circle, Houses, Places, Wants
from tourism.offers.models import Candidate, HouseRow, LetYear, PlanOf, RoomRow, Stay, Traits
from tourism.places.policy import box_around

q = load_queries(__name__)


async def list_candidates(reads: Reads, area: Area, stay: Stay, now: datetime) -> list[Candidate]:
    """The room types of an area that are free and open on every night of a stay, of houses where
    the arrival is not past."""
    return await reads.all(
        Candidate,
        q.list_candidates,
        month=stay.arrival.replace(day=1),
        first=stay.arrival.day,
        nights=stay.nights,
        now=now,
        **_shape(area),
    )


async def count_houses(reads: Reads, area: Area) -> int:
    """How many houses of an area stand for sale."""
    return await reads.value(int, q.count_houses, **_shape(area)) or 0


async def list_others(
    reads: Reads,
    area: Area,
    near: tuple[float, float],
    *,
    wants: Wants,
    found: Sequence[int],
    wanted: int,
) -> list[HouseRow]:
    """Houses beside those found that have what is wanted of a house (stars as they ever were), the
    nearest to a point first."""
    return await reads.all(
        HouseRow,
        q.list_others,
        kinds=[kind.value for kind in wants.kinds],
        stars=list(wants.stars),
        amenities=list(wants.amenities),
        accessibility=list(wants.accessibility),
        pets=wants.pets,
        found=list(found),
        near_lat=near[0],
        near_lng=near[1],
        wanted=wanted,
        **_shape(area),
    )


def _shape(area: Area) -> dict[str, object]:
    """An area as the statements know it."""
    values: dict[str, object] = {"codes": [], "properties": [], "lat": 0, "lng": 0, "radius_km": 0}
    values["earth_km"] = EARTH_KM
    box = Box(south=0, west=0, north=0, east=0)
    match area:
        case Places():
            kind = area.kind
            values["codes"] = list(area.codes)
        case Box():
            kind, box = "box", area
        case Circle():
            kind = "circle"
            around = box_around(area.lat, area.lng, area.km)
            box = Box(south=around.south, west=around.west, north=around.north, east=around.east)
            values |= {"lat": area.lat, "lng": area.lng, "radius_km": float(area.km)}
        case Houses():
            kind = "houses"
            values["properties"] = list(area.properties)
    return values | {
        "area_kind": kind,
        "south": box.south,
        "west": box.west,
        "north": box.north,
        "east": box.east,
    }


async def list_plans(reads: Reads, properties: Sequence[int]) -> list[PlanOf]:
    return await reads.all(PlanOf, q.list_plans, properties=list(properties))


async def list_traits(reads: Reads, properties: Sequence[int]) -> list[Traits]:
    return await reads.all(Traits, q.list_traits, properties=list(properties))


async def list_rooms(reads: Reads, properties: Sequence[int]) -> list[RoomRow]:
    return await reads.all(RoomRow, q.list_rooms, properties=list(properties))


async def list_let_years(reads: Reads, properties: Sequence[int]) -> list[LetYear]:
    return await reads.all(LetYear, q.list_let_years, properties=list(properties))
