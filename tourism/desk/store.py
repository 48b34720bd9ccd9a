"""The statements of the desk."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from hub.core.db import Tx
from hub.core.sql import load_queries
from tourism.booking.models import State
from tourism.desk.models import (
    Decision,
    Line,
    Message,
    NoShowCase,
    Selection,
    Sender,
    StateTotal,
    Waiting,
)

q = load_queries(__name__)


async def list_lines(
    tx: Tx, selection: Selection, states: Sequence[State], *, wanted: int, skipped: int
) -> list[Line]:
    return await tx.all(
        Line,
        q.list_lines,
        states=list(states),
        sort=selection.sort,
        wanted=wanted,
        skipped=skipped,
        **_where(tx, selection),
    )


async def sum_states(tx: Tx, selection: Selection) -> list[StateTotal]:
    return await tx.all(StateTotal, q.sum_states, **_where(tx, selection))


def _where(tx: Tx, selection: Selection) -> dict[str, object]:
    return {
        "tenant": tx.tenant,
        "first": selection.first,
        "last": selection.last,
        "text": selection.text,
        "room_type": selection.room_type,
        "unread": selection.unread,
    }


async def find_waiting(tx: Tx) -> Waiting:
    waiting = await tx.one(Waiting, q.find_waiting, tenant=tx.tenant)
    assert waiting is not None
    return waiting


async def list_day_lines(tx: Tx, day: date) -> list[Line]:
    return await tx.all(Line, q.list_day_lines, tenant=tx.tenant, day=day)


async def list_late_lines(tx: Tx, day: date) -> list[Line]:
    """Who should have come, or left, before a day; at most 50."""
    return await tx.all(Line, q.list_late_lines, tenant=tx.tenant, day=day)


async def insert_message(
    tx: Tx, id: UUID, booking: UUID, sender: Sender, author: str, body: str
) -> bool:
    """False when this message is there already."""
    inserted = await tx.run(
        q.insert_message,
        id=id,
        tenant=tx.tenant,
        booking=booking,
        sender=sender,
        author=author,
        body=body,
        now=tx.now,
    )
    return inserted == 1


async def list_messages(tx: Tx, booking: UUID) -> list[Message]:
    return await tx.all(Message, q.list_messages, tenant=tx.tenant, booking=booking)


async def find_message(tx: Tx, id: UUID) -> Message | None:
    return await tx.one(Message, q.find_message, id=id)


async def count_recent_messages(tx: Tx, booking: UUID, sender: Sender, since: datetime) -> int:
    return (
        await tx.value(
            int,
            q.count_recent_messages,
            tenant=tx.tenant,
            booking=booking,
            sender=sender,
            since=since,
        )
        or 0
    )


async def mark_seen(tx: Tx, booking: UUID, sender: Sender) -> None:
    await tx.run(q.mark_seen, tenant=tx.tenant, booking=booking, sender=sender, now=tx.now)


async def claim_announcement(tx: Tx, id: UUID) -> bool:
    """True for the one call that may announce this message."""
    return await tx.run(q.claim_announcement, id=id, now=tx.now) == 1


async def insert_no_show(tx: Tx, booking: UUID) -> None:
    await tx.run(q.insert_no_show, booking=booking, tenant=tx.tenant, now=tx.now)


async def find_no_show(tx: Tx, booking: UUID) -> NoShowCase | None:
    return await tx.one(NoShowCase, q.find_no_show, booking=booking)


async def lock_no_show(tx: Tx, booking: UUID) -> NoShowCase | None:
    return await tx.one(NoShowCase, q.lock_no_show, booking=booking)


async def decide_no_show(tx: Tx, booking: UUID, decision: Decision, penalty_cents: int) -> None:
    await tx.run(
        q.decide_no_show,
        booking=booking,
        decision=decision,
        penalty_cents=penalty_cents,
        now=tx.now,
    )
