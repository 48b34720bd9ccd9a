"""The map of a simulation: each department coloured by what changes for its members.

Drawn on the server from the outlines that we ship; every figure is in the table beneath it.
"""

from collections.abc import Sequence
from functools import cache
from math import cos, radians

import msgspec

from hub import territory
from hub.simulations.models import PlaceEffect

WIDTH, HEIGHT = 410, 390
WEST, NORTH = -5.2, 51.15
PER_LAT = 40.0
PER_LNG = PER_LAT * cos(radians(46.5))
METROPOLIS = 3  # letters that the code of an overseas department has
CLOSE = 1.5


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """A department: its outline, and how much changes (`gain-2` to `loss-2`, `even`, or nothing
    where too few members would tell one's figures)."""

    code: str
    path: str
    level: str


def draw_places(places: Sequence[PlaceEffect]) -> list[Shape]:
    """Every metropolitan department with the level of its change; none where none has any."""
    changes = {place.place: place.change_bps for place in places}
    largest = max((abs(change) for change in changes.values()), default=0)
    shown = [
        Shape(code=code, path=path, level=_level(changes.get(code), largest))
        for code, path in _paths()
    ]
    return shown if any(shape.level for shape in shown) else []


def _level(change: int | None, largest: int) -> str:
    if change is None:
        return ""
    if change == 0:
        return "even"
    return f"{'gain' if change > 0 else 'loss'}-{2 if 2 * abs(change) > largest else 1}"


@cache
def _paths() -> tuple[tuple[str, str], ...]:
    return tuple(
        (outline.code, "".join(_path(ring.points) for ring in outline.rings))
        for outline in territory.outlines()
        if len(outline.code) < METROPOLIS
    )


def _path(points: Sequence[tuple[float, float]]) -> str:
    kept: list[tuple[int, int]] = []
    for lng, lat in points:
        spot = round((lng - WEST) * PER_LNG), round((NORTH - lat) * PER_LAT)
        if not kept or abs(spot[0] - kept[-1][0]) + abs(spot[1] - kept[-1][1]) > CLOSE:
            kept.append(spot)
    return "M" + "L".join(f"{x} {y}" for x, y in kept) + "Z" if len(kept) > 2 else ""
