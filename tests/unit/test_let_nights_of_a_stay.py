"""A stay over New Year counts in both its years: a shelf sells it only while each has room."""

from datetime import date

import msgspec
import pytest

from tests.unit.shelves import NOW, make_shelf
from tourism import offers
from tourism.offers.models import LetYear, Stay
from tourism.rates.models import Obstacle, RoomParty

STAY = Stay(arrival=date(2026, 12, 30), departure=date(2027, 1, 2))  # two nights and one
PARTY = [RoomParty(adults=2)]


@pytest.mark.parametrize(
    ("let", "goes"),
    [
        ({}, True),
        ({2026: 118, 2027: 119}, True),
        ({2026: 119}, False),
        ({2027: 120}, False),
        ({2025: 120, 2028: 120}, True),
    ],
)
def test_each_year_has_its_own_nights_of_a_stay(let: dict[int, int], goes: bool) -> None:
    years = [
        LetYear(property=1, year=year, nights=nights, nights_max=120)
        for year, nights in let.items()
    ]
    shelf = msgspec.structs.replace(make_shelf(), let_years=years)
    assert (offers.cheapest(shelf, STAY, PARTY, NOW) is not None) is goes
    refused = offers.refusal_of(shelf, STAY, PARTY, NOW).obstacles
    assert (refused == (Obstacle.NIGHTS_LIMIT,)) is not goes
