"""The statements."""

from uuid import UUID

from hub.core.db import Tx
from hub.core.sql import load_queries
from verticals.health.merging.models import AskMerge, Merge, State

q = load_queries(__name__)

MOST = 100


async def insert_merge(tx: Tx, id: UUID, command: AskMerge, why: str, person: int | None) -> bool:
    new = {"id": id, "tenant": tx.tenant, "kept": command.kept, "gone": command.gone}
    return await tx.run(q.insert_merge, **new, why=why, asked_by=person, now=tx.now) == 1


async def lock_merge(tx: Tx, id: UUID) -> Merge | None:
    return await tx.one(Merge, q.lock_merge, id=id)


async def list_merges(tx: Tx) -> list[Merge]:
    return await tx.all(Merge, q.list_merges, tenant=tx.tenant, wanted=MOST)


async def keep_decision(tx: Tx, id: UUID, state: State, person: int) -> None:
    await tx.run(q.keep_decision, id=id, state=state, decided_by=person, now=tx.now)
