"""The index and everybody else measure alike: a house at 41.5 km is at as many whole kilometres."""

import random

import pytest

from hub.territory import distance_km
from tourism.reckoning.rooms import kilometres


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
