"""The statements."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from hub.core.db import Tx
from hub.core.sql import load_queries
from verticals.education.lti_launch.models import Choice, Line, Link, NewLine, NewLink

q = load_queries(__name__)

MOST_LINKS = 200


async def keep_persons(tx: Tx, tool: UUID, members: Sequence[UUID]) -> None:
    """Who has no name for a tool yet has one by it."""
    new = {"members": list(members), "subs": [tx.uuid() for _ in members]}
    await tx.run(q.keep_persons, tenant=tx.tenant, tool=tool, **new)


async def find_sub(tx: Tx, tool: UUID, member: UUID) -> UUID | None:
    return await tx.value(UUID, q.find_sub, tool=tool, member=member)


async def insert_link(tx: Tx, id: UUID, tool: UUID, classroom: UUID, new: NewLink) -> bool:
    said = {"title": new.title, "body": new.body, "url": new.url, "custom": dict(new.custom)}
    where = {"id": id, "tenant": tx.tenant, "tool": tool, "classroom": classroom}
    return await tx.run(q.insert_link, **where, **said, now=tx.now) == 1


async def find_link(tx: Tx, id: UUID) -> Link | None:
    return await tx.one(Link, q.find_link, id=id)


async def list_links(tx: Tx, classroom: UUID) -> list[Link]:
    return await tx.all(Link, q.list_links, classroom=classroom, wanted=MOST_LINKS)


async def is_placed(tx: Tx, tool: UUID, classroom: UUID) -> bool:
    return await tx.value(bool, q.is_placed, tool=tool, classroom=classroom) or False


async def take_back_link(tx: Tx, id: UUID) -> bool:
    return await tx.run(q.take_back_link, id=id, now=tx.now) == 1


async def insert_line(tx: Tx, id: UUID, tool: UUID, new: NewLine) -> None:
    said = {"resource_id": new.resource_id, "tag": new.tag, "link": new.link}
    when = {"starts_at": new.starts_at, "ends_at": new.ends_at}
    await tx.run(q.insert_line, id=id, tenant=tx.tenant, tool=tool, **said, **when)


async def change_line(tx: Tx, id: UUID, new: NewLine) -> None:
    said = {"resource_id": new.resource_id, "tag": new.tag}
    await tx.run(q.change_line, id=id, **said, starts_at=new.starts_at, ends_at=new.ends_at)


async def find_line(tx: Tx, tool: UUID, classroom: UUID, id: UUID) -> Line | None:
    return await tx.one(Line, q.find_line, id=id, tool=tool, classroom=classroom)


async def list_lines(
    tx: Tx,
    tool: UUID,
    classroom: UUID,
    *,
    link: UUID | None = None,
    resource_id: str | None = None,
    tag: str | None = None,
    after: UUID | None = None,
    wanted: int,
) -> list[Line]:
    asked = {"tool": tool, "classroom": classroom, "link": link, "resource_id": resource_id}
    return await tx.all(Line, q.list_lines, **asked, tag=tag, after=after, wanted=wanted)


async def insert_choice(
    tx: Tx, id: UUID, tool: UUID, classroom: UUID, member: UUID, ends_at: datetime
) -> None:
    new = {"id": id, "tool": tool, "classroom": classroom, "member": member, "ends_at": ends_at}
    await tx.run(q.insert_choice, tenant=tx.tenant, **new)


async def lock_choice(tx: Tx, id: UUID) -> Choice | None:
    return await tx.one(Choice, q.lock_choice, id=id)


async def answer_choice(tx: Tx, id: UUID, print: str) -> None:
    await tx.run(q.answer_choice, id=id, print=print, now=tx.now)


async def delete_old_choices(tx: Tx, before: datetime) -> None:
    await tx.run(q.delete_old_choices, before=before)
