"""The map on which a hotelier puts the pin: outlines that we ship, communes by their names."""

from collections.abc import Iterable, Sequence
from math import cos, radians

from hub.territory.models import Outline
from tourism.onboarding.models import Label, NearCommune, PlaceMap

WIDTH, HEIGHT = 480, 340
UNIT_M = 30.0
M_PER_LAT = 110_574.0
M_PER_LNG = 111_320.0
# Names are drawn larger on a phone, where the map is small: they get room for that.
LETTER, LINE = 9.0, 24.0


def spans_degrees(lat: float) -> tuple[float, float]:
    """Half of the map's height and width, in degrees of latitude and longitude."""
    per_lng = M_PER_LNG * max(cos(radians(lat)), 0.1)
    return HEIGHT / 2 * UNIT_M / M_PER_LAT, WIDTH / 2 * UNIT_M / per_lng


def draw_map(
    lat0: float,
    lng0: float,
    *,
    pin: tuple[float, float],
    outlines: Iterable[Outline],
    communes: Sequence[NearCommune],
) -> PlaceMap:
    """The surroundings of (lat0, lng0), the larger communes named where names do not touch."""
    per_lat = M_PER_LAT / UNIT_M
    per_lng = M_PER_LNG * max(cos(radians(lat0)), 0.1) / UNIT_M

    def place(lat: float, lng: float) -> tuple[float, float]:
        x, y = (lng - lng0) * per_lng, (lat0 - lat) * per_lat
        return round(x + WIDTH / 2, 1), round(y + HEIGHT / 2, 1)

    pin_x, pin_y = place(*pin)
    return PlaceMap(
        width=WIDTH,
        height=HEIGHT,
        lat0=lat0,
        lng0=lng0,
        per_lat=per_lat,
        per_lng=per_lng,
        unit_m=UNIT_M,
        paths=tuple(
            _path([place(lat, lng) for lng, lat in ring.points])
            for outline in outlines
            for ring in outline.rings
            if _touches(place(ring.north, ring.west), place(ring.south, ring.east))
        ),
        labels=tuple(_labels([(one, *place(one.lat, one.lng)) for one in communes])),
        pin_x=pin_x,
        pin_y=pin_y,
    )


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in points) + "Z"


def _touches(corner: tuple[float, float], opposite: tuple[float, float]) -> bool:
    """Whether a box, by its upper left and lower right corners, meets the map."""
    return corner[0] < WIDTH and opposite[0] > 0 and corner[1] < HEIGHT and opposite[1] > 0


def _labels(placed: Sequence[tuple[NearCommune, float, float]]) -> Iterable[Label]:
    taken: list[tuple[float, float, float]] = []
    for commune, x, y in placed:
        if not (0 < x < WIDTH and 0 < y < HEIGHT):
            continue
        width = len(commune.name) * LETTER + 14
        free = x + width < WIDTH and all(
            abs(y - other_y) > LINE or x > other_x + other_width or other_x > x + width
            for other_x, other_y, other_width in taken
        )
        if free:
            taken.append((x, y, width))
        yield Label(name=commune.name, x=x, y=y, named=free)
