"""Where, when and how far: what is typed wrong is told beside its field (DOMAIN 7.3)."""

from datetime import UTC, datetime

import pytest

from hub.territory import communes
from verticals.seniors.errors import SeniorInvalid
from verticals.seniors.outings import policy
from verticals.seniors.outings.errors import OutingOver
from verticals.seniors.outings.models import Near, Outing, Where

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
MENDE = Where(commune="48095", commune_name="Mende", lat=44.52, lng=3.5)


def outing(**fields: object) -> Outing:
    said: dict[str, object] = {
        "id": "00000000-0000-0000-0000-000000000001", "volunteer": None, "visitor": None,
        "title": "Bal", "place": "Salle", "commune": "48095", "commune_name": "Mende",
        "lat": 44.52, "lng": 3.5, "starts_at": datetime(2026, 12, 5, 13, 0, tzinfo=UTC),
        "seats": 2, "state": "open", "vouched": True, "taken": 0,
    }  # fmt: skip
    return Outing(**{**said, **fields})  # pyright: ignore[reportArgumentType]  a table of fields


@pytest.mark.parametrize(
    ("typed", "code"),
    [("Mende", "48095"), ("  mende ", "48095"), ("48095", "48095"), ("2a004", "2A004"),
     ("saint chely d'apcher", "48140"), ("Paris", "75056")],
)  # fmt: skip
def test_a_commune_is_found_as_people_type_it(typed: str, code: str) -> None:
    assert policy.find_commune(typed, communes()).commune == code


@pytest.mark.parametrize(
    ("typed", "says"),
    [("", "No commune"), ("Nullepart", "No commune"), ("Saint-Denis", "Several communes fit"),
     ("48000", "Several communes fit")],
)  # fmt: skip
def test_no_distance_is_told_from_a_place_that_nobody_is_sure_of(typed: str, says: str) -> None:
    with pytest.raises(SeniorInvalid, match=says) as caught:
        policy.find_commune(typed, communes())
    assert caught.value.extra["field"] == "commune"


@pytest.mark.parametrize(
    ("day", "at", "instant"),
    [("2026-12-05", "14:00", datetime(2026, 12, 5, 13, 0, tzinfo=UTC)),
     ("2027-07-05", "14:00", datetime(2027, 7, 5, 12, 0, tzinfo=UTC))],
)  # fmt: skip
def test_an_hour_is_of_the_clock_in_paris(day: str, at: str, instant: datetime) -> None:
    assert policy.read_start(day, at, NOW) == instant


@pytest.mark.parametrize(
    ("day", "at", "field"),
    [("", "14:00", "day"), ("2026-13-05", "14:00", "day"), ("2026-12-05", "25:10", "day"),
     ("2026-11-30", "14:00", "day"), ("2027-03-28", "02:30", "time")],
)  # fmt: skip
def test_no_outing_begins_in_the_past_or_in_an_hour_that_does_not_exist(
    day: str, at: str, field: str
) -> None:
    with pytest.raises(SeniorInvalid) as caught:
        policy.read_start(day, at, NOW)
    assert caught.value.extra["field"] == field


@pytest.mark.parametrize("number", ["W481000001", "w48 100 0001"])
def test_an_association_vouches_by_its_number(number: str) -> None:
    assert policy.check_rna(number) == "W481000001"


@pytest.mark.parametrize("number", ["", "W48100000", "W4810000012", "X481000001", "481000001"])
def test_a_number_that_is_none_vouches_for_nobody(number: str) -> None:
    with pytest.raises(SeniorInvalid):
        policy.check_rna(number)


@pytest.mark.parametrize(
    "fields",
    [{"state": "cancelled"}, {"vouched": False}, {"taken": 2}, {"starts_at": NOW}],
    ids=["cancelled", "not vouched for", "full", "begun"],
)
def test_what_is_over_or_full_is_neither_shown_nor_joined(fields: dict[str, object]) -> None:
    with pytest.raises(OutingOver):
        policy.check_open(outing(**fields), NOW)
    policy.check_open(outing(), NOW)
    if "starts_at" not in fields:  # the list itself begins at this instant
        assert not policy.is_offered(Near(outing=outing(**fields), km=0))


def test_what_is_far_is_not_shown_and_without_a_home_nothing_is_hidden() -> None:
    far = outing(lat=48.86, lng=2.35)
    assert policy.how_far(far, MENDE).km == 490
    assert not policy.is_offered(policy.how_far(far, MENDE))
    assert policy.is_offered(policy.how_far(far, None))
    assert policy.how_far(outing(), MENDE).km == 0
