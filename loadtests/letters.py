"""How quickly the worker of one machine writes letters that wait on the queue."""

import asyncio
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import asyncpg

from hub.app import compose, open_database
from hub.core import mail, postgres
from hub.core.db import Database
from hub.core.migrate import migrate, role_dsn
from hub.core.settings import read_settings
from loadtests.report import tell

SECRET = b"a load test's secret key, long enough"
LETTERS, GOAL_PER_S, PATIENCE_S = 3_000, 150, 300
WAITING = "select count(*) from pgmq.q_celery where message->'headers'->>'task' = 'core.send_mail'"


def letters_per_s() -> bool:
    """Letters a second: read from the queue, done in a transaction each, acknowledged."""
    home = Path(tempfile.mkdtemp(prefix="hub-bench-"))
    server = postgres.start(home / "postgres")
    try:
        value = asyncio.run(_measure(server, home))
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)
    return tell(
        figure="letters_per_s", value=round(value), goal=f">= {GOAL_PER_S}", letters=LETTERS,
        ok=value >= GOAL_PER_S,
    )  # fmt: skip


async def _measure(server: postgres.Server, home: Path) -> float:
    admin = await asyncpg.connect(server.dsn())
    await admin.execute("create database bench")
    await admin.close()
    url = server.dsn(database="bench")
    await migrate(url, SECRET, compose().packages)
    environment = dict(os.environ) | {
        "DATABASE_URL": role_dsn(url, "hub_app", SECRET),
        "HUB_SECRET_KEY": SECRET.decode(),
        "HUB_DATA": str(home),
        "HUB_DEMO": "1",
    }
    settings = read_settings(environment | {"DATABASE_URL": url})
    database = await open_database(settings, compose())
    await _write(database)
    await database.close()
    admin = await asyncpg.connect(url)
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "hub.cli", "worker", env=environment
    )
    try:
        started_with = await _until_below(admin, LETTERS)
        began = time.monotonic()
        await _until_below(admin, 1)
        return started_with / (time.monotonic() - began)
    finally:
        worker.terminate()
        await worker.wait()
        await admin.close()


async def _write(database: Database) -> None:
    async with database.transaction(1) as tx:
        for number in range(LETTERS):
            letter = mail.Letter(
                recipient=f"guest-{number}@bench.example",
                language="fr",
                subject="Confirmation",
                body_text="Votre séjour est confirmé.",
                body_html="<p>Votre séjour est confirmé.</p>",
            )
            await mail.write_mail(tx, letter)


async def _until_below(admin: asyncpg.Connection, most: int) -> int:
    """How many letters wait, once it is less than so many."""
    until = time.monotonic() + PATIENCE_S
    while (waiting := int(await admin.fetchval(WAITING) or 0)) >= most:
        assert time.monotonic() < until, "the worker does not read"
        await asyncio.sleep(0.01)
    return waiting


FIGURES = {"letters_per_s": letters_per_s}
