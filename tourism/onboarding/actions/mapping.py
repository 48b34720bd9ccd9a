"""The map around a house."""

from hub.core.db import Reads
from hub.territory import find_place, outlines
from tourism.onboarding import store
from tourism.onboarding.models import PlaceMap
from tourism.onboarding.policy import drawing

COMMUNES = 60


async def find_map(
    reads: Reads, commune_code: str, pin: tuple[float, float] | None
) -> PlaceMap | None:
    """Around the pin, or around the commune before there is one; None where nothing is known of
    where the commune is."""
    commune = await find_place(reads, "commune", commune_code)
    if commune is None or commune.lat is None or commune.lng is None:
        return None
    lat0, lng0 = pin or (commune.lat, commune.lng)
    half_lat, half_lng = drawing.spans_degrees(lat0)
    near = await store.list_near_communes(
        reads,
        south=lat0 - half_lat,
        north=lat0 + half_lat,
        west=lng0 - half_lng,
        east=lng0 + half_lng,
        wanted=COMMUNES,
    )
    return drawing.draw_map(lat0, lng0, pin=pin or (lat0, lng0), outlines=outlines(), communes=near)
