"""The archive as an answer, for pages and programs alike."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from litestar import Request
from litestar.response import Stream

from hub.core.archives import PIECE_BYTES
from hub.core.caller import Caller
from hub.core.db import Database
from hub.core.errors import NotFound
from hub.exits import policy
from hub.exits.actions import asking, deciding
from hub.exits.models import Exit
from hub.portability.keeping import ARCHIVE


async def stream_archive(request: Request[Any, Any, Any], caller: Caller) -> Stream:
    """Everything my organisation has; that it was fetched is noted with its last piece."""
    database: Database = request.app.state.database
    found = await asking.find_mine(database, caller)
    async with database.transaction(found.tenant) as tx:
        exit = await deciding.begin_fetching(tx, found.id)
    path = policy.folder_of(request.app.state.settings.data, exit.id) / ARCHIVE
    if not path.is_file():
        raise NotFound("There is no archive any more.")
    name = f"export-{exit.archive_at:%Y-%m-%d}.zip"
    return Stream(
        _read(database, exit, path, caller.actor),
        media_type="application/zip",
        headers={
            "content-disposition": f'attachment; filename="{name}"',
            "content-length": str(exit.archive_bytes),
            "cache-control": "no-store",
        },
    )


async def _read(database: Database, exit: Exit, path: Path, actor: str) -> AsyncIterator[bytes]:
    with await asyncio.to_thread(path.open, "rb") as file:
        piece = await asyncio.to_thread(file.read, PIECE_BYTES)
        while rest := await asyncio.to_thread(file.read, PIECE_BYTES):
            yield piece
            piece = rest
    # Before the last piece: whoever has all of it may hang up at once, and ends this.
    async with database.transaction(exit.tenant, actor=actor) as tx:
        await deciding.note_fetched(tx, exit)
    yield piece
