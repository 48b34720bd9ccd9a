"""The statements of approvals."""

from datetime import datetime
from uuid import UUID

from hub.approvals.models import Approval, Event, Step
from hub.core.db import Reads, Tx
from hub.core.sql import load_queries

q = load_queries(__name__)

OPEN_AT_ONCE = 500


async def insert_approval(
    tx: Tx, id: UUID, service: str, operator: int, wanted: int, decide_by: datetime
) -> None:
    await tx.run(
        q.insert_approval,
        id=id,
        service=service,
        operator=operator,
        wanted=wanted,
        decide_by=decide_by,
        now=tx.now,
    )


async def find_last_actor(tx: Tx, approval: UUID, step: Step) -> str | None:
    return await tx.value(str, q.find_last_actor, approval=approval, step=step)


async def find_current(tx: Reads, service: str) -> Approval | None:
    return await tx.one(Approval, q.find_current, service=service)


async def lock_current(tx: Tx, service: str) -> Approval | None:
    """The newest request, nobody else's to change until the commit."""
    await tx.run(q.lock_service, service=service)
    return await find_current(tx, service)


async def list_open(tx: Tx, after: str) -> list[Approval]:
    """Some of those that are not over, by the service after another one's code."""
    return await tx.all(Approval, q.list_open, after=after, wanted=OPEN_AT_ONCE)


async def change_approval(tx: Tx, changed: Approval) -> bool:
    """Whether the approval was still of this version."""
    touched = await tx.run(
        q.change_approval,
        id=changed.id,
        version=changed.version,
        state=changed.state,
        escalated_at=changed.escalated_at,
        rank=changed.rank,
        granted_at=changed.granted_at,
        expires_on=changed.expires_on,
        proposed_rank=changed.proposed_rank,
        proposed_until=changed.proposed_until,
        proposed_by=changed.proposed_by,
        now=tx.now,
    )
    return touched > 0


async def insert_event(tx: Tx, approval: Approval, step: Step, reason: str) -> None:
    await tx.run(
        q.insert_event,
        approval=approval.id,
        service=approval.service,
        step=step,
        state=approval.state,
        rank=approval.rank,
        now=tx.now,
        actor=tx.actor,
        reason=reason,
    )


async def list_events(tx: Tx, service: str, wanted: int) -> list[Event]:
    return await tx.all(Event, q.list_events, service=service, wanted=wanted)
