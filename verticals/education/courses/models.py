"""A course, its versions, who follows it, and what they did."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

TEXT, VIDEO, QUIZ = "text", "video", "quiz"
SINGLE, MULTIPLE, SHORT, NUMERIC = "single", "multiple", "short", "numeric"
STEPS_MOST, QUESTIONS_MOST, CHOICES_MOST, ACCEPTED_MOST, HOSTS_MOST = 30, 20, 6, 10, 20
# Of a quiz, as its author limits it; where they do not; more, by the teacher.
TRIES_MOST, TRIES_EVER, EXTRA_MOST = 10, 100, 5
# What is left of somebody who came by an open link, after their last act.
VISITOR_KEPT = timedelta(days=365)
VISITORS_MOST = 2_000  # of one course
VISITOR_IDLE = timedelta(hours=1)  # after it who did nothing makes room in a full course


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What may be chosen. `id` is a letter, of this question alone; `says` is told to who chose."""

    id: str
    text: str
    right: bool = False
    says: str = ""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A question of a quiz: `choices` of a single or multiple one, texts that are `accepted` of a
    short one, `value` and `tolerance` of a numeric one (decimals, `3.14`). All or none of its
    `points` are given."""

    id: UUID
    kind: str
    text: str
    points: int
    choices: tuple[Choice, ...] = ()
    accepted: tuple[str, ...] = ()
    value: str = ""
    tolerance: str = "0"
    says_right: str = ""
    says_wrong: str = ""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A step of a course. A video has an `address`, a `transcript`, and `captions` as WebVTT; a
    quiz has questions, `tries` (0: as many as one wants) and the part of its points that passes
    it, in percent."""

    id: UUID
    kind: str
    title: str
    body: str = ""
    address: str = ""
    captions: str = ""
    transcript: str = ""
    questions: tuple[Question, ...] = ()
    tries: int = 0
    passing: int = 0

    @property
    def points(self) -> int:
        return sum(one.points for one in self.questions)


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """What a course says; `minutes` is how long it takes."""

    title: str
    about: str
    language: str
    minutes: int
    steps: tuple[Step, ...] = ()

    def step(self, id: UUID) -> Step | None:
        return next((one for one in self.steps if one.id == id), None)


class HouseRules(msgspec.Struct, frozen=True, kw_only=True):
    """What the head allows: hosts of videos, and courses that are open to everybody by a link."""

    hosts: tuple[str, ...] = ()
    opens: bool = False


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """A course as its author has it. `version` is the one that is given now, 0 before the first;
    `author` is nobody once they are erased."""

    id: UUID
    author: UUID | None
    draft: Content
    version: int
    opened: bool
    closed_at: datetime | None


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A version as it was published; it never changes."""

    course: UUID
    version: int
    content: Content


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A course in a list of those who write or lead."""

    id: UUID
    title: str
    author: str
    version: int
    opened: bool
    closed_at: datetime | None
    learners: int
    finished: int


class Offered(msgspec.Struct, frozen=True, kw_only=True):
    """A course in the list of who may follow it, or does."""

    id: UUID
    title: str
    minutes: int
    began_at: datetime | None
    finished_at: datetime | None


class Enrolment(msgspec.Struct, frozen=True, kw_only=True):
    """That somebody follows a version of a course: a `member` of the school, or who came by an open
    link under the `name` that they gave. `extra_tries` are given by the teacher, for each quiz."""

    id: UUID
    course: UUID
    version: int
    member: UUID | None
    name: str
    extra_tries: int
    began_at: datetime
    seen_at: datetime
    finished_at: datetime | None


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """That somebody read a text, says that they watched a video, or passed a quiz."""

    enrolment: UUID
    step: UUID
    done_at: datetime


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """An answer: the `response` as xAPI writes it, and the points that it was given."""

    question: UUID
    response: str
    points: int
    right: bool


class Try(msgspec.Struct, frozen=True, kw_only=True):
    """One time that somebody answered a quiz, numbered from 1 on."""

    id: UUID
    enrolment: UUID
    step: UUID
    number: int
    answers: tuple[Given, ...]
    passed: bool
    tried_at: datetime

    @property
    def points(self) -> int:
        return sum(one.points for one in self.answers)


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that somebody did in a course, and the version that they follow."""

    enrolment: Enrolment
    content: Content
    done: Sequence[Done] = ()
    tries: Sequence[Try] = ()

    @property
    def done_at(self) -> dict[UUID, datetime]:
        return {one.step: one.done_at for one in self.done}

    @property
    def percent(self) -> int:
        done = self.done_at
        many = sum(one.id in done for one in self.content.steps)
        return many * 100 // max(1, len(self.content.steps))

    @property
    def next_number(self) -> int:
        """Where they go on: the number of the first step that is not done, from 1 on."""
        done = self.done_at
        left = (n for n, one in enumerate(self.content.steps, 1) if one.id not in done)
        return next(left, len(self.content.steps))

    def tries_of(self, step: UUID) -> list[Try]:
        return [one for one in self.tries if one.step == step]


class Learner(msgspec.Struct, frozen=True, kw_only=True):
    """Who follows a course, as its teacher sees them."""

    name: str
    record: Record


class VisitorsDue(msgspec.Struct, frozen=True, kw_only=True):
    """Some who followed a course of this school by an open link are due to be erased."""
