"""The nights of a stay are those of the calendar, whatever the clock does between (RELIABILITY 18):
the twelve clocks of France, each day of a year with both changes, one to thirty nights."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from hub.core.clock import local_date
from tourism.channels.models import Reading
from tourism.channels.policy.reading import read_feed
from tourism.offers.models import Stay
from tourism.rates.models import (
    Cancellation,
    MealPlan,
    Night,
    Obstacle,
    PenaltyKind,
    RatePlan,
    RoomParty,
)
from tourism.rates.policy.sales import HouseRates

ZONES = (
    "Europe/Paris",
    "America/Guadeloupe",
    "America/Martinique",
    "America/Cayenne",
    "America/Miquelon",
    "Indian/Reunion",
    "Indian/Mayotte",
    "Pacific/Noumea",
    "Pacific/Wallis",
    "Pacific/Tahiti",
    "Pacific/Marquesas",
    "Pacific/Gambier",
)
FIRST = date(2027, 1, 1)
DAYS = 366
LONGEST = 30
# By hand: days, not hours, between two dates on either side of a change.
BY_HAND = [
    (date(2027, 3, 27), date(2027, 3, 28), 1),
    (date(2027, 3, 28), date(2027, 3, 29), 1),
    (date(2027, 3, 27), date(2027, 3, 30), 3),
    (date(2027, 10, 30), date(2027, 11, 1), 2),
    (date(2027, 10, 31), date(2027, 11, 1), 1),
    (date(2027, 3, 13), date(2027, 3, 15), 2),
    (date(2027, 11, 6), date(2027, 11, 8), 2),
    (date(2027, 12, 31), date(2028, 1, 1), 1),
    (date(2028, 2, 28), date(2028, 3, 1), 2),
    (date(2027, 2, 28), date(2027, 3, 1), 1),
]


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def at(on: date, hour: int, zone: str) -> datetime:
    return datetime.combine(on, time(hour), ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(("arrival", "departure", "nights"), BY_HAND)
@pytest.mark.parametrize("zone", ZONES)
def test_a_stay_over_a_change_has_the_nights_of_the_calendar(
    zone, arrival, departure, nights
) -> None:
    lines = [f"DTSTART;TZID={zone}:{arrival:%Y%m%d}T230000", f"DTEND:{departure:%Y%m%d}T010000"]
    (found,) = stays_of([feed_event(0, lines)], zone).stays
    assert Stay(arrival=found.arrival, departure=found.departure).nights == nights


@pytest.mark.parametrize("zone", ZONES)
def test_every_stay_of_a_year_has_the_nights_of_the_calendar(zone) -> None:
    """From the instants at which guests come (00:00 and 23:00) and go (01:00), by any clock."""
    early = [local_date(at(day(n), 0, zone), zone) for n in range(DAYS)]
    late = [local_date(at(day(n), 23, zone), zone) for n in range(DAYS)]
    gone = [local_date(at(day(n), 1, zone), zone) for n in range(DAYS + LONGEST + 1)]
    wrong = [
        (arrival, nights)
        for arrivals in (early, late)
        for n, arrival in enumerate(arrivals)
        for nights in range(1, LONGEST + 1)
        if Stay(arrival=arrival, departure=gone[n + nights]).nights != nights
    ]
    assert wrong == []


@pytest.mark.parametrize("zone", ZONES)
def test_every_stay_of_a_feed_has_the_nights_of_the_calendar(zone) -> None:
    """Instants in UTC, 16:00 to 10:00 by the house's own clock: read back as the same nights."""
    come = [f"DTSTART:{at(day(n), 16, zone):%Y%m%dT%H%M%SZ}" for n in range(DAYS)]
    go = [f"DTEND:{at(day(n), 10, zone):%Y%m%dT%H%M%SZ}" for n in range(DAYS + LONGEST + 1)]
    for nights in range(1, LONGEST + 1):
        events = [feed_event(n, [come[n], go[n + nights]]) for n in range(DAYS)]
        reading = stays_of(events, zone)
        assert [(s.arrival, s.departure) for s in by_uid(reading)] == [
            (day(n), day(n + nights)) for n in range(DAYS)
        ]


def test_every_stay_of_a_year_is_sold_night_by_night() -> None:
    plan = RatePlan(
        id=1,
        code="flexible",
        name=None,
        rank=1,
        meal_plan=MealPlan.ROOM_ONLY,
        adjust_bps=0,
        supplement_adult_cents=0,
        supplement_child_cents=0,
        cancellation=Cancellation(free_days=None, penalty=PenaltyKind.FIRST_NIGHT),
    )
    open_nights = [
        Night(on=day(n), units_left=1, price_cents=10_000) for n in range(DAYS + LONGEST + 1)
    ]
    for n in range(DAYS):
        for nights in range(1, LONGEST + 1):
            rates = HouseRates(
                arrival=day(n),
                departure=day(n + nights),
                plans=(plan,),
                nights={1: tuple(open_nights[n : n + nights + 1])},
            )
            price = rates.price(1, plan, RoomParty(adults=2), 2, FIRST)
            assert price.total_cents == 10_000 * nights
    short = HouseRates(arrival=day(0), departure=day(2), plans=(plan,), nights={1: ()})
    now = datetime(2026, 12, 1, tzinfo=UTC)
    assert short.obstacles(1, plan, 1, now, "Europe/Paris") == [Obstacle.BEYOND_HORIZON]


def feed_event(number: int, lines: list[str]) -> str:
    return "\n".join(["BEGIN:VEVENT", f"UID:{number:03}", *lines, "END:VEVENT"])


def stays_of(events: list[str], zone: str) -> Reading:
    body = "\n".join(["BEGIN:VCALENDAR", *events, "END:VCALENDAR"])
    reading = read_feed(body.encode(), zone, FIRST - timedelta(days=1))
    assert isinstance(reading, Reading)
    return reading


def by_uid(reading: Reading):
    return sorted(reading.stays, key=lambda stay: stay.uid)
