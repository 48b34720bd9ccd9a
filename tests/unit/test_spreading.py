"""The ways to spread a party over its rooms."""

import random

import pytest

from loadtests.truth_ways import ways_of
from tourism.rates import distribute, divisions
from tourism.rates.models import RoomParty
from tourism.rates.policy.spreading import MOST_WAYS


def told(adults: int, rooms: int, ages: tuple[int, ...] = ()) -> list[str]:
    """The ways, each as `ADULTS+AGES` of its rooms."""
    return [
        " ".join("+".join(str(n) for n in (party.adults, *party.child_ages)) for party in way)
        for way in divisions(distribute(adults, ages, rooms))
    ]


@pytest.mark.parametrize(
    ("adults", "rooms", "ages", "ways"),
    [
        (4, 1, (), ["4"]),
        (2, 2, (), ["1 1"]),
        (4, 2, (), ["2 2", "3 1"]),
        (7, 2, (), ["4 3", "5 2", "6 1"]),
        (6, 3, (), ["2 2 2", "3 2 1", "4 1 1"]),
        (2, 2, (4, 9), ["1+4 1+9", "1+4+9 1"]),
        (3, 2, (4,), ["2 1+4", "2+4 1"]),
        (4, 2, (3, 9), ["2+3 2+9", "3 1+3+9", "2+3+9 2", "3+9 1+3", "3+3+9 1"]),
        (8, 4, (), ["2 2 2 2"]),  # more than three rooms
    ],
)
def test_the_ways_go_from_even_on(adults: int, rooms: int, ages, ways: list[str]) -> None:
    assert told(adults, rooms, ages) == ways


@pytest.mark.parametrize("seed", range(60))
def test_every_way_is_told_once_with_everybody_and_an_adult_in_each_room(seed: int) -> None:
    pick = random.Random(seed)
    rooms = pick.randint(2, 3)
    adults = pick.randint(rooms, 8)
    ages = tuple(pick.randint(0, 17) for _ in range(pick.randint(0, 4)))
    even = distribute(adults, ages, rooms)
    ways = divisions(even)
    assert ways[0] == even
    assert [list(way) for way in ways] == ways_of(even)
    for way in ways:
        assert sum(party.adults for party in way) == adults
        assert sorted(age for party in way for age in party.child_ages) == sorted(ages)
        assert all(party.adults >= 1 for party in way)
    assert len({frozenset((p, way.count(p)) for p in way) for way in ways}) == len(ways)
    squares = [sum(party.persons**2 for party in way) for way in ways]
    assert squares == sorted(squares)


def test_what_is_tried_has_an_end() -> None:
    assert len(divisions(distribute(12, (1, 2, 3, 4, 5), 3))) == MOST_WAYS
    many = distribute(31, (), 3)
    assert divisions(many) == (many,)


def test_a_way_that_is_given_comes_first() -> None:
    given = (RoomParty(adults=3), RoomParty(adults=1))
    assert divisions(given) == (given, distribute(4, (), 2))
