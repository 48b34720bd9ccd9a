"""A space taken away as one file, by who answers for its organisation."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import IO
from uuid import UUID

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from hub.core.caller import SIGNED_IN, Caller, access
from hub.core.db import Database
from hub.core.pages import AnyRequest
from hub.space_exports import actions
from hub.spaces import doors, read

PIECE_BYTES = 1_000_000


@post(f"{doors.ONE}/export", opt=access(SIGNED_IN), include_in_schema=False)
async def take_away(
    request: AnyRequest,
    caller: NamedDependency[Caller],
    space: FromPath[int],
    place: FromPath[UUID],
) -> Stream:
    """The whole space."""
    database: Database = request.app.state.database
    async with database.transaction(None, actor=caller.actor) as tx:
        seat = await read(tx, space, place, caller.person)
        until = await actions.claim(tx, seat)
    file = tempfile.TemporaryFile()  # noqa: SIM115  closed when it is sent
    try:
        packed = await actions.pack(database, seat, caller.actor, file)
        size = os.fstat(file.fileno()).st_size
        file.seek(0)
    except BaseException:
        file.close()
        await actions.release(database, seat, until)
        raise
    headers = {
        "content-disposition": f'attachment; filename="espace-{packed.made_at.date()}.zip"',
        "content-length": str(size),
        "cache-control": "no-store",
    }
    pieces = _pieces(file, lambda: actions.release(database, seat, until))
    return Stream(pieces, media_type="application/zip", headers=headers, status_code=200)


async def _pieces(file: IO[bytes], then: Callable[[], Awaitable[None]]) -> AsyncIterator[bytes]:
    try:
        with file:
            while piece := await asyncio.to_thread(file.read, PIECE_BYTES):
                yield piece
    finally:
        await then()


handlers = (take_away,)
