"""The outbox is the queue: an event becomes messages in the transaction that made it happen.

The envelope is the one that a Celery worker reads from `pgmq://` (kombu 5.7, virtual transport).
Each message has its own delivery tag: with a repeated tag, acknowledgements hit the wrong rows.
"""

import base64
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from hub.core.db import Database, Tx
from hub.core.sql import load_queries
from hub.core.vertical import Task

q = load_queries(__name__)

_NO_LINKS = {"callbacks": None, "errbacks": None, "chain": None, "chord": None}


class Packed(msgspec.Struct, frozen=True, kw_only=True):
    """A message as the queue keeps it, to be seen after a delay."""

    delay: timedelta
    envelope: dict[str, object]


async def emit(tx: Tx, *events: msgspec.Struct) -> None:
    """Send each event to the tasks that the manifests name for its type, after the commit."""
    await _emit(tx, events, timedelta(), tx.tenant)


async def emit_at(tx: Tx, at: datetime, *events: msgspec.Struct) -> None:
    """The same, but not before the instant `at`."""
    await _emit(tx, events, max(at - tx.now, timedelta()), tx.tenant)


async def emit_for(tx: Tx, tenant: int, *events: msgspec.Struct) -> None:
    """The same, for tasks that shall work behind another tenant's wall."""
    await _emit(tx, events, timedelta(), tenant)


async def _emit(
    tx: Tx, events: Iterable[msgspec.Struct], delay: timedelta, tenant: int | None
) -> None:
    messages = [
        (task, event, delay) for event in events for task in tx.database.on.get(type(event), ())
    ]
    if messages:
        await _enqueue(tx, messages, attempt=1, tenant=tenant)


async def send(
    tx: Tx,
    task: Task,
    message: msgspec.Struct,
    *,
    at: datetime | None = None,
    attempt: int = 1,
    tenant: int | None = None,
) -> None:
    """Send one message to one task; with `at`, not before that instant.

    The task works behind the wall of `tenant`, or of the transaction's when none is given.
    """
    delay = max(at - tx.now, timedelta()) if at else timedelta()
    wall = tx.tenant if tenant is None else tenant
    await _enqueue(tx, [(task, message, delay)], attempt=attempt, tenant=wall)


def pack(
    database: Database, tenant: int | None, *due: tuple[timedelta, msgspec.Struct]
) -> list[Packed]:
    """The messages of events, each with its delay, for a function that puts them on the queue in
    its own transaction."""
    return [
        Packed(
            delay=delay,
            envelope=make_envelope(
                task.name, tenant, msgspec.to_builtins(event), 1, database.ids.uuid()
            ),
        )
        for delay, event in due
        for task in database.on.get(type(event), ())
    ]


async def put(tx: Tx, messages: Sequence[Packed]) -> None:
    """Put packed messages on the queue."""
    if messages:
        delays = [message.delay for message in messages]
        envelopes = [message.envelope for message in messages]
        await tx.run(q.enqueue, delays=delays, envelopes=envelopes)


async def _enqueue(
    tx: Tx,
    messages: list[tuple[Task, msgspec.Struct, timedelta]],
    *,
    attempt: int,
    tenant: int | None,
) -> None:
    envelopes = [
        make_envelope(task.name, tenant, msgspec.to_builtins(message), attempt, tx.uuid())
        for task, message, _ in messages
    ]
    delays = [delay for _, _, delay in messages]
    await tx.run(q.enqueue, delays=delays, envelopes=envelopes)


def make_envelope(
    task: str, tenant: int | None, message: object, attempt: int, id: UUID
) -> dict[str, object]:
    """The message as the worker expects it; `id` also serves as its delivery tag."""
    arguments = {"tenant": tenant, "message": message, "attempt": attempt}
    body = msgspec.json.encode([[], arguments, _NO_LINKS])
    return {
        "body": base64.b64encode(body).decode(),
        "content-encoding": "utf-8",
        "content-type": "application/json",
        "headers": {
            "lang": "py",
            "task": task,
            "id": str(id),
            "root_id": str(id),
            "parent_id": None,
            "group": None,
            "retries": 0,
            "argsrepr": "",
            "kwargsrepr": "",
        },
        "properties": {
            "correlation_id": str(id),
            "delivery_mode": 2,
            "delivery_info": {"exchange": "", "routing_key": "celery"},
            "priority": 0,
            "body_encoding": "base64",
            "delivery_tag": str(id),
        },
    }
