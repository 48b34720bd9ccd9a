"""Resolve the place of a search to its area."""

import time
from weakref import WeakKeyDictionary

from hub.core.db import Reader, Reads
from hub.territory import find_place
from tourism.places import store
from tourism.places.errors import PlaceInvalid, PlaceUnknown
from tourism.places.models import (
    BOX_KIND,
    COUNTRY,
    COUNTRY_CODE,
    COUNTRY_KIND,
    POINT_KIND,
    Area,
)
from tourism.places.policy import check_radius, read_box, read_place, read_point
from tourism.places.policy.areas import NEAR_KM
from tourism.places.reference import landmarks

KEPT_S = 60
MOST_KNOWN = 20_000
_known: WeakKeyDictionary[Reader, dict[tuple[str, str, float | None], tuple[float, Area]]] = (
    WeakKeyDictionary()
)


async def find_area(reads: Reads, place: str, radius_km: float | None = None) -> Area:
    """The area of `KIND:CODE`; `radius_km` widens a commune, a landmark or a point.

    Raises `PlaceInvalid` or `PlaceUnknown`.
    """
    kind, code = read_place(place)
    radius = None if radius_km is None else check_radius(radius_km)
    if kind == BOX_KIND:
        return Area(kind=kind, code=code, label="", box=read_box(code))
    if kind == POINT_KIND:
        lat, lng = read_point(code)
        return Area(kind=kind, code=code, label="", lat=lat, lng=lng, radius_km=radius or NEAR_KM)
    if kind == "landmark":
        return _landmark(code, radius)
    if kind == COUNTRY_KIND and code == COUNTRY_CODE:
        return Area(kind=kind, code=code, label=COUNTRY)
    if kind == "house":
        raise PlaceInvalid("A house has its own page; search a place.", field="text")
    return await _remembered(reads, kind, code, radius)


async def _remembered(reads: Reads, kind: str, code: str, radius: float | None) -> Area:
    """An official place as it was a minute ago at most: codes and centres change once a year, and
    a search in memory would wait for PostgreSQL for nothing else."""
    if not isinstance(reads, Reader):
        return await _official(reads, kind, code, radius)
    known = _known.setdefault(reads, {})
    key, now = (kind, code, radius), time.monotonic()
    found = known.get(key)
    if found is None or now - found[0] > KEPT_S:
        if len(known) >= MOST_KNOWN:
            known.clear()
        found = known[key] = (now, await _official(reads, kind, code, radius))
    return found[1]


def _landmark(code: str, radius: float | None) -> Area:
    found = landmarks().get(code)
    if found is None:
        raise PlaceUnknown("Choose a place from the suggestions.", field="text")
    return Area(
        kind="landmark",
        code=code,
        label=found.name,
        lat=found.lat,
        lng=found.lng,
        radius_km=radius or found.radius_km,
    )


async def _official(reads: Reads, kind: str, code: str, radius: float | None) -> Area:
    place = await find_place(reads, kind, code)
    if place is None:
        raise PlaceUnknown("Choose a place from the suggestions.", field="text")
    codes = [place.code]
    if kind == "commune":
        codes = [found.code for found in await store.list_commune_codes(reads, code)]
    return Area(
        kind=kind,
        code=code,
        label=place.label,
        codes=tuple(codes),
        lat=place.lat,
        lng=place.lng,
        radius_km=(NEAR_KM if radius is None else radius) if kind == "commune" else 0,
        lodgings=place.lodgings,
    )
