"""A map drawn on the server: outlines of departments that we ship, and all houses of a search with
their prices, gathered by cells. No tile, no script, no other server.

Weighed against MapLibre GL (about 220 kB of script, WebGL, and `worker-src`/`blob:` in the policy
for nothing but outlines): this is 3 to 6 kB of the page, works without script, and each price is a
link that a keyboard and a screen reader find.
"""

from collections.abc import Iterable, Sequence
from math import atan, exp, pi, radians

import msgspec
import numpy as np

from hub.territory.reference import outlines
from tourism.index import Spots
from tourism.places.models import COUNTRY_KIND, Area, Box
from tourism.places.policy.areas import MAX_BOX_DEGREES
from tourism.storefront.policy.gathering import (
    HEIGHT,
    LEAST_DEGREES,
    MARGIN,
    WIDTH,
    Frame,
    Gathered,
    gather,
    north_of,
)

# What a part of the map has around its houses, so that none falls out by the rounding of degrees.
EDGE_DEGREES = 0.0003
MAINLAND = Box(south=41.2, west=-5.4, north=51.3, east=9.8)
CLOSE = 1.2
Point = tuple[float, float]


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """One house, or `count` houses from `total_cents` on in the part of the map `box`; `together`
    when they stand at one spot, so that no closer map divides them."""

    x: int
    y: int
    total_cents: int
    count: int = 1
    property: int | None = None
    name: str = ""
    box: str = ""
    together: bool = False


class MapView(msgspec.Struct, frozen=True, kw_only=True):
    """What is drawn. `closer` and `wider` are the values of `place` of other views; `here` that of
    this one; each is empty where such a view cannot be searched or would show nothing else."""

    width: int
    height: int
    shapes: tuple[str, ...]
    marks: tuple[Mark, ...]
    here: str
    closer: str
    wider: str

    @property
    def houses(self) -> int:
        """How many houses are drawn."""
        return sum(mark.count for mark in self.marks)


def _place(frame: Frame, lat: float, lng: float) -> Point:
    return (radians(lng) - frame.left) * frame.scale, (frame.top - north_of(lat)) * frame.scale


def _where(frame: Frame, x: float, y: float) -> Point:
    north = frame.top - y / frame.scale
    return (2 * atan(exp(north)) - pi / 2) * 180 / pi, (x / frame.scale + frame.left) * 180 / pi


def make_map(spots: Spots, area: Area) -> MapView | None:
    """The map of a search; None when there is nothing to place on it."""
    box = area.box or (_mainland(spots) if area.kind == COUNTRY_KIND else _box_of(spots))
    if box is None:
        return None
    frame = _frame(box)
    here = _limited(_view(frame, 1))
    closest = frame.scale >= _frame(_middle(box)).scale
    wider = _limited(_view(frame, 2))
    return MapView(
        width=WIDTH,
        height=HEIGHT,
        shapes=tuple(_shapes(frame)),
        marks=tuple(_mark(cell, spots) for cell in gather(spots, frame)),
        here=_value(here) if here == _view(frame, 1) else "",
        closer="" if closest else _value(_limited(_view(frame, 0.5))),
        wider=_value(wider) if _holds(wider, here) else "",
    )


def _mainland(spots: Spots) -> Box | None:
    """France is shown where most of it lies: with the overseas regions a map would be the globe's,
    unless the houses lie there only."""
    lats, lngs = spots.lats, spots.lngs
    inside = (MAINLAND.south <= lats) & (lats <= MAINLAND.north)
    inside &= (MAINLAND.west <= lngs) & (lngs <= MAINLAND.east)
    return _around(lats[inside], lngs[inside]) if inside.any() else _box_of(spots)


def _middle(box: Box) -> Box:
    lat, lng = (box.south + box.north) / 2, (box.west + box.east) / 2
    return Box(south=lat, west=lng, north=lat, east=lng)


def _limited(box: Box) -> Box:
    """A part of the map that can be searched: on the globe, and not larger than is allowed."""
    lat, lng = (box.south + box.north) / 2, (box.west + box.east) / 2
    half = MAX_BOX_DEGREES / 2 - EDGE_DEGREES
    return Box(
        south=max(box.south, lat - half, -90),
        west=max(box.west, lng - half, -180),
        north=min(box.north, lat + half, 90),
        east=min(box.east, lng + half, 180),
    )


def _holds(outer: Box, inner: Box) -> bool:
    """Whether a part of the map shows more than another, and all of it."""
    return outer != inner and (
        outer.south <= inner.south
        and outer.west <= inner.west
        and outer.north >= inner.north
        and outer.east >= inner.east
    )


def _box_of(spots: Spots) -> Box | None:
    return _around(spots.lats, spots.lngs) if len(spots.lats) else None


def _around(lats: np.ndarray, lngs: np.ndarray) -> Box:
    return Box(
        south=float(lats.min()),
        west=float(lngs.min()),
        north=float(lats.max()),
        east=float(lngs.max()),
    )


def _frame(box: Box) -> Frame:
    left, right = radians(box.west), radians(box.east)
    bottom, top = north_of(box.south), north_of(box.north)
    least = radians(LEAST_DEGREES)
    scale = min(
        (WIDTH - 2 * MARGIN) / max(right - left, least),
        (HEIGHT - 2 * MARGIN) / max(top - bottom, least),
    )
    return Frame(
        (left + right) / 2 - WIDTH / 2 / scale, (bottom + top) / 2 + HEIGHT / 2 / scale, scale
    )


def _view(frame: Frame, factor: float) -> Box:
    """The part of the earth that is shown, made larger or smaller."""
    wide, high = WIDTH * factor / 2, HEIGHT * factor / 2
    north, west = _where(frame, WIDTH / 2 - wide, HEIGHT / 2 - high)
    south, east = _where(frame, WIDTH / 2 + wide, HEIGHT / 2 + high)
    return Box(south=south, west=west, north=north, east=east)


def _value(box: Box) -> str:
    """The value of `place` for a part of the map."""
    return f"box:{box.south:.4f},{box.west:.4f},{box.north:.4f},{box.east:.4f}"


def _mark(cell: Gathered, spots: Spots) -> Mark:
    """A cell's mark: a house that is alone shows its own price."""
    if cell.houses == 1:
        return Mark(
            x=cell.x,
            y=cell.y,
            total_cents=cell.total_cents,
            property=int(spots.properties[cell.first]),
            name=spots.name_of(cell.first),
        )
    return Mark(
        x=cell.x,
        y=cell.y,
        total_cents=cell.total_cents,
        count=cell.houses,
        box=_value(_limited(_with_edge(cell.box))),
        together=cell.together,
    )


def _with_edge(box: Box) -> Box:
    return Box(
        south=box.south - EDGE_DEGREES,
        west=box.west - EDGE_DEGREES,
        north=box.north + EDGE_DEGREES,
        east=box.east + EDGE_DEGREES,
    )


def _shapes(frame: Frame) -> Iterable[str]:
    """The outlines that cross the picture, as paths of whole pixels."""
    south, east = _where(frame, WIDTH, HEIGHT)
    north, west = _where(frame, 0, 0)
    for outline in outlines():
        for ring in outline.rings:
            if ring.north < south or ring.south > north or ring.east < west or ring.west > east:
                continue
            points = _clip([_place(frame, lat, lng) for lng, lat in ring.points])
            path = _path(points)
            if path:
                yield path


def _clip(points: list[Point]) -> list[Point]:
    """Sutherland and Hodgman: what of a ring lies within the picture and a little around it."""
    for axis, limit, keep_less in ((0, -9, False), (0, WIDTH + 9, True), (1, -9, False),
                                   (1, HEIGHT + 9, True)):  # fmt: skip
        points = _clip_side(points, axis, limit, keep_less=keep_less)
    return points


def _clip_side(points: list[Point], axis: int, limit: float, *, keep_less: bool) -> list[Point]:
    kept: list[Point] = []
    for n, point in enumerate(points):
        before = points[n - 1]
        inside = (point[axis] <= limit) is keep_less or point[axis] == limit
        was_inside = (before[axis] <= limit) is keep_less or before[axis] == limit
        if inside is not was_inside:
            part = (limit - before[axis]) / (point[axis] - before[axis])
            other = before[1 - axis] + part * (point[1 - axis] - before[1 - axis])
            kept.append((limit, other) if axis == 0 else (other, limit))
        if inside:
            kept.append(point)
    return kept


def _path(points: Sequence[Point]) -> str:
    """A path of the points that are more than a little apart."""
    kept: list[tuple[int, int]] = []
    for x, y in points:
        spot = (round(x), round(y))
        if not kept or abs(spot[0] - kept[-1][0]) + abs(spot[1] - kept[-1][1]) > CLOSE:
            kept.append(spot)
    if len(kept) < 3:
        return ""
    return "M" + "L".join(f"{x} {y}" for x, y in kept) + "Z"
