"""Write a course and give it: a draft, of which each publication is a version."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from hub import audit
from hub.core.db import Tx
from hub.core.sentences import say
from verticals.education.authoring import policy, store
from verticals.education.authoring.models import WriteCourse, WriteQuestion, WriteStep
from verticals.education.classwork import actions as classwork
from verticals.education.classwork.errors import NothingHere
from verticals.education.courses import actions as courses
from verticals.education.courses.errors import CourseInvalid, NotOpen
from verticals.education.courses.models import (
    EXTRA_MOST,
    QUIZ,
    Content,
    Course,
    Learner,
    Question,
    Step,
)
from verticals.education.roster import Person, Place

REFUSALS = (CourseInvalid, NotOpen)


async def list_classes(tx: Tx, teacher: Person) -> list[Place]:
    """The classes to which somebody may give a course. Raises `NothingHere` without any."""
    places = await classwork.list_places(tx, teacher.id, classwork.TEACHER)
    if not places:
        raise NothingHere()
    return places


async def find_own(tx: Tx, teacher: Person, id: UUID, *, lock: bool = False) -> Course:
    """A course that somebody may write. Raises `NothingHere`."""
    places = [one.classroom for one in await list_classes(tx, teacher)]
    if lock:
        await store.lock_course(tx, id)
    found = await courses.seek_course(tx, id)
    if found is None:
        raise NothingHere()
    inherited = found.author is None and set(places) & set(await courses.list_kept(tx, id))
    if found.author != teacher.id and not inherited:
        raise NothingHere()
    return found


async def begin_course(tx: Tx, teacher: Person, id: UUID, typed: WriteCourse) -> None:
    """A new course; sent twice, it is there once. Raises `CourseInvalid`, `NotOpen`."""
    classes = await _classes(tx, teacher, typed)
    draft = policy.check_head(typed, ())
    await _check_open(tx, opened=typed.opened)
    if await store.insert_course(tx, id, teacher.id, draft, opened=typed.opened):
        await store.keep_classes(tx, id, classes)
        await audit.record(tx, action="school.course_begun", subject=f"school-course:{id}")


async def write_head(tx: Tx, teacher: Person, id: UUID, typed: WriteCourse) -> None:
    """What the course is called, for whom it is. Classes change at once, what it says with the next
    version. Raises `CourseInvalid`, `NotOpen`, `NothingHere`."""
    course = await find_own(tx, teacher, id, lock=True)
    classes = await _classes(tx, teacher, typed)
    draft = policy.check_head(typed, course.draft.steps)
    await _check_open(tx, opened=typed.opened)
    await store.keep_draft(tx, id, draft, opened=typed.opened)
    if set(classes) != set(await courses.list_kept(tx, id)):
        await store.keep_classes(tx, id, classes)


async def write_step(tx: Tx, teacher: Person, id: UUID, step: UUID, typed: WriteStep) -> None:
    """A step, new or another way. Raises `CourseInvalid`, `NothingHere`."""
    course = await find_own(tx, teacher, id, lock=True)
    rules = await courses.find_rules(tx)
    made = policy.check_step(step, typed, course.draft.step(step), rules.hosts)
    await _keep(tx, course, policy.put_step(course.draft, made))


async def place_step(tx: Tx, teacher: Person, id: UUID, step: UUID, number: int) -> None:
    """A step as the first, the second…; sent twice, it is there once."""
    course = await find_own(tx, teacher, id, lock=True)
    await _keep(tx, course, policy.place_step(course.draft, step, number))


async def drop_step(tx: Tx, teacher: Person, id: UUID, step: UUID) -> None:
    """A step less."""
    course = await find_own(tx, teacher, id, lock=True)
    await _keep(tx, course, policy.drop_step(course.draft, step))


async def write_question(
    tx: Tx, teacher: Person, id: UUID, step: UUID, question: UUID, typed: WriteQuestion
) -> None:
    """A question of a quiz, new or another way. Raises `CourseInvalid`, `NothingHere`."""
    course = await find_own(tx, teacher, id, lock=True)
    quiz = find_quiz(course, step)
    made = policy.put_question(quiz, policy.check_question(question, typed))
    await _keep(tx, course, policy.put_step(course.draft, made))


async def drop_question(tx: Tx, teacher: Person, id: UUID, step: UUID, question: UUID) -> None:
    """A question less."""
    course = await find_own(tx, teacher, id, lock=True)
    made = policy.drop_question(find_quiz(course, step), question)
    await _keep(tx, course, policy.put_step(course.draft, made))


def find_quiz(course: Course, step: UUID) -> Step:
    """A quiz of the draft. Raises `NothingHere`."""
    found = course.draft.step(step)
    if found is None or found.kind != QUIZ:
        raise NothingHere()
    return found


def find_question(quiz: Step, id: UUID) -> Question | None:
    """One of its questions; None for a new one."""
    return next((one for one in quiz.questions if one.id == id), None)


async def publish(tx: Tx, teacher: Person, id: UUID) -> int:
    """Give the draft to who begins from now on; who began goes on in what they have. Nothing new is
    no new version; its number. Raises `CourseInvalid`, `NothingHere`."""
    course = await find_own(tx, teacher, id, lock=True)
    rules = await courses.find_rules(tx)
    policy.check_whole(course.draft, rules.hosts)
    before = await courses.seek_version(tx, id, course.version)
    version = course.version
    if before is None or before.content != course.draft:
        version += 1
        await store.insert_version(tx, id, version, course.draft)
    if version != course.version or course.closed_at is not None:
        await store.keep_version(tx, id, version)
        detail: dict[str, object] = {"version": version}
        subject = f"school-course:{id}"
        await audit.record(tx, action="school.course_published", subject=subject, detail=detail)
    return version


async def close(tx: Tx, teacher: Person, id: UUID) -> None:
    """Nobody begins it any more; who began goes on. Done twice, it is done."""
    await find_own(tx, teacher, id, lock=True)
    if await store.close_course(tx, id):
        await audit.record(tx, action="school.course_closed", subject=f"school-course:{id}")


async def has_changed(tx: Tx, course: Course) -> bool:
    """Whether the draft is another than the version that is given."""
    before = await courses.seek_version(tx, course.id, course.version)
    return before is None or before.content != course.draft


async def list_learners(
    tx: Tx, teacher: Person, id: UUID, after: UUID | None
) -> tuple[list[Learner], UUID | None]:
    """A page of who follows a course and how far they are; where the next one begins."""
    await find_own(tx, teacher, id)
    return await courses.list_learners(tx, id, after)


async def give_tries(tx: Tx, teacher: Person, id: UUID, enrolment: UUID, typed: str) -> None:
    """So many more tries in each quiz, in all. Raises `CourseInvalid`, `NothingHere`."""
    await find_own(tx, teacher, id)
    good = typed.isascii() and typed.isdecimal() and len(typed) < 3
    if not good or int(typed) > EXTRA_MOST:
        raise CourseInvalid(say("At most %(most)s more tries.", most=EXTRA_MOST))
    if not await store.keep_extra_tries(tx, id, enrolment, int(typed)):
        raise NothingHere()
    detail: dict[str, object] = {"enrolment": str(enrolment), "tries": int(typed)}
    subject = f"school-course:{id}"
    await audit.record(tx, action="school.course_tries_given", subject=subject, detail=detail)


async def _keep(tx: Tx, course: Course, draft: Content) -> None:
    if draft != course.draft:
        await store.keep_draft(tx, course.id, draft, opened=course.opened)


async def _classes(tx: Tx, teacher: Person, typed: WriteCourse) -> Sequence[UUID]:
    """The classes that were ticked, of those where they teach."""
    places = {one.classroom for one in await list_classes(tx, teacher)}
    chosen = sorted(typed.classes & places)
    if not chosen and not typed.opened:
        raise CourseInvalid("Choose at least one class.", field="classes")
    return chosen


async def _check_open(tx: Tx, *, opened: bool) -> None:
    if opened and not (await courses.find_rules(tx)).opens:
        raise NotOpen("Ask the head of your school to allow it.", field="opened")


def typed_of(content: Content) -> dict[str, str]:
    """The head of a course as its form has it."""
    said = msgspec.structs.asdict(content)
    hours = f"{content.minutes / 60:.2f}".rstrip("0").rstrip(".")
    return {**{name: str(said[name]) for name in ("title", "about", "language")}, "hours": hours}
