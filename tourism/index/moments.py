"""What the instant of asking decides: the day in each zone, and how far ahead of the arrival it is
in wall-clock hours, so that deadlines of many plans are compared at once."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np

from tourism.nights.layout import Ints, Tables
from tourism.rates.models import Cancellation, PenaltyKind
from tourism.rates.policy import free_until


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
        self._days: tuple[tuple[int, int], Ints] | None = None
        self._leads: dict[tuple[int, int, int], Ints] = {}

    def zones(self) -> list[ZoneInfo]:
        known = self._tables["zones"]
        if len(self._zones) < known:
            self._zones = [ZoneInfo(bytes(z).decode()) for z in self._tables.zones[:known]]
        return self._zones

    def today(self, now: datetime) -> Ints:
        """The ordinal of today in each zone; days change on whole and half hours only."""
        zones = self.zones()
        key = (int(now.timestamp()) // 1800, len(zones))
        if self._days is None or self._days[0] != key:
            days = [now.astimezone(zone).date().toordinal() for zone in zones]
            self._days = (key, np.array(days, np.int64))
        return self._days[1]

    def leads(self, now: datetime, arrival: int) -> Ints:
        """How far ahead of an arrival it is in each zone, as a lead (`_lead_ahead`)."""
        zones = self.zones()
        after = -(-int(now.timestamp() * 1_000_000) // 1_800_000_000)
        key = (after, arrival, len(zones))
        known = self._leads.get(key)
        if known is None:
            if len(self._leads) > 2_000:
                self._leads.clear()
            on = date.fromordinal(arrival)
            leads = [_lead_ahead(zone.key, on, after) for zone in zones]
            known = self._leads[key] = np.array(leads, np.int64)
        return known
