"""The statements."""

from collections.abc import Sequence
from uuid import UUID

from hub.core.db import Tx
from hub.core.sql import load_queries
from verticals.education.classwork.models import Post, Work

q = load_queries(__name__)

MOST_POSTS, MOST_WORKS = 200, 1_000


async def insert_post(tx: Tx, id: UUID, classroom: UUID, **said: object) -> bool:
    new = {"id": id, "tenant": tx.tenant, "classroom": classroom, **said}
    return await tx.run(q.insert_post, **new, now=tx.now) == 1


async def list_posts(tx: Tx, classrooms: Sequence[UUID]) -> list[Post]:
    return await tx.all(Post, q.list_posts, classrooms=list(classrooms), wanted=MOST_POSTS)


async def find_post(tx: Tx, id: UUID) -> Post | None:
    return await tx.one(Post, q.find_post, id=id)


async def list_handed_posts(tx: Tx, member: UUID) -> list[Post]:
    return await tx.all(Post, q.list_handed_posts, member=member, wanted=MOST_WORKS)


async def keep_work(tx: Tx, post: UUID, member: UUID, body: str, *, late: bool) -> bool:
    new = {"tenant": tx.tenant, "post": post, "member": member, "body": body, "late": late}
    return await tx.run(q.keep_work, **new, now=tx.now) == 1


async def return_work(tx: Tx, post: UUID, member: UUID, score: int, comment: str) -> bool:
    mark = {"post": post, "member": member, "score": score, "comment": comment}
    return await tx.run(q.return_work, **mark, now=tx.now) == 1


async def list_works_of_post(tx: Tx, post: UUID) -> list[Work]:
    return await tx.all(Work, q.list_works_of_post, post=post, wanted=MOST_WORKS)


async def list_works_of_member(tx: Tx, member: UUID) -> list[Work]:
    return await tx.all(Work, q.list_works_of_member, member=member, wanted=MOST_WORKS)
