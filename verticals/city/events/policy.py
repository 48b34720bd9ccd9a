"""What is decided without looking anything up: is an event complete, who moves up, its file."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import Calendar
from icalendar import Event as CalendarEvent

from hub.core.sentences import say
from verticals.city.events.errors import EventInvalid
from verticals.city.events.models import (
    Event,
    OpenEvent,
    OpenSlot,
    Publish,
    Register,
    Registration,
    Said,
    Sheet,
)
from verticals.city.towns import Town, clean, read_instant

MOST_LETTERS = {"title": 160, "words": 4000, "place": 300}
MOST_SLOTS, MOST_ROOM, MOST_PLACES = 40, 1000, 10
AHEAD, LONGEST = timedelta(days=400), timedelta(days=31)
MOST_AN_HOUR, MOST_SAME, HOUR = 300, 3, timedelta(hours=1)
CONFIRMED_WITHIN, NAMED_FOR = timedelta(days=1), timedelta(days=90)
_SLOT = re.compile(r"(?:(\d{4}-\d{2}-\d{2})\s+)?(\d{1,2}:\d{2})\s+(\d{1,4})")
_NUMBER = re.compile(r"[0-9]{1,4}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def check(command: Publish, town: Town, now: datetime) -> Said:
    """An event that may be published. Raises `EventInvalid`, with the field that is wrong."""
    texts = check_texts(command.title, command.words, command.place)
    begins = read_time(command.begins, "begins", town)
    ends = read_time(command.ends, "ends", town)
    if not now < begins <= now + AHEAD:
        raise EventInvalid("Choose a day within the next year.", field="begins")
    if not begins < ends <= begins + LONGEST:
        raise EventInvalid("It ends after it begins, within 31 days.", field="ends")
    opens = read_time(command.opens, "opens", town) if command.opens.strip() else now
    return Said(
        **texts,
        begins_at=begins,
        ends_at=ends,
        opens_at=opens,
        closes_at=check_close(command.closes, opens, begins, ends, town),
        slots=read_slots(command, begins, ends, town),
    )


def check_texts(title: str, words: str, place: str) -> dict[str, str]:
    """Raises `EventInvalid`."""
    texts = {"title": clean(title), "words": clean(words), "place": clean(place)}
    for name, text in texts.items():
        if len(text) > MOST_LETTERS[name]:
            says = say("Write at most %(most)s letters.", most=MOST_LETTERS[name])
            raise EventInvalid(says, field=name)
    if not texts["title"]:
        raise EventInvalid("Say in one line what it is.", field="title")
    if not texts["place"]:
        raise EventInvalid("Say where it is.", field="place")
    return texts


def read_time(text: str, field: str, town: Town) -> datetime:
    """An instant by the town's clock. Raises `EventInvalid`."""
    found = read_instant(text, town.zone)
    if found is None:
        raise EventInvalid("Choose a day and an hour that there are.", field=field)
    return found


def check_close(
    text: str, opens: datetime, begins: datetime, ends: datetime, town: Town
) -> datetime:
    """Until when one may register; until it begins where nothing is said. Raises `EventInvalid`."""
    closes = read_time(text, "closes", town) if text.strip() else begins
    if not opens < closes <= ends:
        raise EventInvalid("One registers after it opens and before the end.", field="closes")
    return closes


def read_slots(
    command: Publish, begins: datetime, ends: datetime, town: Town
) -> tuple[tuple[datetime, int], ...]:
    """The hours that are typed, or the event itself. Raises `EventInvalid`."""
    lines = [line.strip() for line in command.slots.splitlines() if line.strip()]
    if not lines:
        return ((begins, read_room(command.capacity, "capacity")),)
    if len(lines) > MOST_SLOTS:
        raise EventInvalid(say("At most %(most)s hours.", most=MOST_SLOTS), field="slots")
    day = begins.astimezone(ZoneInfo(town.zone)).date().isoformat()
    found: dict[datetime, int] = {}
    for line in lines:
        parts = _SLOT.fullmatch(line)
        at = parts and read_instant(f"{parts[1] or day}T{parts[2]:0>5}", town.zone)
        if not parts or at is None or not begins <= at < ends or at in found:
            says = say("Write an hour of the event and its room, once: 14:00 20. Not: %(line)s",
                       line=line[:60])  # fmt: skip
            raise EventInvalid(says, field="slots")
        found[at] = read_room(parts[3], "slots")
    check_whole(found.values(), "slots")
    return tuple(sorted(found.items()))


def check_whole(rooms: Iterable[int], field: str) -> None:
    """An event has so much room in all that each can be written to. Raises `EventInvalid`."""
    if sum(rooms) > MOST_ROOM:
        raise EventInvalid(say("At most %(most)s people in all.", most=MOST_ROOM), field=field)


def read_room(text: str, field: str) -> int:
    """How many people have room. Raises `EventInvalid`."""
    typed = text.strip()
    if not _NUMBER.fullmatch(typed) or not 1 <= int(typed) <= MOST_ROOM:
        raise EventInvalid(say("Write a number from 1 to %(most)s.", most=MOST_ROOM), field=field)
    return int(typed)


def check_registration(command: Register) -> tuple[str, str, int]:
    """Name, address and number of people. Raises `EventInvalid`."""
    name, email = clean(command.name), clean(command.email)
    if not 1 <= len(name) <= 120:
        raise EventInvalid("Write your name, in 120 letters.", field="name")
    if len(email) > 254 or not _EMAIL.fullmatch(email):
        raise EventInvalid("Write an e-mail address, such as nom@exemple.fr.", field="email")
    places = command.places.strip()
    if not _NUMBER.fullmatch(places) or not 1 <= int(places) <= MOST_PLACES:
        says = say("From 1 to %(most)s people.", most=MOST_PLACES)
        raise EventInvalid(says, field="places")
    return name, email, int(places)


def who_moves_up(waiting: Iterable[Registration], free: int) -> list[Registration]:
    """Who has room now, longest waiting first; a group that has none lets smaller ones pass."""
    found: list[Registration] = []
    for one in waiting:
        if one.places <= free:
            found.append(one)
            free -= one.places
    return found


def show(sheet: Sheet, town: Town, base: str) -> OpenEvent:
    """What everybody may know, as open data."""
    event, zone = sheet.event, ZoneInfo(town.zone)
    return OpenEvent(
        id=event.id,
        title=event.title,
        words=event.words,
        place=event.place,
        begins_at=event.begins_at.astimezone(zone),
        ends_at=event.ends_at.astimezone(zone),
        registration_from=event.opens_at.astimezone(zone),
        registration_until=event.closes_at.astimezone(zone),
        cancelled=event.cancelled,
        slots=[
            OpenSlot(begins_at=one.begins_at.astimezone(zone), capacity=one.capacity, free=one.free)
            for one in sheet.slots
        ],
        page=page_of(town, event.id, base),
    )


def page_of(town: Town, event: UUID, base: str) -> str:
    return f"{base}/villes/{town.tenant}/agenda/{event}"


def write_calendar(event: Event, town: Town, base: str, begins: datetime | None = None) -> str:
    """The event as a calendar file (RFC 5545), or the hour of it that somebody comes at."""
    item = CalendarEvent()
    item.add("uid", f"{event.id}@usage-hub")
    item.add("sequence", event.revision)
    item.add("dtstamp", event.written_at)
    item.add("dtstart", begins or event.begins_at)
    item.add("dtend", event.ends_at)
    item.add("summary", event.title)
    item.add("location", f"{event.place}, {town.name}")
    item.add("description", event.cancelled or event.words)
    item.add("url", page_of(town, event.id, base))
    item.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    calendar = Calendar()
    calendar.add("prodid", "-//usage-hub//city//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(item)
    return calendar.to_ical().decode()
