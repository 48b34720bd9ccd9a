"""Holidays, bridges and distances: pure functions."""

from collections.abc import Sequence
from datetime import date, timedelta
from math import asin, cos, radians, sin, sqrt

from hub.core.errors import Invalid
from hub.core.sentences import say
from hub.territory.models import Holiday

EARTH_KM = 6371.0088  # the mean radius (IUGG)
# Shares of metropolitan inhabitants by zone, population of 2021.
ZONE_SHARES = {"A": 0.261, "B": 0.458, "C": 0.281}


class CalendarUnknown(Invalid):
    """The school calendar of this date is not published"""

    code = "calendar-unknown"


def distance_km(lat1: float, lng1: float, lat2: float, lng2: float) -> float:
    """Great-circle distance between two points in degrees."""
    a = sin(radians(lat2 - lat1) / 2) ** 2
    b = cos(radians(lat1)) * cos(radians(lat2)) * sin(radians(lng2 - lng1) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(a + b))


def holiday_share(on: date, holidays: Sequence[Holiday], unknown_after: date) -> float:
    """z(d): the share of inhabitants whose children are on holiday.

    Raises `CalendarUnknown` beyond what is published: unknown is not school.
    """
    if on > unknown_after:
        raise CalendarUnknown(say("Known until %(last)s.", last=unknown_after))
    zones = {h.zone for h in holidays if h.first <= on <= h.last}
    return sum(ZONE_SHARES[zone] for zone in sorted(zones))


def is_bridge(night: date, public_holidays: frozenset[date]) -> bool:
    """Whether the night belongs to a long weekend: around a public holiday on Monday, Tuesday,
    Thursday or Friday; or the eve of one on Wednesday or at the weekend."""
    for offset in range(-4, 5):
        day = night + timedelta(days=offset)
        if day in public_holidays and night in bridge_nights(day):
            return True
    return False


def bridge_nights(holiday: date) -> frozenset[date]:
    """The nights that a public holiday makes long."""
    before, after = {0: (3, 1), 1: (4, 1), 3: (1, 3), 4: (1, 2)}.get(holiday.weekday(), (1, 0))
    first = holiday - timedelta(days=before)
    return frozenset(first + timedelta(days=n) for n in range(before + after))
