"""Read another platform's calendar (RFC 5545) as stays, tolerant of one event, strict of the whole.

Our own reader, because it must be quick (a library takes a second for 5,000 events), must tell
which event is broken, and needs eight properties only. A calendar that was cut off is refused:
what it no longer says would look like cancelled stays.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from tourism.channels.models import (
    MAX_EVENTS,
    UID_DOMAIN,
    Outcome,
    Reading,
    Refused,
    Skipped,
    Stay,
)

_FOLD = re.compile(r"\n[ \t]")
_PROPERTY = re.compile(
    r"(BEGIN|END|UID|DTSTART|DTEND|DURATION|STATUS|SEQUENCE|RECURRENCE-ID|RRULE|RDATE)((?:;[^=;:]+="
    r'(?:"[^"]*"|[^",:;]*)(?:,(?:"[^"]*"|[^",:;]*))*)*):(.*)',
    re.IGNORECASE,
)
_ZONE = re.compile(r';TZID="?([^";:]*)', re.IGNORECASE)
_WHEN = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?", re.ASCII)
_DURATION = re.compile(
    r"([+-]?)P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?",
    re.ASCII,
)
_DAY = timedelta(days=1)
_LATE = time(23, 59)
_MAX_UID = 255

_Line = tuple[str, str]
_Event = dict[str, _Line]


class _Unusable(Exception):
    """One event cannot be used."""

    def __init__(self, reason: Skipped) -> None:
        super().__init__(reason)
        self.reason = reason


class _Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A stay before the rules about its calendar as a whole."""

    stay: Stay
    sequence: int
    cancelled: bool
    single: bool


def read_feed(body: bytes, zone: str, today: date) -> Reading | Refused:
    """The stays of a feed that end after `today`, in the property's own `zone`.

    An all-day event is its dates. A timed event goes from the local date it begins on to the local
    date it ends on (an end from 23:59 on is the next midnight), and is one night at least. Without
    an end it is one day. A recurrence rule is not followed: its first event counts. Of one UID the
    highest SEQUENCE counts; our own events (UID domain) and cancelled ones are left out.
    """
    text = body.decode("utf-8-sig", errors="replace").replace("\x00", "")
    events = _split(text)
    if isinstance(events, Refused):
        return events
    return _Reader(ZoneInfo(zone), today).read(events)


def _split(text: str) -> list[_Event] | Refused:
    """The events of the calendar objects, properties by their upper-case names."""
    if not text.lstrip().upper().startswith("BEGIN:VCALENDAR"):
        return Refused(outcome=Outcome.NOT_A_CALENDAR)
    events: list[_Event] = []
    open_parts: list[str] = []
    for name, parameters, value in _properties(text):
        if name == "BEGIN":
            open_parts.append(value.strip().upper())
            if open_parts[1:] == ["VEVENT"]:
                events.append({})
        elif name == "END":
            if not open_parts or open_parts.pop() != value.strip().upper():
                return Refused(outcome=Outcome.CUT_OFF)
        elif open_parts == ["VCALENDAR", "VEVENT"]:
            events[-1].setdefault(name, (parameters, value.strip()))
        if len(events) > MAX_EVENTS:
            return Refused(outcome=Outcome.TOO_MANY_EVENTS)
    return Refused(outcome=Outcome.CUT_OFF) if open_parts else events


def _properties(text: str) -> Iterator[tuple[str, str, str]]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    for line in _FOLD.sub("", lines).split("\n"):
        found = _PROPERTY.fullmatch(line)
        if found:
            yield found[1].upper(), found[2], found[3]


class _Reader:
    """Turns events into stays and counts what it leaves out."""

    def __init__(self, zone: ZoneInfo, today: date) -> None:
        self._zone = zone
        self._today = today
        self._counts: Counter[str] = Counter()
        self._skipped: Counter[Skipped] = Counter()
        self._unreadable: set[str] = set()

    def read(self, events: list[_Event]) -> Reading:
        candidates = [found for event in events if (found := self._candidate(event)) is not None]
        newest: dict[str, int] = {}
        for found in candidates:
            if found.single:
                uid = found.stay.uid
                newest[uid] = max(found.sequence, newest.get(uid, found.sequence))
        stays: dict[tuple[str, date, date], Stay] = {}
        for found in candidates:
            if found.single and found.sequence < newest[found.stay.uid]:
                self._counts["repeated"] += 1
            elif self._counts_for_nights(found, stays):
                stays[found.stay.key] = found.stay
        return Reading(
            stays=tuple(stays[key] for key in sorted(stays)),
            events=len(events),
            skipped=dict(self._skipped),
            unreadable=frozenset(self._unreadable),
            **self._counts,
        )

    def _counts_for_nights(
        self, found: _Candidate, stays: Mapping[tuple[str, date, date], Stay]
    ) -> bool:
        if found.cancelled:
            self._counts["cancelled"] += 1
        elif found.stay.departure <= self._today:
            self._counts["past"] += 1
        elif found.stay.key in stays:
            self._counts["repeated"] += 1
        else:
            return True
        return False

    def _candidate(self, event: _Event) -> _Candidate | None:
        uid = event.get("UID", ("", ""))[1]
        if f"@{UID_DOMAIN}" in uid.lower():
            self._counts["ours"] += 1
            return None
        cancelled = event.get("STATUS", ("", ""))[1].upper() == "CANCELLED"
        try:
            stay = _read_stay(event, uid, self._zone)
        except _Unusable as error:
            if cancelled:
                self._counts["cancelled"] += 1
                return None
            self._skipped[error.reason] += 1
            self._unreadable.add(uid)
            return None
        if "RRULE" in event or "RDATE" in event:
            self._counts["recurring"] += 1
        sequence = event.get("SEQUENCE", ("", "0"))[1]
        return _Candidate(
            stay=stay,
            sequence=int(sequence) if re.fullmatch(r"[0-9]{1,9}", sequence) else 0,
            cancelled=cancelled,
            single="RECURRENCE-ID" not in event,
        )


def _read_stay(event: _Event, uid: str, zone: ZoneInfo) -> Stay:
    if not uid:
        raise _Unusable(Skipped.MISSING_UID)
    if len(uid) > _MAX_UID:
        raise _Unusable(Skipped.LONG_UID)
    if "DTSTART" not in event:
        raise _Unusable(Skipped.MISSING_START)
    try:
        start = _read_when(event["DTSTART"], zone)
        end = _read_end(event, start, zone)
        arrival, departure = _date_of(start), _departure_of(end)
        if departure < arrival or _is_before(end, start):
            raise _Unusable(Skipped.ENDS_BEFORE_START)
        return Stay(uid=uid, arrival=arrival, departure=max(departure, arrival + _DAY))
    except (ValueError, OverflowError):
        raise _Unusable(Skipped.BAD_DATE) from None


def _read_end(event: _Event, start: date | datetime, zone: ZoneInfo) -> date | datetime:
    if "DTEND" in event:
        return _read_when(event["DTEND"], zone)
    if "DURATION" not in event:
        return _date_of(start) + _DAY
    duration = _read_duration(event["DURATION"][1])
    if not isinstance(start, datetime):
        return start + duration
    # Days are calendar days, hours are hours of time: over a change of the clock they differ.
    days = timedelta(days=duration.days)
    return ((start + days).astimezone(UTC) + (duration - days)).astimezone(zone)


def _read_when(line: _Line, zone: ZoneInfo) -> date | datetime:
    """A date as it is, an instant on the property's own clock. Raises ValueError."""
    parameters, value = line
    found = _WHEN.fullmatch(value)
    if found is None:
        raise ValueError(value)
    year, month, day = int(found[1]), int(found[2]), int(found[3])
    if found[4] is None:
        return date(year, month, day)
    second = min(int(found[6]), 59)  # a leap second
    source = UTC if found[7] else _zone_of(parameters, zone)
    at = datetime(year, month, day, int(found[4]), int(found[5]), second, tzinfo=source)
    return at.astimezone(zone)


def _zone_of(parameters: str, zone: ZoneInfo) -> ZoneInfo:
    named = _ZONE.search(parameters)
    return zone if named is None else _find_zone(named[1].strip())


@lru_cache(maxsize=512)
def _find_zone(name: str) -> ZoneInfo:
    """A zone by its IANA name, alone or at the end of a path, or by its Windows name."""
    tail = "/".join(name.strip("/").split("/")[-2:])
    for known in (name, WINDOWS_TO_OLSON.get(name, ""), tail):
        try:
            return ZoneInfo(known)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    raise _Unusable(Skipped.UNKNOWN_ZONE)


def _read_duration(value: str) -> timedelta:
    found = _DURATION.fullmatch(value)
    if found is None or not any(found.groups()[1:]):
        raise ValueError(value)
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    if found[1] == "-" and length:
        raise _Unusable(Skipped.ENDS_BEFORE_START)
    return length


def _is_before(end: date | datetime, start: date | datetime) -> bool:
    """Of two instants, in time and not on the clock, which may have been set back between them."""
    if not isinstance(end, datetime) or not isinstance(start, datetime):
        return False
    return end.astimezone(UTC) < start.astimezone(UTC)


def _date_of(when: date | datetime) -> date:
    return when.date() if isinstance(when, datetime) else when


def _departure_of(end: date | datetime) -> date:
    late = isinstance(end, datetime) and end.time() >= _LATE
    return _date_of(end) + _DAY if late else _date_of(end)
