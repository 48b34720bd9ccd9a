"""A copy of what is held about me, for programs: ask, look, fetch."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from hub.core.caller import SIGNED_IN, Caller, access
from hub.core.db import Tx
from hub.core.web import answer_once
from hub.own_data.actions import asking
from hub.own_data.answers import stream_copy
from hub.own_data.models import Copy

ASK = "/api/v1/me/copies"


@post(ASK, opt=access(SIGNED_IN), summary="Ask for my data", status_code=202)
async def ask(
    request: Request[Any, Any, Any], tx: NamedDependency[Tx], caller: NamedDependency[Caller]
) -> Response[Any]:
    """Have everything that is held about me put into a copy; the one underway, if there is one."""
    asking.person_of(tx, caller)
    return await answer_once(tx, request, lambda: asking.ask_copy(tx, caller), status=202)


@get(f"{ASK}/{{copy:uuid}}", opt=access(SIGNED_IN), summary="How far my copy is")
async def see(
    tx: NamedDependency[Tx], caller: NamedDependency[Caller], copy: FromPath[UUID]
) -> Copy:
    """A copy: how far it is, then its files with their rows and hashes."""
    return await asking.find_copy(tx, caller, copy)


@get(
    f"{ASK}/{{copy:uuid}}/archive",
    opt=access(SIGNED_IN),
    summary="Fetch my copy",
    media_type="application/zip",
)
async def fetch(
    request: Request[Any, Any, Any], tx: NamedDependency[Tx], copy: FromPath[UUID]
) -> Stream:
    """The copy as a ZIP file."""
    return await stream_copy(request, tx, copy)


handlers = (ask, see, fetch)
