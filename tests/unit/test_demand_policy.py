"""Which searches count, what they mean for a house, and what may be told of an area."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from random import Random

import pytest
from msgspec.structs import replace

from tests.unit.shelves import HOUSE, PLAN
from tourism.demand.models import Asked, Cell
from tourism.demand.policy.collecting import CELLS_MAX, DISTINCT_MAX, Collector
from tourism.demand.policy.explaining import cells_of, explain, nights_told
from tourism.offers.models import LetYear, RoomRow, Shelf, Stay
from tourism.offers.shelf import cheapest, sells
from tourism.rates.models import Closed, Night, Obstacle, RoomParty
from tourism.rates.policy import divisions, fits

NOW = datetime(2027, 1, 10, 9, 0, tzinfo=UTC)
ARRIVAL = date(2027, 2, 1)  # a Monday
ROOM = RoomRow(
    property=1,
    room_type=10,
    code="double",
    room_name=None,
    occupancy_standard=2,
    occupancy_max=3,
    adults_max=2,
    children_max=2,
)
LARGE = replace(ROOM, room_type=11, code="large", occupancy_max=5, adults_max=4, children_max=4)
COUPLE = RoomParty(adults=2)
LOST = ("lost", 0)


def asked(nights: int = 2, **fields) -> Asked:
    given = {"place": "commune:48095", "adults": 2, **fields}
    return Asked(arrival=ARRIVAL, departure=ARRIVAL + timedelta(days=nights), **given)


def night(n: int, **fields) -> Night:
    return Night(
        **{"on": ARRIVAL + timedelta(days=n), "units_left": 2, "price_cents": 100, **fields}
    )


def shelf(*rooms: RoomRow, days: int = 3, let_years: Sequence[LetYear] = (), **fields) -> Shelf:
    """A house of these rooms (one double by default), all of whose nights are alike."""
    rooms = rooms or (ROOM,)
    nights = {night(n).on: night(n, **fields) for n in range(days)}
    return Shelf(
        house=HOUSE,
        rooms=rooms,
        plans=[PLAN],
        nights={room.room_type: nights for room in rooms},
        overlays=[],
        promotions=[],
        let_years=let_years,
        first=ARRIVAL,
        last=ARRIVAL + timedelta(days=days),
    )


def explained(house: Shelf, *parties: RoomParty, nights: int = 2):
    """What a search meant for the house: None where it sells the stay."""
    stay = Stay(arrival=ARRIVAL, departure=ARRIVAL + timedelta(days=nights))
    given = parties or (COUPLE,)
    return None if sells(house, stay, given, NOW) else explain(house, stay, given, NOW)


@pytest.mark.parametrize(
    ("fields", "reasons"),
    [
        pytest.param({}, None, id="found"),
        pytest.param({"min_stay": 3}, [(Obstacle.MIN_STAY, 3)], id="minimum on arrival"),
        pytest.param({"min_through": 4}, [(Obstacle.MIN_STAY_THROUGH, 4)], id="minimum through"),
        pytest.param({"max_stay": 1}, [(Obstacle.MAX_STAY, 1)], id="maximum"),
        pytest.param({"units_left": 0}, [(Obstacle.SOLD_OUT, 0)], id="full"),
        pytest.param({"closed": Closed.FOR_SALE}, [(Obstacle.CLOSED, 0)], id="closed"),
        pytest.param({"closed": Closed.TO_ARRIVAL}, [(Obstacle.CLOSED_TO_ARRIVAL, 1)], id="Monday"),
        pytest.param(
            {"closed": Closed.TO_DEPARTURE}, [(Obstacle.CLOSED_TO_DEPARTURE, 3)], id="Wednesday"
        ),
        pytest.param(
            {"min_stay": 3, "closed": Closed.TO_ARRIVAL},
            [(Obstacle.CLOSED_TO_ARRIVAL, 1), (Obstacle.MIN_STAY, 3)],
            id="both",
        ),
    ],
)
def test_a_search_is_lost_to_the_restrictions_it_met(fields, reasons) -> None:
    assert explained(shelf(**fields)) == reasons


def test_the_nearest_room_type_tells_why() -> None:
    both = shelf(ROOM, LARGE, min_stay=3)
    shut = {night(n).on: night(n, closed=Closed.FOR_SALE, min_stay=3) for n in range(3)}
    both = replace(both, nights={**both.nights, ROOM.room_type: shut})
    assert explained(both) == [(Obstacle.MIN_STAY, 3)]


def test_persons_who_fit_nowhere_and_rooms_that_are_too_few() -> None:
    assert explained(shelf(), RoomParty(adults=6)) == [(Obstacle.TOO_MANY_PERSONS, 6)]
    three = [COUPLE] * 3
    assert explained(shelf(), *three) == [(Obstacle.SOLD_OUT, 0)]
    assert explained(shelf(ROOM, LARGE), *three) is None


def test_several_rooms_are_given_as_a_search_gives_them() -> None:
    """Each party fits one room only: the larger one must not take it from the other, though it is
    the smallest that it fits."""
    grown = replace(ROOM, occupancy_max=3, adults_max=3)
    family = replace(LARGE, occupancy_max=4, adults_max=2)
    parties = (RoomParty(adults=1, child_ages=(4, 7)), RoomParty(adults=3))
    house = shelf(grown, family, units_left=1)
    assert explained(house, *parties) is None
    assert explained(house, *parties[::-1]) is None
    assert explained(house, *parties, COUPLE) == [(Obstacle.SOLD_OUT, 0)]


@pytest.mark.parametrize("seed", range(60))
def test_a_house_is_found_where_a_price_would_be(seed: int) -> None:
    """Random houses and parties of one to four rooms: what is counted as found is what a search
    prices, and up to three rooms are found wherever any way of giving them is, however the persons
    are spread over them."""
    draw = Random(seed)
    rooms = [
        replace(
            ROOM,
            room_type=10 + n,
            occupancy_max=draw.randint(2, 5),
            adults_max=draw.randint(1, 4),
            children_max=draw.randint(0, 3),
        )
        for n in range(draw.randint(1, 4))
    ]
    house = shelf(*rooms)
    for room in rooms:
        units = draw.randint(0, 2)
        nights = {night(n).on: night(n, units_left=units) for n in range(3)}
        house = replace(house, nights={**house.nights, room.room_type: nights})
    parties = tuple(
        RoomParty(adults=draw.randint(1, 3), child_ages=(6,) * draw.randint(0, 2))
        for _ in range(draw.randint(1, 4))
    )
    stay = Stay(arrival=ARRIVAL, departure=ARRIVAL + timedelta(days=2))
    found = explained(house, *parties) is None
    assert found == (cheapest(house, stay, parties, NOW) is not None)
    if len(parties) <= 3:
        units = [
            room for room in rooms for _ in range(house.nights[room.room_type][ARRIVAL].units_left)
        ]
        assert found == any(
            all(
                fits(party, room.occupancy_max, room.adults_max, room.children_max)
                for party, room in zip(division, taken, strict=True)
            )
            for division in divisions(parties)
            for taken in permutations(units, len(parties))
        )


def test_a_main_residence_is_lost_to_its_limit_and_a_house_without_plans_loses_nothing() -> None:
    year = LetYear(property=1, year=2027, nights=119, nights_max=120)
    assert explained(shelf(let_years=[year])) == [(Obstacle.NIGHTS_LIMIT, 1)]
    assert explained(replace(shelf(), plans=[])) == []
    assert explained(replace(shelf(), rooms=[])) == []
    assert list(cells_of(1, asked(), [], ARRIVAL, 1)) == []


def test_nights_beyond_the_calendar_are_beyond_the_horizon() -> None:
    assert explained(shelf(days=1)) == [(Obstacle.BEYOND_HORIZON, 0)]


def test_a_day_that_is_past_where_the_house_stands_is_neither_found_nor_lost() -> None:
    there = replace(HOUSE, zone="Pacific/Noumea")
    stay = Stay(arrival=date(2027, 1, 10), departure=date(2027, 1, 12))
    late = datetime(2027, 1, 10, 20, 0, tzinfo=UTC)
    assert explain(replace(shelf(), house=there), stay, [COUPLE], late) == []


def test_a_lost_search_counts_once_as_lost_and_once_for_each_obstacle() -> None:
    reasons = [(Obstacle.CLOSED_TO_ARRIVAL, 1), (Obstacle.MIN_STAY, 3)]
    cells = list(cells_of(1, asked(), reasons, date(2027, 1, 10), 5))
    assert [(cell.outcome, cell.needed, cell.searches) for cell in cells] == [
        (*LOST, 5),
        ("closed_to_arrival", 1, 5),
        ("min_stay", 3, 5),
    ]
    assert {(cell.nights, cell.month) for cell in cells} == {(2, date(2027, 2, 1))}
    (found,) = cells_of(1, asked(), None, date(2027, 1, 10), 5)
    assert found.outcome == "found"


@pytest.mark.parametrize(
    ("nights", "told"), [(0, 1), (1, 1), (7, 7), (8, 8), (13, 8), (14, 14), (60, 14)]
)
def test_lengths_are_told_in_classes(nights: int, told: int) -> None:
    assert nights_told(nights) == told


def test_a_visitor_s_search_counts_once_an_hour_and_robots_never() -> None:
    collector = Collector()
    assert collector.add_search(asked(), b"a", NOW)
    assert not collector.add_search(asked(), b"a", NOW + timedelta(minutes=59))
    assert collector.add_search(asked(), b"b", NOW)
    assert not collector.add_search(asked(), None, NOW)
    house = asked(place="", property=1)
    assert not collector.add_search(house, b"a", NOW), "the house was found by that search"
    assert collector.add_search(house, b"c", NOW)
    (first, second) = collector.take().counted
    assert (first.searches, second.searches) == (2, 1)
    assert collector.take().counted == ()
    assert not collector.add_search(asked(), b"a", NOW + timedelta(minutes=59))
    assert collector.add_search(asked(), b"a", NOW + timedelta(minutes=61))


def test_what_is_kept_in_memory_is_bounded_and_what_is_dropped_is_told() -> None:
    collector = Collector()
    for n in range(DISTINCT_MAX + 7):
        collector.add_search(asked(place=f"commune:{n}"), b"a", NOW)
    cells = [
        Cell(property=n, on=ARRIVAL, outcome="lost", nights=1, needed=0, month=ARRIVAL)
        for n in range(CELLS_MAX + 3)
    ]
    collector.add_cells(cells)
    collector.add_cells(cells[:1])
    taken = collector.take()
    assert (len(taken.counted), len(taken.cells), taken.dropped) == (DISTINCT_MAX, CELLS_MAX, 10)
    assert taken.cells[0].searches == 2
