"""When a timetable's seconds are, and what disturbs whom."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from hub.core.sentences import say
from verticals.city.towns import clean
from verticals.city.transit.errors import DisruptionInvalid
from verticals.city.transit.models import Departure, Disruption, Disturb, Leaving, Window

HORIZON, SHOWN = timedelta(hours=12), 30
LONGEST_S = 48 * 3600  # a trip's last second, counted from its service day
LONGEST = timedelta(days=366)
_DAYS = (-2, -1, 0, 1)


def begin_of(day: date, zone: str) -> datetime:
    """The instant that a service day counts from: noon minus 12 hours, which is not midnight on the
    days on which clocks change."""
    noon = datetime.combine(day, time(12), ZoneInfo(zone))
    return noon.astimezone(UTC) - timedelta(hours=12)


def windows(now: datetime, zone: str) -> list[Window]:
    """Which seconds of which service days come next: yesterday's night trips too."""
    today = now.astimezone(ZoneInfo(zone)).date()
    found: list[Window] = []
    for shift in _DAYS:
        day = today + timedelta(days=shift)
        first = -int(-(now - begin_of(day, zone)).total_seconds() // 1)
        last = first + int(HORIZON.total_seconds())
        if last >= 0 and first <= LONGEST_S:
            found.append(Window(day, max(first, 0), min(last, LONGEST_S)))
    return found


def place(leaving: Iterable[Leaving], zone: str) -> list[Departure]:
    """Departures at their instants, the next first."""
    placed = [
        Departure(
            at=(begin_of(one.on_day, zone) + timedelta(seconds=one.seconds)).astimezone(
                ZoneInfo(zone)
            ),
            stop=one.stop,
            route=one.route,
            route_name=one.route_name,
            headsign=one.headsign,
        )
        for one in leaving
    ]
    return sorted(placed, key=lambda one: (one.at.timestamp(), one.route_name, one.headsign))[
        :SHOWN
    ]


def check_disruption(
    command: Disturb, stops: Sequence[str], routes: Sequence[str], now: datetime, zone: str
) -> Disturb:
    """A disruption that can be told. Raises `DisruptionInvalid`, with the field that is wrong."""
    headline, body = clean(command.headline), clean(command.body)
    if not 1 <= len(headline) <= 160:
        raise DisruptionInvalid("Say in one line what happens.", field="headline")
    if len(body) > 2000:
        raise DisruptionInvalid(say("Write at most %(most)s letters.", most=2000), field="body")
    if command.stop and command.stop not in stops:
        raise DisruptionInvalid("This stop is not in the feed.", field="stop")
    if command.route and command.route not in routes:
        raise DisruptionInvalid("This line is not in the feed.", field="route")
    begins = read_instant(command.begins, "begins", zone) if command.begins.strip() else now
    ends = read_instant(command.ends, "ends", zone)
    if not max(begins, now) < ends <= now + LONGEST:
        raise DisruptionInvalid("Choose an end after its beginning, within a year.", field="ends")
    return msgspec.structs.replace(
        command, headline=headline, body=body, begins=begins.isoformat(), ends=ends.isoformat()
    )


def read_instant(text: str, field: str, zone: str) -> datetime:
    """An instant on the town's clock. Raises `DisruptionInvalid`."""
    try:
        found = datetime.fromisoformat(text.strip())
        if not 1900 <= found.year < 3000:
            raise ValueError
    except ValueError:
        raise DisruptionInvalid("Choose a day and an hour.", field=field) from None
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))


def concerning(
    disruptions: Iterable[Disruption], stops: Sequence[str], routes: Iterable[str]
) -> list[Disruption]:
    """Those of a stop, of the lines that leave it, and of the whole network. What disturbs a line
    at one stop is shown there alone."""
    lines = set(routes)
    return [
        one
        for one in disruptions
        if (one.stop in stops if one.stop else not one.route or one.route in lines)
    ]
