"""Other platforms' calendars, as stays: dates, zones, what is left out, what is refused."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar, Event

from tourism.channels.models import Outcome, Reading, Refused, Skipped
from tourism.channels.policy import read_feed

TODAY = date(2026, 12, 1)
ZONES = ("Europe/Paris", "America/Martinique", "Pacific/Noumea")


def wrap(*events: str, end: str = "END:VCALENDAR\r\n") -> bytes:
    """A calendar of events, each given as its lines in one text."""
    parts = [f"BEGIN:VEVENT\r\n{_crlf(event)}END:VEVENT\r\n" for event in events]
    return ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y\r\n" + "".join(parts) + end).encode()


def _crlf(lines: str) -> str:
    return "".join(f"{line.strip()}\r\n" for line in lines.strip().splitlines())


def read(*events: str, zone: str = "Europe/Paris", today: date = TODAY) -> Reading:
    found = read_feed(wrap(*events), zone, today)
    assert isinstance(found, Reading), found
    return found


def dates(*events: str, zone: str = "Europe/Paris") -> list[tuple[str, str]]:
    found = read(*events, zone=zone)
    return [(str(stay.arrival), str(stay.departure)) for stay in found.stays]


@pytest.mark.parametrize("zone", ZONES)
def test_an_all_day_event_over_a_change_of_the_clock_keeps_its_dates(zone: str) -> None:
    event = "UID:a\nDTSTART;VALUE=DATE:20270327\nDTEND;VALUE=DATE:20270330"
    assert dates(event, zone=zone) == [("2027-03-27", "2027-03-30")]


@pytest.mark.parametrize(
    ("zone", "start", "end", "expected"),
    [
        ("Europe/Paris", "DTSTART:20270327T230000Z", "DTEND:20270328T220000Z", ("28", "29")),
        ("Europe/Paris", "DTSTART:20270327T150000", "DTEND:20270330T110000", ("27", "30")),
        ("America/Martinique", "DTSTART:20270328T020000Z", "DTEND:20270329T020000Z", ("27", "28")),
        ("Pacific/Noumea", "DTSTART:20270327T140000Z", "DTEND:20270328T140000Z", ("28", "29")),
        (
            "Pacific/Noumea",
            "DTSTART;TZID=Europe/Paris:20270327T150000",
            'DTEND;TZID="Europe/Paris":20270329T110000',
            ("28", "29"),
        ),
        (
            "Europe/Paris",
            "DTSTART;TZID=Romance Standard Time:20270327T150000",
            "DTEND;TZID=/example.org/2026/Europe/Paris:20270329T110000",
            ("27", "29"),
        ),
    ],
)
def test_timed_events_become_dates_of_the_propertys_zone(
    zone: str, start: str, end: str, expected: tuple[str, str]
) -> None:
    assert dates(f"UID:a\n{start}\n{end}", zone=zone) == [
        (f"2027-03-{expected[0]}", f"2027-03-{expected[1]}")
    ]


@pytest.mark.parametrize(
    ("lines", "nights"),
    [
        ("DTSTART;VALUE=DATE:20270301", 1),
        ("DTSTART:20270301", 1),
        ("DTSTART;VALUE=DATE:20270301\nDTEND;VALUE=DATE:20270301", 1),
        ("DTSTART:20270301T100000Z", 1),
        ("DTSTART:20270301T100000Z\nDTEND:20270301T120000Z", 1),
        ("DTSTART:20270301T000000\nDTEND:20270302T235959", 2),
        ("DTSTART;VALUE=DATE:20270301\nDURATION:P1W", 7),
        ("DTSTART:20270327T150000\nDURATION:P2DT20H", 3),
        ("DTSTART:20270327T230000\nDURATION:P1D", 1),
        ("dtstart;value=date:20270301\ndtend;value=date:20270304", 3),
        ("DTSTART;VALUE=DATE:2027\n 0301\nDTEND;VALUE=DATE:20270304", 3),
    ],
)
def test_ends_are_found_whichever_way_they_are_given(lines: str, nights: int) -> None:
    body = wrap("UID:a").replace(b"UID:a\r\n", b"UID:a\r\n" + lines.encode() + b"\r\n")
    found = read_feed(body, "Europe/Paris", TODAY)
    assert isinstance(found, Reading)
    (stay,) = found.stays
    assert stay.departure - stay.arrival == timedelta(days=nights)


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ("DTSTART;VALUE=DATE:20270301", Skipped.MISSING_UID),
        (f"UID:{'x' * 256}\nDTSTART;VALUE=DATE:20270301", Skipped.LONG_UID),
        ("UID:a", Skipped.MISSING_START),
        ("UID:a\nDTSTART;VALUE=DATE:20270231", Skipped.BAD_DATE),
        ("UID:a\nDTSTART:tomorrow", Skipped.BAD_DATE),
        ("UID:a\nDTSTART:00000101T000000Z", Skipped.BAD_DATE),
        ("UID:a\nDTSTART:20270301\nDURATION:PT", Skipped.BAD_DATE),
        ("UID:a\nDTSTART:20270301\nDURATION:-P1D", Skipped.ENDS_BEFORE_START),
        ("UID:a\nDTSTART:20270301\nDTEND:20270228", Skipped.ENDS_BEFORE_START),
        ("UID:a\nDTSTART:20270301T120000Z\nDTEND:20270301T110000Z", Skipped.ENDS_BEFORE_START),
        ("UID:a\nDTSTART;TZID=Nowhere/City:20270301T120000", Skipped.UNKNOWN_ZONE),
        ("UID:a\nDTSTART;TZID=../../etc/passwd:20270301T120000", Skipped.UNKNOWN_ZONE),
    ],
)
def test_a_broken_event_is_skipped_with_its_reason_and_the_others_count(
    event: str, reason: Skipped
) -> None:
    found = read(event, "UID:good\nDTSTART;VALUE=DATE:20270301")
    assert found.skipped == {reason: 1}
    assert [stay.uid for stay in found.stays] == ["good"]
    assert found.events == 2


def test_a_date_that_leaves_the_calendar_in_the_propertys_zone_is_skipped() -> None:
    found = read("UID:a\nDTSTART:99991231T230000Z", zone="Pacific/Noumea")
    assert found.skipped == {Skipped.BAD_DATE: 1}


def test_cancelled_past_and_own_events_are_left_out_and_counted() -> None:
    found = read(
        "UID:a\nDTSTART;VALUE=DATE:20270301\nSTATUS:CANCELLED",
        "UID:b\nDTSTART;VALUE=DATE:20261129\nDTEND;VALUE=DATE:20261201",
        "UID:c\nDTSTART;VALUE=DATE:20261130\nDTEND;VALUE=DATE:20261202",
        "UID:occupied-3-20270301@usage-hub\nDTSTART;VALUE=DATE:20270301",
        "UID:OCCUPIED-3-20270301@Usage-Hub\nDTSTART;VALUE=DATE:20270301",
    )
    assert (found.cancelled, found.past, found.ours) == (1, 1, 2)
    assert [stay.uid for stay in found.stays] == ["c"]


def test_the_same_event_twice_counts_once() -> None:
    event = "UID:a\nDTSTART;VALUE=DATE:20270301\nDTEND;VALUE=DATE:20270303"
    found = read(event, event)
    assert len(found.stays) == 1
    assert found.repeated == 1


def test_of_one_uid_the_highest_sequence_counts() -> None:
    found = read(
        "UID:a\nSEQUENCE:0\nDTSTART;VALUE=DATE:20270301",
        "UID:a\nSEQUENCE:2\nDTSTART;VALUE=DATE:20270310",
        "UID:a\nSEQUENCE:1\nDTSTART;VALUE=DATE:20270305",
        "UID:b\nSEQUENCE:0\nDTSTART;VALUE=DATE:20270301",
        "UID:b\nSEQUENCE:1\nDTSTART;VALUE=DATE:20270301\nSTATUS:CANCELLED",
    )
    assert [(stay.uid, stay.arrival.day) for stay in found.stays] == [("a", 10)]


def test_stays_that_share_a_uid_all_count() -> None:
    found = read("UID:a\nDTSTART;VALUE=DATE:20270301", "UID:a\nDTSTART;VALUE=DATE:20270310")
    assert len(found.stays) == 2


def test_a_recurrence_rule_is_not_followed_but_told() -> None:
    found = read("UID:a\nDTSTART;VALUE=DATE:20270301\nRRULE:FREQ=WEEKLY;COUNT=10")
    assert found.recurring == 1
    assert len(found.stays) == 1


def test_an_alarm_inside_an_event_does_not_change_it() -> None:
    alarm = "BEGIN:VALARM\nUID:alarm\nDTSTART:19700101T000000Z\nDURATION:PT15M\nEND:VALARM"
    event = f"{alarm}\nUID:a\nDTSTART;VALUE=DATE:20270301\nDTEND;VALUE=DATE:20270303"
    assert dates(event) == [("2027-03-01", "2027-03-03")]


def test_a_zones_own_description_is_no_event() -> None:
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:Europe/Paris\r\nBEGIN:DAYLIGHT\r\nDTSTART:19700329T020000\r\n"
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\nEND:VCALENDAR"
    )
    found = read_feed(wrap("UID:a\nDTSTART:20270301", end=zone), "Europe/Paris", TODAY)
    assert isinstance(found, Reading)
    assert (found.events, found.recurring) == (1, 0)


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (b"", Outcome.NOT_A_CALENDAR),
        (b"<!doctype html><title>Sign in</title>", Outcome.NOT_A_CALENDAR),
        (b"\xff\xfe\x00", Outcome.NOT_A_CALENDAR),
        (wrap("UID:a\nDTSTART:20270301", end=""), Outcome.CUT_OFF),
        (wrap("UID:a\nDTSTART:20270301")[:-20], Outcome.CUT_OFF),
        (wrap("UID:a\nDTSTART:20270301", end="END:VEVENT\r\n"), Outcome.CUT_OFF),
        (wrap(*["UID:a"] * 10_001), Outcome.TOO_MANY_EVENTS),
    ],
)
def test_a_feed_that_is_broken_as_a_whole_is_refused(body: bytes, outcome: Outcome) -> None:
    assert read_feed(body, "Europe/Paris", TODAY) == Refused(outcome=outcome)


def test_a_feed_cut_off_anywhere_is_refused() -> None:
    body = wrap("UID:a\nDTSTART:20270301", "UID:b\nDTSTART:20270305").rstrip()
    for length in range(len(body)):
        assert isinstance(read_feed(body[:length], "Europe/Paris", TODAY), Refused), length
    assert isinstance(read_feed(body, "Europe/Paris", TODAY), Reading)


def test_an_empty_calendar_is_a_reading_without_stays() -> None:
    assert read() == Reading(stays=())


def test_line_ends_and_a_byte_order_mark_of_careless_platforms_are_read() -> None:
    body = wrap("UID:a\nDTSTART:20270301\nSUMMARY:caf\u2028é")
    for variant in (body.replace(b"\r\n", b"\n"), b"\xef\xbb\xbf" + body, b"\r\n" + body):
        found = read_feed(variant, "Europe/Paris", TODAY)
        assert isinstance(found, Reading)
        assert len(found.stays) == 1


def test_what_icalendar_writes_is_read_as_it_says() -> None:
    calendar = Calendar()
    calendar.add("prodid", "x")
    calendar.add("version", "2.0")
    for number in range(20):
        event = Event()
        event.add("uid", f"{number}-{'é' * 60}@example.org")
        event.add("dtstart", date(2027, 3, 1) + timedelta(days=number))
        event.add("dtend", date(2027, 3, 3) + timedelta(days=number))
        event.add("dtstamp", datetime(2026, 12, 1, tzinfo=UTC))
        calendar.add_component(event)
    found = read_feed(calendar.to_ical(), "Europe/Paris", TODAY)
    assert isinstance(found, Reading)
    told = {(str(e["uid"]), e["dtstart"].dt, e["dtend"].dt) for e in calendar.walk("VEVENT")}
    assert {stay.key for stay in found.stays} == told


def feed_of(events: int) -> bytes:
    return wrap(
        *(
            f"UID:{n}@example.org\nDTSTAMP:20261201T090000Z\nSUMMARY:Reserved\n"
            f"DTSTART;VALUE=DATE:202703{n % 28 + 1:02}\nDESCRIPTION:{'x' * 60}"
            for n in range(events)
        )
    )


def took(act: Callable[[], object]) -> float:
    """The processor's seconds of the quickest of three."""
    found: list[float] = []
    for _ in range(3):
        started = time.process_time()
        act()
        found.append(time.process_time() - started)
    return min(found)


def test_ten_times_the_events_take_ten_times_as_long() -> None:
    few, many = feed_of(500), feed_of(5_000)
    found = read_feed(many, "Europe/Paris", TODAY)
    assert isinstance(found, Reading)
    assert len(found.stays) == 5_000
    short = took(lambda: read_feed(few, "Europe/Paris", TODAY))
    assert took(lambda: read_feed(many, "Europe/Paris", TODAY)) < 30 * short


def test_a_line_made_to_be_slow_is_not() -> None:
    def slow(commas: int) -> float:
        text = f"UID:a\nDTSTART;X={',' * commas}\nDTSTART:20270301"
        assert read(text).stays
        return took(lambda: read(text))

    assert slow(100_000) < 40 * slow(10_000)
