"""What is decided without looking anything up: who is next, which events count, what is unusual."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from hub.core.sentences import say
from verticals.seniors.errors import SeniorInvalid
from verticals.seniors.models import KINDS, ZONE, Contact, Event, Senior, Sensor

WATCH = (time(7), time(11))  # a morning without a movement in it is unusual
PATIENCE = timedelta(minutes=3)  # so long a contact has to answer before the next is called
AHEAD = timedelta(minutes=5)  # a device's clock may run ahead by so much
OLDEST = timedelta(days=2)  # so long a sensor keeps what it could not send
LOST_AFTER = timedelta(hours=24)
READINGS_KEPT = timedelta(days=365)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
MOST_EVENTS, MOST_LETTERS = 500, 120


def check_text(value: str, field: str) -> str:
    """The text without its margins. Raises `SeniorInvalid` for none, or an endless one."""
    text = value.strip()
    if not 1 <= len(text) <= MOST_LETTERS:
        says = say("Write 1 to %(most)s letters.", most=MOST_LETTERS)
        raise SeniorInvalid(says, field=field)
    return text


def check_email(value: str) -> str:
    """The address, where letters go. Raises `SeniorInvalid`."""
    text = check_text(value, "email")
    if not _EMAIL.fullmatch(text):
        raise SeniorInvalid("Write an e-mail address, such as nom@exemple.fr.", field="email")
    return text


def next_contact(contacts: Sequence[Contact], after: int) -> Contact | None:
    """Who is called after the contact of a rank; the first after 0, None after the last."""
    return min((c for c in contacts if c.rank > after), key=lambda c: c.rank, default=None)


def take_events(events: Sequence[Event], now: datetime) -> dict[str, Event]:
    """The events by id, each with the instant that it counts for: the device's own, unless its
    clock runs ahead; then the instant of arrival. Raises `SeniorInvalid`."""
    if not 1 <= len(events) <= MOST_EVENTS:
        raise SeniorInvalid(say("Send 1 to %(most)s events.", most=MOST_EVENTS), field="events")
    taken: dict[str, Event] = {}
    for event in events:
        if event.kind not in KINDS or not 1 <= len(event.id) <= 64 or event.at.tzinfo is None:
            raise SeniorInvalid("An event has an id, a known kind and an instant with its zone.")
        if event.at < now - OLDEST:
            raise SeniorInvalid("The clock of this sensor is wrong, or the event is too old.")
        at = now if event.at > now + AHEAD else min(event.at, now)
        taken.setdefault(event.id, Event(id=event.id, kind=event.kind, at=at))
    return taken


def morning_of(day: date) -> tuple[datetime, datetime]:
    """The instants at which a day's watch begins and ends."""
    begin, end = (datetime.combine(day, at, ZONE) for at in WATCH)
    return begin, end


def unusual(senior: Senior, sensors: Iterable[Sensor], moved: bool, end: datetime) -> list[str]:
    """What a morning's end shows: `silence` when somebody is at home, could be heard and was not;
    `sensor-lost` for a sensor not heard for a day."""
    if senior.away_until is not None and senior.away_until >= end.astimezone(ZONE).date():
        return []
    known = [s for s in sensors if s.heard_at is not None]
    lost = any(s.heard_at is None or s.heard_at < end - LOST_AFTER for s in known)
    silent = not moved and any(not s.pets for s in known)
    return ["silence"] * silent + ["sensor-lost"] * lost
