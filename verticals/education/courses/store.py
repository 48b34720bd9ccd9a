"""The statements."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from hub.core.db import Tx
from hub.core.sql import load_queries
from verticals.education.courses.models import (
    Course,
    Done,
    Enrolment,
    Given,
    HouseRules,
    Offered,
    Try,
    Version,
    Written,
)

q = load_queries(__name__)

MOST_COURSES, MOST_CLASSES, MOST_FOLLOWED, MOST_LEARNERS = 200, 100, 200, 200


async def find_rules(tx: Tx) -> HouseRules:
    return await tx.one(HouseRules, q.find_rules) or HouseRules()


async def find_course(tx: Tx, id: UUID) -> Course | None:
    return await tx.one(Course, q.find_course, id=id)


async def find_version(tx: Tx, course: UUID, version: int) -> Version | None:
    return await tx.one(Version, q.find_version, course=course, version=version)


async def list_classes(tx: Tx, course: UUID) -> list[UUID]:
    found = await tx.all(_Class, q.list_classes, course=course, wanted=MOST_CLASSES)
    return [one.classroom for one in found]


async def list_written(tx: Tx, author: UUID | None, classrooms: Sequence[UUID]) -> list[Written]:
    """All of the school's for nobody in particular."""
    asked = {"everybody": author is None, "author": author, "classrooms": list(classrooms)}
    return await tx.all(Written, q.list_written, **asked, wanted=MOST_COURSES)


async def list_offered(tx: Tx, member: UUID, classrooms: Sequence[UUID]) -> list[Offered]:
    asked = {"member": member, "classrooms": list(classrooms)}
    return await tx.all(Offered, q.list_offered, **asked, wanted=MOST_COURSES)


async def insert_enrolment(
    tx: Tx, id: UUID, version: Version, member: UUID | None, name: str
) -> bool:
    new = {"id": id, "tenant": tx.tenant, "course": version.course, "version": version.version}
    return await tx.run(q.insert_enrolment, **new, member=member, name=name, now=tx.now) == 1


async def count_visitors(tx: Tx, course: UUID) -> int:
    return await tx.value(int, q.count_visitors, course=course) or 0


async def find_enrolment(tx: Tx, id: UUID) -> Enrolment | None:
    return await tx.one(Enrolment, q.find_enrolment, id=id)


async def find_enrolment_of(tx: Tx, course: UUID, member: UUID) -> Enrolment | None:
    return await tx.one(Enrolment, q.find_enrolment_of, course=course, member=member)


async def lock_enrolment(tx: Tx, id: UUID) -> None:
    await tx.run(q.lock_enrolment, id=id)


async def list_enrolments_of_member(tx: Tx, member: UUID) -> list[Enrolment]:
    asked = {"member": member, "wanted": MOST_FOLLOWED}
    return await tx.all(Enrolment, q.list_enrolments_of_member, **asked)


async def list_enrolments(tx: Tx, course: UUID, after: UUID | None) -> list[Enrolment]:
    """One more than a page holds, when there are more."""
    asked = {"course": course, "after": after, "wanted": MOST_LEARNERS + 1}
    return await tx.all(Enrolment, q.list_enrolments, **asked)


async def list_names(tx: Tx, members: Sequence[UUID]) -> dict[UUID, str]:
    return {one.id: one.said for one in await tx.all(_Name, q.list_names, members=list(members))}


async def insert_done(tx: Tx, enrolment: UUID, step: UUID) -> bool:
    new = {"tenant": tx.tenant, "enrolment": enrolment, "step": step}
    return await tx.run(q.insert_done, **new, now=tx.now) == 1


async def list_done(tx: Tx, enrolments: Sequence[UUID]) -> list[Done]:
    return await tx.all(Done, q.list_done, enrolments=list(enrolments))


async def insert_try(
    tx: Tx, id: UUID, enrolment: UUID, step: UUID, number: int, answers: tuple[Given, ...],
    *, passed: bool,
) -> bool:  # fmt: skip
    new = {"id": id, "tenant": tx.tenant, "enrolment": enrolment, "step": step, "number": number}
    return await tx.run(q.insert_try, **new, answers=answers, passed=passed, now=tx.now) == 1


async def list_tries(tx: Tx, enrolments: Sequence[UUID]) -> list[Try]:
    return await tx.all(Try, q.list_tries, enrolments=list(enrolments))


async def touch(tx: Tx, enrolment: UUID) -> None:
    await tx.run(q.touch, id=enrolment, now=tx.now)


async def finish(tx: Tx, enrolment: UUID) -> bool:
    return await tx.run(q.finish, id=enrolment, now=tx.now) == 1


async def delete_visitor(tx: Tx, enrolment: UUID) -> bool:
    return await tx.run(q.delete_visitor, id=enrolment) == 1


async def delete_idle_visitors(tx: Tx, course: UUID, before: datetime) -> int:
    return await tx.run(q.delete_idle_visitors, course=course, before=before)


async def delete_old_visitors(tx: Tx, before: datetime) -> int:
    return await tx.run(q.delete_old_visitors, before=before)


async def list_schools_due(tx: Tx, before: datetime) -> list[int]:
    return [one.tenant for one in await tx.all(_School, q.list_schools_due, before=before)]


class _Class(msgspec.Struct, frozen=True):
    classroom: UUID


class _Name(msgspec.Struct, frozen=True):
    id: UUID
    said: str


class _School(msgspec.Struct, frozen=True):
    tenant: int
