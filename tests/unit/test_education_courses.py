"""Courses: answers are marked on the server, nothing tells them before, drafts are put together."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest

from tests.courses import (
    CAPTIONS,
    CONTENT,
    MANY,
    NOON,
    NUMBER,
    ONE,
    QUESTIONS,
    QUIZ,
    RIGHT,
    TEXT,
    VIDEO,
    WORD,
    WRONG,
    record,
)
from verticals.education.authoring import policy
from verticals.education.authoring.models import (
    WriteChoice,
    WriteCourse,
    WriteQuestion,
    WriteStep,
)
from verticals.education.courses import grading
from verticals.education.courses import policy as shown
from verticals.education.courses.errors import AnswersInvalid, CourseInvalid
from verticals.education.courses.models import Content, Step
from verticals.education.records.policy import number_of

HOSTS = ("tube.exemple.fr",)
STEP = CONTENT.step(QUIZ)
assert STEP is not None
BY_ID = {one.id: one for one in QUESTIONS}


def test_every_answer_is_marked_with_all_or_none_of_its_points() -> None:
    assert STEP is not None
    right, wrong = grading.mark(STEP, RIGHT), grading.mark(STEP, WRONG)
    assert [one.points for one in right] == [2, 3, 1, 4]
    assert [one.points for one in wrong] == [0, 3, 1, 0]
    assert [one.response for one in right] == ["b", "a[,]c", "afrique", "7.1"]
    assert grading.is_passed(STEP, right)
    assert not grading.is_passed(STEP, wrong)  # 4 of 10, and 6 are wanted


@pytest.mark.parametrize(
    ("question", "response", "right"),
    [
        (ONE, "b", True), (ONE, "a", False),
        (MANY, "a[,]c", True), (MANY, "c[,]a", True), (MANY, "a", False),
        (MANY, "a[,]b[,]c", False),
        (WORD, "AFRIQUE", True), (WORD, "l'afrique", True), (WORD, "Afriques", False),
        (NUMBER, "7", True), (NUMBER, "8", True), (NUMBER, "8.01", False), (NUMBER, "-7.5", False),
    ],
)  # fmt: skip
def test_what_is_right(question: UUID, response: str, right: bool) -> None:
    assert grading.is_right(BY_ID[question], response) is right


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({f"answer-{ONE}": ""}, ONE),
        ({f"answer-{ONE}": "z"}, ONE),
        ({f"answer-{MANY}-a": "", f"answer-{MANY}-c": ""}, MANY),
        ({f"answer-{WORD}": " "}, WORD),
        ({f"answer-{WORD}": "a" * 251}, WORD),
        ({f"answer-{WORD}": "a\0"}, WORD),
        ({f"answer-{NUMBER}": "sept"}, NUMBER),
        ({f"answer-{NUMBER}": "NaN"}, NUMBER),
        ({f"answer-{NUMBER}": "1e999"}, NUMBER),
        ({f"answer-{NUMBER}": ""}, NUMBER),
    ],
)
def test_an_answer_that_is_missing_or_none_names_its_field(
    change: dict[str, str], field: UUID
) -> None:
    assert STEP is not None
    with pytest.raises(AnswersInvalid) as refused:
        grading.mark(STEP, {**RIGHT, **change})
    assert refused.value.extra["field"] == f"answer-{field}"


@pytest.mark.parametrize(
    ("typed", "number"),
    [("7,5", "7.5"), ("-0.25", "-0.25"), ("+3", "3"), (" 12 ", "12"), ("\N{MINUS SIGN}4", "-4")],
)
def test_a_number_is_read_with_a_point_or_a_comma(typed: str, number: str) -> None:
    assert grading.read_number(typed) == Decimal(number)


def test_a_step_that_is_shown_tells_nothing_of_what_is_right() -> None:
    assert STEP is not None
    blind = grading.blind(STEP)
    text = msgspec.json.encode(blind).decode()
    for secret in ("Afrique", "7.5", "0.5", "froid", "Relisez", "Bien vu", "true"):
        assert secret not in text, secret
    assert [one.text for one in blind.questions] == [one.text for one in QUESTIONS]
    assert [len(one.choices) for one in blind.questions] == [2, 3, 0, 0]


def test_feedback_is_of_what_was_chosen_and_of_the_whole() -> None:
    assert STEP is not None
    one, many, _, number = grading.mark(STEP, {**WRONG, f"answer-{MANY}-b": "yes"})
    assert grading.feedback(QUESTIONS[0], one) == ["C'est le retour."]
    assert grading.feedback(QUESTIONS[1], many) == ["Relisez le texte."]
    assert grading.feedback(QUESTIONS[3], number) == []
    assert grading.words_of(QUESTIONS[1], many) == "L'hirondelle, Le moineau, La cigogne"


@pytest.mark.parametrize(
    ("tries", "extra", "done", "left"),
    [
        ((), 0, (), 2), ((False,), 0, (), 1), ((False, False), 0, (), 0),
        ((False, False), 1, (), 1), ((True,), 0, (QUIZ,), 0),
    ],
)  # fmt: skip
def test_tries_are_counted(
    tries: tuple[bool, ...], extra: int, done: tuple[UUID, ...], left: int
) -> None:
    assert STEP is not None
    assert grading.tries_left(STEP, record(tries=tries, extra=extra, done=done)) == left


def test_a_quiz_without_a_limit_is_tried_as_often_as_one_wants() -> None:
    assert STEP is not None
    free = msgspec.structs.replace(STEP, tries=0)
    assert grading.tries_left(free, record(tries=(False,) * 99)) is None
    assert grading.tries_left(free, record(tries=(False,) * 100)) == 0
    assert grading.tries_left(free, record(tries=(False,) * 100, extra=1)) is None


def test_who_comes_back_goes_on_with_the_first_step_that_is_not_done() -> None:
    assert record().next_number == 1
    assert record(done=(TEXT, QUIZ)).next_number == 2
    assert record(done=(TEXT, QUIZ)).percent == 66
    assert record(done=(TEXT, VIDEO, QUIZ)).percent == 100


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "a" * 121}, "title"),
        ({"about": "a" * 2_001}, "about"),
        ({"language": "xx"}, "language"),
        ({"hours": ""}, "hours"),
        ({"hours": "0"}, "hours"),
        ({"hours": "-1"}, "hours"),
        ({"hours": "101"}, "hours"),
        ({"hours": "deux"}, "hours"),
    ],
)
def test_a_head_that_is_not_complete_names_its_field(change: dict[str, str], field: str) -> None:
    with pytest.raises(CourseInvalid) as refused:
        policy.check_head(WriteCourse(**{"title": "Un cours", **change}), ())
    assert refused.value.extra["field"] == field


def test_hours_are_kept_in_minutes() -> None:
    assert policy.check_head(WriteCourse(title="Un cours", hours="1,5"), ()).minutes == 90


FILM = {
    "kind": "video", "title": "Un vol", "address": "https://tube.exemple.fr/vol.mp4",
    "transcript": "On voit un vol.", "captions": CAPTIONS,
}  # fmt: skip
TEST = {"kind": "quiz", "title": "Et vous ?", "tries": "2", "passing": "60"}


@pytest.mark.parametrize(
    ("typed", "change", "field"),
    [
        ({"kind": "text", "title": "Lire", "body": "x"}, {"body": ""}, "body"),
        (FILM, {"title": ""}, "title"),
        (FILM, {"transcript": ""}, "transcript"),
        (FILM, {"address": ""}, "address"),
        (FILM, {"address": "http://tube.exemple.fr/vol.mp4"}, "address"),
        (FILM, {"address": "https://ailleurs.exemple.fr/vol.mp4"}, "address"),
        (FILM, {"address": "https://tube.exemple.fr.mal.fr/vol.mp4"}, "address"),
        (FILM, {"address": "https://moi@tube.exemple.fr/vol.mp4"}, "address"),
        (FILM, {"address": "https://tube.exemple.fr:8443/vol.mp4"}, "address"),
        (FILM, {"address": "https://[tube/vol.mp4"}, "address"),
        (FILM, {"address": "javascript:alert(1)"}, "address"),
        (FILM, {"address": 'https://tube.exemple.fr/"><script>'}, "address"),
        (FILM, {"captions": "Bonjour"}, "captions"),
        (FILM, {"captions": "WEBVTT\n\nBonjour"}, "captions"),
        (TEST, {"tries": "11"}, "tries"),
        (TEST, {"tries": "-1"}, "tries"),
        (TEST, {"passing": "0"}, "passing"),
        (TEST, {"passing": "101"}, "passing"),
        (TEST, {"passing": "beaucoup"}, "passing"),
    ],
)
def test_a_step_that_is_not_complete_names_its_field(
    typed: dict[str, str], change: dict[str, str], field: str
) -> None:
    policy.check_step(TEXT, WriteStep(**typed), None, HOSTS)
    with pytest.raises(CourseInvalid) as refused:
        policy.check_step(TEXT, WriteStep(**{**typed, **change}), None, HOSTS)
    assert refused.value.extra["field"] == field


def test_a_step_never_becomes_another_kind_and_a_quiz_keeps_its_questions() -> None:
    with pytest.raises(CourseInvalid):
        policy.check_step(QUIZ, WriteStep(kind="text", title="x", body="x"), STEP, HOSTS)
    with pytest.raises(CourseInvalid):
        policy.check_step(QUIZ, WriteStep(kind="game", title="x"), None, HOSTS)
    assert policy.check_step(QUIZ, WriteStep(**TEST), STEP, HOSTS).questions == QUESTIONS


YES, NO = WriteChoice(text="oui", right=True), WriteChoice(text="non")
PICK = {"kind": "single", "text": "Alors ?", "choices": (YES, NO)}
NAME = {"kind": "short", "text": "Où ?", "accepted": "Afrique\nL'Afrique"}
COUNT = {"kind": "numeric", "text": "Combien ?", "value": "7,5", "tolerance": "0,5"}


@pytest.mark.parametrize(
    ("typed", "change", "field"),
    [
        (PICK, {"text": ""}, "text"),
        (PICK, {"points": "0"}, "points"),
        (PICK, {"points": "101"}, "points"),
        (PICK, {"says_wrong": "a" * 301}, "says_wrong"),
        (PICK, {"choices": (YES,)}, "choice_1"),
        (PICK, {"choices": (NO, WriteChoice(text="si"))}, "choice_1"),
        (PICK, {"choices": (YES, WriteChoice(text="si", right=True))}, "choice_1"),
        (PICK, {"choices": (YES, WriteChoice(text=" OUI "))}, "choice_1"),
        (PICK, {"choices": (YES, NO, WriteChoice(right=True))}, "choice_3"),
        (PICK, {"choices": (YES, NO, WriteChoice(says="Perdu"))}, "choice_3"),
        (PICK, {"choices": (YES, WriteChoice(text="a" * 301))}, "choice_2"),
        (PICK, {"choices": (YES, WriteChoice(text="non", says="a" * 301))}, "says_2"),
        (PICK, {"kind": "multiple", "choices": (NO, WriteChoice(text="si"))}, "choice_1"),
        (NAME, {"accepted": " \n"}, "accepted"),
        (NAME, {"accepted": "a" * 251}, "accepted"),
        (NAME, {"accepted": "a[,]b"}, "accepted"),
        (NAME, {"accepted": "\n".join("abcdefghijk")}, "accepted"),
        (COUNT, {"value": ""}, "value"),
        (COUNT, {"value": "Infinity"}, "value"),
        (COUNT, {"tolerance": "-1"}, "tolerance"),
        (COUNT, {"tolerance": "un peu"}, "tolerance"),
    ],
)
def test_a_question_that_is_not_complete_names_its_field(
    typed: dict[str, Any], change: dict[str, Any], field: str
) -> None:
    policy.check_question(ONE, WriteQuestion(**typed))
    with pytest.raises(CourseInvalid) as refused:
        policy.check_question(ONE, WriteQuestion(**{**typed, **change}))
    assert refused.value.extra["field"] == field


def test_choices_have_letters_in_their_order_and_empty_ones_are_none() -> None:
    typed = WriteQuestion(kind="multiple", text="?", choices=(NO, WriteChoice(), YES))
    made = policy.check_question(ONE, typed)
    assert [(one.id, one.text, one.right) for one in made.choices] == [
        ("a", "non", False), ("b", "oui", True),
    ]  # fmt: skip


def test_steps_are_put_placed_and_dropped() -> None:
    def order(content: Content) -> list[str]:
        return [one.title for one in content.steps]

    new = Step(id=UUID(int=4), kind="text", title="Encore", body="x")
    more = policy.put_step(CONTENT, new)
    assert order(more) == ["Partir", "Un vol", "Et vous ?", "Encore"]
    assert policy.put_step(more, new) == more
    first = policy.place_step(more, new.id, 1)
    assert order(first) == ["Encore", "Partir", "Un vol", "Et vous ?"]
    assert policy.place_step(first, new.id, 1) == first
    assert order(policy.place_step(first, new.id, 99)) == order(more)
    assert policy.drop_step(first, new.id) == CONTENT
    assert policy.place_step(CONTENT, new.id, 1) == CONTENT


def test_a_course_has_thirty_steps_and_a_quiz_twenty_questions_at_most() -> None:
    full = CONTENT
    for number in range(50, 77):
        full = policy.put_step(full, Step(id=UUID(int=number), kind="text", title="x", body="x"))
    assert len(full.steps) == 30
    with pytest.raises(CourseInvalid):
        policy.put_step(full, Step(id=UUID(int=99), kind="text", title="x", body="x"))
    quiz = STEP
    assert quiz is not None
    for number in range(50, 66):
        quiz = policy.put_question(quiz, msgspec.structs.replace(QUESTIONS[0], id=UUID(int=number)))
    assert len(quiz.questions) == 20
    with pytest.raises(CourseInvalid):
        policy.put_question(quiz, msgspec.structs.replace(QUESTIONS[0], id=UUID(int=99)))


@pytest.mark.parametrize(
    ("steps", "hosts"),
    [((), HOSTS), ((Step(id=QUIZ, kind="quiz", title="Vide"),), HOSTS), (CONTENT.steps, ())],
)
def test_a_course_without_a_step_a_question_or_an_allowed_host_is_not_given(
    steps: tuple[Step, ...], hosts: tuple[str, ...]
) -> None:
    policy.check_whole(CONTENT, HOSTS)
    with pytest.raises(CourseInvalid):
        policy.check_whole(msgspec.structs.replace(CONTENT, steps=steps), hosts)


def test_hosts_are_read_one_a_line() -> None:
    assert policy.check_hosts(" Tube.exemple.fr\n\nvideo.exemple.fr tube.exemple.fr") == (
        "tube.exemple.fr", "video.exemple.fr",
    )  # fmt: skip
    for bad in ("https://tube.exemple.fr", "tube", "tube.exemple.fr/x", "a;b.fr", "x" * 130):
        with pytest.raises(CourseInvalid) as refused:
            policy.check_hosts(bad)
        assert refused.value.extra["field"] == "hosts", bad


def test_a_browser_plays_files_and_opens_pages() -> None:
    assert shown.is_played("https://tube.exemple.fr/a/vol.MP4?x=1")
    assert not shown.is_played("https://tube.exemple.fr/w/vol")


def test_a_certificate_has_a_number_that_counts_nothing() -> None:
    numbers = {number_of(UUID(int=n * 7919), NOON.date()) for n in range(200)}
    assert len(numbers) == 200
    assert all(one.startswith("2026-") and len(one) == 19 for one in numbers)
