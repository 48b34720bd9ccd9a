"""Our own calendar, what a feed changes, and which addresses may be read."""

from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar

from tourism.channels.errors import FeedInvalid
from tourism.channels.models import Block, BlockState, Move, Reading, Stay
from tourism.channels.policy import (
    check_feed,
    find_full_stays,
    give_back,
    plan_changes,
    read_feed,
    tag_calendar,
    write_calendar,
)
from tourism.rates.models import Closed, Night

TODAY = date(2027, 3, 25)
STAMPED_AT = datetime(2027, 3, 25, 9, 0, tzinfo=UTC)
OWN = "https://hub.example.org"


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


def nights(units: dict[int, int]) -> list[Night]:
    return [
        Night(on=day(n), units_left=left, price_cents=1, min_stay=1, closed=Closed(0))
        for n, left in sorted(units.items())
    ]


def stay(uid: str, first: int, last: int) -> Stay:
    return Stay(uid=uid, arrival=day(first), departure=day(last))


def blocked(uid: str, first: int, last: int, *, until: int | None = None) -> Block:
    return Block(
        uid=uid,
        arrival=day(first),
        departure=day(last),
        state=BlockState.BLOCKED,
        taken_from=day(max(first, 0)),
        taken_until=day(last if until is None else until),
    )


def units(left: int, last: int = 30) -> dict[date, int]:
    return {day(n): left for n in range(last)}


# Our own calendar


def test_nights_without_a_unit_are_merged_into_stays() -> None:
    found = find_full_stays(nights({0: 1, 1: 0, 2: 0, 3: 2, 4: 0, 6: 0}), 7, TODAY)
    assert [(s.arrival, s.departure) for s in found] == [
        (day(1), day(3)),
        (day(4), day(5)),
        (day(6), day(7)),
    ]


def test_a_run_keeps_its_uid_while_it_passes_and_grows() -> None:
    first = find_full_stays(nights({-2: 0, -1: 0, 0: 0, 1: 0, 2: 1}), 7, TODAY)
    later = find_full_stays(nights({-2: 0, -1: 0, 0: 0, 1: 0, 2: 0}), 7, day(1))
    assert [s.uid for s in first] == [s.uid for s in later]
    assert len({s.uid for s in find_full_stays(nights({1: 0, 3: 0}), 7, TODAY)}) == 2
    assert first[0].uid != find_full_stays(nights({-2: 0, -1: 0, 0: 0}), 8, TODAY)[0].uid


def test_runs_that_are_over_are_not_told() -> None:
    assert find_full_stays(nights({-2: 0, -1: 0, 0: 1}), 7, TODAY) == []


def test_icalendar_reads_our_calendar_as_we_meant_it() -> None:
    stays = find_full_stays(nights({0: 0, 1: 0, 2: 0, 3: 0, 4: 1, 5: 0}), 7, TODAY)
    name = "Hôtel de la très longue façade où l'été ne finit jamais · Chambre supérieure n° 12"
    text = write_calendar(name, stays, STAMPED_AT)
    calendar = Calendar.from_ical(text)
    assert str(calendar["x-wr-calname"]) == name
    assert calendar["prodid"]
    events = calendar.walk("VEVENT")
    told = [(str(e["uid"]), e["dtstart"].dt, e["dtend"].dt) for e in events]
    assert told == [s.key for s in stays]
    for event in events:
        assert event["dtstart"].params["value"] == "DATE"
        assert event["dtend"].params["value"] == "DATE"
        assert event["dtstamp"].dt == STAMPED_AT
        assert str(event["summary"]) == "Occupé"


def test_the_file_has_crlf_and_lines_of_75_octets_at_most() -> None:
    text = write_calendar("é" * 90, find_full_stays(nights({0: 0}), 7, TODAY), STAMPED_AT)
    assert text.count("\n") == text.count("\r\n")
    assert text.endswith("END:VCALENDAR\r\n")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert "\r\n " in text


def test_our_own_calendar_coming_back_blocks_nothing() -> None:
    stays = find_full_stays(nights({0: 0, 1: 0, 3: 0}), 7, TODAY)
    found = read_feed(write_calendar("x", stays, STAMPED_AT).encode(), "Europe/Paris", TODAY)
    assert found == Reading(stays=(), events=2, ours=2)


def test_the_tag_changes_with_what_is_said_and_not_with_time() -> None:
    stays = find_full_stays(nights({0: 0, 1: 0}), 7, TODAY)
    assert tag_calendar("x", stays) == tag_calendar("x", list(stays))
    assert tag_calendar("x", stays) != tag_calendar("y", stays)
    assert tag_calendar("x", stays) != tag_calendar("x", [])


# What a feed changes


def plan(stored: list[Block], *stays: Stay, left: dict[date, int] | None = None, **extra: object):
    reading = Reading(stays=stays, **extra)  # type: ignore[arg-type]
    return plan_changes(stored, reading, units(2) if left is None else left, TODAY)


def test_a_new_stay_takes_one_unit_of_its_nights() -> None:
    made = plan([], stay("a", 2, 5))
    assert made.kept == (blocked("a", 2, 5),)
    assert made.moves == (Move(quantity=1, first=day(2), last=day(5)),)


def test_the_same_feed_again_changes_nothing() -> None:
    made = plan([blocked("a", 2, 5)], stay("a", 2, 5), left=units(0))
    assert (made.kept, made.dropped, made.moves) == ((), (), ())


def test_a_vanished_stay_gives_back_exactly_what_it_took() -> None:
    block = blocked("a", 2, 9, until=6)
    made = plan([block])
    assert made.dropped == (block,)
    assert made.moves == (Move(quantity=-1, first=day(2), last=day(6)),)


def test_a_moved_stay_moves_its_edges_only() -> None:
    made = plan([blocked("a", 2, 5)], stay("a", 3, 6), left={**units(1), day(3): 0, day(4): 0})
    assert made.kept == (blocked("a", 3, 6),)
    assert made.moves == (
        Move(quantity=-1, first=day(2), last=day(3)),
        Move(quantity=1, first=day(5), last=day(6)),
    )


def test_a_stay_with_a_full_night_is_a_conflict_and_takes_nothing() -> None:
    made = plan([], stay("a", 2, 5), left={**units(1), day(4): 0})
    assert [block.state for block in made.kept] == [BlockState.CONFLICT]
    assert made.moves == ()


def test_two_stays_share_the_last_unit_only_as_blocked_and_conflict() -> None:
    made = plan([], stay("a", 2, 5), stay("b", 4, 6), left=units(1))
    assert [block.state for block in made.kept] == [BlockState.BLOCKED, BlockState.CONFLICT]
    assert made.moves == (Move(quantity=1, first=day(2), last=day(5)),)


def test_a_conflict_takes_its_nights_once_they_are_free() -> None:
    conflict = Block(uid="a", arrival=day(2), departure=day(5), state=BlockState.CONFLICT)
    assert plan([conflict], stay("a", 2, 5), left=units(0)).kept == ()
    assert plan([conflict], stay("a", 2, 5)).kept == (blocked("a", 2, 5),)


def test_a_conflict_that_vanishes_gives_nothing_back() -> None:
    conflict = Block(uid="a", arrival=day(2), departure=day(5), state=BlockState.CONFLICT)
    made = plan([conflict])
    assert made.dropped == (conflict,)
    assert made.moves == ()


def test_a_stay_in_progress_takes_from_today_on() -> None:
    made = plan([], stay("a", -3, 2))
    assert made.moves == (Move(quantity=1, first=TODAY, last=day(2)),)


def test_nights_that_are_not_open_yet_are_waited_for_and_taken_when_they_open() -> None:
    waiting = plan([], stay("a", 40, 45)).kept
    assert [block.state for block in waiting] == [BlockState.WAITING]
    (partly,) = plan([], stay("a", 28, 35)).kept
    assert (partly.taken_from, partly.taken_until) == (day(28), day(30))
    made = plan([partly], stay("a", 28, 35), left=units(1, 60))
    assert made.moves == (Move(quantity=1, first=day(30), last=day(35)),)
    assert made.kept == (blocked("a", 28, 35),)


def test_a_stay_that_is_over_stays_as_it_was() -> None:
    made = plan([blocked("a", -5, 0)])
    assert (made.dropped, made.moves) == ((), ())


def test_a_stay_whose_event_is_unreadable_now_keeps_its_nights() -> None:
    made = plan([blocked("a", 2, 5), blocked("b", 2, 5)], unreadable=frozenset({"a"}))
    assert made.dropped == (blocked("b", 2, 5),)
    assert made.moves == (Move(quantity=-1, first=day(2), last=day(5)),)


def test_thousands_of_stays_become_a_few_moves() -> None:
    stays = [stay(f"{n}", n % 20, n % 20 + 3) for n in range(5_000)]
    made = plan_changes([], Reading(stays=tuple(stays)), units(10), TODAY)
    assert len(made.moves) <= 30
    assert len(made.kept) == 5_000
    assert max(move.quantity for move in made.moves) <= 10


def test_a_removed_feed_gives_back_all_that_it_took() -> None:
    blocks = [blocked("a", 2, 5), blocked("b", 4, 6)]
    assert give_back(blocks) == (
        Move(quantity=-1, first=day(2), last=day(4)),
        Move(quantity=-2, first=day(4), last=day(5)),
        Move(quantity=-1, first=day(5), last=day(6)),
    )


# Which addresses may be read


def test_a_forms_values_become_a_command() -> None:
    command = check_feed("  Autre   plateforme ", " webcal://example.org/a.ics?s=1 ", "12", OWN)
    assert (command.label, command.room_type) == ("Autre plateforme", 12)
    assert command.address == "https://example.org/a.ics?s=1"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "example.org/a.ics",
        "ftp://example.org/a.ics",
        "file:///etc/passwd",
        "https://",
        "https:///a.ics",
        "https://example.org/a b.ics",
        "https://example.org:0/a.ics",
        "https://example.org:99999/a.ics",
        "https://user:secret@example.org/a.ics",
        "https://user@example.org/a.ics",
        "https://[::1",
        "https://" + "x" * 2_000 + ".org",
        "http://127.0.0.1/a.ics",
        "http://10.0.0.8/a.ics",
        "http://169.254.169.254/latest",
        "http://[::1]/a.ics",
        "http://[fe80::1]/a.ics",
        "http://[fd00::1]/a.ics",
        "http://[::ffff:127.0.0.1]/a.ics",
        "http://[64:ff9b::7f00:1]/a.ics",
        "http://[2002:7f00:1::]/a.ics",
        "http://0.0.0.0/a.ics",
        "http://100.64.0.1/a.ics",
        "http://224.0.0.1/a.ics",
        "http://localhost:8000/a.ics",
        "http://printer.local/a.ics",
        "https://hub.example.org/ical/abc.ics",
        "https://HUB.example.org/ical/abc.ics",
    ],
)
def test_an_address_that_must_not_be_read_is_refused_at_its_field(address: str) -> None:
    with pytest.raises(FeedInvalid) as caught:
        check_feed("x", address, "12", OWN)
    assert caught.value.extra == {"field": "address"}


@pytest.mark.parametrize(
    ("label", "room_type", "field"),
    [
        ("", "12", "label"),
        ("x" * 81, "12", "label"),
        ("x", "", "room_type"),
        ("x", "²", "room_type"),
    ],
)
def test_the_field_that_is_wrong_is_named(label: str, room_type: str, field: str) -> None:
    with pytest.raises(FeedInvalid) as caught:
        check_feed(label, "https://example.org/a.ics", room_type, OWN)
    assert caught.value.extra == {"field": field}
