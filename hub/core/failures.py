"""Work that waits, that comes again, and that failed: what the operator reads and retries."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from hub.core.db import Tx
from hub.core.sql import load_queries

q = load_queries(__name__)


class FailedTask(msgspec.Struct, frozen=True, kw_only=True):
    """A message, the task that could not do it, and the last error's text."""

    id: UUID
    task: str
    tenant: int | None
    message: dict[str, object]
    error: str
    attempts: int
    failed_at: datetime
    retried_at: datetime | None


async def keep_failed_task(
    tx: Tx, *, task: str, tenant: int | None, message: object, error: str, attempts: int
) -> None:
    await tx.run(
        q.keep_failed_task,
        id=tx.uuid(),
        task=task,
        tenant=tenant,
        message=message,
        error=error[:2000],
        attempts=attempts,
        now=tx.now,
    )


async def list_failed_tasks(tx: Tx, wanted: int = 50) -> list[FailedTask]:
    return await tx.all(FailedTask, q.list_failed_tasks, wanted=wanted)


async def claim_failed_task(tx: Tx, id: UUID) -> FailedTask | None:
    """The failure, now marked as retried; None if it is unknown or somebody was quicker."""
    return await tx.one(FailedTask, q.mark_failed_task_retried, id=id, now=tx.now)


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """A task that runs at a fixed pace."""

    name: str
    every: timedelta
    next_at: datetime


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """Messages that could be worked on now, and the oldest one's age."""

    waiting: int
    oldest: datetime | None


async def list_schedules(tx: Tx) -> list[Schedule]:
    return await tx.all(Schedule, q.list_schedules)


async def find_queue(tx: Tx) -> Queue:
    queue = await tx.one(Queue, q.find_queue)
    assert queue is not None
    return queue


async def find_pulse(tx: Tx) -> bool:
    """Whether the database answers."""
    return await tx.value(int, q.find_pulse) == 1
