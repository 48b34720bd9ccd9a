"""When an event may be, and its calendar file: pure."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar
from icalendar import Event as CalendarEvent

from hub.core.sentences import say
from hub.gatherings.errors import GatheringInvalid
from hub.gatherings.models import Answer, Event, Plan, Planned
from hub.spaces.policy import clean

PLACE_MOST, REASON_MOST = 300, 1_000
AHEAD, LONGEST = timedelta(days=731), timedelta(days=31)


def check_plan(typed: Plan, zone: str, now: datetime, begun: datetime | None = None) -> Planned:
    """Where and when; an event that began at `begun` may keep that. Raises `GatheringInvalid`,
    naming the field."""
    place = " ".join(clean(typed.place).split())
    if not 1 <= len(place) <= PLACE_MOST:
        says = say("Say where it is, in %(most)s letters.", most=PLACE_MOST)
        raise GatheringInvalid(says, field="place")
    begins, ends = read_instant(typed.begins, zone), read_instant(typed.ends, zone)
    if begins is None:
        raise GatheringInvalid("Choose a day and an hour that there are.", field="begins")
    if ends is None:
        raise GatheringInvalid("Choose a day and an hour that there are.", field="ends")
    if begins != begun and not now < begins <= now + AHEAD:
        raise GatheringInvalid("Choose a day that comes, within two years.", field="begins")
    if not begins < ends <= begins + LONGEST:
        raise GatheringInvalid("It ends after it begins, within 31 days.", field="ends")
    return Planned(place=place, zone=zone, begins_at=begins, ends_at=ends)


def read_instant(text: str, zone: str) -> datetime | None:
    """What somebody typed by a clock; None where there is no such hour, as in the night in which
    clocks go forward. Of an hour that a night has twice, the later one."""
    try:
        local = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if local.tzinfo is not None or not 1900 <= local.year < 3000:
        return None
    at = local.replace(tzinfo=ZoneInfo(zone), fold=1).astimezone(UTC)
    return at if at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) == local else None


def wall_of(instant: datetime, zone: str) -> str:
    """An instant as a form has it, on a clock: `2026-12-04T18:00`."""
    return instant.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


def check_reason(text: str) -> str:
    """Why an event does not take place, in words that who comes reads. Raises
    `GatheringInvalid`."""
    said = clean(text)
    if not 1 <= len(said) <= REASON_MOST:
        says = say("Say in a sentence why, in %(most)s letters.", most=REASON_MOST)
        raise GatheringInvalid(says, field="reason")
    return said


def read_answer(text: str) -> Answer:
    """Raises `GatheringInvalid`."""
    try:
        return Answer(text)
    except ValueError:
        raise GatheringInvalid("Choose one of the answers.", field="answer") from None


def is_open(event: Event, now: datetime) -> bool:
    """Whether one may still say whether one comes, or change it."""
    return event.shown and not event.cancelled and now < event.ends_at


def write_calendar(events: Iterable[Event], base: str, space: str) -> str:
    """Events as a calendar file (RFC 5545); `base` is the address of their pages."""
    calendar = Calendar()
    calendar.add("prodid", "-//usage-hub//spaces//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", space)
    for event in events:
        item = CalendarEvent()
        item.add("uid", f"{event.post}@usage-hub")
        item.add("sequence", event.revision)
        item.add("dtstamp", event.changed_at)
        item.add("dtstart", event.begins_at)
        item.add("dtend", event.ends_at)
        item.add("summary", event.title)
        item.add("location", event.place)
        item.add("description", event.cancelled or event.body)
        item.add("url", f"{base}/{event.post}")
        item.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
        calendar.add_component(item)
    return calendar.to_ical().decode()
