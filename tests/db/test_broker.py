"""Celery's connection to the queue comes back at once after a crash."""

import asyncio
import contextlib

import asyncpg
import pytest

from hub.core.broker import Transport
from hub.core.db import Database
from hub.core.migrate import role_dsn
from hub.core.work import Bridge, make_celery
from tests.conftest import SECRET

POOLED = 4


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
    ended = await admin.fetch(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
        " where usename = 'hub_broker' and datname = current_database()"
    )
    assert len(ended) >= POOLED
    with pytest.raises(transport.connection_errors):
        await asyncio.to_thread(transport.establish_connection)
    await asyncio.to_thread(transport.establish_connection)
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
