"""What somebody did, as xAPI statements (1.0.3, IEEE 9274.1.1): made from the rows each time that
they are asked for, with the same ids. Pure.

Verbs are those of ADL and cmi5. Of videos `played` and `completed` are told as declared, since
nothing watches how they are watched: so without the category of the video profile, which wants
the seconds.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

import msgspec

from verticals.education.courses import grading
from verticals.education.courses.models import (
    MULTIPLE,
    NUMERIC,
    QUIZ,
    SHORT,
    SINGLE,
    VIDEO,
    Given,
    Question,
    Record,
    Step,
    Try,
)

Statement = dict[str, Any]
ADL, W3ID = "http://adlnet.gov/expapi", "https://w3id.org/xapi"
VERBS: Mapping[str, str] = {
    **{
        one: f"{ADL}/verbs/{one}"
        for one in (
            "launched", "initialized", "experienced", "progressed", "answered", "passed", "failed",
            "completed",
        )
    },
    "played": f"{W3ID}/video/verbs/played",
}  # fmt: skip
COURSE, LESSON = f"{ADL}/activities/course", f"{ADL}/activities/lesson"
ASSESSMENT = f"{ADL}/activities/assessment"
INTERACTION, VIDEO_TYPE = f"{ADL}/activities/cmi.interaction", f"{W3ID}/video/activity-type/video"
PROGRESS = f"{W3ID}/cmi5/result/extensions/progress"
INTERACTIONS = {SINGLE: "choice", MULTIPLE: "choice", SHORT: "fill-in", NUMERIC: "numeric"}


class Teller(msgspec.Struct, frozen=True, kw_only=True):
    """Who tells, of whom: `site` is the address of the service, `home` names accounts there; `name`
    is told only to who asks for it. What is right is told with `answers`, else of quizzes that are
    passed only."""

    site: str
    home: str
    account: str
    name: str = ""
    answers: bool = False


def account_of(person: UUID) -> str:
    """What a learner is called where their name is not told: the same in every course."""
    return str(uuid5(person, "xapi-account"))


def tell(teller: Teller, record: Record) -> list[Statement]:
    """Everything that somebody did in a course, in the order in which they did it."""
    telling = _Telling(teller, record)
    told = [*telling.beginning(), *telling.tries(), *telling.steps(), *telling.end()]
    return sorted(told, key=lambda one: one["timestamp"])  # stable: of one instant as it was made


def lines(statements: list[Statement]) -> bytes:
    """One statement a line (JSON Lines)."""
    return b"".join(msgspec.json.encode(one) + b"\n" for one in statements)


def array(statements: list[Statement]) -> bytes:
    """All of them as a JSON array."""
    return msgspec.json.format(msgspec.json.encode(statements), indent=2)


class _Telling:
    def __init__(self, teller: Teller, record: Record) -> None:
        self.teller, self.record = teller, record
        self.enrolment, self.content = record.enrolment, record.content
        self.course_id = f"{teller.site}/xapi/courses/{self.enrolment.course}"
        self.language = self.content.language
        self.quizzes = [one for one in self.content.steps if one.kind == QUIZ]

    def beginning(self) -> Iterator[Statement]:
        for verb in ("launched", "initialized"):
            yield self.say(verb, self.course(), self.enrolment.began_at)

    def steps(self) -> Iterator[Statement]:
        """Texts and videos, and how far one is after each step but the last."""
        done = sorted(self.record.done, key=lambda one: one.done_at)
        for many, one in enumerate(done, 1):
            step = self.content.step(one.step)
            if step is not None and step.kind == VIDEO:
                yield self.say("played", self.step(step), one.done_at, declared=True)
                result = {"completion": True}
                yield self.say("completed", self.step(step), one.done_at, result, declared=True)
            elif step is not None and step.kind != QUIZ:
                yield self.say("experienced", self.step(step), one.done_at)
            if many < len(self.content.steps):
                result = {"extensions": {PROGRESS: many * 100 // len(self.content.steps)}}
                yield self.say("progressed", self.course(), one.done_at, result, of=str(one.step))

    def tries(self) -> Iterator[Statement]:
        for one in self.record.tries:
            step = self.content.step(one.step)
            if step is None:
                continue
            for question in step.questions:
                given = next((a for a in one.answers if a.question == question.id), None)
                if given is not None:
                    yield self.answer(step, question, given, one)
            result = {"success": one.passed, "score": score(one.points, step.points)}
            verb = "passed" if one.passed else "failed"
            yield self.say(verb, self.step(step), one.tried_at, result, of=str(one.id))

    def end(self) -> Iterator[Statement]:
        at = self.enrolment.finished_at
        if at is None:
            return
        yield self.say("completed", self.course(), at, {"completion": True})
        if self.quizzes:
            best = [max((t.points for t in self.record.tries_of(q.id)), default=0)
                    for q in self.quizzes]  # fmt: skip
            points = score(sum(best), sum(one.points for one in self.quizzes))
            yield self.say("passed", self.course(), at, {"success": True, "score": points})

    def answer(self, step: Step, question: Question, given: Given, tried: Try) -> Statement:
        result = {
            "success": given.right,
            "response": given.response,
            "score": score(given.points, question.points),
        }
        told = self.teller.answers or grading.is_settled(step, self.record)
        thing = self.question(step, question, told=told)
        parents = [self.step_id(step)]
        return self.say("answered", thing, tried.tried_at, result, of=str(tried.id), within=parents)

    def say(
        self,
        verb: str,
        thing: dict[str, Any],
        at: datetime,
        result: dict[str, Any] | None = None,
        *,
        of: str = "",
        within: list[str] | None = None,
        declared: bool = False,
    ) -> Statement:
        parents = within or ([] if thing["id"] == self.course_id else [self.course_id])
        activities = {"parent": [{"id": one} for one in parents]} if parents else {}
        if within:
            activities["grouping"] = [{"id": self.course_id}]
        context: dict[str, Any] = {
            "registration": str(self.enrolment.id),
            "revision": str(self.enrolment.version),
            "platform": "usage-hub",
            "language": self.language,
            **({"contextActivities": activities} if activities else {}),
        }
        if declared:
            context["extensions"] = {f"{self.teller.site}/xapi/extensions/declared": True}
        return {
            "id": str(uuid5(self.enrolment.id, f"{verb} {thing['id']} {of}")),
            "actor": self.actor(),
            "verb": {"id": VERBS[verb], "display": {"en": verb}},
            "object": thing,
            **({"result": result} if result else {}),
            "context": context,
            "timestamp": stamp(at),
        }

    def actor(self) -> dict[str, Any]:
        account = {"homePage": self.teller.home, "name": self.teller.account}
        named = {"name": self.teller.name} if self.teller.name else {}
        return {"objectType": "Agent", **named, "account": account}

    def course(self) -> dict[str, Any]:
        return self.thing(self.course_id, COURSE, self.content.title)

    def step(self, step: Step) -> dict[str, Any]:
        kinds = {VIDEO: VIDEO_TYPE, QUIZ: ASSESSMENT}
        return self.thing(self.step_id(step), kinds.get(step.kind, LESSON), step.title)

    def step_id(self, step: Step) -> str:
        """A step of a version: another version may say something else under the same number."""
        version = self.enrolment.version
        return f"{self.course_id}/versions/{version}/steps/{step.id}"

    def question(self, step: Step, question: Question, *, told: bool) -> dict[str, Any]:
        id = f"{self.step_id(step)}/questions/{question.id}"
        kind = INTERACTIONS[question.kind]
        made = self.thing(id, INTERACTION, question.text)
        made["definition"]["interactionType"] = kind
        if told:
            made["definition"]["correctResponsesPattern"] = patterns(question)
        if kind == "choice":
            made["definition"]["choices"] = [
                {"id": one.id, "description": {self.language: one.text}} for one in question.choices
            ]
        return made

    def thing(self, id: str, kind: str, name: str) -> dict[str, Any]:
        definition = {"type": kind, "name": {self.language: name}}
        return {"objectType": "Activity", "id": id, "definition": definition}


def patterns(question: Question) -> list[str]:
    """What is right, as xAPI writes it (1.0.3, Response Patterns)."""
    if question.kind == NUMERIC:
        value = grading.read_number(question.value) or grading.ZERO
        away = grading.read_number(question.tolerance) or grading.ZERO
        ends = (value - away, value + away)
        return ["[:]".join(grading.write_number(end) for end in ends)]
    if question.kind == SHORT:
        return list(question.accepted)
    return [grading.SEPARATOR.join(one.id for one in question.choices if one.right)]


def score(points: int, most: int) -> dict[str, Any]:
    """Points of a most: `scaled` between 0 and 1."""
    return {"scaled": round(points / most, 4), "raw": points, "min": 0, "max": most}


def stamp(at: datetime) -> str:
    """An instant to the millisecond, in UTC (RFC 3339)."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
