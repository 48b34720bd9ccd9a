"""Answers are read and marked: pure, on the server only."""

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

import msgspec

from hub.core.sentences import say
from verticals.education.courses.errors import AnswersInvalid
from verticals.education.courses.models import (
    MULTIPLE,
    NUMERIC,
    QUIZ,
    SINGLE,
    TRIES_EVER,
    Choice,
    Given,
    Question,
    Record,
    Step,
)

ANSWER_MOST = 250
_NUMBER = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{1,6})?")
ZERO = Decimal(0)
SEPARATOR = "[,]"  # between several answers, as xAPI writes them (1.0.3, Response Patterns)


def blind(step: Step) -> Step:
    """The step as it may be shown before it is answered: without what is right, nor what is said of
    an answer."""
    questions = tuple(
        Question(
            id=one.id,
            kind=one.kind,
            text=one.text,
            points=one.points,
            choices=tuple(Choice(id=choice.id, text=choice.text) for choice in one.choices),
        )
        for one in step.questions
    )
    return msgspec.structs.replace(step, questions=questions)


def tries_left(step: Step, record: Record) -> int | None:
    """How often somebody may still answer a quiz; None for as often as they want, which ends at
    `TRIES_EVER`."""
    if step.kind != QUIZ or step.id in record.done_at:
        return 0
    allowed = (step.tries or TRIES_EVER) + record.enrolment.extra_tries
    left = max(0, allowed - len(record.tries_of(step.id)))
    return left if step.tries or not left else None


def is_settled(step: Step, record: Record) -> bool:
    """Whether somebody passed a quiz: they gain nothing by the right answers any more."""
    return step.id in record.done_at


def mark(step: Step, typed: Mapping[str, str]) -> tuple[Given, ...]:
    """Every answer of a form with its points. Raises `AnswersInvalid`, naming the field, when one
    is missing or is none of those that may be given."""
    return tuple(_given(one, typed) for one in step.questions)


def is_passed(step: Step, answers: tuple[Given, ...]) -> bool:
    """Whether the points reach the part that passes."""
    return sum(one.points for one in answers) * 100 >= step.passing * step.points


def field_of(question: UUID, choice: str = "") -> str:
    """The field of a question in a form; of a choice of a multiple one."""
    return f"answer-{question}-{choice}" if choice else f"answer-{question}"


def read_number(typed: str) -> Decimal | None:
    """A decimal with a point or a comma; None for what is none."""
    text = typed.strip().replace("\N{MINUS SIGN}", "-").replace(",", ".")
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def write_number(value: Decimal) -> str:
    """The same without an exponent, nor noughts at its end: `0.5`."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def same_words(text: str) -> str:
    """What two short texts are compared by: letters whatever their case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _given(question: Question, typed: Mapping[str, str]) -> Given:
    response = _response(question, typed)
    right = is_right(question, response)
    return Given(
        question=question.id,
        response=response,
        points=question.points if right else 0,
        right=right,
    )


def _response(question: Question, typed: Mapping[str, str]) -> str:
    """What was answered, as xAPI writes it."""
    field = field_of(question.id)
    if question.kind == MULTIPLE:
        chosen = [one.id for one in question.choices if typed.get(field_of(question.id, one.id))]
        if not chosen:
            raise AnswersInvalid("Choose at least one answer.", field=field)
        return SEPARATOR.join(chosen)
    text = typed.get(field, "").strip()
    if question.kind == SINGLE:
        if text not in {one.id for one in question.choices}:
            raise AnswersInvalid("Choose an answer.", field=field)
        return text
    if question.kind == NUMERIC:
        number = read_number(text)
        if number is None:
            raise AnswersInvalid("Write a number.", field=field)
        return write_number(number)
    if not 1 <= len(text) <= ANSWER_MOST or not text.isprintable():
        raise AnswersInvalid(say("Write 1 to %(most)s letters.", most=ANSWER_MOST), field=field)
    return text.replace(SEPARATOR, ",")  # a text is one answer


def is_right(question: Question, response: str) -> bool:
    """Whether an answer is right: all that is right of a multiple one and nothing else."""
    if question.kind in {SINGLE, MULTIPLE}:
        chosen = frozenset(response.split(SEPARATOR))
        return chosen == frozenset(one.id for one in question.choices if one.right)
    if question.kind == NUMERIC:
        away = abs(Decimal(response) - Decimal(question.value))
        return away <= Decimal(question.tolerance)
    return same_words(response) in {same_words(one) for one in question.accepted}


def feedback(question: Question, given: Given) -> list[str]:
    """What the teacher says of an answer: of each choice, then of all."""
    said: list[str] = []
    if question.kind in {SINGLE, MULTIPLE}:
        chosen = given.response.split(SEPARATOR)
        said = [one.says for one in question.choices if one.id in chosen and one.says]
    whole = question.says_right if given.right else question.says_wrong
    return [*said, whole] if whole else said


def words_of(question: Question, given: Given) -> str:
    """An answer as people read it."""
    if question.kind in {SINGLE, MULTIPLE}:
        chosen = given.response.split(SEPARATOR)
        return ", ".join(one.text for one in question.choices if one.id in chosen)
    return given.response
