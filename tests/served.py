"""The work of the queue, done in the test's own process, at the time of its clock."""

import base64
import json
from datetime import datetime

import asyncpg
import msgspec

from hub.app import compose
from hub.core.db import Database
from hub.core.work import attempt_task

_TASKS = {task.name: task for task in compose().tasks}


class Queue:
    """Reads the queue over the walls, and runs what is due at an instant of the driven clock."""

    def __init__(self, database: Database, admin: asyncpg.Connection) -> None:
        self.database, self.admin = database, admin
        self._due: dict[int, datetime] = {}

    async def run(self, most: int = 1_000, only: str | tuple[str, ...] = "") -> list[str]:
        """Run everything that is due, and what follows from it; the names of the tasks. `only`
        loses the messages of all other tasks."""
        done: list[str] = []
        while len(done) < most:
            rows = await self.admin.fetch(
                "select msg_id, message, date_trunc('second', vt - enqueued_at) as delay"
                " from pgmq.q_celery order by msg_id"
            )
            due = [row for row in rows if self._is_due(row)]
            if not due:
                break
            for row in due:
                await self.admin.execute(
                    "delete from pgmq.q_celery where msg_id = $1", row["msg_id"]
                )
                name = await self._run(json.loads(row["message"]), only)
                done.append(name)
        return done

    def _is_due(self, row: asyncpg.Record) -> bool:
        now = self.database.clock.now()
        due = self._due.setdefault(row["msg_id"], now + row["delay"])
        return due <= now

    async def run_bravely(self, most: int = 10_000) -> int:
        """The same as the worker does it: what fails comes again later. How many came again."""
        again = 0
        for _ in range(most):
            rows = await self.admin.fetch(
                "select msg_id, message, date_trunc('second', vt - enqueued_at) as delay"
                " from pgmq.q_celery order by msg_id"
            )
            due = [row for row in rows if self._is_due(row)]
            if not due:
                break
            for row in due:
                await self.admin.execute(
                    "delete from pgmq.q_celery where msg_id = $1", row["msg_id"]
                )
                again += await self._attempt(json.loads(row["message"]))
        return again

    async def _attempt(self, envelope: dict) -> bool:
        _, arguments, _ = json.loads(base64.b64decode(envelope["body"]))
        task, attempt = _TASKS[envelope["headers"]["task"]], arguments["attempt"]
        await attempt_task(self.database, task, arguments["tenant"], arguments["message"], attempt)
        return attempt > 1

    async def _run(self, envelope: dict, only: str | tuple[str, ...]) -> str:
        _, arguments, _ = json.loads(base64.b64decode(envelope["body"]))
        task = _TASKS[envelope["headers"]["task"]]
        if task.name.startswith(only):
            message = msgspec.convert(arguments["message"], task.message_type)
            await task.run(self.database, arguments["tenant"], message)
        return task.name
