"""The statements."""

from collections.abc import Sequence
from uuid import UUID

from hub.core.db import Tx
from hub.core.sql import load_queries
from verticals.education.courses.models import Content, HouseRules

q = load_queries(__name__)


async def keep_rules(tx: Tx, rules: HouseRules) -> None:
    said = {"hosts": list(rules.hosts), "opens": rules.opens}
    await tx.run(q.keep_rules, tenant=tx.tenant, **said, now=tx.now)


async def insert_course(tx: Tx, id: UUID, author: UUID, draft: Content, *, opened: bool) -> bool:
    new = {"id": id, "tenant": tx.tenant, "author": author, "draft": draft, "opened": opened}
    return await tx.run(q.insert_course, **new, now=tx.now) == 1


async def lock_course(tx: Tx, id: UUID) -> None:
    await tx.run(q.lock_course, id=id)


async def keep_draft(tx: Tx, id: UUID, draft: Content, *, opened: bool) -> None:
    await tx.run(q.keep_draft, id=id, draft=draft, opened=opened, now=tx.now)


async def insert_version(tx: Tx, course: UUID, version: int, content: Content) -> None:
    new = {"tenant": tx.tenant, "course": course, "version": version, "content": content}
    await tx.run(q.insert_version, **new, now=tx.now)


async def keep_version(tx: Tx, id: UUID, version: int) -> None:
    await tx.run(q.keep_version, id=id, version=version)


async def close_course(tx: Tx, id: UUID) -> bool:
    return await tx.run(q.close_course, id=id, now=tx.now) == 1


async def keep_classes(tx: Tx, course: UUID, classrooms: Sequence[UUID]) -> None:
    """They take the place of those before."""
    wanted = {"course": course, "classrooms": list(classrooms)}
    await tx.run(q.drop_classes, **wanted)
    await tx.run(q.keep_classes, tenant=tx.tenant, **wanted)


async def keep_extra_tries(tx: Tx, course: UUID, enrolment: UUID, extra: int) -> bool:
    return await tx.run(q.keep_extra_tries, id=enrolment, course=course, extra=extra) == 1
