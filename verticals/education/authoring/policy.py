"""What may be written into a course, and published: pure."""

import re
from collections.abc import Sequence
from decimal import Decimal
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from hub.core.i18n import LANGUAGES
from hub.core.sentences import say
from verticals.education.authoring.models import WriteCourse, WriteQuestion, WriteStep
from verticals.education.courses import grading
from verticals.education.courses.errors import CourseInvalid
from verticals.education.courses.models import (
    ACCEPTED_MOST,
    CHOICES_MOST,
    HOSTS_MOST,
    MULTIPLE,
    NUMERIC,
    QUESTIONS_MOST,
    QUIZ,
    SHORT,
    SINGLE,
    STEPS_MOST,
    TEXT,
    TRIES_MOST,
    VIDEO,
    Choice,
    Content,
    Question,
    Step,
)
from verticals.education.courses.policy import check_text, host_of

TITLE_MOST, ABOUT_MOST, BODY_MOST, TRANSCRIPT_MOST, WORDS_MOST = 120, 2_000, 20_000, 40_000, 300
CAPTIONS_MOST, POINTS_MOST, MINUTES_MOST = 100_000, 100, 6_000
_HOST = re.compile(r"(?=.{4,120}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+")
_CUE = re.compile(r"(\d{2,}:)?\d\d:\d\d\.\d{3}[ \t]+-->[ \t]+(\d{2,}:)?\d\d:\d\d\.\d{3}")


def check_head(typed: WriteCourse, steps: tuple[Step, ...]) -> Content:
    """What a course says of itself. Raises `CourseInvalid`, naming the field."""
    if typed.language not in LANGUAGES:
        raise CourseInvalid("Choose one of these languages.", field="language")
    hours = grading.read_number(typed.hours)
    minutes = int(hours * 60) if hours is not None and 0 < hours <= MINUTES_MOST else 0
    if not 1 <= minutes <= MINUTES_MOST:
        raise CourseInvalid("Write how many hours it takes, from 0.1 to 100.", field="hours")
    return Content(
        title=check_text(typed.title, "title", TITLE_MOST),
        about=check_text(typed.about, "about", ABOUT_MOST, least=0),
        language=typed.language,
        minutes=minutes,
        steps=steps,
    )


def check_hosts(typed: str) -> tuple[str, ...]:
    """Hosts of videos, one a line. Raises `CourseInvalid`."""
    hosts = tuple(dict.fromkeys(typed.lower().split()))
    bad = next((one for one in hosts if not _HOST.fullmatch(one)), None)
    if bad is not None:
        says = say("%(host)s is no name of a host.", host=bad[:60])
        raise CourseInvalid(says, field="hosts")
    if len(hosts) > HOSTS_MOST:
        raise CourseInvalid(say("Name at most %(most)s hosts.", most=HOSTS_MOST), field="hosts")
    return hosts


def check_step(id: UUID, typed: WriteStep, before: Step | None, hosts: Sequence[str]) -> Step:
    """A step; a quiz keeps the questions that it had. Raises `CourseInvalid`, naming the field."""
    if typed.kind not in {TEXT, VIDEO, QUIZ} or (before and before.kind != typed.kind):
        raise CourseInvalid("This form is not complete.")
    title = check_text(typed.title, "title", TITLE_MOST)
    least = 1 if typed.kind == TEXT else 0
    body = check_text(typed.body, "body", BODY_MOST, least=least)
    step = Step(id=id, kind=typed.kind, title=title, body=body)
    if typed.kind == VIDEO:
        return msgspec.structs.replace(
            step,
            address=check_address(typed.address, hosts),
            captions=check_captions(typed.captions),
            transcript=check_text(typed.transcript, "transcript", TRANSCRIPT_MOST),
        )
    if typed.kind == QUIZ:
        return msgspec.structs.replace(
            step,
            questions=before.questions if before else (),
            tries=_whole(typed.tries or "0", "tries", 0, TRIES_MOST),
            passing=_whole(typed.passing, "passing", 1, 100),
        )
    return step


def check_address(typed: str, hosts: Sequence[str]) -> str:
    """The address of a video. Raises `CourseInvalid` for a host that the head did not allow."""
    address = typed.strip()
    if len(address) > 500 or re.search(r'[\s<>"\\]', address) or not is_web(address):
        raise CourseInvalid("Write an address that begins with https://.", field="address")
    if host_of(address) not in hosts:
        raise CourseInvalid(
            "The head of your school did not allow videos from there.", field="address"
        )
    return address


def is_web(address: str) -> bool:
    """Whether it is a whole https address, without a user or a port."""
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" and parts.netloc.lower() == (parts.hostname or ":")
    except ValueError:
        return False


def check_captions(typed: str) -> str:
    """Captions as WebVTT, or none. Raises `CourseInvalid`."""
    text = check_text(typed, "captions", CAPTIONS_MOST, least=0)
    if text and not (text.startswith("WEBVTT") and _CUE.search(text)):
        raise CourseInvalid(
            "These are no WebVTT captions: they begin with WEBVTT, and each has its time.",
            field="captions",
        )
    return text


def check_question(id: UUID, typed: WriteQuestion) -> Question:
    """Raises `CourseInvalid`, naming the field."""
    question = Question(
        id=id,
        kind=typed.kind,
        text=check_text(typed.text, "text", WORDS_MOST),
        points=_whole(typed.points, "points", 1, POINTS_MOST),
        says_right=check_text(typed.says_right, "says_right", WORDS_MOST, least=0),
        says_wrong=check_text(typed.says_wrong, "says_wrong", WORDS_MOST, least=0),
    )
    if typed.kind in {SINGLE, MULTIPLE}:
        return msgspec.structs.replace(question, choices=_choices(typed))
    if typed.kind == SHORT:
        return msgspec.structs.replace(question, accepted=_accepted(typed.accepted))
    if typed.kind == NUMERIC:
        value, away = grading.read_number(typed.value), grading.read_number(typed.tolerance or "0")
        if value is None:
            raise CourseInvalid("Write a number.", field="value")
        if away is None or away < Decimal(0):
            raise CourseInvalid("Write a number, 0 or more.", field="tolerance")
        said = {"value": grading.write_number(value), "tolerance": grading.write_number(away)}
        return msgspec.structs.replace(question, **said)
    raise CourseInvalid("This form is not complete.")


def _choices(typed: WriteQuestion) -> tuple[Choice, ...]:
    found: list[Choice] = []
    for number, one in enumerate(typed.choices[:CHOICES_MOST], 1):
        if not one.text.strip():
            if one.right or one.says.strip():
                raise CourseInvalid("Write this choice, or empty it.", field=f"choice_{number}")
            continue
        text = check_text(one.text, f"choice_{number}", WORDS_MOST)
        says = check_text(one.says, f"says_{number}", WORDS_MOST, least=0)
        id = "abcdef"[len(found)]
        found.append(Choice(id=id, text=text, right=one.right, says=says))
    if len(found) < 2:
        raise CourseInvalid("Give at least two choices.", field="choice_1")
    if len({grading.same_words(one.text) for one in found}) < len(found):
        raise CourseInvalid("Two choices are the same.", field="choice_1")
    right = sum(one.right for one in found)
    if typed.kind == SINGLE and right != 1:
        raise CourseInvalid("Tick the one choice that is right.", field="choice_1")
    if not right:
        raise CourseInvalid("Tick the choices that are right.", field="choice_1")
    return tuple(found)


def _accepted(typed: str) -> tuple[str, ...]:
    lines = [line.strip() for line in typed.splitlines()]
    found = tuple(dict.fromkeys(line for line in lines if line))
    fits = all(len(one) <= grading.ANSWER_MOST and grading.SEPARATOR not in one for one in found)
    if not 1 <= len(found) <= ACCEPTED_MOST or not fits:
        says = say("Give 1 to %(most)s answers that are right, one a line.", most=ACCEPTED_MOST)
        raise CourseInvalid(says, field="accepted")
    return found


def put_step(content: Content, step: Step) -> Content:
    """The course with a step in the place of the one with its id, or at the end. Raises
    `CourseInvalid` for one too many."""
    steps = [step if one.id == step.id else one for one in content.steps]
    if step not in steps:
        steps.append(step)
    if len(steps) > STEPS_MOST:
        raise CourseInvalid(say("A course has at most %(most)s steps.", most=STEPS_MOST))
    return msgspec.structs.replace(content, steps=tuple(steps))


def place_step(content: Content, id: UUID, number: int) -> Content:
    """The course with one of its steps as the first, the second…; outside of it, nearest."""
    step = content.step(id)
    if step is None:
        return content
    steps = [one for one in content.steps if one.id != id]
    steps.insert(max(0, min(number - 1, len(steps))), step)
    return msgspec.structs.replace(content, steps=tuple(steps))


def drop_step(content: Content, id: UUID) -> Content:
    """The course without one of its steps."""
    return msgspec.structs.replace(
        content, steps=tuple(one for one in content.steps if one.id != id)
    )


def put_question(step: Step, question: Question) -> Step:
    """The quiz with a question in the place of the one with its id, or at the end. Raises
    `CourseInvalid` for one too many."""
    questions = [question if one.id == question.id else one for one in step.questions]
    if question not in questions:
        questions.append(question)
    if len(questions) > QUESTIONS_MOST:
        raise CourseInvalid(say("A quiz has at most %(most)s questions.", most=QUESTIONS_MOST))
    return msgspec.structs.replace(step, questions=tuple(questions))


def drop_question(step: Step, id: UUID) -> Step:
    """The quiz without one of its questions."""
    return msgspec.structs.replace(
        step, questions=tuple(one for one in step.questions if one.id != id)
    )


def check_whole(content: Content, hosts: Sequence[str]) -> None:
    """Whether a course can be given. Raises `CourseInvalid`, naming the step."""
    if not content.steps:
        raise CourseInvalid("A course has at least one step.")
    for one in content.steps:
        if one.kind == QUIZ and not one.questions:
            raise CourseInvalid(say("“%(title)s” has no question yet.", title=one.title))
        if one.kind == VIDEO and host_of(one.address) not in hosts:
            says = say("“%(title)s”: the head does not allow its host any more.", title=one.title)
            raise CourseInvalid(says)


def _whole(typed: str, field: str, least: int, most: int) -> int:
    text = typed.strip()
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else least - 1
    if not least <= number <= most:
        says = say("Write a number from %(least)s to %(most)s.", least=least, most=most)
        raise CourseInvalid(says, field=field)
    return number
