"""What tools write and read of a class: tables."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest

from verticals.education.classwork import Told
from verticals.education.lti_launch.models import Line
from verticals.education.lti_services import wire
from verticals.education.lti_services.errors import AskedWrongly, NotThere
from verticals.education.lti_tools.models import Addresses

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
AT = Addresses(site="https://hub.example", space=4)
CLASS, LINK, LINE, SUB = UUID(int=5), UUID(int=6), UUID(int=7), UUID(int=8)

SCORE = {
    "userId": str(SUB),
    "scoreGiven": 8,
    "scoreMaximum": 10,
    "activityProgress": "Completed",
    "gradingProgress": "FullyGraded",
    "timestamp": "2026-12-01T09:00:00.123Z",
}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"userId": "lea"}, "userId"),
        ({"userId": None}, "userId"),
        ({"scoreGiven": -1}, "scoreGiven"),
        ({"scoreGiven": "8"}, "scoreGiven"),
        ({"scoreGiven": True}, "scoreGiven"),
        ({"scoreGiven": 1e300}, "scoreGiven"),
        ({"scoreGiven": 10**400}, "scoreGiven"),
        ({"scoreMaximum": None}, "scoreMaximum"),
        ({"scoreMaximum": 0}, "scoreMaximum"),
        ({"scoreMaximum": 5e-324}, "scoreMaximum"),
        ({"activityProgress": ["Completed"]}, "activityProgress"),
        ({"activityProgress": "Done"}, "activityProgress"),
        ({"gradingProgress": None}, "gradingProgress"),
        ({"timestamp": None}, "timestamp"),
        ({"timestamp": "2026-12-01T09:00:00"}, "timestamp"),
        ({"timestamp": "yesterday"}, "timestamp"),
        ({"timestamp": 7}, "timestamp"),
        ({"timestamp": "0001-01-01T00:00:00+14:00"}, "timestamp"),
        ({"timestamp": "9999-12-31T23:59:59-14:00"}, "timestamp"),
        ({"comment": "x" * 5_001}, "comment"),
        ({"comment": 7}, "comment"),
        ({"comment": "\0"}, "comment"),
    ],
)
def test_a_score_that_is_written_badly_is_refused_by_its_member(
    changes: dict[str, Any], field: str
) -> None:
    assert wire.read_score(SCORE).given == 8
    with pytest.raises(AskedWrongly) as refused:
        wire.read_score({**SCORE, **changes})
    assert refused.value.extra["field"] == field


def test_a_score_without_points_is_read() -> None:
    pending = {**SCORE, "scoreGiven": None, "gradingProgress": "Pending"}
    assert wire.read_score(pending).given is None
    assert wire.read_score(pending).given_of is None
    over = wire.read_score({**SCORE, "scoreGiven": 12})
    assert over.given == 12  # AGS 2.0 lets a tool give more than all


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"scoreMaximum": None}, "scoreMaximum"),
        ({"scoreMaximum": 0}, "scoreMaximum"),
        ({"scoreMaximum": 1e7}, "scoreMaximum"),
        ({"label": None}, "label"),
        ({"label": " "}, "label"),
        ({"label": "x" * 201}, "label"),
        ({"tag": "x" * 257}, "tag"),
        ({"resourceId": 7}, "resourceId"),
        ({"resourceLinkId": "x"}, "resourceLinkId"),
        ({"resourceLinkId": 7}, "resourceLinkId"),
        ({"resourceLinkId": {}}, "resourceLinkId"),
        ({"startDateTime": "2026-12-01"}, "startDateTime"),
        ({"endDateTime": "x"}, "endDateTime"),
    ],
)
def test_a_line_item_that_is_written_badly_is_refused_by_its_member(
    changes: dict[str, Any], field: str
) -> None:
    good = {"scoreMaximum": 20, "label": "Fractions"}
    assert wire.read_line(good).out_of == 20
    with pytest.raises(AskedWrongly) as refused:
        wire.read_line({**good, **changes})
    assert refused.value.extra["field"] == field


def test_a_line_item_is_written_as_it_was_read() -> None:
    told = {
        "scoreMaximum": 20.0,
        "label": "Fractions",
        "resourceId": "r",
        "tag": "t",
        "resourceLinkId": str(LINK),
        "startDateTime": "2026-12-01T09:00:00Z",
        "endDateTime": "2026-12-02T09:00:00Z",
    }
    new = wire.read_line(told)
    kept = Line(id=LINE, classroom=CLASS, **msgspec.structs.asdict(new))
    written = json.loads(msgspec.json.encode(wire.write_line(kept, AT)))
    assert written == {**told, "id": AT.line(CLASS, LINE)}


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"7", b"{", b"\xff", b'{"a": "\xff"}', b"[" * 100_000]
)
def test_a_body_that_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(AskedWrongly):
        wire.read_json(body)


def test_a_mark_counts_for_the_points_of_its_column_once_it_is_whole() -> None:
    told = Told(
        part=LINE,
        member=UUID(int=9),
        given=8.0,
        given_of=10.0,
        comment="",
        activity="Completed",
        grading="FullyGraded",
        told_at=NOW,
    )
    assert told.points(20) == 16
    assert msgspec.structs.replace(told, given=1.0, given_of=3.0).points(20) == 6.67
    assert msgspec.structs.replace(told, grading="Pending").points(20) is None
    assert msgspec.structs.replace(told, given=None, given_of=None).points(20) is None
    column = Line(id=LINE, classroom=CLASS, label="x", out_of=20.0)
    result = wire.write_result(told, column, SUB, AT)
    assert (result["resultScore"], result["resultMaximum"]) == (16, 20)
    assert result["userId"] == str(SUB)


@pytest.mark.parametrize(
    ("typed", "role"),
    [
        (None, None),
        ("", None),
        ("Learner", "student"),
        ("learner", "student"),
        ("Instructor", "teacher"),
        ("http://purl.imsglobal.org/vocab/lis/v2/membership#Learner", "student"),
    ],
)
def test_a_role_is_asked_for_by_its_address_or_its_short_name(
    typed: str | None, role: str | None
) -> None:
    assert wire.read_role(typed) == role


def test_a_role_that_nobody_has_is_refused() -> None:
    with pytest.raises(NotThere):
        wire.read_role("Administrator")


@pytest.mark.parametrize(("limit", "wanted"), [(None, 50), ("1", 1), ("200", 200), ("9999", 200)])
def test_a_page_is_bounded(limit: str | None, wanted: int) -> None:
    assert wire.read_cut(limit, None).wanted == wanted


@pytest.mark.parametrize(
    ("limit", "after"), [("0", None), ("-1", None), ("x", None), ("1", "x"), ("²", None)]
)
def test_a_page_that_is_asked_for_badly_is_refused(limit: str, after: str | None) -> None:
    with pytest.raises(AskedWrongly):
        wire.read_cut(limit, after)
