"""The map of a simulation: every metropolitan department, coloured only where it may be told."""

import pytest

from hub.assemblies.mapping import HEIGHT, WIDTH, draw_places
from hub.simulations.models import PlaceEffect


def effect(place: str, after: int) -> PlaceEffect:
    return PlaceEffect(place=place, members=5, before_cents=100_000, after_cents=after)


def test_each_metropolitan_department_is_drawn_once_within_the_picture() -> None:
    shapes = draw_places([effect("74", 101_000)])
    codes = [shape.code for shape in shapes]
    assert (len(codes), len(set(codes))) == (96, 96)
    assert {"2A", "2B", "29", "75"} <= set(codes)
    for shape in shapes:
        assert shape.path.startswith("M"), shape.code
        points = [part.split() for part in shape.path.replace("M", "L").replace("Z", "").split("L")]
        for x, y in (map(int, point) for point in points if point):
            assert -2 <= x <= WIDTH + 2, shape.code
            assert -2 <= y <= HEIGHT + 2, shape.code


@pytest.mark.parametrize(
    ("after", "level"),
    [
        (110_000, "gain-2"), (104_000, "gain-1"), (100_000, "even"), (96_000, "loss-1"),
        (90_000, "loss-2"),
    ],
)  # fmt: skip
def test_a_department_has_the_level_of_its_change(after: int, level: str) -> None:
    shapes = draw_places([effect("74", after), effect("29", 110_000)])
    found = {shape.code: shape.level for shape in shapes}
    assert (found["74"], found["29"], found["05"]) == (level, "gain-2", "")


def test_without_a_department_that_may_be_told_there_is_no_map() -> None:
    assert draw_places([]) == []
    assert draw_places([effect("974", 110_000)]) == []
