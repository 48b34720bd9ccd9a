"""Which nights a period has, the same period a year before, and what a form may ask."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tourism.figures.errors import PeriodInvalid
from tourism.figures.models import Period, PeriodKind, Question

LAST_DAYS = 30
NEXT_DAYS = 90
WEEKS_OF_A_YEAR = timedelta(weeks=52)
PICKUP_DAYS = 7
YEAR_MIN, YEAR_MAX = 2000, 2100


def read_question(form: Mapping[str, str], today: date) -> Question:
    """What a form asks; the current month, and the pickup of the last seven days, by default.

    Raises `PeriodInvalid`, its `field` naming the input at fault.
    """
    later = _read_day(form, "pickup_to", today)
    earlier = _read_day(form, "pickup_from", later - timedelta(days=PICKUP_DAYS))
    if later > today:
        raise PeriodInvalid("Choose a day that is not in the future.", field="pickup_to")
    if earlier >= later:
        raise PeriodInvalid("The first day must come before the second.", field="pickup_from")
    return Question(period=_read_period(form, today), pickup_from=earlier, pickup_to=later)


def _read_period(form: Mapping[str, str], today: date) -> Period:
    try:
        kind = PeriodKind(form.get("period") or PeriodKind.MONTH)
    except ValueError:
        raise PeriodInvalid("Choose one of the periods.", field="period") from None
    match kind:
        case PeriodKind.MONTH:
            return month_period(_read_month(form, today))
        case PeriodKind.LAST_30:
            return Period(kind=kind, first=today - timedelta(days=LAST_DAYS), until=today)
        case PeriodKind.NEXT_90:
            return Period(kind=kind, first=today, until=today + timedelta(days=NEXT_DAYS))
        case PeriodKind.YEAR:
            return year_period(_read_year(form, today))


def month_period(first: date) -> Period:
    """The nights of a month."""
    return Period(kind=PeriodKind.MONTH, first=first, until=next_month(first))


def year_period(year: int) -> Period:
    """The nights of a calendar year."""
    return Period(kind=PeriodKind.YEAR, first=date(year, 1, 1), until=date(year + 1, 1, 1))


def next_month(first: date) -> date:
    """The first day of the month after."""
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)


def year_before(period: Period) -> Period:
    """The same month or year a year before; for days counted from today, the same weekdays 52
    weeks before."""
    match period.kind:
        case PeriodKind.MONTH:
            return month_period(period.first.replace(year=period.first.year - 1))
        case PeriodKind.YEAR:
            return year_period(period.first.year - 1)
        case PeriodKind.LAST_30 | PeriodKind.NEXT_90:
            return Period(
                kind=period.kind,
                first=period.first - WEEKS_OF_A_YEAR,
                until=period.until - WEEKS_OF_A_YEAR,
            )


def moment_before(period: Period, at: datetime) -> datetime:
    """The instant as far from last year's period as `at` is from this one: last year's books are
    compared as they stood then, not as they ended."""
    return at - (period.first - year_before(period).first)


def evening_of(day: date, zone: str) -> datetime:
    """The end of a day on the property's own clock: the midnight that follows."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))


def _read_day(form: Mapping[str, str], field: str, default: date) -> date:
    text = form.get(field, "").strip()
    try:
        day = date.fromisoformat(text) if text else default
    except ValueError:
        raise PeriodInvalid("Write a day as 2027-05-31.", field=field) from None
    _check_year(day.year, field)
    return day


def _read_month(form: Mapping[str, str], today: date) -> date:
    text = form.get("month", "").strip()
    try:
        month = date.fromisoformat(f"{text}-01") if text else today.replace(day=1)
    except ValueError:
        raise PeriodInvalid("Write a month as 2027-05.", field="month") from None
    _check_year(month.year, "month")
    return month


def _read_year(form: Mapping[str, str], today: date) -> int:
    text = form.get("year", "").strip() or str(today.year)
    if not (text.isascii() and text.isdecimal() and len(text) == 4):
        raise PeriodInvalid("Write a year as 2027.", field="year")
    _check_year(int(text), "year")
    return int(text)


def _check_year(year: int, field: str) -> None:
    if not YEAR_MIN <= year <= YEAR_MAX:
        raise PeriodInvalid("Choose a year between 2000 and 2100.", field=field)


def searched_days(period: Period, today: date) -> tuple[date, date]:
    """The days of searches that belong to a period, both in it: those until today; the last 30
    days for a period that begins tomorrow or later."""
    if period.first > today or period.kind is PeriodKind.NEXT_90:
        return today - timedelta(days=29), today
    return period.first, min(period.until - timedelta(days=1), today)
