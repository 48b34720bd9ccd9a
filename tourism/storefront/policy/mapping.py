"""A map drawn on the server: outlines of departments that we ship, and the houses of a search with
their prices, gathered where they stand too close. No tile, no script, no other server.

Weighed against MapLibre GL (about 220 kB of script, WebGL, and `worker-src`/`blob:` in the policy
for nothing but outlines): this is 3 to 6 kB of the page, works without script, and each price is a
link that a keyboard and a screen reader find.
"""

from collections.abc import Iterable, Sequence
from math import atan, exp, log, pi, radians, tan

import msgspec

from hub.territory.reference import outlines
from tourism.places.models import Area, Box
from tourism.search.models import Pin

WIDTH, HEIGHT = 440, 560
MARGIN = 38
# Two marks may stand so close: a little more than a mark's own size.
WIDE, HIGH = 70, 42
LEAST_DEGREES = 0.03
CLOSE = 1.2
Point = tuple[float, float]


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """One house, or `count` houses from `total_cents` on in the part of the map `box`."""

    x: int
    y: int
    total_cents: int
    count: int = 1
    property: int | None = None
    name: str = ""
    box: str = ""


class MapView(msgspec.Struct, frozen=True, kw_only=True):
    """What is drawn. `closer` and `wider` are the values of `place` of other views; `here` that of
    this one."""

    width: int
    height: int
    shapes: tuple[str, ...]
    marks: tuple[Mark, ...]
    here: str
    closer: str
    wider: str


class _Frame(msgspec.Struct, frozen=True):
    """A part of the earth in Mercator's projection, and the scale that fits it to the picture."""

    left: float
    top: float
    scale: float

    def place(self, lat: float, lng: float) -> Point:
        return (radians(lng) - self.left) * self.scale, (self.top - _north(lat)) * self.scale

    def where(self, x: float, y: float) -> Point:
        north = self.top - y / self.scale
        return (2 * atan(exp(north)) - pi / 2) * 180 / pi, (x / self.scale + self.left) * 180 / pi


def make_map(pins: Sequence[Pin], area: Area) -> MapView | None:
    """The map of a search; None when there is nothing to place on it."""
    box = area.box or _box_of(pins)
    if box is None:
        return None
    frame = _frame(box)
    return MapView(
        width=WIDTH,
        height=HEIGHT,
        shapes=tuple(_shapes(frame)),
        marks=tuple(_gather(pins, frame)),
        here=_view(frame, 1),
        closer=_view(frame, 0.5),
        wider=_view(frame, 2),
    )


def _box_of(pins: Sequence[Pin]) -> Box | None:
    if not pins:
        return None
    lats, lngs = [pin.lat for pin in pins], [pin.lng for pin in pins]
    return Box(south=min(lats), west=min(lngs), north=max(lats), east=max(lngs))


def _north(lat: float) -> float:
    return log(tan(pi / 4 + radians(max(min(lat, 85), -85)) / 2))


def _frame(box: Box) -> _Frame:
    left, right = radians(box.west), radians(box.east)
    bottom, top = _north(box.south), _north(box.north)
    least = radians(LEAST_DEGREES)
    scale = min(
        (WIDTH - 2 * MARGIN) / max(right - left, least),
        (HEIGHT - 2 * MARGIN) / max(top - bottom, least),
    )
    return _Frame(
        (left + right) / 2 - WIDTH / 2 / scale, (bottom + top) / 2 + HEIGHT / 2 / scale, scale
    )


def _view(frame: _Frame, factor: float) -> str:
    """The value of `place` for the part of the earth that is shown, made larger or smaller."""
    wide, high = WIDTH * factor / 2, HEIGHT * factor / 2
    return _box_value(
        frame, WIDTH / 2 - wide, HEIGHT / 2 - high, WIDTH / 2 + wide, HEIGHT / 2 + high
    )


def _box_value(frame: _Frame, left: float, top: float, right: float, bottom: float) -> str:
    north, west = frame.where(left, top)
    south, east = frame.where(right, bottom)
    return f"box:{south:.4f},{west:.4f},{north:.4f},{east:.4f}"


def _gather(pins: Sequence[Pin], frame: _Frame) -> Iterable[Mark]:
    """Houses that stand too close to be read together; alone, a house shows its own price."""
    groups: list[tuple[Point, list[tuple[Pin, Point]]]] = []
    for pin in pins:
        x, y = frame.place(pin.lat, pin.lng)
        if not (0 <= x <= WIDTH and 0 <= y <= HEIGHT):
            continue
        for (left, top), members in groups:
            if abs(left - x) < WIDE and abs(top - y) < HIGH:
                members.append((pin, (x, y)))
                break
        else:
            spot = min(max(x, MARGIN), WIDTH - MARGIN), min(max(y, 22), HEIGHT - 22)
            groups.append((spot, [(pin, (x, y))]))
    for (x, y), members in groups:
        yield _mark(round(x), round(y), members, frame)


def _mark(x: int, y: int, members: Sequence[tuple[Pin, Point]], frame: _Frame) -> Mark:
    cheapest = min((pin for pin, _ in members), key=lambda pin: pin.total_cents)
    total = cheapest.total_cents
    if len(members) == 1:
        return Mark(x=x, y=y, total_cents=total, property=cheapest.property, name=cheapest.name)
    xs, ys = [point[0] for _, point in members], [point[1] for _, point in members]
    box = _box_value(frame, min(xs) - 8, min(ys) - 8, max(xs) + 8, max(ys) + 8)
    return Mark(x=x, y=y, total_cents=total, count=len(members), box=box)


def _shapes(frame: _Frame) -> Iterable[str]:
    """The outlines that cross the picture, as paths of whole pixels."""
    south, east = frame.where(WIDTH, HEIGHT)
    north, west = frame.where(0, 0)
    for outline in outlines():
        for ring in outline.rings:
            if ring.north < south or ring.south > north or ring.east < west or ring.west > east:
                continue
            points = _clip([frame.place(lat, lng) for lng, lat in ring.points])
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
