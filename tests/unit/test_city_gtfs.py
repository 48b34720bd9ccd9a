"""GTFS: what a feed says, the nights in which clocks change, and every fault named where it is."""

import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from tests.conftest import NOW
from verticals.city.transit import gtfs, policy, sheets
from verticals.city.transit.errors import DisruptionInvalid, FeedInvalid
from verticals.city.transit.models import Disruption, Disturb, Leaving

TODAY = date(2026, 12, 1)  # a Tuesday
ZONE = "Europe/Paris"
# The standard's own example feed in small, moved to Lozère.
FILES = {
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\n"
    "DTA,Réseau Lozère,https://reseau.example,Europe/Paris\n",
    "stops.txt": "\ufeffstop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\n"
    "GARE,Gare de Mende,44.5220,3.5010,1,\n"
    "GARE:A,Gare de Mende,44.5221,3.5011,0,GARE\n"
    'PLACE,"Place Urbain V, mairie",44.5180,3.4990,,\n'
    "FOIRAIL,Foirail,44.5170,3.5020,0,\n"
    "PORTE,Entrée,44.5220,3.5010,2,GARE\n",
    "routes.txt": "route_id,route_short_name,route_long_name,route_type\n"
    "A,A,Gare – Foirail,3\nN,,Nocturne,3\n",
    "trips.txt": "route_id,service_id,trip_id,trip_headsign\n"
    "A,WEEK,A1,Foirail\nN,WEEK,N1,\nA,FAIR,A2,Foirail\n",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type\n"
    "A1,8:00:00,08:00:00,GARE:A,1,\n"
    "A1,,,PLACE,2,0\n"
    "A1,08:10:00,08:10:00,FOIRAIL,10,0\n"
    "N1,25:10:00,25:10:00,GARE:A,1,\n"
    "N1,25:20:00,25:20:00,PLACE,2,1\n"
    "N1,25:30:00,25:30:00,FOIRAIL,3,\n"
    "A2,06:00:00,06:00:00,GARE:A,1,\n"
    "A2,06:20:00,06:20:00,FOIRAIL,2,\n",
    "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,"
    "start_date,end_date\nWEEK,1,1,1,1,1,0,0,20260901,20270630\n",
    "calendar_dates.txt": "service_id,date,exception_type\n"
    "WEEK,20261225,2\nWEEK,20261205,1\nFAIR,20261205,1\n",
    "frequencies.txt": "trip_id,start_time,end_time,headway_secs\nA2,06:00:00,07:00:00,1200\n",
}


def archive(changed: dict[str, str | bytes | None] | None = None, folder: str = "") -> bytes:
    """The example with some files changed, or left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in {**FILES, **(changed or {})}.items():
            if text is not None:
                made.writestr(folder + name, text)
    return out.getvalue()


def test_the_example_is_read_whole() -> None:
    feed = gtfs.read(archive(), TODAY)
    assert (feed.agency, feed.zone) == ("Réseau Lozère", ZONE)
    assert [one.code for one in feed.stops] == ["GARE", "GARE:A", "PLACE", "FOIRAIL"]
    assert feed.stops[2].name == "Place Urbain V, mairie"
    assert [(one.code, one.name) for one in feed.routes] == [("A", "A"), ("N", "Nocturne")]
    calls = {(one.trip, one.stop): one.seconds for one in feed.calls}
    assert calls == {
        ("A1", "GARE:A"): 8 * 3600,
        ("A1", "PLACE"): 8 * 3600 + 300,  # between the two that are told
        ("N1", "GARE:A"): 25 * 3600 + 600,  # nobody gets in at PLACE, nothing leaves the last stop
        ("A2#0", "GARE:A"): 6 * 3600,
        ("A2#1", "GARE:A"): 6 * 3600 + 1200,
        ("A2#2", "GARE:A"): 6 * 3600 + 2400,
    }
    days = {day for service, day in feed.days if service == "WEEK"}
    assert date(2026, 12, 24) in days
    assert date(2026, 12, 25) not in days  # an exception takes it away
    assert date(2026, 12, 5) in days  # and another gives a Saturday
    assert date(2026, 12, 6) not in days
    assert min(days) == date(2026, 11, 30)


def change(file: str, old: str, new: str) -> dict[str, str | bytes | None]:
    assert old in FILES[file]
    return {file: FILES[file].replace(old, new, 1)}


def test_a_trip_that_runs_every_so_often_never_takes_anothers_name() -> None:
    other = change("trips.txt", "A,WEEK,A1,", "A,WEEK,A2#1,")
    times = {"stop_times.txt": FILES["stop_times.txt"].replace("A1,", "A2#1,")}
    feed = gtfs.read(archive({**other, **times}), TODAY)
    keys = [(one.trip, one.sequence) for one in feed.calls]
    assert len(keys) == len(set(keys)) == 6


def test_a_service_without_a_week_runs_on_the_days_that_are_named() -> None:
    idle = change("calendar.txt", "1,1,1,1,1,0,0", "0,0,0,0,0,0,0")
    feed = gtfs.read(archive(idle), TODAY)
    assert {day for service, day in feed.days if service == "WEEK"} == {date(2026, 12, 5)}


@pytest.mark.parametrize(
    ("stop", "route", "there", "elsewhere"),
    [("S", "A", True, False), ("S", "", True, False), ("", "A", True, True), ("", "", True, True)],
)
def test_a_line_closed_at_one_stop_is_disturbed_nowhere_else(
    stop: str, route: str, there: bool, elsewhere: bool
) -> None:
    when = {"begins_at": NOW, "ends_at": NOW + timedelta(days=1)}
    told = Disruption(id=UUID(int=1), stop=stop, route=route, headline="Travaux", body="", **when)
    assert bool(policy.concerning([told], ["S"], ["A"])) is there
    assert bool(policy.concerning([told], ["T"], ["A"])) is elsewhere


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        pytest.param(change("stop_times.txt", "25:10:00,25:10:00", "25:61:00,25:61:00"),
                     "stop_times.txt, line 5, arrival_time: it is no time", id="no time"),
        pytest.param(change("stop_times.txt", "08:10:00,08:10:00", "07:10:00,07:10:00"),
                     "stop_times.txt, line 4, arrival_time: it is before", id="time goes back"),
        pytest.param(change("stop_times.txt", "A1,08:10:00,08:10:00", "A1,,"),
                     "stop_times.txt, line 4, departure_time: it is empty", id="no last time"),
        pytest.param(change("stop_times.txt", "FOIRAIL,10", "NOWHERE,10"),
                     "line 4, stop_id: it names something", id="unknown stop"),
        pytest.param(change("stop_times.txt", "N1,25:30", "N9,25:30"),
                     "line 7, trip_id: it names something", id="unknown trip"),
        pytest.param(change("stop_times.txt", "FOIRAIL,3", "FOIRAIL,2"),
                     "line 7, stop_sequence: it is there twice", id="a sequence twice"),
        pytest.param(change("stop_times.txt", "FOIRAIL,3", "FOIRAIL,-3"),
                     "line 7, stop_sequence: it is no number", id="no number"),
        pytest.param(change("trips.txt", "N,WEEK", "X,WEEK"), "trips.txt, line 3, route_id",
                     id="unknown line"),
        pytest.param(change("trips.txt", "N,WEEK", "N,NEVER"), "trips.txt, line 3, service_id",
                     id="unknown service"),
        pytest.param(change("stops.txt", "FOIRAIL,F", "PLACE,F"), "stops.txt, line 5, stop_id",
                     id="a stop twice"),
        pytest.param(change("stops.txt", "44.5170", "144.5170"), "line 5, stop_lat: it is no lat",
                     id="beyond the pole"),
        pytest.param(change("stops.txt", "44.5170", "nan"), "line 5, stop_lat", id="no latitude"),
        pytest.param(change("stops.txt", "0,GARE\n", "0,GARES\n"), "line 3, parent_station",
                     id="unknown station"),
        pytest.param(change("stops.txt", "stop_lat", "lat"), "line 1: the field stop_lat is",
                     id="a missing field"),
        pytest.param(change("stops.txt", "Foirail,", "Foirail,,,,"), "line 5: it has more cells",
                     id="too many cells"),
        pytest.param(change("agency.txt", "Europe/Paris", "Paris"), "line 2, agency_timezone",
                     id="no zone"),
        pytest.param(change("calendar.txt", "20260901", "20260931"), "line 2, start_date: it is no",
                     id="no such day"),
        pytest.param(change("calendar.txt", "20270630", "20260830"), "line 2, end_date: it ends",
                     id="ends before"),
        pytest.param({"calendar.txt": FILES["calendar.txt"].replace("2026", "2025")
                      .replace("2027", "2026"), "calendar_dates.txt": None,
                      "trips.txt": FILES["trips.txt"].replace("FAIR", "WEEK")},
                     "has ended: its last day was 2026-06-30", id="7.4 feed expired"),
        pytest.param({"calendar.txt": None, "calendar_dates.txt": None}, "calendar.txt is missing",
                     id="no calendar"),
        pytest.param({"stop_times.txt": None}, "stop_times.txt is missing", id="a missing file"),
        pytest.param({"stops.txt": FILES["stops.txt"].encode("windows-1252", "ignore")},
                     "stops.txt, line 6: this is not UTF-8", id="Windows-1252"),
        pytest.param({"stops.txt": FILES["stops.txt"] + '"open,1\n'}, "stops.txt, line 7: .*no CSV",
                     id="an open quote"),
        pytest.param({"shapes.txt": "0" * 5_000_000}, "more than 200 times", id="a bomb"),
        pytest.param({f"x{n}.txt": "" for n in range(60)}, "more than 60 files", id="many files"),
        pytest.param(change("frequencies.txt", "1200", "0"), "frequencies.txt, line 2, headway",
                     id="no headway"),
    ],
)  # fmt: skip
def test_a_broken_feed_is_refused_with_the_file_the_line_and_the_field(
    changed: dict[str, str | bytes | None], says: str
) -> None:
    with pytest.raises(FeedInvalid, match=says) as caught:
        gtfs.read(archive(changed), TODAY)
    assert caught.value.extra["field"] == "file"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"", "no ZIP", id="nothing"),
        pytest.param(b"<html>", "no ZIP", id="a page"),
        pytest.param(archive()[:900], "no ZIP", id="cut off"),
        pytest.param(archive(folder="gtfs/"), "lie in a folder", id="in a folder"),
        pytest.param(b"0" * (sheets.ARCHIVE_BYTES_MAX + 1), "20 MB", id="too heavy"),
    ],
)
def test_what_is_no_archive_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(FeedInvalid, match=says):
        gtfs.read(content, TODAY)


def daily(count: int, ends: str) -> dict[str, str | bytes | None]:
    """So many services that run every day until then, in a few bytes each."""
    weeks = "".join(f"S{n},1,1,1,1,1,1,1,20260901,{ends}\n" for n in range(count))
    return {"calendar.txt": FILES["calendar.txt"] + weeks}


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        pytest.param(daily(3_000, "20271231"), "more than 200,000 service days", id="many weeks"),
        pytest.param(
            {"calendar_dates.txt": FILES["calendar_dates.txt"] + "".join(
                f"E{n},{TODAY + timedelta(days=n % 300):%Y%m%d},1\n" for n in range(201_000))},
            "more than 200,000 service days", id="many exceptions",
        ),
        pytest.param(
            {
                "trips.txt": FILES["trips.txt"] + "".join(f"A,WEEK,T{n},\n" for n in range(200)),
                "frequencies.txt": FILES["frequencies.txt"]
                + "".join(f"T{n},00:00:00,33:00:00,60\n" for n in range(200)),
            },
            "more than 300,000 departures", id="many starts",
        ),
        pytest.param(change("frequencies.txt", "07:00:00,1200", "47:00:00,1"),
                     "frequencies.txt, line 2, headway", id="one trip every second"),
    ],
)  # fmt: skip
def test_a_small_archive_that_means_more_days_or_trips_than_fit_is_refused(
    changed: dict[str, str | bytes | None], says: str
) -> None:
    with pytest.raises(FeedInvalid, match=says):
        gtfs.read(archive(changed), TODAY)


def test_services_that_are_over_or_far_ahead_take_no_room() -> None:
    before = archive({"calendar.txt": FILES["calendar.txt"].replace("20260901", "19000101")
                      .replace("20270630", "29991231")})  # fmt: skip
    feed = gtfs.read(before, TODAY)
    days = {day for service, day in feed.days if service == "WEEK"}
    assert (min(days), max(days)) == (date(2026, 11, 30), TODAY + gtfs.AHEAD)


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA], ids=str
)
def test_a_file_whose_bytes_are_torn_is_damaged(method: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, text in FILES.items():
            made.writestr(name, text)
        info = made.getinfo("agency.txt")
    content = bytearray(out.getvalue())
    begin = info.header_offset + 30 + len("agency.txt")
    content[begin + 4 : begin + info.compress_size] = b"\xff" * (info.compress_size - 4)
    with pytest.raises(FeedInvalid, match="damaged"):
        gtfs.read(bytes(content), TODAY)


def test_a_cell_with_a_nul_is_refused() -> None:
    with pytest.raises(FeedInvalid, match=r"stops\.txt, line 4: it holds a letter"):
        gtfs.read(archive(change("stops.txt", "Urbain V", "Urbain\0V")), TODAY)


def test_the_same_hour_of_the_night_in_which_clocks_go_back_comes_twice_in_order() -> None:
    day = date(2026, 10, 25)
    begin = policy.begin_of(day, ZONE)

    def leaves(at: datetime) -> Leaving:
        seconds = int((at - begin).total_seconds())
        return Leaving(
            on_day=day, seconds=seconds, stop="S", route="A", route_name="A", headsign=""
        )

    first = datetime(2026, 10, 25, 0, 50, tzinfo=UTC)  # 02:50 by the summer's clock
    second = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)  # 02:10 by the winter's
    placed = policy.place([leaves(second), leaves(first)], ZONE)
    assert [one.at.astimezone(UTC) for one in placed] == [first, second]


def test_a_stop_without_a_trip_is_a_stop() -> None:
    lone = FILES["stops.txt"] + "SEUL,Arrêt seul,44.5,3.5,0,\n"
    assert "SEUL" in [one.code for one in gtfs.read(archive({"stops.txt": lone}), TODAY).stops]


@pytest.mark.parametrize(
    ("day", "seconds", "at"),
    [
        pytest.param(date(2026, 12, 1), 25 * 3600 + 600, "2026-12-02T01:10:00+01:00",
                     id="7.4 GTFS time 25:10:00"),
        pytest.param(date(2026, 10, 24), 26 * 3600 + 1800, "2026-10-25T02:30:00+02:00",
                     id="7.4 service date across DST, back"),
        pytest.param(date(2026, 10, 25), 2 * 3600 + 1800, "2026-10-25T02:30:00+01:00",
                     id="the day on which clocks go back"),
        pytest.param(date(2026, 10, 25), 8 * 3600, "2026-10-25T08:00:00+01:00", id="its morning"),
        pytest.param(date(2027, 3, 27), 26 * 3600 + 1800, "2027-03-28T03:30:00+02:00",
                     id="7.4 service date across DST, forward"),
        pytest.param(date(2027, 3, 28), 2 * 3600 + 1800, "2027-03-28T01:30:00+01:00",
                     id="noon minus 12 hours is an hour before midnight"),
        pytest.param(date(2027, 3, 28), 8 * 3600, "2027-03-28T08:00:00+02:00",
                     id="and its morning"),
    ],
)  # fmt: skip
def test_seconds_count_from_noon_minus_twelve_hours(day: date, seconds: int, at: str) -> None:
    leaving = Leaving(on_day=day, seconds=seconds, stop="S", route="A", route_name="A", headsign="")
    (placed,) = policy.place([leaving], ZONE)
    assert placed.at.isoformat() == at
    instant = placed.at.astimezone(UTC)
    soon = policy.windows(instant - timedelta(minutes=1), ZONE)
    hit = [w for w in soon if w.on_day == day and w.first <= seconds <= w.last]
    assert len(hit) == 1
    after = policy.windows(instant + timedelta(seconds=1), ZONE)
    assert not [w for w in after if w.on_day == day and w.first <= seconds <= w.last]


def test_departures_are_in_the_order_of_their_instants_over_two_service_days() -> None:
    def leaves(day: date, seconds: int) -> Leaving:
        return Leaving(
            on_day=day, seconds=seconds, stop="S", route="A", route_name="A", headsign=""
        )

    night, early = leaves(date(2026, 12, 1), 30 * 3600), leaves(date(2026, 12, 2), 5 * 3600)
    placed = policy.place([night, early], ZONE)
    assert [one.at.hour for one in placed] == [5, 6]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"headline": " "}, "headline"),
        ({"stop": "NOWHERE"}, "stop"),
        ({"route": "Z"}, "route"),
        ({"ends": ""}, "ends"),
        ({"ends": "2026-12-01T09:00"}, "ends"),
        ({"begins": "2026-12-03T09:00"}, "ends"),
        ({"begins": "soon"}, "begins"),
        ({"begins": "0001-01-01T00:00"}, "begins"),
        ({"ends": "9999-12-31T23:59-01:00"}, "ends"),
    ],
)
def test_a_disruption_that_is_not_complete_says_where(changed: dict[str, str], field: str) -> None:
    typed = {"headline": "Travaux", "stop": "S", "ends": "2026-12-02T09:00", **changed}
    with pytest.raises(DisruptionInvalid) as caught:
        policy.check_disruption(Disturb(**typed), ["S"], ["A"], NOW, ZONE)
    assert caught.value.extra["field"] == field
    assert datetime(2026, 12, 1, 9, tzinfo=UTC) == NOW
