"""The worker: Celery on `pgmq://`, and the only bridge from its threads to our async code.

One event loop in a daemon thread and one pool per process. A task that fails is sent again with a
growing delay in the same transaction that notes it; after its last attempt it is put aside in
`failed_task`. No `eta`, no `countdown`: a countdown beyond the visibility timeout runs twice.
"""

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeVar

import msgspec
import structlog
from celery import Celery
from celery.exceptions import Reject
from celery.signals import worker_process_shutdown, worker_shutdown
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from hub.core import outbox
from hub.core.broker import Broker, Transport
from hub.core.db import Database, Tx
from hub.core.failures import FailedTask, claim_failed_task, keep_failed_task
from hub.core.log import hide_values
from hub.core.metrics import TASKS
from hub.core.sql import load_queries
from hub.core.vertical import Nothing, Task, Tick

q = load_queries(__name__)
log = structlog.get_logger(__name__)
T = TypeVar("T")

MAX_ATTEMPTS = 6
MAX_DELIVERIES = 5
VISIBILITY_TIMEOUT_S = 60
TASK_TIMEOUT_S = 25
FIRST_DELAY_S = 2


class Bridge:
    """Runs coroutines of worker threads on the one loop of this process; safe across forks."""

    def __init__(self, connect: Callable[[], Coroutine[Any, Any, Database]]) -> None:
        self._connect = connect
        self._lock = threading.Lock()
        self._pid = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._database: Database | None = None

    def run(self, work: Callable[[Database], Coroutine[Any, Any, T]], timeout_s: float) -> T:
        """Do `work(database)` on the loop and wait for it; what takes longer is cancelled, for its
        message comes again and would be worked on twice at a time."""
        doing = asyncio.run_coroutine_threadsafe(self._with_database(work), self._ready())
        try:
            return doing.result(timeout_s)
        except TimeoutError:
            doing.cancel()
            raise

    def spawn(self, work: Callable[[Database], Coroutine[Any, Any, None]]) -> None:
        """Start `work(database)` on the loop and do not wait."""
        asyncio.run_coroutine_threadsafe(self._with_database(work), self._ready())

    def close(self) -> None:
        """Close the pools of this process, if it opened any."""
        if self._loop is None or self._pid != os.getpid():
            return
        if self._database is not None:
            asyncio.run_coroutine_threadsafe(self._database.close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._loop = None

    def _ready(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None or self._pid != os.getpid():
                self._pid, self._database = os.getpid(), None
                self._connecting = asyncio.Lock()
                self._loop = asyncio.new_event_loop()
                threading.Thread(
                    target=_turn, args=(self._loop,), daemon=True, name="bridge"
                ).start()
            return self._loop

    async def _with_database(self, work: Callable[[Database], Coroutine[Any, Any, T]]) -> T:
        async with self._connecting:
            if self._database is None:
                self._database = await self._connect()
        return await work(self._database)


def _turn(loop: asyncio.AbstractEventLoop) -> None:
    """Until it is stopped."""
    loop.run_forever()
    loop.close()


def make_celery(conn_string: str, tasks: Sequence[Task], bridge: Bridge) -> Celery:
    """The Celery application of the worker, with one Celery task for each of ours."""
    app = Celery("hub", broker="pgmq://", amqp=Broker, set_as_current=False)
    app.conf.update(
        broker_transport_options={
            # The transport reads a URL without its `host` query: give it the keyword form.
            "conn_string": make_conninfo("", **conninfo_to_dict(conn_string)),
            "init_extension": False,
            "use_notify": False,
            "visibility_timeout": VISIBILITY_TIMEOUT_S,
            "polling_interval": 0.2,
            "wait_time_seconds": 0,
            "pool_size": 8,
            "pool_timeout": 5,
        },
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport=f"{Transport.__module__}:{Transport.__qualname__}",
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        worker_prefetch_multiplier=1,
        # After a crash Celery would read one message at a time, and with our pause between two
        # readings never more than ten a second, until it is restarted.
        worker_enable_prefetch_count_reduction=False,
    )
    for task in tasks:
        _register(app, task, bridge)
    worker_shutdown.connect(lambda **_: bridge.close(), weak=False)
    worker_process_shutdown.connect(lambda **_: bridge.close(), weak=False)
    return app


def _register(app: Celery, task: Task, bridge: Bridge) -> None:
    @app.task(name=task.name, bind=True)  # pyright: ignore[reportUntypedFunctionDecorator]  celery
    def run(self: Any, tenant: int | None, message: object, attempt: int) -> None:
        received = (self.request.delivery_info or {}).get("pgmq_message")
        deliveries = getattr(received, "read_ct", 1)
        try:
            bridge.run(
                lambda database: attempt_task(database, task, tenant, message, attempt, deliveries),
                TASK_TIMEOUT_S,
            )
        except Exception as error:
            # Not even the failure could be written down, as when the database is away: the
            # message must stay on the queue. Celery would acknowledge, and so delete, it.
            log.warning("task kept", task=task.name, error=repr(error))
            raise Reject(repr(error), requeue=True) from None


async def attempt_task(
    database: Database,
    task: Task,
    tenant: int | None,
    message: object,
    attempt: int,
    deliveries: int = 1,
) -> None:
    """Run a task once; a failure becomes a later attempt, or a row in `failed_task`."""
    try:
        if deliveries > MAX_DELIVERIES:
            raise RuntimeError(f"the process died under this task {deliveries - 1} times")
        await task.run(database, tenant, msgspec.convert(message, task.message_type))
    except Exception as error:
        last = attempt >= MAX_ATTEMPTS or deliveries > MAX_DELIVERIES
        log.warning("task failed", task=task.name, attempt=attempt, last=last, error=repr(error))
        TASKS.labels(task.name, "given up" if last else "retried").inc()
        async with database.transaction(tenant) as tx:
            await _after_failure(tx, task, message, attempt, error, last=last)
    else:
        TASKS.labels(task.name, "done").inc()


async def _after_failure(
    tx: Tx, task: Task, message: object, attempt: int, error: Exception, *, last: bool
) -> None:
    if last:
        await keep_failed_task(
            tx,
            task=task.name,
            tenant=tx.tenant,
            message=message,
            error=hide_values(f"{type(error).__name__}: {error}"),
            attempts=attempt,
        )
        return
    later = tx.now + timedelta(seconds=FIRST_DELAY_S * 2 ** (attempt - 1))
    typed = msgspec.convert(message, task.message_type)
    await outbox.send(tx, task, typed, at=later, attempt=attempt + 1)


async def retry_failed_task(tx: Tx, failed: FailedTask, tasks: Mapping[str, Task]) -> bool:
    """Send a failed task again, once; False if somebody else was quicker or it is unknown."""
    task = tasks.get(failed.task)
    if task is None or await claim_failed_task(tx, failed.id) is None:
        return False
    message = msgspec.convert(failed.message, task.message_type)
    await outbox.send(tx, task, message, tenant=failed.tenant)
    return True


async def keep_schedule(database: Database, ticks: Sequence[Tick]) -> None:
    """Declare the schedules of the manifests, and forget the others."""
    async with database.transaction() as tx:
        for tick in ticks:
            await tx.run(q.keep_tick, name=tick.task.name, every=tick.every, now=tx.now)
        await tx.run(q.drop_other_ticks, names=[tick.task.name for tick in ticks])


async def run_due_ticks(database: Database, tasks: Mapping[str, Task]) -> int:
    """Queue every scheduled task that is due; how many. Rival tickers never queue one twice."""
    async with database.transaction() as tx:
        names = await tx.all(DueTick, q.take_due_ticks, now=tx.now)
        due = [tasks[tick.task] for tick in names if tick.task in tasks]
        for task in due:
            await outbox.send(tx, task, Nothing())
    return len(due)


class DueTick(msgspec.Struct, frozen=True, kw_only=True):
    """A schedule whose time has come."""

    task: str


async def beat_for_ever(database: Database, beat: Tick) -> None:
    """Do a task at its pace in this process, whatever happens to the database meanwhile; it must
    bear that others do the same at the same moment."""
    while True:
        try:
            await beat.task.run(database, None, Nothing())
        except Exception as error:
            log.warning("beat failed", task=beat.task.name, error=repr(error))
        await asyncio.sleep(beat.every.total_seconds())


async def tick_for_ever(database: Database, ticks: Sequence[Tick]) -> None:
    """Queue due schedules each second, whatever happens to the database meanwhile."""
    tasks = {tick.task.name: tick.task for tick in ticks}
    declared = False
    while True:
        try:
            if not declared:
                await keep_schedule(database, ticks)
                declared = True
            await run_due_ticks(database, tasks)
        except Exception as error:
            log.warning("ticker failed", error=repr(error))
        await asyncio.sleep(1)
