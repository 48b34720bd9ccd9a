"""How long a house may think, and how long its yes stands."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tourism.quoting.models import Quote
from tourism.rates.policy.terms import local_instant

TIME_TO_ANSWER = timedelta(hours=24)
TIME_TO_PAY = timedelta(hours=24)
LEAST = timedelta(hours=1)
ARRIVAL_HOUR = 18


def answer_by(quote: Quote, now: datetime) -> datetime:
    """The house answers within a day, before the evening of the arrival, and has an hour at
    least."""
    return _by(quote, now, TIME_TO_ANSWER)


def pay_by(quote: Quote, now: datetime) -> datetime:
    """What the house accepted is held as long for the payment."""
    return _by(quote, now, TIME_TO_PAY)


def _by(quote: Quote, now: datetime, time: timedelta) -> datetime:
    evening = local_instant(quote.arrival, ARRIVAL_HOUR, quote.zone).astimezone(ZoneInfo("UTC"))
    return max(min(now + time, evening), now + LEAST)
