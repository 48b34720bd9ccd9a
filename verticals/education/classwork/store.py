"""The statements."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from hub.core.db import Tx
from hub.core.sql import load_queries
from verticals.education.classwork.models import Column, Marking, Post, Told, Work

q = load_queries(__name__)

MOST_POSTS, MOST_WORKS = 50, 1_000  # of one page; of one assignment
MOST_COLUMNS, MOST_TOLD = 50, 10_000  # of one class; of these


async def insert_post(tx: Tx, id: UUID, classroom: UUID, **said: object) -> bool:
    new = {"id": id, "tenant": tx.tenant, "classroom": classroom, **said}
    return await tx.run(q.insert_post, **new, now=tx.now) == 1


async def list_posts(tx: Tx, classroom: UUID, after: UUID | None) -> list[Post]:
    """One more than a page holds, when there are more."""
    asked = {"classroom": classroom, "after": after, "wanted": MOST_POSTS + 1}
    return await tx.all(Post, q.list_posts, **asked)


async def find_post(tx: Tx, id: UUID) -> Post | None:
    return await tx.one(Post, q.find_post, id=id)


async def lock_post(tx: Tx, id: UUID) -> None:
    await tx.run(q.lock_post, id=id)


async def hold_post(tx: Tx, id: UUID) -> None:
    await tx.run(q.hold_post, id=id)


async def is_marked(tx: Tx, id: UUID) -> bool:
    found = await tx.one(_Yes, q.is_marked, id=id)
    return found is not None and found.yes


async def correct_post(tx: Tx, id: UUID, seen: datetime, **said: object) -> bool:
    """Whether it was still as it was seen."""
    found = await tx.one(_Corrected, q.correct_post, id=id, seen=seen, **said, now=tx.now)
    return found is not None


async def take_back(tx: Tx, id: UUID) -> bool:
    """False when somebody handed something in for it."""
    return await tx.run(q.take_back, id=id, now=tx.now) == 1


async def list_assignments(
    tx: Tx, classrooms: Sequence[UUID], member: UUID, after: UUID | None
) -> list[Post]:
    """One more than a page holds, when there are more."""
    asked = {"classrooms": list(classrooms), "member": member, "after": after}
    return await tx.all(Post, q.list_assignments, **asked, wanted=MOST_POSTS + 1)


async def keep_work(tx: Tx, post: UUID, member: UUID, body: str, *, late: bool) -> bool:
    new = {"tenant": tx.tenant, "post": post, "member": member, "body": body, "late": late}
    return await tx.run(q.keep_work, **new, now=tx.now) == 1


async def find_work(tx: Tx, post: UUID, member: UUID) -> Work | None:
    return await tx.one(Work, q.find_work, post=post, member=member)


async def return_work(tx: Tx, post: UUID, member: UUID, mark: Marking) -> bool:
    """Whether it was still as it was seen."""
    said = msgspec.structs.asdict(mark)
    return await tx.run(q.return_work, post=post, member=member, **said, now=tx.now) == 1


async def list_works_of_post(tx: Tx, post: UUID) -> list[Work]:
    return await tx.all(Work, q.list_works_of_post, post=post, wanted=MOST_WORKS)


async def list_works_of_member(tx: Tx, member: UUID, posts: Sequence[UUID]) -> list[Work]:
    asked = {"member": member, "posts": list(posts), "wanted": len(posts)}
    return await tx.all(Work, q.list_works_of_member, **asked)


async def insert_column(tx: Tx, id: UUID, classroom: UUID, title: str, out_of: float) -> bool:
    new = {"id": id, "tenant": tx.tenant, "classroom": classroom}
    return await tx.run(q.insert_column, **new, title=title, out_of=out_of, now=tx.now) == 1


async def change_column(tx: Tx, id: UUID, title: str, out_of: float) -> None:
    await tx.run(q.change_column, id=id, title=title, out_of=out_of)


async def delete_column(tx: Tx, id: UUID) -> bool:
    return await tx.run(q.delete_column, id=id) == 1


async def list_columns(tx: Tx, classroom: UUID) -> list[Column]:
    return await tx.all(Column, q.list_columns, classroom=classroom, wanted=MOST_COLUMNS)


async def list_columns_of_member(tx: Tx, member: UUID, wanted: int) -> list[Column]:
    return await tx.all(Column, q.list_columns_of_member, member=member, wanted=wanted)


async def keep_told(tx: Tx, told: Told) -> bool:
    """False when a later one is there already."""
    said = msgspec.structs.asdict(told)
    del said["name"]
    return await tx.run(q.keep_told, tenant=tx.tenant, **said) == 1


async def list_told(tx: Tx, parts: Sequence[UUID], members: Sequence[UUID] | None) -> list[Told]:
    asked = {"parts": list(parts), "members": None if members is None else list(members)}
    return await tx.all(Told, q.list_told, **asked, wanted=MOST_TOLD)


async def list_told_of(
    tx: Tx, part: UUID, member: UUID | None, after: UUID | None, wanted: int
) -> list[Told]:
    asked = {"part": part, "member": member, "after": after, "wanted": wanted}
    return await tx.all(Told, q.list_told_of, **asked)


class _Yes(msgspec.Struct, frozen=True):
    yes: bool


class _Corrected(msgspec.Struct, frozen=True):
    id: UUID
