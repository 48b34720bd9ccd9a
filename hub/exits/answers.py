"""The archive as an answer, for pages and programs alike."""

from typing import Any

from litestar import Request
from litestar.response import Stream

from hub.core.caller import Caller
from hub.core.db import Database
from hub.core.errors import NotFound
from hub.core.files import Files
from hub.core.files.answers import answer_file
from hub.exits import policy
from hub.exits.actions import asking, deciding


async def stream_archive(request: Request[Any, Any, Any], caller: Caller) -> Stream:
    """Everything my organisation has, or the range of it that was asked for; that it was fetched is
    noted with its last piece."""
    database: Database = request.app.state.database
    files: Files = request.app.state.files
    found = await asking.find_mine(database, caller)
    async with database.transaction(found.tenant) as tx:
        exit = await deciding.begin_fetching(tx, found.id)
    stored = await files.find(policy.archive_name(exit.id))
    if stored is None:
        raise NotFound("There is no archive any more.")

    async def note() -> None:
        async with database.transaction(exit.tenant, actor=caller.actor) as tx:
            await deciding.note_fetched(tx, exit)

    name = f"export-{exit.archive_at:%Y-%m-%d}.zip"
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "cache-control": "no-store",
    }
    return answer_file(request, files, stored, headers, at_end=note)
