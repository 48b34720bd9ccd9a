"""`hub do health give-key ORGANISATION FILE` and `take-key ORGANISATION FILE`.

A practice that has moved to another hub reads what is sealed once its key is there, by another way
than the archive.
"""

import asyncio
import base64
import binascii
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from hub.core.db import Tx, connect
from hub.core.migrate import role_dsn
from hub.core.settings import Settings
from verticals.health.patients import keys
from verticals.health.patients.errors import SealedUnreadable


async def give_key(settings: Settings, arguments: tuple[str, ...]) -> list[str]:
    """Write a practice's key, in clear, into a new file that only its owner may read. Raises
    `SealedUnreadable` when there is none, or the file is there."""
    organisation, path = arguments
    async with _behind(settings, organisation) as tx:
        key = await keys.give_key(tx, settings.secret_key)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError:
            raise SealedUnreadable("The file cannot be written, or is there already.") from None
        with os.fdopen(handle, "wb") as file:
            file.write(base64.b64encode(key) + b"\n")
    return [f"{path}: whoever has it reads what the practice has sealed; take it there, delete it"]


async def take_key(settings: Settings, arguments: tuple[str, ...]) -> list[str]:
    """Take a practice's key over from a file. Raises `SealedUnreadable` for one that is none, or
    another practice's."""
    organisation, path = arguments
    try:
        written = await asyncio.to_thread(Path(path).read_bytes)
        key = base64.b64decode(written.strip(), validate=True)
    except (OSError, binascii.Error):
        raise SealedUnreadable("This file holds no key.") from None
    async with _behind(settings, organisation) as tx:
        await keys.take_key(tx, settings.secret_key, key)
    return [f"organisation {organisation} reads what it has sealed; delete {path}"]


@asynccontextmanager
async def _behind(settings: Settings, organisation: str) -> AsyncGenerator[Tx]:
    """A transaction behind a practice's wall."""
    if not (organisation.isascii() and organisation.isdecimal() and len(organisation) < 10):
        raise SealedUnreadable("Name an organisation by its number.")
    assert settings.database_url is not None
    database = await connect(
        role_dsn(settings.database_url, "hub_app", settings.secret_key),
        role_dsn(settings.database_url, "hub_index", settings.secret_key),
        pool_size=1,
    )
    try:
        async with database.transaction(int(organisation), actor="operator") as tx:
            yield tx
    finally:
        await database.close()
