"""The statements of spaces."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from hub.core.db import Tx
from hub.core.sql import load_queries
from hub.spaces.models import (
    Attached,
    Decision,
    Ground,
    KeptReport,
    Kind,
    ListedSpace,
    Member,
    Post,
    Reader,
    Role,
    Seat,
    Settings,
    Space,
    State,
    Write,
)

q = load_queries(__name__)


class Wall(msgspec.Struct, frozen=True, kw_only=True):
    """A tenant."""

    tenant: int


async def insert_space(tx: Tx, id: UUID, settings: Settings) -> bool:
    said = msgspec.to_builtins(settings)
    return await tx.run(q.insert_space, tenant=tx.tenant, id=id, now=tx.now, **said) == 1


async def count_spaces(tx: Tx) -> int:
    return await tx.value(int, q.count_spaces) or 0


async def find_seat(tx: Tx, id: UUID, person: int) -> Seat | None:
    return await tx.one(Seat, q.find_seat, id=id, person=person)


async def find_space(tx: Tx, id: UUID) -> Space | None:
    return await tx.one(Space, q.find_space, id=id)


async def settle(tx: Tx, id: UUID, seen: int, settings: Settings) -> bool:
    said = msgspec.to_builtins(settings)
    return await tx.run(q.settle, id=id, seen=seen, **said) == 1


async def close_space(tx: Tx, id: UUID) -> bool:
    return await tx.run(q.close_space, id=id, now=tx.now) == 1


async def reopen_space(tx: Tx, id: UUID) -> bool:
    return await tx.run(q.reopen_space, id=id) == 1


async def lock_space(tx: Tx, id: UUID) -> None:
    await tx.run(q.lock_space, id=id)


async def list_own(tx: Tx, person: int, wanted: int) -> list[ListedSpace]:
    return await tx.all(ListedSpace, q.list_own, person=person, wanted=wanted)


async def list_to_enter(tx: Tx, person: int, wanted: int) -> list[ListedSpace]:
    return await tx.all(ListedSpace, q.list_to_enter, person=person, wanted=wanted)


async def insert_member(tx: Tx, space: UUID, person: int, role: Role) -> bool:
    new = {"tenant": tx.tenant, "space": space, "person": person, "role": role}
    return await tx.run(q.insert_member, **new, now=tx.now) == 1


async def change_role(tx: Tx, space: UUID, person: int, role: Role) -> bool:
    return await tx.run(q.change_role, space=space, person=person, role=role) == 1


async def delete_member(tx: Tx, space: UUID, person: int) -> bool:
    return await tx.run(q.delete_member, space=space, person=person) == 1


async def count_members(tx: Tx, space: UUID) -> int:
    return await tx.value(int, q.count_members, space=space) or 0


async def list_members(tx: Tx, space: UUID, after: int | None, wanted: int) -> list[Member]:
    return await tx.all(Member, q.list_members, space=space, after=after, wanted=wanted)


async def find_member(tx: Tx, space: UUID, person: int) -> Member | None:
    return await tx.one(Member, q.find_member, space=space, person=person)


async def count_other_moderators(tx: Tx, space: UUID, person: int) -> int:
    asked = {"space": space, "tenant": tx.tenant, "person": person}
    return await tx.value(int, q.count_other_moderators, **asked) or 0


async def find_reader(tx: Tx, person: int) -> Reader | None:
    return await tx.one(Reader, q.find_reader, person=person)


async def insert_post(
    tx: Tx, id: UUID, space: UUID, author: int, said: Write, state: State, attached: Attached
) -> bool:
    new = {"tenant": tx.tenant, "id": id, "space": space, "author": author, "state": state}
    words = {"answers": said.answers, "title": said.title, "body": said.body}
    return await tx.run(q.insert_post, **new, **words, attached=attached, now=tx.now) == 1


async def count_posts_since(tx: Tx, space: UUID, author: int, since: datetime) -> int:
    asked = {"space": space, "author": author, "since": since}
    return await tx.value(int, q.count_posts_since, **asked) or 0


async def find_post(tx: Tx, space: UUID, id: UUID) -> Post | None:
    return await tx.one(Post, q.find_post, space=space, id=id)


async def lock_post(tx: Tx, space: UUID, id: UUID) -> None:
    await tx.run(q.lock_post, space=space, id=id)


async def list_threads(
    tx: Tx, space: UUID, person: int, after: UUID | None, wanted: int
) -> list[Post]:
    asked = {"space": space, "person": person, "after": after, "wanted": wanted}
    return await tx.all(Post, q.list_threads, **asked)


async def list_answers(
    tx: Tx, thread: UUID, person: int, after: UUID | None, wanted: int
) -> list[Post]:
    asked = {"thread": thread, "person": person, "after": after, "wanted": wanted}
    return await tx.all(Post, q.list_answers, **asked)


async def list_waiting(tx: Tx, space: UUID, wanted: int) -> list[Post]:
    return await tx.all(Post, q.list_waiting, space=space, wanted=wanted)


async def list_reported(tx: Tx, space: UUID, wanted: int) -> list[Post]:
    return await tx.all(Post, q.list_reported, space=space, wanted=wanted)


async def edit_post(tx: Tx, id: UUID, seen: int, said: Write, state: State) -> bool:
    new = {"title": said.title, "body": said.body, "state": state, "now": tx.now}
    return await tx.run(q.edit_post, id=id, seen=seen, **new) == 1


async def take_back(tx: Tx, id: UUID) -> bool:
    return await tx.run(q.take_back, id=id) == 1


async def move_post(tx: Tx, id: UUID, state: State) -> None:
    await tx.run(q.move_post, id=id, state=state, now=tx.now)


async def find_shown(tx: Tx, id: UUID) -> datetime | None:
    return await tx.value(datetime, q.find_shown, id=id)


async def insert_report(
    tx: Tx, id: UUID, post: UUID, reporter: int, ground: Ground, words: str
) -> bool:
    new = {"tenant": tx.tenant, "id": id, "post": post, "reporter": reporter}
    return await tx.run(q.insert_report, **new, ground=ground, words=words, now=tx.now) == 1


async def count_open_reports(tx: Tx, post: UUID) -> int:
    return await tx.value(int, q.count_open_reports, post=post) or 0


async def list_reports(tx: Tx, posts: Sequence[UUID], wanted: int) -> list[KeptReport]:
    return await tx.all(KeptReport, q.list_reports, posts=list(posts), wanted=wanted)


async def list_reporters(tx: Tx, post: UUID) -> list[Reader]:
    return await tx.all(Reader, q.list_reporters, post=post)


async def close_reports(tx: Tx, post: UUID, outcome: str) -> int:
    return await tx.run(q.close_reports, post=post, outcome=outcome, now=tx.now)


async def insert_decision(
    tx: Tx, post: UUID, kind: Kind, ground: Ground | None, words: str, *, reported: bool
) -> UUID:
    id = tx.uuid()
    why = {"kind": kind, "ground": ground, "words": words, "reported": reported}
    who = {"decided_by": tx.actor, "now": tx.now}
    await tx.run(q.insert_decision, tenant=tx.tenant, id=id, post=post, **why, **who)
    return id


async def find_decision(tx: Tx, space: UUID, id: UUID) -> Decision | None:
    return await tx.one(Decision, q.find_decision, space=space, id=id)


async def find_last_decision(tx: Tx, post: UUID) -> Decision | None:
    return await tx.one(Decision, q.find_last_decision, post=post)


async def list_appeals(tx: Tx, space: UUID, wanted: int) -> list[Decision]:
    return await tx.all(Decision, q.list_appeals, space=space, wanted=wanted)


async def keep_appeal(tx: Tx, id: UUID, appeal: str) -> bool:
    return await tx.run(q.keep_appeal, id=id, appeal=appeal, now=tx.now) == 1


async def keep_answer(tx: Tx, id: UUID, outcome: str, answer: str) -> bool:
    said = {"outcome": outcome, "answer": answer, "answered_by": tx.actor}
    return await tx.run(q.keep_answer, id=id, **said, now=tx.now) == 1


async def list_tenants_with_old(tx: Tx, before: datetime, after: int, wanted: int) -> list[int]:
    asked = {"before": before, "after": after, "wanted": wanted}
    found = await tx.all(Wall, q.list_tenants_with_old, **asked)
    return [wall.tenant for wall in found]


async def forget_old(tx: Tx, contestable: datetime, kept: datetime) -> None:
    await tx.run(q.forget_words, before=contestable)
    await tx.run(q.forget_decisions, before=kept)
    await tx.run(q.forget_reports, before=kept)
