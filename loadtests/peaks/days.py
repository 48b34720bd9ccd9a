"""The real days of the scenarios, from the school zones and the public holidays that the project
ships: pure, for any day that one stands on."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from hub.territory import (
    UNKNOWN_AFTER,
    holiday_share,
    is_bridge,
    public_holidays,
    school_holidays,
)

ZONES = ("A", "B", "C")
SATURDAY, SUNDAY, TUESDAY = 5, 6, 1


def next_day(today: date, fits: Callable[[date], bool]) -> date:
    """The first day after today that fits, within two years."""
    return next(day for day in _days(today, 731) if fits(day))


def ordinary_tuesday(today: date) -> date:
    """A Tuesday of school for everybody, no public holiday and no bridge within a week."""
    return next_day(today, lambda day: day.weekday() == TUESDAY and is_ordinary(day))


def is_ordinary(day: date) -> bool:
    named = frozenset(public_holidays(day.year)) | frozenset(public_holidays(day.year + 1))
    near = [day + timedelta(days=n) for n in range(-3, 4)]
    return not any(on in named or is_bridge(on, named) for on in near) and not on_holiday(day)


def first_sunday_of_january(today: date) -> date:
    return next_day(today, lambda day: day.weekday() == SUNDAY and day.month == 1 and day.day < 8)


def july_saturday(today: date) -> date:
    """The Saturday of July with the most inhabitants on holiday; the first one of them."""
    first = next_day(today, lambda day: (day.month, day.day) == (7, 1))
    saturdays = [day for day in _days(first - timedelta(days=1), 31) if day.weekday() == SATURDAY]
    return max(saturdays, key=lambda day: (on_holiday(day), -day.day))


def winter_weeks(today: date) -> dict[str, tuple[date, date]]:
    """The two arrival Saturdays of each zone's winter holidays; zones in the order of their weeks.

    The holidays begin on the Saturday after the last lesson, or on the Friday evening before.
    """
    found: dict[str, tuple[date, date]] = {}
    for holiday in sorted(school_holidays(), key=lambda holiday: holiday.first):
        if holiday.first.month == 2 and holiday.first > today and holiday.zone not in found:
            first = next_day(
                holiday.first - timedelta(days=1), lambda day: day.weekday() == SATURDAY
            )
            found[holiday.zone] = (first, first + timedelta(days=7))
    if set(found) != set(ZONES):
        raise LookupError(f"the winter holidays after {today} are not published")
    return found


def on_holiday(day: date) -> float:
    """The share of inhabitants whose children are on holiday."""
    return holiday_share(day, school_holidays(), UNKNOWN_AFTER)


def zones_on_holiday(day: date) -> tuple[str, ...]:
    return tuple(
        zone
        for zone in ZONES
        if any(h.zone == zone and h.first <= day <= h.last for h in school_holidays())
    )


def _days(after: date, number: int) -> Iterator[date]:
    return (after + timedelta(days=n) for n in range(1, number + 1))
