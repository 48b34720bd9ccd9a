"""The statements of owing."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from hub.core.db import Tx
from hub.core.sql import load_queries
from tourism.owing.models import Due, DueKind, DueState, DueToAct

q = load_queries(__name__)


async def list_dues_to_act(tx: Tx, wanted: int) -> list[DueToAct]:
    return await tx.all(DueToAct, q.list_dues_to_act, now=tx.now, wanted=wanted)


async def list_dues(tx: Tx, booking: UUID) -> list[Due]:
    return await tx.all(Due, q.list_dues, booking=booking)


async def find_due(tx: Tx, id: UUID) -> Due | None:
    return await tx.one(Due, q.find_due, id=id)


async def insert_due(
    tx: Tx, booking: UUID, kind: DueKind, cents: int, due_on: date, next_at: datetime
) -> UUID:
    id = tx.uuid()
    await tx.run(
        q.insert_due,
        id=id,
        tenant=tx.tenant,
        booking=booking,
        kind=kind,
        amount_cents=cents,
        due_on=due_on,
        next_at=next_at,
        now=tx.now,
    )
    return id


async def keep_due(tx: Tx, due: Due) -> None:
    await tx.run(
        q.keep_due,
        id=due.id,
        amount_cents=due.amount_cents,
        due_on=due.due_on,
        state=due.state,
        tries=due.tries,
        letters=due.letters,
        refusal=due.refusal,
        next_at=due.next_at,
        closed_at=due.closed_at,
    )


async def close_due(tx: Tx, due: Due, state: DueState) -> None:
    await keep_due(tx, msgspec.structs.replace(due, state=state, next_at=None, closed_at=tx.now))
