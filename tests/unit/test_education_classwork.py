"""What may be posted and marked in a class."""

from datetime import UTC, datetime

import pytest

from verticals.education.classwork import policy
from verticals.education.classwork.errors import PostInvalid
from verticals.education.classwork.models import Write

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
TASK = {"kind": "assignment", "title": "Rédaction", "due": "2026-12-04T18:00", "out_of": "20"}


@pytest.mark.parametrize(
    ("typed", "score"),
    [("0", 0), ("20", 2000), ("16,5", 1650), (" 7.25 ", 725), ("20.00", 2000)],
)
def test_a_mark_lies_between_nothing_and_all(typed: str, score: int) -> None:
    assert policy.check_score(typed, 20) == score


@pytest.mark.parametrize(
    "typed",
    ["", "105", "20,01", "-1", "7,255", "sept", "NaN", "Infinity", "1e1000000", "1" * 13],
)
def test_a_mark_of_more_than_all_or_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(PostInvalid) as refused:
        policy.check_score(typed, 20)
    assert refused.value.extra["field"] == "score"


@pytest.mark.parametrize(
    ("zone", "hour"),
    [
        ("Europe/Paris", 17),
        ("Indian/Reunion", 14),
        ("America/Martinique", 22),
        ("Pacific/Noumea", 7),
    ],
)
def test_due_is_an_hour_of_the_school_s_own_clock(zone: str, hour: int) -> None:
    due = policy.check_post(Write(**TASK), zone, NOW).due_at
    assert due is not None
    assert due.astimezone(UTC) == datetime(2026, 12, 4, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "a" * 121}, "title"),
        ({"body": "a" * 20_001}, "body"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"due": "2026-11-30T18:00"}, "due"),
        ({"due": ""}, "due"),
        ({"due": "2026-12-04T18:00Z"}, "due"),
        ({"out_of": "0"}, "out_of"),
        ({"out_of": "101"}, "out_of"),
        ({"kind": "resource"}, "body"),
    ],
)
def test_what_is_not_complete_names_its_field(change: dict[str, str], field: str) -> None:
    with pytest.raises(PostInvalid) as refused:
        policy.check_post(Write(**{**TASK, **change}), "Europe/Paris", NOW)
    assert refused.value.extra["field"] == field
