"""The archive as an answer, for pages and programs alike."""

from typing import Any
from uuid import UUID

from litestar import Request
from litestar.response import Stream

from hub.core.caller import Caller
from hub.core.db import Database
from hub.core.errors import NotFound
from hub.core.files import Files
from hub.core.files.answers import answer_file
from hub.exports import policy
from hub.exports.actions import asking


async def stream_archive(request: Request[Any, Any, Any], caller: Caller, id: UUID) -> Stream:
    """The archive, or the range of it that was asked for; that it was fetched is noted with its
    last piece."""
    database: Database = request.app.state.database
    files: Files = request.app.state.files
    tenant = asking.check_may_export(caller)
    async with database.transaction(tenant, actor=caller.actor) as tx:
        export = await asking.begin_fetching(tx, caller, id)
    stored = await files.find(policy.archive_name(id))
    if stored is None:
        raise NotFound("There is no such export any more.")

    async def note() -> None:
        async with database.transaction(tenant, actor=caller.actor) as tx:
            await asking.note_fetched(tx, id)

    headers = {
        "content-disposition": f'attachment; filename="export-{export.asked_at:%Y-%m-%d}.zip"',
        "cache-control": "no-store",
    }
    return answer_file(request, files, stored, headers, at_end=note)
