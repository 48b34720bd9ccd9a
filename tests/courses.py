"""Courses of the tests: their content, and what somebody did in them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from verticals.education.courses.models import (
    Choice,
    Content,
    Done,
    Enrolment,
    Given,
    Question,
    Record,
    Step,
    Try,
)

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
TEXT, VIDEO, QUIZ = (UUID(int=number) for number in (1, 2, 3))
ONE, MANY, WORD, NUMBER = (UUID(int=number) for number in (11, 12, 13, 14))
LEARNER, COURSE, PUPIL = (UUID(int=number, version=4) for number in (21, 22, 23))
CAPTIONS = "WEBVTT\n\n00:00.000 --> 00:02.000\nElles partent."

QUESTIONS = (
    Question(
        id=ONE, kind="single", text="Quand partent-elles ?", points=2,
        choices=(
            Choice(id="a", text="En mai", says="C'est le retour."),
            Choice(id="b", text="En septembre", right=True, says="Oui, avec le froid."),
        ),
    ),
    Question(
        id=MANY, kind="multiple", text="Lesquelles partent ?", points=3,
        choices=(
            Choice(id="a", text="L'hirondelle", right=True),
            Choice(id="b", text="Le moineau"),
            Choice(id="c", text="La cigogne", right=True),
        ),
        says_wrong="Relisez le texte.",
    ),
    Question(
        id=WORD, kind="short", text="Sur quel continent ?", points=1,
        accepted=("Afrique", "L'Afrique"),
    ),
    Question(
        id=NUMBER, kind="numeric", text="Combien de milliers de kilomètres ?", points=4,
        value="7.5", tolerance="0.5", says_right="Bien vu.",
    ),
)  # fmt: skip
CONTENT = Content(
    title="Les oiseaux qui partent",
    about="Pourquoi, quand et vers où.",
    language="fr",
    minutes=90,
    steps=(
        Step(id=TEXT, kind="text", title="Partir", body="Elles partent en septembre."),
        Step(
            id=VIDEO, kind="video", title="Un vol", address="https://tube.exemple.fr/vol.mp4",
            captions=CAPTIONS, transcript="On voit des hirondelles qui partent.",
        ),
        Step(id=QUIZ, kind="quiz", title="Et vous ?", questions=QUESTIONS, tries=2, passing=60),
    ),
)  # fmt: skip
RIGHT = {
    f"answer-{ONE}": "b",
    f"answer-{MANY}-a": "yes",
    f"answer-{MANY}-c": "yes",
    f"answer-{WORD}": "  afrique ",
    f"answer-{NUMBER}": "7,1",
}
WRONG = {**RIGHT, f"answer-{ONE}": "a", f"answer-{NUMBER}": "12"}


def given(*, right: bool) -> tuple[Given, ...]:
    """Answers that are all right, or all wrong."""
    responses = ("b", "a[,]c", "Afrique", "7.1") if right else ("a", "b", "Asie", "12")
    return tuple(
        Given(question=one.id, response=said, points=one.points if right else 0, right=right)
        for one, said in zip(QUESTIONS, responses, strict=True)
    )


def record(*, done: tuple[UUID, ...] = (), tries: tuple[bool, ...] = (), extra: int = 0) -> Record:
    """What Léa did: steps that are done, a minute after the other, and how her tries went."""
    finished = NOON + timedelta(hours=1) if len(done) == len(CONTENT.steps) else None
    return Record(
        enrolment=Enrolment(
            id=LEARNER, course=COURSE, version=1, member=PUPIL, name="", extra_tries=extra,
            began_at=NOON, seen_at=NOON, finished_at=finished,
        ),
        content=CONTENT,
        done=[
            Done(enrolment=LEARNER, step=one, done_at=NOON + timedelta(minutes=number))
            for number, one in enumerate(done, 1)
        ],
        tries=[
            Try(
                id=UUID(int=100 + number), enrolment=LEARNER, step=QUIZ, number=number,
                answers=given(right=passed), passed=passed,
                tried_at=NOON + timedelta(minutes=number, seconds=30),
            )
            for number, passed in enumerate(tries, 1)
        ],
    )  # fmt: skip
