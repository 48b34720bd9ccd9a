"""The statements of onboarding: it keeps nothing of its own."""

from hub.core.db import Reads
from hub.core.sql import load_queries
from tourism.onboarding.models import NearCommune

q = load_queries(__name__)


async def list_near_communes(
    reads: Reads, *, south: float, north: float, west: float, east: float, wanted: int
) -> list[NearCommune]:
    return await reads.all(
        NearCommune,
        q.list_near_communes,
        south=south,
        north=north,
        west=west,
        east=east,
        wanted=wanted,
    )
