"""Dates that need not be exact: three days more or less, a weekend, a week in a month. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from enum import StrEnum

import msgspec

from tourism.dates.models import NearStay
from tourism.offers.models import DayOffer, Stay
from tourism.search.policy.rules import HORIZON_DAYS, MAX_NIGHTS

NEAR_DAYS = 3
MONTHS = 13
FRIDAY = 5


class Length(StrEnum):
    """How long somebody wants to go away; weekends begin on a Friday."""

    WEEKEND = "weekend"
    LONG_WEEKEND = "long_weekend"
    WEEK = "week"
    FORTNIGHT = "fortnight"


NIGHTS = {Length.WEEKEND: 2, Length.LONG_WEEKEND: 3, Length.WEEK: 7, Length.FORTNIGHT: 14}


class NearRow(msgspec.Struct, frozen=True, kw_only=True):
    """A departure, and the stays that end there by arrival; None where a stay cannot be."""

    departure: date
    stays: tuple[NearStay | None, ...]


class NearTable(msgspec.Struct, frozen=True, kw_only=True):
    """Arrivals across, departures down; `cheap_cents` is what a night of the cheapest fifth costs,
    0 where all cost the same."""

    arrivals: tuple[date, ...]
    rows: tuple[NearRow, ...]
    cheap_cents: int


def rows(stay: Stay, today: date) -> Iterator[tuple[int, date, int]]:
    """The stays near one as calendars: nights, first arrival, number of arrivals."""
    near = timedelta(days=NEAR_DAYS)
    for nights in range(max(stay.nights - 2 * NEAR_DAYS, 1), stay.nights + 2 * NEAR_DAYS + 1):
        length = timedelta(days=nights)
        first = max(stay.arrival - near, stay.departure - near - length, today)
        last = min(stay.arrival + near, stay.departure + near - length)
        last = min(last, today + timedelta(days=HORIZON_DAYS) - length)
        if first <= last and nights <= MAX_NIGHTS:
            yield nights, first, (last - first).days + 1


def make_table(stays: Sequence[NearStay]) -> NearTable | None:
    """The stays as a table; None when there are none."""
    if not stays:
        return None
    arrivals = tuple(sorted({stay.arrival for stay in stays}))
    known = {(stay.arrival, stay.departure): stay for stay in stays}
    a_night = sorted(
        -(-stay.total_cents // (stay.departure - stay.arrival).days)
        for stay in stays
        if stay.total_cents is not None
    )
    differ = len(a_night) > 4 and a_night[0] < a_night[-1]
    return NearTable(
        arrivals=arrivals,
        rows=tuple(
            NearRow(departure=leaving, stays=tuple(known.get((on, leaving)) for on in arrivals))
            for leaving in sorted({stay.departure for stay in stays})
        ),
        cheap_cents=a_night[len(a_night) // 5] if differ else 0,
    )


def months_offered(today: date) -> list[date]:
    """The months that can be chosen, this one first."""
    found = [today.replace(day=1)]
    while len(found) < MONTHS:
        found.append((found[-1] + timedelta(days=32)).replace(day=1))
    return found


def month_of(text: str, months: Sequence[date]) -> date:
    """The month that an address means (`2027-08`); the next one for anything odd."""
    return next((month for month in months if month.isoformat()[:7] == text), months[1])


def length_of(text: str) -> Length:
    """The length that an address means; a week for anything odd."""
    return Length(text) if text in set(Length) else Length.WEEK


def of_month(days: Sequence[DayOffer], month: date, length: Length) -> list[DayOffer]:
    """The arrivals of a month: Fridays for a weekend, every day else."""
    weekend = length in {Length.WEEKEND, Length.LONG_WEEKEND}
    return [
        day
        for day in days
        if (day.on.year, day.on.month) == (month.year, month.month)
        and (day.on.isoweekday() == FRIDAY or not weekend)
    ]
