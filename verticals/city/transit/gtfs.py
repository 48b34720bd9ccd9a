"""What a GTFS feed says: which trips leave which stops, and on which days."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import msgspec

from hub.core.sentences import say
from verticals.city.transit.errors import FeedInvalid
from verticals.city.transit.models import Call, Feed, Route, Stop
from verticals.city.transit.sheets import Archive, Line

TIMES = "stop_times.txt"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# Service days are kept from two days back (whose trips run past midnight) to so far ahead.
BEHIND, AHEAD = timedelta(days=2), timedelta(days=400)
CALLS_MAX, HOURS_MAX, REPEATS_MAX, DAYS_MAX = 300_000, 48, 2_000, 200_000
MANY_CALLS = say("This feed has more than 300,000 departures.")
_TIME = re.compile(r"(\d{1,2}):([0-5]\d):([0-5]\d)")
_DAY = re.compile(r"[0-9]{8}")


class Trip(msgspec.Struct, frozen=True):
    """A trip before its stops are known."""

    route: str
    service: str
    headsign: str


class Calendar(msgspec.Struct):
    """Which services there are, their days that are kept, and the last day of all."""

    services: set[str]
    days: set[tuple[str, date]]
    last: date | None = None


class Passing(msgspec.Struct):
    """A trip at a stop; its time may be left out between two that have one."""

    number: int
    headsign: str
    sequence: int
    stop: str
    arrival: int | None
    departure: int | None
    leaves: bool

    def fault(self, field: str, says: str) -> FeedInvalid:
        return Line(TIMES, self.number, {}).fault(field, says)


def read(content: bytes, today: date) -> Feed:
    """The feed of an archive. Raises `FeedInvalid`, naming the file, the line and the field."""
    archive = Archive(content)
    agency, zone = _agency(archive)
    stops = {one.code: one for one in _stops(archive)}
    routes = {one.code: one for one in _routes(archive)}
    calendar = _calendar(archive, today)
    trips = _trips(archive, routes, calendar.services)
    if not any(day >= today for _, day in calendar.days):
        if calendar.last is None or calendar.last >= today:
            raise FeedInvalid("Nothing runs on any day of this feed.", field="file")
        says = say("This feed has ended: its last day was %(day)s.", day=calendar.last.isoformat())
        raise FeedInvalid(says, field="file")
    calls = tuple(_calls(archive, trips, stops))
    return Feed(
        agency=agency,
        zone=zone,
        stops=tuple(stops.values()),
        routes=tuple(routes.values()),
        calls=calls,
        days=tuple(sorted(calendar.days)),
    )


def _agency(archive: Archive) -> tuple[str, str]:
    found = list(archive.lines("agency.txt", "agency_name", "agency_timezone"))
    if not found:
        raise FeedInvalid(say("%(file)s is empty.", file="agency.txt"), field="file")
    zone = found[0].need("agency_timezone")
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, KeyError):
        raise found[0].fault("agency_timezone", "is no zone") from None
    for line in found:
        if line.need("agency_timezone") != zone:
            raise line.fault("agency_timezone", "is another")
    return found[0].need("agency_name"), zone


def _stops(archive: Archive) -> Iterator[Stop]:
    known: set[str] = set()
    parents: list[tuple[Line, str]] = []
    for line in archive.lines("stops.txt", "stop_id", "stop_name", "stop_lat", "stop_lon"):
        code = _new(line, "stop_id", known)
        if line.get("location_type") in {"2", "3", "4"}:  # entrances and corners: nothing leaves
            continue
        parents += [(line, line.get("parent_station"))] if line.get("parent_station") else []
        yield Stop(
            code=code,
            name=line.need("stop_name")[:120],
            lat=_degrees(line, "stop_lat", 90),
            lng=_degrees(line, "stop_lon", 180),
            parent=line.get("parent_station"),
        )
    for line, parent in parents:
        if parent not in known:
            raise line.fault("parent_station", "is unknown")


def _degrees(line: Line, field: str, most: int) -> float:
    try:
        value = float(line.need(field))
    except ValueError:
        value = math.nan
    if not abs(value) <= most:
        raise line.fault(field, "is no degrees")
    return value


def _routes(archive: Archive) -> Iterator[Route]:
    known: set[str] = set()
    for line in archive.lines("routes.txt", "route_id", "route_type"):
        code = _new(line, "route_id", known)
        short, long = line.get("route_short_name"), line.get("route_long_name")
        if not short and not long:
            raise line.fault("route_short_name", "is empty")
        yield Route(code=code, name=(short or long)[:120], long_name=long[:200])


def _trips(archive: Archive, routes: Mapping[str, Route], services: set[str]) -> dict[str, Trip]:
    known: set[str] = set()
    trips: dict[str, Trip] = {}
    for line in archive.lines("trips.txt", "route_id", "service_id", "trip_id"):
        code, route = _new(line, "trip_id", known), line.need("route_id")
        if route not in routes:
            raise line.fault("route_id", "is unknown")
        if line.need("service_id") not in services:
            raise line.fault("service_id", "is unknown")
        headsign = line.get("trip_headsign") or routes[route].long_name
        trips[code] = Trip(route, line.need("service_id"), headsign[:120])
    return trips


def _calendar(archive: Archive, today: date) -> Calendar:
    """The services: their weeks, and the exceptions to them. Only days that are kept are built, and
    no more of them than fit."""
    made = Calendar(services=set(), days=set())
    if not archive.has("calendar.txt") and not archive.has("calendar_dates.txt"):
        says = say("%(file)s is missing.", file="calendar.txt")
        raise FeedInvalid(says, field="file")
    if archive.has("calendar.txt"):
        for line in archive.lines("calendar.txt", "service_id", *DAYS, "start_date", "end_date"):
            service = _new(line, "service_id", made.services)
            for day in _weeks(line, today):
                _run(made, service, day, today)
    if archive.has("calendar_dates.txt"):
        for line in archive.lines("calendar_dates.txt", "service_id", "date", "exception_type"):
            service, day = line.need("service_id"), _day(line, "date")
            made.services.add(service)
            match line.need("exception_type"):
                case "1":
                    _run(made, service, day, today)
                case "2":
                    made.days.discard((service, day))
                case _:
                    raise line.fault("exception_type", "is no number")
    return made


def _run(made: Calendar, service: str, day: date, today: date) -> None:
    made.last = day if made.last is None else max(made.last, day)
    if today - BEHIND <= day <= today + AHEAD:
        made.days.add((service, day))
        if len(made.days) > DAYS_MAX:
            raise FeedInvalid("This feed has more than 200,000 service days.", field="file")


def _weeks(line: Line, today: date) -> Iterator[date]:
    """The days on which it runs that are kept; of one that is over, those of its last week."""
    first, last = _day(line, "start_date"), _day(line, "end_date")
    if last < first:
        raise line.fault("end_date", "ends before")
    for name in DAYS:
        if line.get(name) not in {"0", "1"}:
            raise line.fault(name, "is no number")
    runs = [line.get(name) == "1" for name in DAYS]
    if not any(runs):  # its days, if any, are in calendar_dates.txt
        return
    first = max(first, min(today - BEHIND, last) - timedelta(days=min(6, (last - first).days)))
    for number in range(first.toordinal(), min(last, today + AHEAD).toordinal() + 1):
        day = date.fromordinal(number)
        if runs[day.weekday()]:
            yield day


def _day(line: Line, field: str) -> date:
    text = line.need(field)
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise line.fault(field, "is no day") from None


def _new(line: Line, field: str, known: set[str]) -> str:
    code = line.need(field)
    if code in known:
        raise line.fault(field, "is twice")
    known.add(code)
    return code


def _calls(
    archive: Archive, trips: Mapping[str, Trip], stops: Mapping[str, Stop]
) -> Iterator[Call]:
    passings: dict[str, list[Passing]] = {}
    needed = ("trip_id", "stop_id", "stop_sequence")
    for line in archive.lines(TIMES, *needed):
        trip, stop = line.need("trip_id"), line.need("stop_id")
        if trip not in trips:
            raise line.fault("trip_id", "is unknown")
        if stop not in stops:
            raise line.fault("stop_id", "is unknown")
        passings.setdefault(trip, []).append(_passing(line, stop))
    repeated = _repeats(archive, trips)
    taken, made = set(trips), 0
    for code, found in passings.items():
        _complete(found)
        first = found[0].departure or 0
        starts = repeated.get(code, (first,))
        for number, start in enumerate(starts):
            name = _named(f"{code}#{number}", taken) if code in repeated else code
            for one in found[:-1]:
                made += one.leaves
                if made > CALLS_MAX:
                    raise FeedInvalid(MANY_CALLS, field="file")
                if one.leaves and one.departure is not None:
                    trip = trips[code]
                    yield Call(
                        trip=name,
                        sequence=one.sequence,
                        stop=one.stop,
                        seconds=one.departure - first + start,
                        route=trip.route,
                        service=trip.service,
                        headsign=one.headsign or trip.headsign,
                    )


def _named(name: str, taken: set[str]) -> str:
    """A trip's name that none of the feed has."""
    while name in taken:
        name += "#"
    taken.add(name)
    return name


def _passing(line: Line, stop: str) -> Passing:
    sequence = line.need("stop_sequence")
    if not sequence.isascii() or not sequence.isdecimal() or len(sequence) > 8:
        raise line.fault("stop_sequence", "is no number")
    arrival, departure = _time(line, "arrival_time"), _time(line, "departure_time")
    return Passing(
        number=line.number,
        headsign=line.get("stop_headsign")[:120],
        sequence=int(sequence),
        stop=stop,
        arrival=departure if arrival is None else arrival,
        departure=arrival if departure is None else departure,
        leaves=line.get("pickup_type") != "1",
    )


def _time(line: Line, field: str) -> int | None:
    text = line.get(field)
    if not text:
        return None
    found = _TIME.fullmatch(text)
    if found is None or int(found.group(1)) >= HOURS_MAX:
        raise line.fault(field, "is no time")
    hours, minutes, seconds = map(int, found.groups())
    return hours * 3600 + minutes * 60 + seconds


def _complete(found: list[Passing]) -> None:
    """Put the stops of a trip in their order, look that time passes, and fill in the times between
    two that are told, evenly."""
    found.sort(key=lambda one: one.sequence)
    for end in (found[0], found[-1]):
        if end.departure is None:
            raise end.fault("departure_time", "is empty")
    last = 0
    for index in range(1, len(found)):
        before, here = found[last], found[index]
        if here.sequence == found[index - 1].sequence:
            raise here.fault("stop_sequence", "is twice")
        if here.arrival is None or here.departure is None:
            continue
        assert before.departure is not None
        if here.arrival < before.departure:
            raise here.fault("arrival_time", "goes back")
        if here.departure < here.arrival:
            raise here.fault("departure_time", "goes back")
        _fill(found[last : index + 1])
        last = index


def _fill(between: Sequence[Passing]) -> None:
    start, end = between[0].departure, between[-1].arrival
    assert start is not None
    assert end is not None
    for number, one in enumerate(between[1:-1], 1):
        one.arrival = one.departure = start + (end - start) * number // (len(between) - 1)


def _repeats(archive: Archive, trips: Mapping[str, Trip]) -> dict[str, list[int]]:
    """When the trips that run every so many seconds begin."""
    starts: dict[str, list[int]] = {}
    made = 0
    if not archive.has("frequencies.txt"):
        return starts
    for line in archive.lines("frequencies.txt", "trip_id", "start_time", "end_time",
                              "headway_secs"):  # fmt: skip
        trip = line.need("trip_id")
        if trip not in trips:
            raise line.fault("trip_id", "is unknown")
        begin, end = _time(line, "start_time"), _time(line, "end_time")
        every = line.need("headway_secs")
        if not every.isascii() or not every.isdecimal() or not 0 < int(every[:9]) <= 86_400:
            raise line.fault("headway_secs", "is no number")
        if begin is None or end is None or end <= begin:
            raise line.fault("end_time", "ends before")
        found, more = starts.setdefault(trip, []), range(begin, end, int(every))
        if len(found) + len(more) > REPEATS_MAX:
            raise line.fault("headway_secs", "is no number")
        made += len(more)
        if made > CALLS_MAX:
            raise FeedInvalid(MANY_CALLS, field="file")
        found.extend(more)
    return starts
