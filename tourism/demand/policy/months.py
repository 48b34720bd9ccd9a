"""Which months are counted for areas, once and for all. Pure."""

from datetime import date, timedelta

from tourism.demand.models import MONTHS_COUNTED

_DAY = timedelta(days=1)


def finished_months(today: date) -> list[date]:
    """The first days of the last twelve months that have been over for a whole day, the oldest
    first: searches of the last evening are explained by then, and none is forgotten yet. Whole
    months only: two windows of days that differ by one would tell that day."""
    month = (today - _DAY).replace(day=1)
    found: list[date] = []
    for _ in range(MONTHS_COUNTED):
        month = (month - _DAY).replace(day=1)
        found.append(month)
    return found[::-1]


def last_day(month: date) -> date:
    """The last day of the month that begins on a day."""
    return (month + timedelta(days=31)).replace(day=1) - _DAY
