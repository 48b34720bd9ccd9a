"""The answer that an archive is, for pages and programs alike."""

from typing import Any
from uuid import UUID

from litestar import Request
from litestar.response import Stream

from hub.core.db import Database, Tx
from hub.core.web import caller_of
from tourism.takeaway.actions import asking


async def stream_archive(request: Request[Any, Any, Any], tx: Tx, takeaway: UUID) -> Stream:
    """The archive, a piece at a time; that it was fetched is written down first."""
    caller = caller_of(request)
    asking.check_may_take(caller)
    found = await asking.begin_fetching(tx, takeaway)
    database: Database = request.app.state.database
    assert caller.tenant is not None
    name = f"take-away-{found.asked_at:%Y-%m-%d}.zip"
    return Stream(
        asking.read_pieces(database, caller.tenant, takeaway),
        media_type="application/zip",
        headers={
            "content-disposition": f'attachment; filename="{name}"',
            "content-length": str(found.bytes),
            "cache-control": "no-store",
        },
    )
