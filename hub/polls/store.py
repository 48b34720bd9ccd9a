"""The statements of questions."""

from datetime import datetime
from uuid import UUID

from hub.core.db import Tx
from hub.core.sql import load_queries
from hub.polls.models import Asked, Count, Own, Poll, Voter

q = load_queries(__name__)


async def insert_poll(tx: Tx, post: UUID, asked: Asked) -> None:
    said = {"kind": asked.kind, "choices": list(asked.choices), "secret": asked.secret}
    await tx.run(q.insert_poll, post=post, closes_at=asked.closes_at, **said)


async def find_poll(tx: Tx, space: UUID, post: UUID) -> Poll | None:
    return await tx.one(Poll, q.find_poll, space=space, post=post)


async def lock_poll(tx: Tx, post: UUID) -> None:
    await tx.run(q.lock_poll, post=post)


async def list_polls(tx: Tx, space: UUID, wanted: int) -> list[Poll]:
    return await tx.all(Poll, q.list_polls, space=space, now=tx.now, wanted=wanted)


async def find_since(tx: Tx, space: UUID, person: int) -> datetime | None:
    return await tx.value(datetime, q.find_since, space=space, person=person)


async def find_own(tx: Tx, post: UUID, person: int) -> Own | None:
    return await tx.one(Own, q.find_own, post=post, person=person)


async def insert_voter(tx: Tx, post: UUID, person: int, choice: int | None) -> bool:
    new = {"tenant": tx.tenant, "post": post, "person": person, "choice": choice}
    return await tx.run(q.insert_voter, **new) == 1


async def change_voter(tx: Tx, post: UUID, person: int, choice: int) -> None:
    await tx.run(q.change_voter, post=post, person=person, choice=choice)


async def add_vote(tx: Tx, post: UUID, choice: int) -> None:
    await tx.run(q.add_vote, tenant=tx.tenant, post=post, choice=choice)


async def take_vote(tx: Tx, post: UUID, choice: int) -> None:
    await tx.run(q.take_vote, post=post, choice=choice)


async def list_counts(tx: Tx, post: UUID) -> list[Count]:
    return await tx.all(Count, q.list_counts, post=post)


async def list_voters(tx: Tx, post: UUID, wanted: int) -> list[Voter]:
    return await tx.all(Voter, q.list_voters, post=post, wanted=wanted)
