"""A database server for an examination only, gone when it is over."""

import asyncio
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import msgspec

from hub.core import postgres
from hub.core.settings import Settings

# Nothing of it need survive.
_QUICK = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


@contextmanager
def scratch_databases(settings: Settings) -> Generator[tuple[Settings, str]]:
    """Settings that name a fresh database, and the address of an empty one beside it."""
    home = Path(tempfile.mkdtemp(prefix="hub-check-"))
    server = postgres.start(home / "postgres", settings=_QUICK)
    try:
        here, there = asyncio.run(_create(server))
        yield (
            msgspec.structs.replace(
                settings, database_url=here, data=home / "data", public_url="http://check.local"
            ),
            there,
        )
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


async def _create(server: postgres.Server) -> tuple[str, str]:
    admin = await asyncpg.connect(server.dsn())
    try:
        for name in ("here", "there"):
            await admin.execute(f"create database {name}")
    finally:
        await admin.close()
    return server.dsn(database="here"), server.dsn(database="there")
