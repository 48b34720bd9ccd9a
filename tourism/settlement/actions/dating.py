"""A beneficiary's calendar: what is earned, due, moved and arrived, by month and day.

It is made of the same rows as the statement: over all days, each column is the statement's figure.
A stay stands in it from the day on which it is settled for the first time: when its guest has come,
or when it was cancelled for money.
"""

from collections.abc import Iterable
from datetime import date
from itertools import groupby

import msgspec

from hub import payments
from hub.core.db import Tx
from tourism.settlement import store
from tourism.settlement.models import Day, Month


async def list_days(tx: Tx, since: date, until: date) -> list[Day]:
    """The caller's days of a span on which something happens, in order."""
    return join(
        await store.list_days(tx, since, until), await payments.list_paid_days(tx, since, until)
    )


async def list_months(tx: Tx, year: int) -> list[Month]:
    """The twelve months of a year; those in which nothing happens have no day."""
    found = by_month(await list_days(tx, date(year, 1, 1), date(year, 12, 31)))
    return [found.get(first) or month(first, ()) for first in _firsts(year)]


def join(days: Iterable[Day], paid: Iterable[payments.PaidDay]) -> list[Day]:
    """Days with what has arrived at the bank on them."""
    found = {one.day: one for one in days}
    for one in paid:
        before = found.get(one.day) or Day(day=one.day)
        found[one.day] = msgspec.structs.replace(before, paid_cents=one.cents)
    return [found[day] for day in sorted(found)]


def by_month(days: Iterable[Day]) -> dict[date, Month]:
    """Days in order, by the first day of their month."""
    grouped = groupby(days, key=lambda one: one.day.replace(day=1))
    return {first: month(first, tuple(some)) for first, some in grouped}


def month(first: date, days: tuple[Day, ...]) -> Month:
    return Month(
        first=first,
        days=days,
        earned_cents=sum(one.earned_cents for one in days),
        due_cents=sum(one.due_cents for one in days),
        moved_cents=sum(one.moved_cents for one in days),
        paid_cents=sum(one.paid_cents for one in days),
    )


def _firsts(year: int) -> list[date]:
    return [date(year, number, 1) for number in range(1, 13)]
