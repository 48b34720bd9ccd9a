"""Periods, the same ones a year before, and what a form may ask."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tourism.figures.errors import PeriodInvalid
from tourism.figures.models import PeriodKind
from tourism.figures.policy.periods import (
    evening_of,
    moment_before,
    month_period,
    read_question,
    year_before,
    year_period,
)

TODAY = date(2027, 5, 20)


@pytest.mark.parametrize(
    ("form", "first", "until"),
    [
        ({}, date(2027, 5, 1), date(2027, 6, 1)),
        ({"period": "month", "month": "2027-12"}, date(2027, 12, 1), date(2028, 1, 1)),
        ({"period": "last_30"}, date(2027, 4, 20), TODAY),
        ({"period": "next_90"}, TODAY, date(2027, 8, 18)),
        ({"period": "year", "year": "2026"}, date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_a_form_chooses_nights(form: dict[str, str], first: date, until: date) -> None:
    question = read_question(form, TODAY)
    assert (question.period.first, question.period.until) == (first, until)
    assert (question.pickup_from, question.pickup_to) == (date(2027, 5, 13), TODAY)


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"period": "week"}, "period"),
        ({"month": "soon"}, "month"),
        ({"month": "1999-01"}, "month"),
        ({"period": "year", "year": "27"}, "year"),
        ({"period": "year", "year": "9999"}, "year"),
        ({"pickup_to": "2027-05-21"}, "pickup_to"),
        ({"pickup_from": "2027-05-20"}, "pickup_from"),
        ({"pickup_from": "x"}, "pickup_from"),
        ({"pickup_to": "0001-01-01"}, "pickup_to"),
    ],
)
def test_a_wrong_form_names_the_field(form: dict[str, str], field: str) -> None:
    with pytest.raises(PeriodInvalid) as told:
        read_question(form, TODAY)
    assert told.value.extra["field"] == field


def test_a_month_is_compared_with_the_same_month_also_in_a_leap_year() -> None:
    february = year_before(month_period(date(2028, 2, 1)))
    assert (february.first, february.until) == (date(2027, 2, 1), date(2027, 3, 1))
    assert year_before(year_period(2028)) == year_period(2027)


def test_days_counted_from_today_are_compared_with_the_same_weekdays() -> None:
    period = read_question({"period": PeriodKind.NEXT_90}, TODAY).period
    before = year_before(period)
    assert before.first.weekday() == period.first.weekday()
    assert period.first - before.first == timedelta(days=364)


def test_last_years_books_are_read_as_they_stood_then() -> None:
    now = datetime(2027, 5, 20, 9, 0, tzinfo=UTC)
    then = moment_before(month_period(date(2027, 5, 1)), now)
    assert then == datetime(2026, 5, 20, 9, 0, tzinfo=UTC)


def test_a_day_ends_at_midnight_of_the_house() -> None:
    assert evening_of(TODAY, "Europe/Paris") == datetime(2027, 5, 20, 22, 0, tzinfo=UTC)
