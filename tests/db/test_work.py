"""Work after the commit: envelopes, attempts, dead letters, schedules, on the real queue."""

import asyncio
import base64
import json
import threading
from datetime import timedelta
from typing import cast

import asyncpg
import msgspec
import pytest
from celery import Celery

from hub.core import failures, mail, outbox
from hub.core.clock import DrivenClock, SeededIds
from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from hub.core.work import (
    MAX_ATTEMPTS,
    Bridge,
    attempt_task,
    keep_schedule,
    retry_failed_task,
    run_due_ticks,
)

TENANT = 7


class Ring(msgspec.Struct, frozen=True, kw_only=True):
    times: int


class Ringer:
    """A task that fails as often as it is told, and counts."""

    def __init__(self, failing: int = 0) -> None:
        self.failing = failing
        self.done: list[tuple[int | None, int]] = []
        self.task = Task(name="test.ring", message_type=Ring, run=self.run)

    async def run(self, database: Database, tenant: int | None, message: Ring) -> None:
        if self.failing:
            self.failing -= 1
            raise RuntimeError("the bell is broken")
        self.done.append((tenant, message.times))


async def queued(admin: asyncpg.Connection) -> list[dict]:
    rows = await admin.fetch("select message, vt from pgmq.q_celery order by msg_id")
    return [json.loads(row["message"]) for row in rows]


def arguments(envelope: dict) -> dict:
    return json.loads(base64.b64decode(envelope["body"]))[1]


async def test_an_event_is_queued_with_its_transaction(
    database: Database, admin: asyncpg.Connection
) -> None:
    letter = mail.Letter(
        recipient="a@b.fr", language="fr", subject="s", body_text="t", body_html="h"
    )
    async with database.transaction(TENANT) as tx:
        await mail.write_mail(tx, letter)
    with pytest.raises(ZeroDivisionError):
        await write_and_fail(database, letter)
    envelopes = await queued(admin)
    assert [envelope["headers"]["task"] for envelope in envelopes] == ["core.send_mail"]
    assert arguments(envelopes[0])["tenant"] == TENANT


async def write_and_fail(database: Database, letter: mail.Letter) -> None:
    async with database.transaction(TENANT) as tx:
        await mail.write_mail(tx, letter)
        raise ZeroDivisionError


def test_the_envelope_is_the_one_that_celery_writes() -> None:
    app = Celery("x", broker="memory://", set_as_current=False)
    ours = outbox.make_envelope("t", TENANT, {"times": 1}, 1, SeededIds(1).uuid())
    with app.connection_for_write() as connection:
        producer = app.amqp.Producer(connection)
        queue = app.amqp.queues["celery"]
        kwargs = {"tenant": TENANT, "message": {"times": 1}, "attempt": 1}
        app.send_task("t", kwargs=kwargs, producer=producer, queue="celery")
        theirs = json.loads(json.dumps(queue(connection.channel()).get().payload))
    assert json.loads(base64.b64decode(ours["body"])) == theirs
    needed = {"lang", "task", "id", "root_id", "parent_id", "group", "retries"}
    assert needed <= set(ours["headers"])


async def test_each_message_has_a_tag_of_its_own(
    database: Database, admin: asyncpg.Connection
) -> None:
    ringer = Ringer()
    async with database.transaction(TENANT) as tx:
        for _ in range(5):
            await outbox.send(tx, ringer.task, Ring(times=1))
    tags = [envelope["properties"]["delivery_tag"] for envelope in await queued(admin)]
    assert len(set(tags)) == 5


async def test_a_task_that_fails_is_tried_later(
    database: Database, admin: asyncpg.Connection
) -> None:
    ringer = Ringer(failing=1)
    await attempt_task(database, ringer.task, TENANT, {"times": 3}, 1)
    assert ringer.done == []
    envelope = (await queued(admin))[0]
    assert arguments(envelope) == {"tenant": TENANT, "message": {"times": 3}, "attempt": 2}
    waits = await admin.fetchval("select vt > enqueued_at + '1 s' from pgmq.q_celery")
    assert waits
    await attempt_task(database, ringer.task, TENANT, {"times": 3}, 2)
    assert ringer.done == [(TENANT, 3)]


async def test_after_its_last_attempt_a_task_is_put_aside_and_can_be_retried_once(
    database: Database, admin: asyncpg.Connection
) -> None:
    ringer = Ringer(failing=1)
    await attempt_task(database, ringer.task, TENANT, {"times": 3}, MAX_ATTEMPTS)
    async with database.transaction() as tx:
        failed = (await failures.list_failed_tasks(tx))[0]
    assert (failed.task, failed.tenant, failed.attempts) == ("test.ring", TENANT, MAX_ATTEMPTS)
    assert "the bell is broken" in failed.error
    tasks = {ringer.task.name: ringer.task}
    for expected in (True, False):
        async with database.transaction() as tx:
            assert await retry_failed_task(tx, failed, tasks) is expected
    assert [arguments(envelope)["tenant"] for envelope in await queued(admin)] == [TENANT]


async def test_a_task_that_kills_its_process_is_put_aside(database: Database) -> None:
    ringer = Ringer()
    await attempt_task(database, ringer.task, TENANT, {"times": 3}, 1, deliveries=6)
    async with database.transaction() as tx:
        assert "died" in (await failures.list_failed_tasks(tx))[0].error
    assert ringer.done == []


async def test_a_schedule_fires_once_however_many_tickers_look(
    database: Database, admin: asyncpg.Connection, clock: DrivenClock
) -> None:
    task = Task(name="test.tick", message_type=Nothing, run=Ringer().run)
    tick = Tick(task=task, every=timedelta(seconds=30))
    await keep_schedule(database, [tick])
    tasks = {task.name: task}
    assert await run_due_ticks(database, tasks) == 1
    assert await run_due_ticks(database, tasks) == 0
    clock.forward(timedelta(seconds=30))
    assert await run_due_ticks(database, tasks) == 1
    clock.forward(timedelta(hours=1))
    assert await run_due_ticks(database, tasks) == 1  # what was missed is not made up for
    clock.forward(timedelta(hours=-1))
    assert await run_due_ticks(database, tasks) == 1  # a clock that went back stops no schedule
    assert await run_due_ticks(database, tasks) == 0
    assert len(await queued(admin)) == 4
    async with database.transaction() as tx:
        assert [schedule.name for schedule in await failures.list_schedules(tx)] == ["test.tick"]
        assert (await failures.find_queue(tx)).waiting == 4
    await keep_schedule(database, [])
    async with database.transaction() as tx:
        assert await failures.list_schedules(tx) == []


def test_a_task_that_takes_too_long_is_cancelled_before_its_message_comes_again() -> None:
    began, ended = threading.Event(), threading.Event()

    async def work(database: Database) -> None:
        began.set()
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    async def connect() -> Database:
        return cast("Database", None)

    bridge = Bridge(connect)
    with pytest.raises(TimeoutError):
        bridge.run(work, 2)
    assert (began.is_set(), ended.wait(5)) == (True, True)
    bridge.close()
