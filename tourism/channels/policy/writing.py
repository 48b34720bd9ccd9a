"""Our own calendar of a room type, for other platforms (RFC 5545)."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

from tourism.channels.models import UID_DOMAIN, Stay
from tourism.rates.models import Night

SUMMARY = "Occupé"
_DAY = timedelta(days=1)


def find_full_stays(nights: Sequence[Night], room_type: int, today: date) -> list[Stay]:
    """The runs of nights without a unit left that end after `today`; `nights` in their order.

    The UID follows from the first night, so that a run that grows or shrinks at its end is the
    same event. Nights before `today` keep the first night where it was.
    """
    runs: list[list[date]] = []
    for night in nights:
        if night.units_left > 0:
            continue
        if runs and night.on == runs[-1][1]:
            runs[-1][1] += _DAY
        else:
            runs.append([night.on, night.on + _DAY])
    return [
        Stay(uid=f"occupied-{room_type}-{first:%Y%m%d}@{UID_DOMAIN}", arrival=first, departure=last)
        for first, last in runs
        if last > today
    ]


def write_calendar(name: str, stays: Sequence[Stay], stamped_at: datetime) -> str:
    """The calendar file: whole days, no personal data, CRLF, folded at 75 octets."""
    calendar = Calendar()
    calendar.add("prodid", "-//usage-hub//TourismInFrance//FR")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for stay in stays:
        event = Event()
        event.add("uid", stay.uid)
        event.add("dtstamp", stamped_at)
        event.add("dtstart", stay.arrival)
        event.add("dtend", stay.departure)
        event.add("summary", SUMMARY)
        event.add("transp", "OPAQUE")
        calendar.add_component(event)
    return calendar.to_ical().decode()


def tag_calendar(name: str, stays: Sequence[Stay]) -> str:
    """A weak entity tag: the same for the same stays, whenever they are stamped."""
    said = [name, *(f"{stay.uid} {stay.arrival} {stay.departure}" for stay in stays)]
    mark = hashlib.sha256("\n".join(said).encode()).hexdigest()[:32]
    return f'W/"{mark}"'
