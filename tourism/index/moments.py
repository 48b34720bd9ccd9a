"""What the instant of asking decides: the day in each zone, and how far ahead of the arrival it is
in wall-clock hours, so that deadlines of many plans are compared at once."""

import math
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np

from tourism.nights.layout import Ints, Tables
from tourism.rates.models import Cancellation, PenaltyKind
from tourism.rates.policy import free_until

HALF_HOUR_S, MOST_KNOWN = 1_800, 2_000


def _lead_ahead(zone: str, arrival: date, after: int) -> int:
    """The greatest lead (wall-clock hours before the arrival's midnight) whose instant is not
    before `after`, counted in half hours since 1970: deadlines stand on whole and half hours."""
    instant = datetime.fromtimestamp(after * 1800, UTC)
    ahead = (arrival - instant.date()).days * 24  # the lead, but for the hour and the zone
    low, high = ahead - 72, ahead + 72
    while low < high:
        middle = (low + high + 1) // 2
        if instant <= _deadline(middle, arrival, zone):
            low = middle
        else:
            high = middle - 1
    return low


def _deadline(lead: int, arrival: date, zone: str) -> datetime:

    days = -(-lead // 24)
    policy = Cancellation(free_days=days, free_hour=24 * days - lead, penalty=PenaltyKind.PERCENT)
    until = free_until(policy, arrival, zone)
    assert until is not None
    return until


class Zones:
    """The zones of a generation, kept open; the days and leads of the last instants asked for."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._zones: list[ZoneInfo] = []
        self._moments: dict[tuple[int, int, int, int], Ints] = {}

    def zones(self) -> list[ZoneInfo]:
        known = self._tables["zones"]
        if len(self._zones) < known:
            self._zones = [ZoneInfo(bytes(z).decode()) for z in self._tables.zones[:known]]
        return self._zones

    def today(self, now: datetime) -> Ints:
        """The ordinal of today in each zone; days change on whole and half hours only."""
        days = [now.astimezone(zone).date().toordinal() for zone in self.zones()]
        return np.array(days, np.int64)

    def leads(self, now: datetime, arrival: int) -> Ints:
        """How far ahead of an arrival it is in each zone, as a lead (`_lead_ahead`)."""
        after = -(-int(now.timestamp() * 1_000_000) // 1_800_000_000)
        on = date.fromordinal(arrival)
        return np.array([_lead_ahead(zone.key, on, after) for zone in self.zones()], np.int64)

    def at(self, now: datetime, arrival: int) -> Ints:
        """Today, and how far ahead of an arrival it is, by zone; kept for the half hour."""
        seconds = now.timestamp()
        halves = math.floor(seconds / HALF_HOUR_S), math.ceil(seconds / HALF_HOUR_S)
        key = (*halves, arrival, self._tables["zones"])
        known = self._moments.get(key)
        if known is None:
            if len(self._moments) > MOST_KNOWN:
                self._moments.clear()
            found = np.stack((self.today(now), self.leads(now, arrival)))
            known = self._moments[key] = found
        return known
