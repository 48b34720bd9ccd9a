"""The statements."""

from datetime import datetime
from uuid import UUID

import msgspec

from hub.core.db import Tx
from hub.core.sql import load_queries
from verticals.city.alerts.models import Alert, Said, State

q = load_queries(__name__)

MOST, MOST_CURRENT, MOST_CHAIN = 100, 50, 100


async def insert_alert(
    tx: Tx, id: UUID, said: Said, msg_type: str, replaced: Alert | None, state: State
) -> bool:
    """False when the same form was sent before."""
    fields: dict[str, object] = msgspec.structs.asdict(said)
    done = await tx.run(
        q.insert_alert,
        id=id,
        tenant=tx.tenant,
        chain=replaced.chain if replaced else id,
        replaces=replaced.id if replaced else None,
        msg_type=msg_type,
        state=state,
        now=tx.now,
        written_by=tx.actor,
        sent_at=tx.now if state is State.SENT else None,
        **fields,
    )
    return done == 1


async def find_alert(tx: Tx, id: UUID) -> Alert | None:
    return await tx.one(Alert, q.find_alert, id=id)


async def lock_alert(tx: Tx, id: UUID) -> bool:
    return await tx.value(str, q.lock_alert, id=id) is not None


async def keep_state(tx: Tx, id: UUID, state: State) -> bool:
    """False when it waits no longer."""
    sent_at = tx.now if state is State.SENT else None
    said = {"state": state, "sent_at": sent_at, "confirmed_by": tx.actor}
    return await tx.run(q.keep_state, id=id, **said) == 1


async def keep_name(tx: Tx, id: UUID, identifier: str, sent: str) -> None:
    await tx.run(q.keep_name, id=id, identifier=identifier, sent=sent)


async def list_current(tx: Tx) -> list[Alert]:
    return await tx.all(Alert, q.list_current, now=tx.now, wanted=MOST_CURRENT)


async def list_told(tx: Tx, since: datetime) -> list[Alert]:
    return await tx.all(Alert, q.list_told, since=since, wanted=MOST)


async def list_own(tx: Tx) -> list[Alert]:
    return await tx.all(Alert, q.list_own, wanted=MOST)


async def list_chain(tx: Tx, chain: UUID, before: datetime) -> list[Alert]:
    return await tx.all(Alert, q.list_chain, chain=chain, before=before, wanted=MOST_CHAIN)
