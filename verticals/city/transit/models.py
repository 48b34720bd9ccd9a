"""A timetable as it is kept, and what is shown of it."""

from datetime import date, datetime
from uuid import UUID

import msgspec


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """A stop; `parent` is the station that it is a platform of, or empty."""

    code: str
    name: str
    lat: float
    lng: float
    parent: str = ""


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """A line, by the name that people say."""

    code: str
    name: str
    long_name: str = ""


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A trip leaves a stop, so many seconds after noon minus 12 hours of its service day: more than
    86,400 after midnight, and so counted on the days on which clocks change."""

    trip: str
    sequence: int
    stop: str
    seconds: int
    route: str
    service: str
    headsign: str


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """What was read of a feed: `days` are the service days of each service."""

    agency: str
    zone: str
    stops: tuple[Stop, ...]
    routes: tuple[Route, ...]
    calls: tuple[Call, ...]
    days: tuple[tuple[str, date], ...]


class FeedSheet(msgspec.Struct, frozen=True, kw_only=True):
    """The feed that is shown now."""

    agency: str
    zone: str
    first_day: date
    last_day: date
    stops: int
    trips: int
    loaded_at: datetime


class Leaving(msgspec.Struct, frozen=True, kw_only=True):
    """A departure of one service day, before it has an instant."""

    on_day: date
    seconds: int
    stop: str
    route: str
    route_name: str
    headsign: str


class Departure(msgspec.Struct, frozen=True, kw_only=True):
    """A departure at an instant, as `at` in the network's own zone."""

    at: datetime
    stop: str
    route: str
    route_name: str
    headsign: str


class Disruption(msgspec.Struct, frozen=True, kw_only=True):
    """What disturbs a stop, a line, a line at one stop or, with neither, the whole network."""

    id: UUID
    stop: str
    route: str
    headline: str
    body: str
    begins_at: datetime
    ends_at: datetime


class Disturb(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A disruption as it is typed, by the town's own clock."""

    headline: str
    body: str = ""
    stop: str = ""
    route: str = ""
    begins: str = ""
    ends: str = ""


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """What is shown at a stop."""

    stop: Stop
    departures: list[Departure]
    disruptions: list[Disruption]


class Window(msgspec.Struct, frozen=True):
    """Of one service day, the seconds that lie between two instants."""

    on_day: date
    first: int
    last: int
