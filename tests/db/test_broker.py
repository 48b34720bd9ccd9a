"""Celery's connection to the queue comes back at once after a crash."""

import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import asyncpg
import msgspec
import pytest
from kombu.entity import Queue
from kombu.messaging import Consumer

from hub.core import outbox
from hub.core.broker import Transport
from hub.core.db import Database
from hub.core.migrate import role_dsn
from hub.core.vertical import Task
from hub.core.work import Bridge, make_celery
from tests.conftest import SECRET

POOLED, MANY = 4, 30
END_BROKERS = (
    "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
    " where usename = 'hub_broker' and datname = current_database()"
)


class Numbered(msgspec.Struct, frozen=True, kw_only=True):
    number: int


async def _nothing(database: Database, tenant: int | None, message: Numbered) -> None:
    del database, tenant, message


NUMBERED = Task(name="test.numbered", message_type=Numbered, run=_nothing)


async def test_after_a_crash_one_try_fails_whatever_number_of_connections_died(
    database: Database, database_url: str, admin: asyncpg.Connection
) -> None:
    async def connect() -> Database:
        return database

    dsn = role_dsn(database_url, "hub_broker", SECRET)
    connection = make_celery(dsn, [], Bridge(connect)).connection_for_read()
    transport = connection.transport
    assert isinstance(transport, Transport)

    def fill_the_pool() -> None:
        transport.establish_connection()
        client = transport._get_pgmq_client()  # pyright: ignore[reportPrivateUsage]  its pool
        with contextlib.ExitStack() as held:
            for _ in range(POOLED):
                held.enter_context(client.pool.connection())

    await asyncio.to_thread(fill_the_pool)
    assert len(await admin.fetch(END_BROKERS)) >= POOLED
    with pytest.raises(transport.connection_errors):
        await asyncio.to_thread(transport.establish_connection)
    await asyncio.to_thread(transport.establish_connection)
    await asyncio.to_thread(connection.release)


def read_one(connection: Any) -> None:
    """As a worker does: another dead connection of the pool is no reason to give up."""
    for _ in range(POOLED):
        with contextlib.suppress(*connection.connection_errors):
            connection.drain_events(timeout=20)
            return
    connection.drain_events(timeout=20)


async def test_what_could_not_be_acknowledged_does_not_hold_up_the_next(
    database: Database, database_url: str, admin: asyncpg.Connection
) -> None:
    async def connect() -> Database:
        return database

    async def send(number: int) -> None:
        async with database.transaction() as tx:
            await outbox.send(tx, NUMBERED, Numbered(number=number))

    dsn = role_dsn(database_url, "hub_broker", SECRET)
    connection = make_celery(dsn, [], Bridge(connect)).connection_for_read()
    channel = connection.channel()
    channel.basic_qos(0, 1, False)
    received: list[Any] = []
    consumer = Consumer(channel, [Queue("celery")], on_message=received.append)
    await asyncio.to_thread(consumer.consume)
    for number, act in enumerate(("ack", "reject", "requeue", "ack")):
        await send(number)
        await asyncio.to_thread(read_one, connection)
        assert len(received) == number + 1
        await admin.execute(END_BROKERS)
        with pytest.raises(connection.connection_errors):
            await asyncio.to_thread(getattr(received[-1], act))
    await asyncio.to_thread(connection.release)


async def test_a_queue_is_read_without_a_pause_as_long_as_there_is_something(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def connect() -> Database:
        return database

    async with database.transaction() as tx:
        for number in range(MANY):
            await outbox.send(tx, NUMBERED, Numbered(number=number))
    dsn = role_dsn(database_url, "hub_broker", SECRET)
    connection = make_celery(dsn, [], Bridge(connect)).connection_for_read()
    channel = connection.channel()
    channel.basic_qos(0, 2, False)
    received: list[Any] = []
    done: list[Any] = []
    pauses: list[int] = []
    monkeypatch.setattr("kombu.transport.pgmq.sleep", lambda _: pauses.append(len(done)))

    with ThreadPoolExecutor(2) as threads:

        def work(message: Any) -> None:
            message.ack()
            done.append(message)

        def receive(message: Any) -> None:
            received.append(message)
            threads.submit(work, message)

        def drain() -> None:
            with Consumer(channel, [Queue("celery")], on_message=receive):
                while len(received) < MANY:
                    connection.drain_events(timeout=20)

        await asyncio.to_thread(drain)
    assert len(done) == MANY
    assert pauses == []
    await asyncio.to_thread(connection.release)


def test_the_pauses_between_tries_stay_short(monkeypatch: pytest.MonkeyPatch) -> None:
    async def connect() -> Database:
        raise AssertionError("nobody asks for it")

    nowhere = "host=/nowhere dbname=nothing user=nobody"
    app = make_celery(nowhere, [], Bridge(connect))
    app.conf.broker_transport_options["pool_timeout"] = 0.01
    pauses: list[float] = []

    def note(error: Exception, pause: float) -> None:
        del error
        pauses.append(pause)
        if len(pauses) == 6:
            raise KeyboardInterrupt

    connection = app.connection_for_read()
    monkeypatch.setattr("kombu.utils.functional.sleep", lambda seconds: None)
    with pytest.raises(KeyboardInterrupt):
        connection.ensure_connection(note)
    connection.release()
    assert pauses == [0.5, 1.0, 1.5, 2.0, 2.0, 2.0]
