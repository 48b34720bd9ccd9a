"""The statements of search; they read public listings only."""

from collections.abc import Sequence

from hub.core.db import Reads
from hub.core.sql import load_queries
from tourism.places.models import Area
from tourism.places.policy import box_around
from tourism.search.models import Candidate, PlanOf, Stay

q = load_queries(__name__)


PROPERTY = Area(kind="property", code="", label="")


async def list_candidates(reads: Reads, area: Area, stay: Stay) -> list[Candidate]:
    """Free room types of an area."""
    return await _candidates(reads, area, stay, None)


async def list_house_candidates(reads: Reads, property: int, stay: Stay) -> list[Candidate]:
    """Free room types of a house."""
    return await _candidates(reads, PROPERTY, stay, property)


async def _candidates(
    reads: Reads, area: Area, stay: Stay, property: int | None
) -> list[Candidate]:
    return await reads.all(
        Candidate,
        q.list_candidates,
        property=property,
        month=stay.arrival.replace(day=1),
        first=stay.arrival.day,
        nights=stay.nights,
        area_kind=_kind(area),
        codes=list(area.codes),
        **_shape(area),
    )


async def count_houses(reads: Reads, area: Area) -> int:
    """How many houses of a circle or a box may be shown."""
    return await reads.value(int, q.count_houses, **_shape(area)) or 0


def _kind(area: Area) -> str:
    """A commune with its surroundings, a landmark and a point are circles."""
    return "circle" if area.radius_km else area.kind


def _shape(area: Area) -> dict[str, object]:
    box = area.box or box_around(area.lat or 0, area.lng or 0, area.radius_km)
    return {
        "south": box.south,
        "west": box.west,
        "north": box.north,
        "east": box.east,
        "lat": area.lat or 0,
        "lng": area.lng or 0,
        "radius_km": float(area.radius_km),
    }


async def list_plans(reads: Reads, properties: Sequence[int]) -> list[PlanOf]:
    return await reads.all(PlanOf, q.list_plans, properties=list(properties))
