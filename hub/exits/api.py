"""Leaving, for programs: see, give notice, decide, fetch; and the certificate by its link."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.response import Stream

from hub.core.caller import ANYBODY, SIGNED_IN, Caller, access
from hub.core.db import Database, Tx
from hub.core.pages import language_of
from hub.core.tokens import read_reference
from hub.core.web import answer_once
from hub.exits import letters, showing
from hub.exits.actions import asking, deciding
from hub.exits.answers import stream_archive
from hub.exits.models import Decide, Erasure, Notice, Seen, SeenStanding

ONE = "/api/v1/organisation/exit"


@get(ONE, opt=access(SIGNED_IN, acts=True), summary="How my organisation leaves")
async def see(request: Request[Any, Any, Any], caller: NamedDependency[Caller]) -> SeenStanding:
    """The notice that stands, or the last one, with its days; what is still to be done for others
    before anything is erased. `halt` says, by a code that stays and in the language asked for, what
    does not go on at this moment: it is tried again within the hour. Owners only."""
    standing = await asking.describe(_database(request), caller)
    return showing.show_standing(standing, language_of(request))


@post(ONE, opt=access(SIGNED_IN, acts=True, fresh=True), summary="Give notice")
async def give(
    request: Request[Any, Any, Any],
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    data: JSONBody[Notice],
) -> Response[Any]:
    """My organisation leaves: `notice_days` (0, 30 or 60) until it sells nothing any more, thirty
    days of transition, thirty days to fetch the archive, then everything is erased. Free of charge.
    401 for a wrong password, 409 while a notice stands."""
    asking.tenant_of(caller)
    database = _database(request)
    await asking.check_meant(database, caller, data.name, data.password, _host(request))
    tx.enter(await deciding.find_keeper(database))

    async def act() -> Seen:
        return showing.show(await asking.give(tx, caller, data), language_of(request))

    return await answer_once(tx, request, act)


@post(
    f"{ONE}/steps",
    opt=access(SIGNED_IN, acts=True, fresh=True),
    summary="Decide on my way out",
    status_code=200,
)
async def decide(
    request: Request[Any, Any, Any],
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    data: JSONBody[Decide],
) -> Response[Any]:
    """`end` the service before its day, `erase` everything once the archive was fetched, or
    `take_back` the notice, which any owner may until everything is erased. Where there are other
    owners, `erase` waits three days for them, until `erase_from`. 409 for a step that is not
    possible now, for another version, and while there is something to do for others."""
    database = _database(request)
    found = await asking.find_mine(database, caller)
    if asking.step_of(data) in asking.SURE:
        await asking.check_meant(database, caller, data.name, data.password, _host(request))
    tx.enter(found.tenant)

    async def act() -> Seen:
        exit = await asking.decide(tx, caller, found.id, data)
        return showing.show(exit, language_of(request))

    return await answer_once(tx, request, act, status=200)


@get(
    f"{ONE}/archive",
    opt=access(SIGNED_IN, acts=True),
    summary="Fetch everything",
    media_type="application/zip",
)
async def fetch(request: Request[Any, Any, Any], caller: NamedDependency[Caller]) -> Stream:
    """Everything as a ZIP: `manifest.json`, `SHA256SUMS`, one JSON line a row. 409 while it is
    being made."""
    return await stream_archive(request, caller)


@get("/api/v1/exits/{token:str}", opt=access(ANYBODY), summary="A certificate by its link")
async def certify(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[Erasure]:
    """Where a way out stands, and the certificate of its erasure, for whoever has the letter."""
    found = read_reference(request.app.state.settings.secret_key, letters.KIND, token)
    async with _database(request).transaction(found.tenant) as tx:
        exit = await deciding.find_exit(tx, found.id)
    return Response(asking.show_erasure(exit), headers={"cache-control": "no-store"})


def _database(request: Request[Any, Any, Any]) -> Database:
    return request.app.state.database


def _host(request: Request[Any, Any, Any]) -> str | None:
    return request.client.host if request.client else None


handlers: tuple[Any, ...] = (see, give, decide, fetch, certify)
