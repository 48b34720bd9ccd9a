"""Follow a course: begin, read, watch, answer, and have done with it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from hub import audit
from hub.core import outbox
from hub.core.db import Tx
from verticals.education import roster
from verticals.education.classwork import actions as classwork
from verticals.education.classwork.errors import NothingHere
from verticals.education.courses import grading, policy, store
from verticals.education.courses.errors import AnswersInvalid, CourseClosed, NoMoreTries, NotOpen
from verticals.education.courses.models import (
    QUIZ,
    VIDEO,
    VISITOR_IDLE,
    VISITOR_KEPT,
    VISITORS_MOST,
    Course,
    Enrolment,
    HouseRules,
    Learner,
    Offered,
    Record,
    Step,
    Version,
    VisitorsDue,
    Written,
)
from verticals.education.roster import Person

REFUSALS = (AnswersInvalid, NoMoreTries)


async def find_rules(tx: Tx) -> HouseRules:
    """What the head allows; nothing that they never said."""
    return await store.find_rules(tx)


async def seek_course(tx: Tx, id: UUID) -> Course | None:
    """A course as it is written."""
    return await store.find_course(tx, id)


async def seek_version(tx: Tx, id: UUID, version: int) -> Version | None:
    """A version as it was published."""
    return await store.find_version(tx, id, version)


async def seek_enrolment(tx: Tx, id: UUID) -> Enrolment | None:
    """That somebody follows a course."""
    return await store.find_enrolment(tx, id)


async def list_kept(tx: Tx, id: UUID) -> list[UUID]:
    """The classes that a course is for."""
    return await store.list_classes(tx, id)


async def list_school(tx: Tx) -> list[Written]:
    """All courses of the school, the newest first."""
    return await store.list_written(tx, None, ())


async def list_written(tx: Tx, teacher: Person) -> list[Written]:
    """The courses of a teacher, and those of their classes whose author has gone; none for who
    teaches none today."""
    places = await classwork.list_places(tx, teacher.id, classwork.TEACHER)
    if not places:
        return []
    return await store.list_written(tx, teacher.id, [one.classroom for one in places])


async def list_offered(tx: Tx, pupil: Person) -> list[Offered]:
    """What somebody follows, and what their classes are given today."""
    places = await classwork.list_places(tx, pupil.id, classwork.STUDENT)
    return await store.list_offered(tx, pupil.id, [one.classroom for one in places])


async def find_given(tx: Tx, pupil: Person, id: UUID) -> tuple[Version, Record | None]:
    """A course for a pupil: the version that they follow with what they did, or the one that they
    would begin. Raises `NothingHere` for one that is of none of their classes today."""
    mine = await store.find_enrolment_of(tx, id, pupil.id)
    if mine is not None:
        record = await find_record(tx, mine)
        version = Version(course=id, version=mine.version, content=record.content)
        return version, record
    course = await store.find_course(tx, id)
    if course is None or not course.version or course.closed_at is not None:
        raise NothingHere()
    places = await classwork.list_places(tx, pupil.id, classwork.STUDENT)
    if not {one.classroom for one in places} & set(await store.list_classes(tx, id)):
        raise NothingHere()
    return await _version(tx, id, course.version), None


async def begin(tx: Tx, pupil: Person, id: UUID) -> None:
    """Begin a course, once. Raises `NothingHere`."""
    version, record = await find_given(tx, pupil, id)
    if record is None and await store.insert_enrolment(tx, tx.uuid(), version, pupil.id, ""):
        await audit.record(tx, action="school.course_followed", subject=f"school-course:{id}")


async def find_open(tx: Tx, id: UUID) -> Version:
    """A course that is open to everybody. Raises `CourseClosed`, `NotOpen`, `NothingHere`."""
    course = await store.find_course(tx, id)
    if course is None or not course.version:
        raise NothingHere()
    await _check_open(tx, course)
    return await _version(tx, id, course.version)


async def begin_open(tx: Tx, id: UUID, key: UUID, name: str) -> UUID:
    """Begin a course by its link, under a name; sent twice with one key, it is begun once. Its
    enrolment. Raises `CourseInvalid`, `CourseClosed`, `NotOpen`, `NothingHere`."""
    version = await find_open(tx, id)
    good = policy.check_name(name)
    if await store.find_enrolment(tx, key) is None:
        await _make_room(tx, id)
        if await store.insert_enrolment(tx, key, version, None, good):
            await audit.record(tx, action="school.course_followed", subject=f"school-course:{id}")
            return key
    same = await store.find_enrolment(tx, key)
    if same is None or same.course != id or same.member is not None or same.name != good:
        raise NothingHere()
    return key


async def _make_room(tx: Tx, id: UUID) -> None:
    """Raises `CourseClosed` when the course is full of people who do something in it, or have just
    begun: names that somebody invented keep nobody out for longer than `VISITOR_IDLE`."""
    if await store.count_visitors(tx, id) < VISITORS_MOST:
        return
    gone = await store.delete_idle_visitors(tx, id, tx.now - VISITOR_IDLE)
    if gone:
        subject, detail = f"school-course:{id}", dict[str, object](people=gone)
        await audit.record(tx, action="school.idle_visitors_erased", subject=subject, detail=detail)
    if await store.count_visitors(tx, id) >= VISITORS_MOST:
        raise CourseClosed("So many follow it already that nobody else can begin.")


async def find_visit(tx: Tx, enrolment: UUID) -> Record:
    """What somebody who came by an open link does; it is theirs. Raises `NothingHere`."""
    found = await store.find_enrolment(tx, enrolment)
    if found is None or found.member is not None:
        raise NothingHere("This course is over: nothing is kept of it any more.")
    tx.actor = f"school-learner:{enrolment}"
    return await find_record(tx, found)


def find_step(record: Record, number: int) -> Step:
    """A step by its number, from 1 on. Raises `NothingHere`."""
    if not 1 <= number <= len(record.content.steps):
        raise NothingHere()
    return record.content.steps[number - 1]


async def finish_step(tx: Tx, record: Record, number: int, *, watched: bool) -> None:
    """A text is read, or a video watched, as they say. Done twice, it is done. Raises
    `AnswersInvalid` for a video that was not watched, `NothingHere` for a quiz."""
    step = find_step(record, number)
    if step.kind == QUIZ:
        raise NothingHere()
    if step.kind == VIDEO and not watched:
        raise AnswersInvalid("Tick that you watched it, or read its text.", field="watched")
    record = await _hold(tx, record)
    await _done(tx, record, step)


async def answer(tx: Tx, record: Record, number: int, key: UUID, typed: Mapping[str, str]) -> None:
    """Answer a quiz; sent twice with one key, it is answered once. Raises `AnswersInvalid`, naming
    the field; `NoMoreTries` when it is passed or was tried as often as one may."""
    step = find_step(record, number)
    if step.kind != QUIZ:
        raise NothingHere()
    record = await _hold(tx, record)
    if any(one.id == key for one in record.tries):
        return
    if grading.tries_left(step, record) == 0:
        raise NoMoreTries("What you answered before stands.")
    given = grading.mark(step, typed)
    passed = grading.is_passed(step, given)
    count = len(record.tries_of(step.id)) + 1
    mine = record.enrolment.id
    if not await store.insert_try(tx, key, mine, step.id, count, given, passed=passed):
        raise NothingHere()
    await store.touch(tx, mine)
    if passed:
        await _done(tx, record, step)


async def find_record(tx: Tx, enrolment: Enrolment) -> Record:
    """Everything that somebody did in a course."""
    [record] = await find_records(tx, [enrolment])
    return record


async def find_records(tx: Tx, enrolments: Sequence[Enrolment]) -> list[Record]:
    """The same of several, in their order."""
    ids = [one.id for one in enrolments]
    done, tries = await store.list_done(tx, ids), await store.list_tries(tx, ids)
    versions = {
        (one.course, one.version): await _version(tx, one.course, one.version)
        for one in {(e.course, e.version): e for e in enrolments}.values()
    }
    return [
        Record(
            enrolment=one,
            content=versions[one.course, one.version].content,
            done=[row for row in done if row.enrolment == one.id],
            tries=[row for row in tries if row.enrolment == one.id],
        )
        for one in enrolments
    ]


async def list_records(tx: Tx, member: UUID) -> list[Record]:
    """Everything that somebody of the school did in all their courses."""
    return await find_records(tx, await store.list_enrolments_of_member(tx, member))


async def list_learners(
    tx: Tx, course: UUID, after: UUID | None
) -> tuple[list[Learner], UUID | None]:
    """A page of who follows a course; where the next one begins."""
    found = await store.list_enrolments(tx, course, after)
    rows = found[: store.MOST_LEARNERS]
    names = await store.list_names(tx, [one.member for one in rows if one.member])
    learners = [
        Learner(name=names.get(one.enrolment.member or one.enrolment.id, one.enrolment.name),
                record=one)
        for one in await find_records(tx, rows)
    ]  # fmt: skip
    return learners, rows[-1].id if len(found) > len(rows) else None


async def erase_visit(tx: Tx, enrolment: UUID) -> None:
    """Nothing stays of somebody who came by an open link, when they ask. Done twice, it is done.
    Raises `SchoolHeld`."""
    await roster.check_not_held(tx)
    if await store.delete_visitor(tx, enrolment):
        await audit.record(tx, action="school.visitor_erased", subject="courses")


async def announce_visitors(tx: Tx) -> int:
    """Wake every school where the time of such people is over; how many."""
    schools = await store.list_schools_due(tx, tx.now - VISITOR_KEPT)
    for tenant in schools:
        await outbox.emit_for(tx, tenant, VisitorsDue())
    return len(schools)


async def erase_visitors(tx: Tx) -> int:
    """Erase those who were last here so long ago; how many."""
    erased = await store.delete_old_visitors(tx, tx.now - VISITOR_KEPT)
    if erased:
        detail: dict[str, object] = {"people": erased}
        await audit.record(tx, action="school.visitors_erased", subject="courses", detail=detail)
    return erased


async def _hold(tx: Tx, record: Record) -> Record:
    """What somebody did, while more is done by nobody else."""
    await store.lock_enrolment(tx, record.enrolment.id)
    found = await store.find_enrolment(tx, record.enrolment.id)
    if found is None:
        raise NothingHere()
    return await find_record(tx, found)


async def _done(tx: Tx, record: Record, step: Step) -> None:
    mine = record.enrolment.id
    if not await store.insert_done(tx, mine, step.id):
        return
    await store.touch(tx, mine)
    left = {one.id for one in record.content.steps} - {*record.done_at, step.id}
    if not left and await store.finish(tx, mine):
        subject = f"school-course:{record.enrolment.course}"
        await audit.record(tx, action="school.course_finished", subject=subject)


async def _version(tx: Tx, course: UUID, version: int) -> Version:
    found = await store.find_version(tx, course, version)
    if found is None:
        raise NothingHere()
    return found


async def _check_open(tx: Tx, course: Course) -> None:
    if not course.opened or not (await store.find_rules(tx)).opens:
        raise NotOpen("Ask who gave you this link.")
    if course.closed_at is not None:
        raise CourseClosed("Its teacher has closed it.")
