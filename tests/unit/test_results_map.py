"""The map of the results: every house of the view, in cells that stay where they are."""

import random
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pytest

from tourism.index import Spots
from tourism.places.models import Area, Box
from tourism.places.policy.areas import read_box
from tourism.storefront.policy.gathering import HEIGHT, HIGH, WIDE, WIDTH
from tourism.storefront.policy.mapping import MapView, make_map


class Pin(NamedTuple):
    property: int
    lat: float
    lng: float
    total_cents: int


def draw(pins: Sequence[Pin], area: Area) -> MapView | None:
    return make_map(
        Spots(
            lats=np.array([one.lat for one in pins], float),
            lngs=np.array([one.lng for one in pins], float),
            totals=np.array([one.total_cents for one in pins], np.int64),
            properties=np.array([one.property for one in pins], np.int64),
            name_of=lambda place: f"House {pins[place].property}",
        ),
        area,
    )


FRANCE = Area(kind="region", code="84", label="Auvergne-Rhône-Alpes")


def pin(id: int, lat: float, lng: float, cents: int = 10_000) -> Pin:
    return Pin(id, lat, lng, cents)


def test_houses_that_stand_apart_show_their_price_and_those_together_their_number() -> None:
    pins = [pin(1, 45.9, 6.1), pin(2, 45.9001, 6.1001, 8_000), pin(3, 45.2, 5.7)]
    view = draw(pins, FRANCE)
    assert view is not None
    together = next(mark for mark in view.marks if mark.count == 2)
    alone = next(mark for mark in view.marks if mark.count == 1)
    assert (together.total_cents, alone.property) == (8_000, 3)
    assert together.box.startswith("box:45.")
    assert view.shapes
    assert all(0 <= mark.x <= WIDTH and 0 <= mark.y <= HEIGHT for mark in view.marks)


def test_marks_never_hide_one_another() -> None:
    pins = [pin(n, 45 + (n % 17) * 0.03, 6 + (n // 17) * 0.04) for n in range(200)]
    view = draw(pins, FRANCE)
    assert view is not None
    assert sum(mark.count for mark in view.marks) == 200
    marks = list(view.marks)
    for n, one in enumerate(marks):
        for other in marks[n + 1 :]:
            assert abs(one.x - other.x) >= 60 or abs(one.y - other.y) >= 28, (one, other)


def test_closer_is_within_what_is_shown_and_wider_around_it() -> None:
    view = draw([pin(1, 45.9, 6.1), pin(2, 45.2, 5.7)], FRANCE)
    assert view is not None

    def box(text: str) -> Box:
        south, west, north, east = map(float, text.removeprefix("box:").split(","))
        return Box(south=south, west=west, north=north, east=east)

    closer, here, wider = box(view.closer), box(view.here), box(view.wider)
    for inner, outer in ((closer, here), (here, wider)):
        assert outer.south < inner.south < inner.north < outer.north
        assert outer.west < inner.west < inner.east < outer.east


COUNTRY = Area(kind="country", code="FR", label="France")


def test_houses_at_one_spot_are_told_apart_in_the_list_only() -> None:
    spot = [pin(n, 45.9, 6.1) for n in range(3)]
    near = [*spot, pin(9, 45.9002, 6.1002)]
    view = draw([*near, pin(8, 45.2, 5.7)], FRANCE)
    assert view is not None
    many = next(mark for mark in view.marks if mark.count > 1)
    assert (many.count, many.together) == (4, True)
    inside = read_box(many.box.removeprefix("box:"))
    assert all(
        inside.south < one.lat < inside.north and inside.west < one.lng < inside.east
        for one in near
    )


@pytest.mark.parametrize("spread", [0.004, 0.02, 0.1, 1, 8])
def test_coming_closer_ends_in_marks_that_closer_maps_do_not_divide(spread: float) -> None:
    pins = [pin(n, 45 + n % 7 * spread / 7, 3 + n % 5 * spread / 5) for n in range(35)]
    area, steps = FRANCE, 0
    while view := draw(pins, area):
        assert sum(mark.count for mark in view.marks) == len(pins)
        many = [mark for mark in view.marks if mark.count > 1 and not mark.together]
        if not many:
            break
        box = read_box(many[0].box.removeprefix("box:"))
        inside = [
            one
            for one in pins
            if box.south <= one.lat <= box.north and box.west <= one.lng <= box.east
        ]
        assert len(inside) >= many[0].count
        area, pins, steps = Area(kind="box", code="", label="", box=box), inside, steps + 1
        assert steps < 9


def test_france_is_shown_where_most_of_it_lies() -> None:
    overseas = [pin(1, -21.1, 55.5), pin(2, 16.2, -61.5), pin(3, -17.5, -149.6)]
    view = draw([*overseas, pin(4, 48.85, 2.35), pin(5, 43.3, 5.4)], COUNTRY)
    assert view is not None
    assert view.houses == 2
    here = read_box(view.here.removeprefix("box:"))
    assert here.north - here.south < 15
    alone = draw(overseas, COUNTRY)
    assert alone is not None
    assert alone.houses == 3


@pytest.mark.parametrize(
    "pins",
    [
        [pin(1, 45.9, 6.1)],
        [pin(1, 45.9, 6.1), pin(2, 45.2, 5.7)],
        [pin(1, -21.1, 55.5), pin(2, 16.2, -61.5), pin(3, -17.5, -149.6)],
        [pin(1, -13.3, -176.2), pin(2, -14.3, -178.1)],
        [pin(1, -22.3, 166.4), pin(2, -20.9, 167.2)],
        [pin(1, 60, 10), pin(2, 46.8, -56.2)],
        [pin(1, 84, 10), pin(2, -84, 12)],
    ],
)
def test_every_view_of_a_map_can_be_searched_until_there_is_none_wider(pins: list[Pin]) -> None:
    area = FRANCE
    for _ in range(12):
        view = draw(pins, area)
        assert view is not None
        for other in (view.closer, view.here, *(mark.box for mark in view.marks)):
            if other:
                read_box(other.removeprefix("box:"))
        if not view.wider:
            return
        wider = read_box(view.wider.removeprefix("box:"))
        assert area.box is None or wider.north - wider.south > area.box.north - area.box.south
        area = Area(kind="box", code="", label="", box=wider)
    raise AssertionError("it never ended")


def test_there_is_no_closer_map_than_the_closest() -> None:
    view = draw([pin(1, 45.9, 6.1)], FRANCE)
    assert view is not None
    assert not view.closer
    assert view.wider


def test_there_is_no_map_without_houses() -> None:
    assert draw([], FRANCE) is None


def many_pins(seed: int, many: int = 10_000) -> list[Pin]:
    pick = random.Random(seed)
    return [
        pin(n, pick.gauss(45.9, 0.4), pick.gauss(6.1, 0.5), pick.randint(2_000, 90_000))
        for n in range(many)
    ]


def within(pins: Sequence[Pin], box: Box) -> list[Pin]:
    return [
        one for one in pins if box.south <= one.lat <= box.north and box.west <= one.lng <= box.east
    ]


def is_in(one: Box, other: Box) -> bool:
    lat, lng = (one.south + one.north) / 2, (one.west + one.east) / 2
    return other.south < lat < other.north and other.west < lng < other.east


def box_area(south: float, west: float, half: float) -> Area:
    box = Box(south=south, west=west, north=south + half, east=west + half)
    return Area(kind="box", code="", label="", box=box)


@pytest.mark.parametrize("half", [3.0, 0.8, 0.05])
def test_ten_thousand_houses_are_all_counted_in_few_marks_each_with_its_least_price(
    half: float,
) -> None:
    area = box_area(45.9 - half / 2, 6.1 - half / 2, half)
    assert area.box is not None
    pins = within(many_pins(1), area.box)
    view = draw(pins, area)
    assert view is not None
    assert view.houses == len(pins) > 8
    assert len(view.marks) <= (WIDTH // WIDE + 1) * (HEIGHT // HIGH + 1)
    least = min(pins, key=lambda one: one.total_cents)
    assert min(mark.total_cents for mark in view.marks) == least.total_cents
    for mark in view.marks:
        if mark.count > 1:
            members = within(pins, read_box(mark.box.removeprefix("box:")))
            assert len(members) >= mark.count
            assert mark.total_cents in {one.total_cents for one in members}


def test_a_map_that_is_moved_keeps_its_cells() -> None:
    """What lies in the middle of both pictures is counted alike, at the same price."""
    pins = many_pins(2)
    kept: list[dict[str, tuple[int, int]]] = []
    for moved in (0.0, 0.13):
        area = box_area(45.5, 5.7 + moved, 0.8)
        assert area.box is not None
        view = draw(within(pins, area.box), area)
        assert view is not None
        kept.append({mark.box: (mark.count, mark.total_cents) for mark in view.marks if mark.box})
    # A cell at an edge may be seen in part; one of these maps has four columns of cells.
    inner = Box(south=45.7, west=6.03, north=46.1, east=6.3)
    before, after = (
        {text: one for text, one in each.items() if is_in(read_box(text[4:]), inner)}
        for each in kept
    )
    assert before == after
    assert len(before) > 3
