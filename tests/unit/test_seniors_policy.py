"""What a home tells, and what is unusual: the bad inputs of DOMAIN 7.3 as tables."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from verticals.seniors.errors import SeniorInvalid
from verticals.seniors.models import Contact, Event, Senior, Sensor
from verticals.seniors.policy import check_email, morning_of, next_contact, take_events, unusual

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
DAY = date(2026, 12, 1)
END = morning_of(DAY)[1]


def event(id: str = "1", kind: str = "motion", late: timedelta = timedelta()) -> Event:
    return Event(id=id, kind=kind, at=NOW - late)


@pytest.mark.parametrize(
    ("late", "counts_for"),
    [
        pytest.param(timedelta(), NOW, id="on-time"),
        pytest.param(timedelta(hours=3), NOW - timedelta(hours=3), id="offline-3h-then-burst"),
        pytest.param(-timedelta(minutes=4), NOW, id="a-little-ahead"),
        pytest.param(-timedelta(days=400), NOW, id="clock-drift-ahead"),
    ],
)
def test_an_event_counts_for_its_own_instant_unless_its_clock_runs_ahead(
    late: timedelta, counts_for: datetime
) -> None:
    assert take_events([event(late=late)], NOW)["1"].at == counts_for


@pytest.mark.parametrize(
    "events",
    [
        pytest.param([], id="none"),
        pytest.param([event(late=timedelta(days=3))], id="clock-drift-behind"),
        pytest.param([event(kind="fall")], id="unknown-kind"),
        pytest.param([event(id="")], id="no-id"),
        pytest.param([event(id="x" * 65)], id="endless-id"),
        pytest.param([Event(id="1", kind="motion", at=datetime(2026, 12, 1, 9))], id="no-zone"),  # noqa: DTZ001
        pytest.param([event(str(n)) for n in range(501)], id="flood"),
    ],
)
def test_what_no_sensor_of_ours_would_tell_is_refused(events: list[Event]) -> None:
    with pytest.raises(SeniorInvalid):
        take_events(events, NOW)


def test_a_message_that_is_delivered_twice_counts_once() -> None:
    assert len(take_events([event(), event(), event("2")], NOW)) == 2


def sensor(*, pets: bool = False, heard: timedelta | None = timedelta(hours=1)) -> Sensor:
    heard_at = None if heard is None else END - heard
    return Sensor(id=UUID(int=1), senior=UUID(int=2), place="Hall", pets=pets, heard_at=heard_at)


@pytest.mark.parametrize(
    ("away", "sensors", "moved", "found"),
    [
        pytest.param(None, [sensor()], True, [], id="up"),
        pytest.param(None, [sensor()], False, ["silence"], id="silent"),
        pytest.param(DAY, [sensor()], False, [], id="absence-declared"),
        pytest.param(date(2026, 11, 30), [sensor()], False, ["silence"], id="absence-over"),
        pytest.param(None, [sensor(pets=True)], False, [], id="only-the-cat-could-move-it"),
        pytest.param(None, [sensor(heard=None)], False, [], id="never-installed"),
        pytest.param(
            None, [sensor(heard=timedelta(hours=25))], False, ["silence", "sensor-lost"], id="lost"
        ),
        pytest.param(None, [], False, [], id="no-sensor"),
    ],
)
def test_what_a_morning_shows(
    away: date | None, sensors: list[Sensor], moved: bool, found: list[str]
) -> None:
    person = Senior(id=UUID(int=2), name="Odette", away_until=away)
    assert unusual(person, sensors, moved, END) == found


def test_a_morning_is_seven_to_eleven_in_paris_in_winter_and_in_summer() -> None:
    winter, summer = morning_of(date(2026, 12, 1)), morning_of(date(2026, 7, 1))
    assert [at.astimezone(UTC).hour for at in winter + summer] == [6, 10, 5, 9]


def test_contacts_are_called_in_their_order_until_nobody_is_left() -> None:
    contacts = [
        Contact(id=UUID(int=n), senior=UUID(int=9), name="", email="", rank=n, shares=())
        for n in (3, 1, 7)
    ]
    assert [
        found.rank if found else None
        for after in (0, 1, 3, 7)
        for found in [next_contact(contacts, after)]
    ] == [1, 3, 7, None]


@pytest.mark.parametrize("email", ["", "lucie", "lucie@", "lucie@home", "a b@c.fr", "x" * 130])
def test_an_address_that_no_letter_reaches_is_refused(email: str) -> None:
    with pytest.raises(SeniorInvalid) as caught:
        check_email(email)
    assert caught.value.extra["field"] == "email"
