"""The head of the school: what courses may hold, which there are, what everybody did in them."""

from uuid import UUID

from hub import audit
from hub.core.db import Tx
from verticals.education import roster
from verticals.education.authoring import policy, store
from verticals.education.classwork.errors import NothingHere
from verticals.education.courses import actions as courses
from verticals.education.courses.errors import CourseInvalid
from verticals.education.courses.models import Course, HouseRules, Written

REFUSALS = (CourseInvalid,)


async def find_rules(tx: Tx) -> HouseRules:
    """What the head allows; nothing that they never said."""
    return await courses.find_rules(tx)


async def list_courses(tx: Tx) -> list[Written]:
    """All courses of the school."""
    return await courses.list_school(tx)


async def allow(tx: Tx, hosts: str, *, opens: bool, role: str | None) -> None:
    """Allow hosts of videos, one a line, and courses that are open to everybody; what is not named
    is allowed no more. Raises `NotTheHead`, `CourseInvalid`."""
    roster.check_head(role)
    rules = HouseRules(hosts=policy.check_hosts(hosts), opens=opens)
    if rules == await courses.find_rules(tx):
        return
    await store.keep_rules(tx, rules)
    detail: dict[str, object] = {"hosts": list(rules.hosts), "opens": rules.opens}
    await audit.record(tx, action="school.course_rules", subject="courses", detail=detail)


async def close(tx: Tx, id: UUID, *, role: str | None) -> None:
    """Nobody begins it any more. Done twice, it is done. Raises `NotTheHead`, `NothingHere`."""
    roster.check_head(role)
    await _find(tx, id)
    if await store.close_course(tx, id):
        await audit.record(tx, action="school.course_closed", subject=f"school-course:{id}")


async def _find(tx: Tx, id: UUID) -> Course:
    found = await courses.seek_course(tx, id)
    if found is None:
        raise NothingHere()
    return found
