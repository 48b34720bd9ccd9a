"""The index and everybody else measure alike: a house at 41.5 km is at as many whole kilometres,
and a circle has the same houses whoever draws it."""

import math
import random
import re
from pathlib import Path

import pytest

from hub.app import compose
from hub.territory import EARTH_KM, distance_km
from tourism.index import Circle
from tourism.index.areas import box_around as index_box
from tourism.offers.store import _shape
from tourism.places.policy import box_around
from tourism.reckoning import rooms
from tourism.reckoning.rooms import kilometres

ROOT = Path(__file__).parents[2]


def test_the_index_measures_as_the_rest_does() -> None:
    draw = random.Random(4)
    for _ in range(2_000):
        lat, lng = draw.uniform(41, 51), draw.uniform(-5, 9.5)
        to = (lat + draw.uniform(-5, 5), lng + draw.uniform(-5, 5))
        assert kilometres(lat, lng, *to) == pytest.approx(distance_km(lat, lng, *to), abs=1e-9)


def test_two_places_between_two_kilometres_are_at_the_same() -> None:
    """Found by the audit of 10,000 searches: 41.49999 km here, 41.50005 there."""
    here, there = (44.423211, 3.544732), (44.73055, 3.841995)
    assert round(kilometres(*here, *there)) == round(distance_km(*here, *there))


def test_statements_measure_with_the_same_earth() -> None:
    """Every great circle of SQL takes the earth's radius from who asks; 12,742 km for its diameter
    moves a circle of 100 km by 14 cm."""
    circles = 0
    for package in compose().packages:
        for path in (ROOT / package.replace(".", "/")).rglob("*.sql"):
            text = path.read_text()
            measured = text.count("asin(")
            assert len(re.findall(r"2 \* :earth_km::float8 \* asin\(", text)) == measured, path
            assert measured == 0 or path.name == "queries.sql", path
            circles += measured
    assert circles >= 4
    assert rooms.EARTH_KM == EARTH_KM
    assert _shape(Circle(lat=44.0, lng=3.0, km=10))["earth_km"] == EARTH_KM


def test_the_box_around_a_circle_holds_all_of_it() -> None:
    """A point at its edge, in any direction, is in the box that is looked through."""
    draw = random.Random(5)
    for _ in range(2_000):
        lat, lng, km = draw.uniform(-55, 60), draw.uniform(-170, 170), draw.uniform(1, 100)
        turn, angle = draw.uniform(0, 2 * math.pi), km / EARTH_KM * (1 - 1e-12)
        at = math.radians(lat)
        to = math.asin(
            math.sin(at) * math.cos(angle) + math.cos(at) * math.sin(angle) * math.cos(turn)
        )
        aside = math.atan2(
            math.sin(turn) * math.sin(angle) * math.cos(at),
            math.cos(angle) - math.sin(at) * math.sin(to),
        )
        edge = (math.degrees(to), lng + math.degrees(aside))
        assert distance_km(lat, lng, *edge) == pytest.approx(km, abs=1e-6)
        for box in (box_around(lat, lng, km), index_box(Circle(lat=lat, lng=lng, km=km))):
            assert box.south <= edge[0] <= box.north
            assert box.west <= edge[1] <= box.east
