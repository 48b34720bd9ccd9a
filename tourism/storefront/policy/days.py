"""Calendars as they are drawn: months of weeks, bars of days, the cheapest days. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from tourism.offers.models import DayOffer
from tourism.search.policy.rules import CALENDAR_DAYS, HORIZON_DAYS, MAX_NIGHTS

HEIGHTS = 9
BEST = 5


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """A day of the strip; `height` is from 1 to 9 by the houses that can be sold, of the fewest to
    the most (where that is not known, by the price), 0 where nothing is. Of a place where one cheap
    house is never full, the price alone would say nothing."""

    on: date
    total_cents: int | None
    houses: int | None
    height: int


class Month(msgspec.Struct, frozen=True, kw_only=True):
    """A month's weeks, each of seven days or gaps; `cheap` is what the cheapest fifth costs."""

    first: date
    weekdays: tuple[date, ...]
    weeks: tuple[tuple[DayOffer | None, ...], ...]
    cheap_cents: int


def first_shown(wanted: date | None, today: date) -> date:
    """The first day of the two months shown: that of the wanted day's month, never past."""
    latest = today + timedelta(days=HORIZON_DAYS - CALENDAR_DAYS)
    return max(min(wanted or today, latest).replace(day=1), today)


def day_shown(asked: str) -> date | None:
    """The day that an address says; None for anything odd."""
    try:
        return date.fromisoformat(asked)
    except ValueError:
        return None


def nights_shown(asked: str, usual: int) -> int:
    """The nights of a calendar as an address says them; the usual ones for anything odd."""
    plain = asked.isdecimal() and len(asked) <= len(str(MAX_NIGHTS))
    return int(asked) if plain and 1 <= int(asked) <= MAX_NIGHTS else usual


def make_bars(days: Sequence[DayOffer]) -> list[Bar]:
    """The days of a strip; none when nobody can say, or nothing is sold on any of them."""
    totals = [day.total_cents for day in days if day.total_cents is not None]
    if not totals:
        return []
    counted = all(day.houses is not None for day in days)
    sizes = {
        day.on: (day.houses or 0) if counted else day.total_cents
        for day in days
        if day.total_cents is not None
    }
    low, high = min(sizes.values()), max(sizes.values())

    def height(on: date) -> int:
        if on not in sizes:
            return 0
        return 1 + (sizes[on] - low) * (HEIGHTS - 1) // (high - low) if high > low else HEIGHTS // 2

    return [
        Bar(on=day.on, total_cents=day.total_cents, houses=day.houses, height=height(day.on))
        for day in days
    ]


def make_months(days: Sequence[DayOffer], first: date) -> list[Month]:
    """The two months from `first` on, in weeks from Monday as all six languages have them."""
    known = {day.on: day for day in days}
    totals = sorted(day.total_cents for day in days if day.total_cents is not None)
    cheap = totals[len(totals) // 5] if len(totals) > 4 else 0
    shown = [first.replace(day=1), next_month(first)]
    return [_month(month, known, cheap) for month in shown]


def _month(first: date, known: dict[date, DayOffer], cheap: int) -> Month:
    gap = first.weekday()
    start = first - timedelta(days=gap)
    last = next_month(first)
    weeks: list[tuple[DayOffer | None, ...]] = []
    while start < last:
        week = [start + timedelta(days=n) for n in range(7)]
        weeks.append(
            tuple(
                known.get(day, DayOffer(on=day, total_cents=None)) if first <= day < last else None
                for day in week
            )
        )
        start += timedelta(days=7)
    return Month(
        first=first,
        weekdays=tuple(first - timedelta(days=gap) + timedelta(days=n) for n in range(7)),
        weeks=tuple(weeks),
        cheap_cents=cheap,
    )


def next_month(day: date) -> date:
    """The first day of the month after a day's."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def cheapest_days(days: Sequence[DayOffer]) -> list[DayOffer]:
    """The cheapest arrivals, the earlier first among equals."""
    sold = [day for day in days if day.total_cents is not None]
    return sorted(sold, key=lambda day: (day.total_cents or 0, day.on))[:BEST]


def standing_out(days: Sequence[DayOffer]) -> set[date]:
    """The cheapest arrivals, where others are dearer: nothing stands out among equals."""
    most = max((day.total_cents or 0 for day in days), default=0)
    return {day.on for day in cheapest_days(days) if (day.total_cents or 0) < most}
