"""What an address may mean by a place."""

from math import asin, cos, degrees, isfinite, radians, sin

from hub.core.sentences import Sentence, say
from hub.territory.policy import EARTH_KM
from tourism.places.errors import PlaceInvalid
from tourism.places.models import BOX_KIND, COUNTRY_KIND, POINT_KIND, Box

RADII_KM = (0, 5, 10, 20, 40)
NEAR_KM = 10
MAX_RADIUS_KM = 100
MAX_BOX_DEGREES = 60
KINDS = (
    "commune", "department", "region", COUNTRY_KIND, "landmark", "house", POINT_KIND, BOX_KIND,
)  # fmt: skip


def read_place(value: str) -> tuple[str, str]:
    """`KIND:CODE` as its two parts. Raises `PlaceInvalid`."""
    kind, _, code = value.partition(":")
    if kind not in KINDS or not code or len(code) > 80:
        raise PlaceInvalid("Choose a place from the suggestions.", field="text")
    return kind, code


def read_point(code: str) -> tuple[float, float]:
    """`LAT,LNG` in degrees. Raises `PlaceInvalid`."""
    lat, lng = _numbers(code, 2, say("Give a point as latitude,longitude in degrees."))
    _check_position(lat, lng)
    return lat, lng


def read_box(code: str) -> Box:
    """`SOUTH,WEST,NORTH,EAST` in degrees. Raises `PlaceInvalid`, also across the date line."""
    south, west, north, east = _numbers(
        code, 4, say("Give a part of the map as south,west,north,east in degrees.")
    )
    _check_position(south, west)
    _check_position(north, east)
    if south >= north:
        raise PlaceInvalid("The south of the map must be below its north.", field="text")
    if west >= east:
        raise PlaceInvalid(
            "The west of the map must be left of its east; a map across the date line is searched "
            "in two parts.",
            field="text",
        )
    if max(north - south, east - west) > MAX_BOX_DEGREES:
        raise PlaceInvalid("This part of the map is too large: come closer.", field="text")
    return Box(south=south, west=west, north=north, east=east)


def check_radius(radius_km: float) -> float:
    """Raises `PlaceInvalid` for a distance that cannot be searched."""
    if not 0 <= radius_km <= MAX_RADIUS_KM:
        raise PlaceInvalid(
            say("The distance around a place is from 0 to %(most)s km.", most=MAX_RADIUS_KM),
            field="radius",
        )
    return radius_km


def box_around(lat: float, lng: float, radius_km: float) -> Box:
    """The degrees that a circle lies in, and a millimetre more. Meridians lie closer towards the
    poles, so a circle is widest beyond its centre's own parallel."""
    angle = radius_km / EARTH_KM
    high = degrees(angle) + 1e-8
    reach = sin(angle) / max(cos(radians(lat)), 0.01)
    wide = degrees(asin(reach)) + 1e-8 if reach < 1 else 180.0
    return Box(
        south=max(lat - high, -90),
        west=max(lng - wide, -180),
        north=min(lat + high, 90),
        east=min(lng + wide, 180),
    )


def _numbers(code: str, wanted: int, advice: Sentence) -> list[float]:
    parts = code.split(",")
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        raise PlaceInvalid(advice, field="text") from None
    if len(numbers) != wanted or not all(isfinite(number) for number in numbers):
        raise PlaceInvalid(advice, field="text")
    return numbers


def _check_position(lat: float, lng: float) -> None:
    if not -90 <= lat <= 90 or not -180 <= lng <= 180:
        raise PlaceInvalid(
            "A latitude is from -90 to 90 degrees, a longitude from -180 to 180.", field="text"
        )
