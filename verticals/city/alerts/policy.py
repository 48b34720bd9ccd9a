"""What is decided without looking anything up: is a message complete, who may let it out."""

import math
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hub import territory
from hub.core.sentences import say
from verticals.city.alerts.errors import AlertInvalid, CapInvalid, SecondPersonNeeded
from verticals.city.alerts.models import (
    CATEGORIES,
    CERTAINTIES,
    SEVERITIES,
    STATUSES,
    URGENCIES,
    Alert,
    Message,
    Said,
    Write,
)
from verticals.city.towns import Town, clean

CHOICES = {
    "status": STATUSES,
    "category": CATEGORIES,
    "urgency": URGENCIES,
    "severity": SEVERITIES,
    "certainty": CERTAINTIES,
}
MOST_LETTERS = {"headline": 160, "description": 3000, "instruction": 3000, "area": 300}
LONGEST = timedelta(days=30)
FARTHEST_KM, MOST_POINTS = 300.0, 500
_POINT = re.compile(r"(-?\d{1,3}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)")
SELDOM = {"Geo": "Safety", "Security": "Safety", "Rescue": "Safety", "CBRNE": "Safety"}


def check(command: Write, town: Town, now: datetime) -> Said:
    """A message that may be told. Raises `AlertInvalid`, with the field that is wrong."""
    chosen = {name: getattr(command, name) for name in CHOICES}
    for name, options in CHOICES.items():
        if chosen[name] not in options:
            raise AlertInvalid("Choose one of the answers.", field=name)
    texts = {name: clean(getattr(command, name)) for name in MOST_LETTERS}
    for name, text in texts.items():
        if len(text) > MOST_LETTERS[name]:
            says = say("Write at most %(most)s letters.", most=MOST_LETTERS[name])
            raise AlertInvalid(says, field=name)
    if not texts["headline"]:
        raise AlertInvalid("Say in one line what happens.", field="headline")
    texts["area"] = texts["area"] or town.name
    polygon = check_polygon(command.polygon, town)
    expires_at = check_expiry(command.expires, now, town.zone)
    return Said(**chosen, **texts, polygon=polygon, expires_at=expires_at)


def check_expiry(text: str, now: datetime, zone: str) -> datetime:
    """The instant on the town's clock at which it is over. Of the hour that a night has twice, the
    later one counts; one that a night has not is refused. Raises `AlertInvalid`."""
    try:
        local = datetime.fromisoformat(text.strip())
        if not 1900 <= local.year < 3000:
            raise ValueError
    except ValueError:
        raise AlertInvalid("Say until when: a day and an hour.", field="expires") from None
    at = local if local.tzinfo else local.replace(tzinfo=ZoneInfo(zone), fold=1)
    back = at.astimezone(UTC).astimezone(at.tzinfo)
    if back.replace(tzinfo=None) != at.replace(tzinfo=None, fold=0):
        raise AlertInvalid("Clocks go forward that night: this hour is not there.",
                           field="expires")  # fmt: skip
    if not now < at <= now + LONGEST:
        raise AlertInvalid("Choose an instant within the next 30 days.", field="expires")
    return at.astimezone(UTC)


def check_polygon(text: str, town: Town) -> str:
    """Points that close, on this earth, near the town. Raises `AlertInvalid`."""
    if not text.strip():
        return ""
    points = read_points(text)
    if points is None or len(points) > MOST_POINTS:
        raise AlertInvalid("Write points as 44.52,3.50, with a space between them.",
                           field="polygon")  # fmt: skip
    if len(points) < 4 or points[0] != points[-1]:
        raise AlertInvalid("The last point of an area is its first once more, four in all or more.",
                           field="polygon")  # fmt: skip
    if any(_far(town, *point) for point in points):
        if not any(_far(town, lng, lat) for lat, lng in points):
            raise AlertInvalid("Latitude and longitude are swapped.", field="polygon")
        raise AlertInvalid(say("This area is far from %(town)s.", town=town.name), field="polygon")
    return " ".join(text.split())


def read_points(text: str) -> list[tuple[float, float]] | None:
    """The points of a polygon; None where one of them is none."""
    points: list[tuple[float, float]] = []
    for part in text.split():
        found = _POINT.fullmatch(part)
        if found is None:
            return None
        points.append((float(found.group(1)), float(found.group(2))))
    return points


def _far(town: Town, lat: float, lng: float) -> bool:
    if abs(lat) > 90 or abs(lng) > 180:
        return True
    km = territory.distance_km(town.lat, town.lng, lat, lng)
    return math.isnan(km) or km > FARTHEST_KM


def needs_two(said: Said | Alert) -> bool:
    """Whether a second person lets it out: what frightens everybody is not one person's."""
    return said.severity == "Extreme"


def check_second(alert: Alert, actor: str) -> None:
    """Raises `SecondPersonNeeded` for the one who wrote it."""
    if alert.written_by == actor:
        raise SecondPersonNeeded("Whoever wrote it does not confirm it: ask a colleague.")


def retell(message: Message, zone: str) -> Write:
    """What came from elsewhere, as a message of the town's own to look over and complete. Raises
    `CapInvalid` for what is not everybody's, or alerts of nothing that is to come."""
    if message.scope != "Public":
        raise CapInvalid("This message is not for everybody: its scope is not Public.",
                         field="file")  # fmt: skip
    if message.msg_type not in {"Alert", "Update"}:
        raise CapInvalid("This message alerts of nothing: it lifts or answers another.",
                         field="file")  # fmt: skip
    if message.urgency == "Past":
        raise CapInvalid("What this message tells of is over: its urgency is Past.", field="file")
    expires = ""
    if message.expires is not None:
        expires = message.expires.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")
    return Write(
        status=message.status if message.status in STATUSES else "Test",
        category=SELDOM.get(message.category, message.category),
        urgency=message.urgency if message.urgency in URGENCIES else "Expected",
        severity=message.severity if message.severity in SEVERITIES else "Minor",
        certainty=message.certainty if message.certainty in CERTAINTIES else "Possible",
        headline=(message.headline or message.event)[: MOST_LETTERS["headline"]],
        description=message.description[: MOST_LETTERS["description"]],
        instruction=message.instruction[: MOST_LETTERS["instruction"]],
        area=message.area[: MOST_LETTERS["area"]],
        polygon=message.polygon,
        expires=expires,
    )
