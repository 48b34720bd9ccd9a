"""Cut-off hours by the house's own clock, over the nights on which a clock changes and overseas
(RELIABILITY 18). Every expected instant is UTC and was worked out by hand from the zone's law:

Paris is UTC+1, from 2027-03-28 01:00Z to 2027-10-31 01:00Z UTC+2. Saint-Pierre (Miquelon) is
UTC-3, from 2027-03-14 05:00Z to 2027-11-07 04:00Z UTC-2. Réunion +4, Nouvelle-Calédonie +11,
Guadeloupe -4, Guyane (Cayenne) -3, Tahiti -10 and the Marquises -9:30 have no summer time.
"""

from datetime import UTC, date, datetime, timedelta

import pytest

from tourism.figures.policy.periods import evening_of
from tourism.rates import policy
from tourism.rates.models import (
    Cancellation,
    MealPlan,
    Obstacle,
    PenaltyKind,
    PlanDetails,
    RatePlan,
    Windows,
)

TICK = timedelta(microseconds=1)
PARIS = "Europe/Paris"
MIQUELON = "America/Miquelon"
# Zone, arrival, days before it, o'clock; the last instant.
CUTOFFS = [
    # Paris, the night of 23 hours: 02:00 on the 28th does not exist, the clock jumps at 01:00Z.
    (PARIS, "2027-03-28", 1, 18, "2027-03-27T17:00Z"),
    (PARIS, "2027-03-28", 0, 0, "2027-03-27T23:00Z"),
    (PARIS, "2027-03-28", 1, 24, "2027-03-27T23:00Z"),
    (PARIS, "2027-03-28", 0, 1, "2027-03-28T00:00Z"),
    (PARIS, "2027-03-28", 0, 2, "2027-03-28T01:00Z"),
    (PARIS, "2027-03-28", 0, 3, "2027-03-28T01:00Z"),
    (PARIS, "2027-03-28", 0, 18, "2027-03-28T16:00Z"),
    (PARIS, "2027-03-28", 0, 24, "2027-03-28T22:00Z"),
    (PARIS, "2027-03-29", 1, 18, "2027-03-28T16:00Z"),
    (PARIS, "2027-03-29", 2, 18, "2027-03-27T17:00Z"),
    (PARIS, "2027-04-11", 14, 18, "2027-03-28T16:00Z"),
    (PARIS, "2027-04-11", 15, 18, "2027-03-27T17:00Z"),
    # Paris, the night of 25 hours: 02:00 on the 31st comes twice, the first one counts.
    (PARIS, "2027-10-31", 1, 18, "2027-10-30T16:00Z"),
    (PARIS, "2027-10-31", 0, 0, "2027-10-30T22:00Z"),
    (PARIS, "2027-10-31", 0, 1, "2027-10-30T23:00Z"),
    (PARIS, "2027-10-31", 0, 2, "2027-10-31T00:00Z"),
    (PARIS, "2027-10-31", 0, 3, "2027-10-31T02:00Z"),
    (PARIS, "2027-10-31", 0, 18, "2027-10-31T17:00Z"),
    (PARIS, "2027-10-31", 0, 24, "2027-10-31T23:00Z"),
    (PARIS, "2027-11-01", 1, 18, "2027-10-31T17:00Z"),
    (PARIS, "2027-11-01", 2, 18, "2027-10-30T16:00Z"),
    # Saint-Pierre changes on America's days: on Europe's its clock is in the middle of a season.
    (MIQUELON, "2027-03-14", 1, 18, "2027-03-13T21:00Z"),
    (MIQUELON, "2027-03-14", 0, 0, "2027-03-14T03:00Z"),
    (MIQUELON, "2027-03-14", 0, 2, "2027-03-14T05:00Z"),
    (MIQUELON, "2027-03-14", 0, 3, "2027-03-14T05:00Z"),
    (MIQUELON, "2027-03-14", 0, 18, "2027-03-14T20:00Z"),
    (MIQUELON, "2027-03-14", 0, 24, "2027-03-15T02:00Z"),
    (MIQUELON, "2027-03-28", 1, 18, "2027-03-27T20:00Z"),
    (MIQUELON, "2027-03-28", 0, 18, "2027-03-28T20:00Z"),
    (MIQUELON, "2027-10-31", 0, 18, "2027-10-31T20:00Z"),
    (MIQUELON, "2027-11-07", 1, 18, "2027-11-06T20:00Z"),
    (MIQUELON, "2027-11-07", 0, 0, "2027-11-07T02:00Z"),
    (MIQUELON, "2027-11-07", 0, 1, "2027-11-07T03:00Z"),
    (MIQUELON, "2027-11-07", 0, 2, "2027-11-07T05:00Z"),
    (MIQUELON, "2027-11-07", 0, 18, "2027-11-07T21:00Z"),
    (MIQUELON, "2027-11-07", 0, 24, "2027-11-08T03:00Z"),
    # No summer time: Paris's two nights are nights like all others.
    ("Indian/Reunion", "2027-03-28", 0, 0, "2027-03-27T20:00Z"),
    ("Indian/Reunion", "2027-03-28", 1, 18, "2027-03-27T14:00Z"),
    ("Indian/Reunion", "2027-03-28", 0, 18, "2027-03-28T14:00Z"),
    ("Indian/Reunion", "2027-10-31", 0, 18, "2027-10-31T14:00Z"),
    ("Indian/Reunion", "2027-10-31", 0, 24, "2027-10-31T20:00Z"),
    ("America/Guadeloupe", "2027-03-28", 1, 18, "2027-03-27T22:00Z"),
    ("America/Guadeloupe", "2027-03-28", 0, 2, "2027-03-28T06:00Z"),
    ("America/Guadeloupe", "2027-03-28", 0, 18, "2027-03-28T22:00Z"),
    ("America/Guadeloupe", "2027-10-31", 0, 18, "2027-10-31T22:00Z"),
    ("America/Guadeloupe", "2027-10-31", 0, 24, "2027-11-01T04:00Z"),
    ("America/Cayenne", "2027-03-28", 1, 18, "2027-03-27T21:00Z"),
    ("America/Cayenne", "2027-03-28", 0, 24, "2027-03-29T03:00Z"),
    ("America/Cayenne", "2027-10-31", 0, 0, "2027-10-31T03:00Z"),
    ("America/Cayenne", "2027-10-31", 0, 18, "2027-10-31T21:00Z"),
    # A whole day's difference: Tahiti's evening is the next day in UTC, Nouméa's morning the last.
    ("Pacific/Tahiti", "2027-03-28", 1, 18, "2027-03-28T04:00Z"),
    ("Pacific/Tahiti", "2027-03-28", 0, 18, "2027-03-29T04:00Z"),
    ("Pacific/Tahiti", "2027-10-31", 0, 0, "2027-10-31T10:00Z"),
    ("Pacific/Tahiti", "2027-10-31", 0, 24, "2027-11-01T10:00Z"),
    ("Pacific/Marquesas", "2027-10-31", 0, 18, "2027-11-01T03:30Z"),
    ("Pacific/Noumea", "2027-03-28", 0, 0, "2027-03-27T13:00Z"),
    ("Pacific/Noumea", "2027-03-28", 1, 18, "2027-03-27T07:00Z"),
    ("Pacific/Noumea", "2027-10-31", 0, 18, "2027-10-31T07:00Z"),
    ("Pacific/Noumea", "2027-10-31", 0, 24, "2027-10-31T13:00Z"),
]
# Zone, day; when it begins there, how many hours it has.
DAYS = [
    (PARIS, "2027-03-27", "2027-03-26T23:00Z", 24),
    (PARIS, "2027-03-28", "2027-03-27T23:00Z", 23),
    (PARIS, "2027-03-29", "2027-03-28T22:00Z", 24),
    (PARIS, "2027-10-31", "2027-10-30T22:00Z", 25),
    (PARIS, "2027-11-01", "2027-10-31T23:00Z", 24),
    (MIQUELON, "2027-03-14", "2027-03-14T03:00Z", 23),
    (MIQUELON, "2027-03-28", "2027-03-28T02:00Z", 24),
    (MIQUELON, "2027-10-31", "2027-10-31T02:00Z", 24),
    (MIQUELON, "2027-11-07", "2027-11-07T02:00Z", 25),
    ("Indian/Reunion", "2027-03-28", "2027-03-27T20:00Z", 24),
    ("America/Guadeloupe", "2027-10-31", "2027-10-31T04:00Z", 24),
    ("America/Cayenne", "2027-03-28", "2027-03-28T03:00Z", 24),
    ("Pacific/Tahiti", "2027-03-28", "2027-03-28T10:00Z", 24),
    ("Pacific/Noumea", "2027-10-31", "2027-10-30T13:00Z", 24),
]


def name_of(value: object) -> str:
    return str(value).rpartition("/")[2]


def instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    assert at.tzinfo == UTC
    return at


def plan(windows: Windows) -> RatePlan:
    return RatePlan(
        id=1,
        code="flexible",
        name=None,
        rank=1,
        meal_plan=MealPlan.ROOM_ONLY,
        adjust_bps=0,
        supplement_adult_cents=0,
        supplement_child_cents=0,
        cancellation=Cancellation(free_days=None, penalty=PenaltyKind.FIRST_NIGHT),
        details=PlanDetails(windows=windows),
    )


def obstacles(windows: Windows, arrival: date, now: datetime, zone: str) -> list[Obstacle]:
    return policy.plan_obstacles(plan(windows), arrival, arrival + timedelta(days=2), now, zone)


@pytest.mark.parametrize(("zone", "arrival", "days", "hour", "last"), CUTOFFS, ids=name_of)
def test_free_cancellation_ends_at_the_house_s_own_hour(zone, arrival, days, hour, last) -> None:
    rule = Cancellation(free_days=days, free_hour=hour, penalty=PenaltyKind.FIRST_NIGHT)
    until = policy.free_until(rule, date.fromisoformat(arrival), zone)
    assert until is not None
    assert until.astimezone(UTC) == instant(last)


@pytest.mark.parametrize(("zone", "arrival", "days", "hour", "last"), CUTOFFS, ids=name_of)
def test_the_last_instant_of_booking_still_books(zone, arrival, days, hour, last) -> None:
    rule = Windows(min_advance_days=days, cutoff_hour=hour)
    day, at = date.fromisoformat(arrival), instant(last)
    assert obstacles(rule, day, at, zone) == []
    assert obstacles(rule, day, at + TICK, zone) == [Obstacle.TOO_LATE]


@pytest.mark.parametrize(("zone", "day", "begins", "hours"), DAYS, ids=name_of)
def test_a_day_of_booking_is_the_house_s_whole_day(zone, day, begins, hours) -> None:
    on = date.fromisoformat(day)
    rule = Windows(book_from=on, book_until=on)
    first = instant(begins)
    end = first + timedelta(hours=hours)
    arrival = on + timedelta(days=60)
    assert obstacles(rule, arrival, first - TICK, zone) == [Obstacle.OUTSIDE_WINDOW]
    assert obstacles(rule, arrival, first, zone) == []
    assert obstacles(rule, arrival, end - TICK, zone) == []
    assert obstacles(rule, arrival, end, zone) == [Obstacle.OUTSIDE_WINDOW]


@pytest.mark.parametrize("ahead", [0, 1, 30])
@pytest.mark.parametrize(("zone", "day", "begins", "hours"), DAYS, ids=name_of)
def test_booking_opens_at_the_house_s_midnight(zone, day, begins, hours, ahead) -> None:
    rule = Windows(max_advance_days=ahead)
    arrival = date.fromisoformat(day) + timedelta(days=ahead)
    assert obstacles(rule, arrival, instant(begins) - TICK, zone) == [Obstacle.TOO_EARLY]
    assert obstacles(rule, arrival, instant(begins), zone) == []


@pytest.mark.parametrize(("zone", "day", "begins", "hours"), DAYS, ids=name_of)
def test_the_figures_of_a_day_end_with_it(zone, day, begins, hours) -> None:
    end = evening_of(date.fromisoformat(day), zone).astimezone(UTC)
    assert end == instant(begins) + timedelta(hours=hours)
