"""A copy of what is held about me, for programs: ask, look, fetch."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.response import Stream

from hub.core.caller import SIGNED_IN, Caller, access
from hub.core.db import Tx
from hub.core.web import answer_once
from hub.identity import ended_cookie
from hub.own_data.actions import asking, erasing
from hub.own_data.answers import stream_copy
from hub.own_data.models import Copy, Erased, EraseMe

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


@post("/api/v1/me/erasure", opt=access(SIGNED_IN), summary="Erase me", status_code=200)
async def erase(
    request: Request[Any, Any, Any], caller: NamedDependency[Caller], data: JSONBody[EraseMe]
) -> Response[Erased]:
    """Erase everything about me that no law keeps, and my account: the certificate says what went,
    and what stays by which law. 401 for a wrong password, 409 while I am the only owner of an
    organisation."""
    # No Idempotency-Key: afterwards there is nobody whose request could be repeated.
    host = request.client.host if request.client else None
    done = await erasing.erase_person(request.app.state.database, caller, data, host=host)
    cookie = ended_cookie(request.app.state.settings)
    return Response(done, cookies=[cookie], headers={"cache-control": "no-store"})


handlers = (ask, see, fetch, erase)
