"""The statements of events."""

from uuid import UUID

import msgspec

from hub.core.db import Tx
from hub.core.sql import load_queries
from hub.gatherings.models import Answer, Comer, Event, Planned, Reader

q = load_queries(__name__)


async def insert_event(tx: Tx, post: UUID, plan: Planned) -> None:
    said = msgspec.structs.asdict(plan)
    await tx.run(q.insert_event, post=post, now=tx.now, **said)


async def find_event(tx: Tx, space: UUID, post: UUID) -> Event | None:
    return await tx.one(Event, q.find_event, space=space, post=post)


async def lock_event(tx: Tx, post: UUID) -> None:
    await tx.run(q.lock_event, post=post)


async def list_coming(tx: Tx, space: UUID, wanted: int) -> list[Event]:
    return await tx.all(Event, q.list_coming, space=space, now=tx.now, wanted=wanted)


async def list_past(tx: Tx, space: UUID, wanted: int) -> list[Event]:
    return await tx.all(Event, q.list_past, space=space, now=tx.now, wanted=wanted)


async def change_event(tx: Tx, post: UUID, seen: int, plan: Planned) -> bool:
    said = msgspec.structs.asdict(plan)
    return await tx.run(q.change_event, post=post, seen=seen, now=tx.now, **said) == 1


async def cancel_event(tx: Tx, post: UUID, reason: str) -> bool:
    return await tx.run(q.cancel_event, post=post, reason=reason, now=tx.now) == 1


async def claim_telling(tx: Tx, post: UUID, revision: int) -> bool:
    """False when who comes has been told of it, or it has changed once more."""
    return await tx.run(q.claim_telling, post=post, revision=revision) == 1


async def keep_answer(tx: Tx, post: UUID, person: int, answer: Answer) -> None:
    new = {"tenant": tx.tenant, "post": post, "person": person, "answer": answer}
    await tx.run(q.keep_answer, **new, now=tx.now)


async def list_comers(tx: Tx, post: UUID, wanted: int) -> list[Comer]:
    return await tx.all(Comer, q.list_comers, post=post, wanted=wanted)


async def count_comers(tx: Tx, post: UUID) -> int:
    return await tx.value(int, q.count_comers, post=post) or 0


async def find_answer(tx: Tx, post: UUID, person: int) -> Answer | None:
    return await tx.value(Answer, q.find_answer, post=post, person=person)


async def list_readers(tx: Tx, space: UUID, post: UUID, wanted: int) -> list[Reader]:
    return await tx.all(Reader, q.list_readers, space=space, post=post, wanted=wanted)
