"""Events: what may be announced, by the clock of the town, and who moves up."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest
from icalendar import Calendar

from tests.conftest import NOW
from verticals.city.events import policy
from verticals.city.events.errors import EventInvalid
from verticals.city.events.models import Event, Publish, Register, Registration, State
from verticals.city.towns import policy as towns

TOWN = towns.choose(12, "48095")
FAIR = Publish(
    title="Fête du livre <jeunesse>",
    words="Des auteurs, des jeux ;\nentrée libre, réservée aux inscrits.",
    place="Espace des Anges",
    begins="2026-12-12T14:00",
    ends="2026-12-12T18:00",
    capacity="120",
)


def changed(**fields: str) -> Publish:
    return msgspec.structs.replace(FAIR, **fields)


def test_an_event_without_hours_has_one_with_all_its_room() -> None:
    said = policy.check(FAIR, TOWN, NOW)
    begins = datetime(2026, 12, 12, 13, tzinfo=UTC)
    assert said.slots == ((begins, 120),)
    assert (said.begins_at, said.opens_at, said.closes_at) == (begins, NOW, begins)


def test_hours_are_of_the_events_day_or_of_another_that_is_named() -> None:
    said = policy.check(
        changed(ends="2026-12-13T18:00", slots="16:30 20\n\n2026-12-13 9:00 5\n14:00 8"), TOWN, NOW
    )
    assert [(f"{at:%d %H:%M}", room) for at, room in said.slots] == [
        ("12 13:00", 8), ("12 15:30", 20), ("13 08:00", 5),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        pytest.param({"title": " \u200b"}, "title", id="no title"),
        pytest.param({"title": "x" * 161}, "title", id="a long title"),
        pytest.param({"place": ""}, "place", id="nowhere"),
        pytest.param({"begins": "demain"}, "begins", id="no day"),
        pytest.param({"begins": "2026-11-12T14:00"}, "begins", id="before now"),
        pytest.param({"begins": "9999-12-31T23:59"}, "begins", id="a year no calendar has"),
        pytest.param({"begins": "2027-03-28T02:30", "ends": "2027-03-28T09:00"}, "begins",
                     id="an hour that a night has not"),
        pytest.param({"ends": "2026-12-12T14:00"}, "ends", id="no time passes"),
        pytest.param({"ends": "2027-02-12T14:00"}, "ends", id="two months"),
        pytest.param({"capacity": "0"}, "capacity", id="no room"),
        pytest.param({"capacity": "1001"}, "capacity", id="more than can be written to"),
        pytest.param({"capacity": "²"}, "capacity", id="no number"),
        pytest.param({"slots": "14 heures 20"}, "slots", id="no hour"),
        pytest.param({"slots": "13:00 20"}, "slots", id="an hour before it begins"),
        pytest.param({"slots": "14:00 20\n14:00 5"}, "slots", id="an hour twice"),
        pytest.param({"slots": "14:00 600\n15:00 600"}, "slots", id="too many over the hours"),
        pytest.param({"opens": "2026-12-12T15:00"}, "closes", id="opens when it has begun"),
        pytest.param({"closes": "2026-12-13T15:00"}, "closes", id="closes after the end"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_beside_its_field(fields: dict[str, str], field: str) -> None:
    with pytest.raises(EventInvalid) as refused:
        policy.check(changed(**fields), TOWN, NOW)
    assert refused.value.extra["field"] == field


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": " "}, "name"),
        ({"email": "lou"}, "email"),
        ({"places": "0"}, "places"),
        ({"places": "11"}, "places"),
        ({"places": "0100"}, "places"),
        ({"places": "1" * 5_000}, "places"),
        ({"places": "many"}, "places"),
    ],
)
def test_who_registers_says_who_and_how_many(fields: dict[str, str], field: str) -> None:
    typed = Register(slot="", name="Lou", email="lou@example.org", places="2")
    assert policy.check_registration(typed) == ("Lou", "lou@example.org", 2)
    with pytest.raises(EventInvalid) as refused:
        policy.check_registration(msgspec.structs.replace(typed, **fields))
    assert refused.value.extra["field"] == field


@pytest.mark.parametrize(
    ("free", "up"), [(0, []), (1, [2]), (2, [1]), (3, [1, 2]), (6, [1, 2, 3]), (4, [1, 2])]
)
def test_who_waits_longest_moves_up_and_a_group_lets_smaller_ones_pass(
    free: int, up: list[int]
) -> None:
    waiting = [
        Registration(id=UUID(int=number), event=UUID(int=9), slot=UUID(int=8), places=places,
                     state=State.WAITING, name="", email="", asked_at=NOW, since=NOW)
        for number, places in ((1, 2), (2, 1), (3, 3))
    ]  # fmt: skip
    assert [one.id.int for one in policy.who_moves_up(waiting, free)] == up


@pytest.mark.parametrize("cancelled", ["", "La neige."])
def test_the_calendar_file_is_read_back_by_a_library_with_the_instants_and_the_words(
    cancelled: str,
) -> None:
    said = msgspec.structs.asdict(policy.check(FAIR, TOWN, NOW))
    said.pop("slots")
    counts = {"revision": 3, "capacity": 120, "taken": 0}
    event = Event(id=UUID(int=5), cancelled=cancelled, written_at=NOW, **counts, **said)
    text = policy.write_calendar(event, TOWN, "https://hub.example")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    [read] = Calendar.from_ical(text).walk("VEVENT")
    assert str(read["summary"]) == FAIR.title
    assert read["dtstart"].dt == event.begins_at
    assert read["dtend"].dt - read["dtstart"].dt == timedelta(hours=4)
    assert str(read["location"]) == "Espace des Anges, Mende"
    assert str(read["description"]) == (cancelled or FAIR.words)
    assert str(read["status"]) == ("CANCELLED" if cancelled else "CONFIRMED")
    assert read["sequence"] == 3


@pytest.mark.parametrize("typed", ["0", "1001", "00001000000", "9" * 5_000, "١٢"])
def test_room_that_nobody_can_mean_is_refused(typed: str) -> None:
    assert policy.read_room(" 1000 ", "capacity") == 1_000
    with pytest.raises(EventInvalid) as refused:
        policy.read_room(typed, "capacity")
    assert refused.value.extra["field"] == "capacity"
