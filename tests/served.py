"""The work of the queue, done in the test's own process, at the time of its clock."""

import base64
import heapq
import json
from datetime import datetime

import asyncpg
import msgspec

from hub.app import compose
from hub.core.db import Database
from hub.core.work import attempt_task

_TASKS = {task.name: task for task in compose().tasks}


class Queue:
    """Reads the queue over the walls, and runs what is due at an instant of the driven clock.

    Each message is read once, when it has come: what waits for weeks costs nothing meanwhile."""

    def __init__(self, database: Database, admin: asyncpg.Connection) -> None:
        self.database, self.admin = database, admin
        self._waiting: list[tuple[datetime, int]] = []
        self._read = 0

    async def run(self, most: int = 1_000, only: str | tuple[str, ...] = "") -> list[str]:
        """Run everything that is due, and what follows from it; the names of the tasks. `only`
        loses the messages of all other tasks."""
        done: list[str] = []
        while len(done) < most:
            due = await self._take_due()
            if not due:
                break
            for id in due:
                envelope = await self._take(id)
                if envelope is not None:
                    done.append(await self._run(envelope, only))
        return done

    async def run_bravely(self, most: int = 10_000) -> int:
        """The same as the worker does it: what fails comes again later. How many came again."""
        again = 0
        for _ in range(most):
            due = await self._take_due()
            if not due:
                break
            for id in due:
                envelope = await self._take(id)
                again += envelope is not None and await self._attempt(envelope)
        return again

    async def _take_due(self) -> list[int]:
        """The messages that are due and were not given before, in the order in which they came."""
        now = self.database.clock.now()
        rows = await self.admin.fetch(
            "select msg_id, date_trunc('second', vt - enqueued_at) as delay"
            " from pgmq.q_celery where msg_id > $1 order by msg_id",
            self._read,
        )
        for row in rows:
            heapq.heappush(self._waiting, (now + row["delay"], row["msg_id"]))
            self._read = row["msg_id"]
        due: list[int] = []
        while self._waiting and self._waiting[0][0] <= now:
            due.append(heapq.heappop(self._waiting)[1])
        return sorted(due)

    async def _take(self, id: int) -> dict | None:
        """A message out of the queue; None where somebody has emptied it."""
        found = await self.admin.fetchval(
            "delete from pgmq.q_celery where msg_id = $1 returning message", id
        )
        return json.loads(found) if found is not None else None

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
