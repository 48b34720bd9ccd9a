"""Which searches count, what they mean for a house, and what may be told of an area."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tourism.demand.models import (
    Asked,
    Cell,
    HouseInArea,
    RoomOf,
)
from tourism.demand.policy.collecting import CELLS_MAX, DISTINCT_MAX, Collector
from tourism.demand.policy.explaining import cells_of, explain, nights_told
from tourism.rates.models import (
    Cancellation,
    Closed,
    MealPlan,
    Night,
    Obstacle,
    PenaltyKind,
    RatePlan,
    RoomParty,
)
from tourism.rates.policy.sales import HouseRates

NOW = datetime(2027, 1, 10, 9, 0, tzinfo=UTC)
ARRIVAL = date(2027, 2, 1)  # a Monday
HOUSE = HouseInArea(id=1, zone="Europe/Paris", nights_left=None)
ROOM = RoomOf(property=1, id=10, occupancy_max=3, adults_max=2, children_max=2)
LARGE = RoomOf(property=1, id=11, occupancy_max=5, adults_max=4, children_max=4)
COUPLE = RoomParty(adults=2)
LOST = ("lost", 0)


def asked(nights: int = 2, **fields) -> Asked:
    given = {"place": "commune:48095", "adults": 2, **fields}
    return Asked(arrival=ARRIVAL, departure=ARRIVAL + timedelta(days=nights), **given)


def plan() -> RatePlan:
    return RatePlan(
        id=1,
        code="flexible",
        name=None,
        rank=0,
        meal_plan=MealPlan.ROOM_ONLY,
        adjust_bps=0,
        supplement_adult_cents=0,
        supplement_child_cents=0,
        cancellation=Cancellation(free_days=1, penalty=PenaltyKind.FIRST_NIGHT),
    )


def night(n: int, **fields) -> Night:
    return Night(
        **{"on": ARRIVAL + timedelta(days=n), "units_left": 2, "price_cents": 100, **fields}
    )


def terms(nights: int = 2, *, rooms: tuple[RoomOf, ...] = (ROOM,), **fields) -> HouseRates:
    return HouseRates(
        arrival=ARRIVAL,
        departure=ARRIVAL + timedelta(days=nights),
        plans=(plan(),),
        nights={room.id: tuple(night(n, **fields) for n in range(nights + 1)) for room in rooms},
    )


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
    assert explain(HOUSE, [ROOM], terms(**fields), [COUPLE], NOW) == reasons


def test_the_nearest_room_type_tells_why() -> None:
    both = terms(rooms=(ROOM, LARGE), min_stay=3)
    shut = tuple(night(n, closed=Closed.FOR_SALE, min_stay=3) for n in range(3))
    both = HouseRates(
        arrival=both.arrival,
        departure=both.departure,
        plans=both.plans,
        nights={ROOM.id: shut, LARGE.id: both.nights[LARGE.id]},
    )
    assert explain(HOUSE, [ROOM, LARGE], both, [COUPLE], NOW) == [(Obstacle.MIN_STAY, 3)]


def test_persons_who_fit_nowhere_and_rooms_that_are_too_few() -> None:
    six = [RoomParty(adults=6)]
    assert explain(HOUSE, [ROOM], terms(), six, NOW) == [(Obstacle.TOO_MANY_PERSONS, 6)]
    three = [COUPLE] * 3
    assert explain(HOUSE, [ROOM], terms(), three, NOW) == [(Obstacle.SOLD_OUT, 0)]
    rooms = [ROOM, LARGE]
    assert explain(HOUSE, rooms, terms(rooms=(ROOM, LARGE)), three, NOW) is None


def test_a_main_residence_is_lost_to_its_limit_and_a_house_without_plans_loses_nothing() -> None:
    limited = HouseInArea(id=1, zone="Europe/Paris", nights_left=1)
    assert explain(limited, [ROOM], terms(), [COUPLE], NOW) == [(Obstacle.NIGHTS_LIMIT, 1)]
    empty = HouseRates(arrival=ARRIVAL, departure=ARRIVAL, plans=(), nights={})
    assert explain(HOUSE, [ROOM], empty, [COUPLE], NOW) == []
    assert explain(HOUSE, [], terms(), [COUPLE], NOW) == []
    assert list(cells_of(1, asked(), [], ARRIVAL, 1)) == []


def test_nights_beyond_the_calendar_are_beyond_the_horizon() -> None:
    short = HouseRates(
        arrival=ARRIVAL,
        departure=ARRIVAL + timedelta(days=2),
        plans=(plan(),),
        nights={ROOM.id: (night(0),)},
    )
    assert explain(HOUSE, [ROOM], short, [COUPLE], NOW) == [(Obstacle.BEYOND_HORIZON, 0)]


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
