"""The answer that a copy is, for pages and programs alike."""

from typing import Any
from uuid import UUID

from litestar import Request
from litestar.response import Stream

from hub.core.db import Database, Tx
from hub.core.web import caller_of
from hub.own_data.actions import asking


async def stream_copy(request: Request[Any, Any, Any], tx: Tx, id: UUID) -> Stream:
    """The copy, a piece at a time; that it was fetched is noted first."""
    caller = caller_of(request)
    found = await asking.begin_fetching(tx, caller, id)
    database: Database = request.app.state.database
    return Stream(
        asking.read_pieces(database, asking.person_of(tx, caller), id),
        media_type="application/zip",
        headers={
            "content-disposition": f'attachment; filename="my-data-{found.asked_at:%Y-%m-%d}.zip"',
            "content-length": str(found.bytes),
            "cache-control": "no-store",
        },
    )
