"""The web application's plumbing: the transaction of a request, access, headers, problems."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import msgspec
import structlog
from litestar import MediaType, Response, get
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.status_codes import HTTP_204_NO_CONTENT

from hub.core import metrics
from hub.core.caller import ANONYMOUS, ANYBODY, Caller, access, check_access, check_factor
from hub.core.db import Database, Reader, Tx, is_silence
from hub.core.errors import Busy, HubError, NotFound
from hub.core.failures import find_pulse
from hub.core.idempotency import (
    ANYBODYS,
    Once,
    Reply,
    check_key,
    find_first,
    fingerprint_of,
    keep_first,
    once,
)
from hub.core.pages import AnyRequest, answer_error_page
from hub.core.problems import MEDIA_TYPE, answer_problem, describe_problem
from hub.core.proxies import is_everybodys
from hub.core.tokens import mask_secrets
from hub.core.waiting_pages import answer_waiting_page, is_waited_for
from hub.core.waiting_room import wants_page

log = structlog.get_logger("hub.web")
# Not signed in or not allowed, too much, in another form than is taken, too often.
REFUSALS = frozenset({401, 403, 413, 415, 429})


def caller_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Caller:
    """Who calls, as the identity middleware found out; nobody in particular without it."""
    return connection.scope.get("caller", ANONYMOUS)  # pyright: ignore[reportReturnType]


async def provide_tx(request: AnyRequest) -> AsyncIterator[Tx]:
    """The transaction of this request: behind the caller's wall, committed before the answer."""
    database: Database = request.app.state.database
    caller = caller_of(request)
    tx = Tx(database, caller.tenant, caller.actor)
    try:
        yield tx
    except BaseException as error:
        await tx.close(keep=False, silent=is_silence(error))
        raise
    await tx.close(keep=True)


async def provide_reader(request: AnyRequest) -> Reader:
    """The reader of public listings, over all tenants."""
    return request.app.state.database.reader


async def provide_caller(request: AnyRequest) -> Caller:
    return caller_of(request)


async def check_route_access(
    connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
) -> None:
    """The guard of every route: who may use it stands in its `opt`."""
    caller, kinds = caller_of(connection), handler.opt["access"]
    check_access(caller, kinds)
    state = connection.app.state
    check_factor(
        caller,
        kinds,
        state.database.clock.now(),
        required=state.settings.second_factor,
        fresh=handler.opt.get("fresh", False),
        acts=handler.opt.get("acts", False),
    )


def check_routes_say_who(handlers: list[BaseRouteHandler]) -> None:
    """Refuse to start with a route that does not say who may use it."""
    silent = [str(handler) for handler in handlers if "access" not in handler.opt]
    if silent:
        raise HubError(f"These routes do not say who may use them: {', '.join(silent)}")


def answer_error(request: AnyRequest, error: Exception) -> Response[Any]:
    """A problem for programs, a page for people. Who was not let do something is written down."""
    _note_refusal(request, error)
    answer = _answer_error(request, error)
    handler = request.scope.get("route_handler")
    if isinstance(handler, HTTPRouteHandler):  # what its answers say holds for its errors, too
        told = {one.name: one.value for one in handler.resolve_response_headers() if one.value}
        answer.headers.update(told)
    if not request.scope.get("framed"):  # an address that no route has never comes to the frame
        answer.headers.update(request.app.state.frame)
    return answer


def _note_refusal(request: AnyRequest, error: Exception) -> None:
    status = getattr(error, "status", None) or getattr(error, "status_code", None)
    if status in REFUSALS:
        caller = caller_of(request)
        log.warning(
            "refused",
            code=describe_problem(error).type.rpartition(":")[2],
            caller=caller.actor,
            tenant=caller.tenant,
            method=request.method,
            path=mask_secrets(request.url.path),
        )


def _answer_error(request: AnyRequest, error: Exception) -> Response[Any]:
    if not wants_page(request.scope):
        return answer_problem(request, error)
    try:
        if is_waited_for(error):
            return answer_waiting_page(request, error)
        return answer_error_page(request, error)
    except Exception as second:
        log.error("error page failed", error=repr(second), exc_info=second)
        return answer_problem(request, error)


async def answer_once(
    tx: Tx,
    request: AnyRequest,
    act: Any,
    *,
    scope: str | None = None,
    shared: bool = False,
    status: int = 201,
) -> Response[Any]:
    """Answer an API write under its Idempotency-Key: `act()` runs once for each key and caller.

    `scope` replaces the caller's name where the caller holds a signed reference instead. Where
    strangers have one together (`shared`), a key is needed that cannot be guessed (`KeyGuessable`).
    """
    body, key = await request.body(), request.headers.get("idempotency-key", "")
    scope = scope or caller_of(request).actor
    reply: Reply = await once(
        tx,
        scope=scope,
        key=key,
        fingerprint=fingerprint_of(request.method, request.url.path, body),
        status=status,
        act=act,
        shared=shared or scope == ANYBODYS,
    )
    return answer_reply(reply)


async def once_of(request: AnyRequest, scope: str) -> Once:
    """The key that a write comes under. Raises `KeyMissing`."""
    key = request.headers.get("idempotency-key", "")
    check_key(key)
    body = await request.body()
    fingerprint = fingerprint_of(request.method, request.url.path, body)
    return Once(scope=scope, key=key, fingerprint=fingerprint)


async def answer_first(
    request: AnyRequest, once: Once, act: Callable[[], Awaitable[object]]
) -> Response[Any]:
    """Answer a write that takes several transactions, as with a payment between them: the reply is
    kept before it is given, also that of a refusal which has left something behind. `act` may be
    called again for the same key (after a crash), and must then find what it has done."""
    database: Database = request.app.state.database
    kept = await find_first(database.at_once, once)
    if kept is not None:
        return answer_reply(kept)
    try:
        reply = Reply(status=200, body=msgspec.json.encode(await act()))
    except HubError as refused:
        if not refused.kept:
            raise
        reply = refusal_reply(request, refused)
    async with database.transaction(None, actor=caller_of(request).actor) as tx:
        return answer_reply(await keep_first(tx, once, reply))


def refusal_reply(request: AnyRequest, refused: HubError) -> Reply:
    """A refusal as a reply that can be kept."""
    problem = describe_problem(refused, request.url.path)
    return Reply(status=problem.status, body=problem.as_json())


def headers_of(*, replayed: bool) -> dict[str, str]:
    """What tells that nothing new was written: it is not counted either."""
    return {"Idempotency-Replayed": "true"} if replayed else {}


def answer_reply(reply: Reply) -> Response[Any]:
    """A kept reply, word for word."""
    headers = headers_of(replayed=reply.replayed)
    media_type = MEDIA_TYPE if reply.status >= 400 else MediaType.JSON
    body = None if reply.status == HTTP_204_NO_CONTENT else reply.body
    return Response(body, status_code=reply.status, media_type=media_type, headers=headers)


@get("/health/live", opt=access(ANYBODY), sync_to_thread=False, include_in_schema=False)
def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@get("/health/ready", opt=access(ANYBODY), include_in_schema=False)
async def ready(tx: NamedDependency[Tx]) -> dict[str, str]:
    """The process and its database answer; 503 when they do not."""
    if not await find_pulse(tx):
        raise Busy("The database does not answer.")
    return {"status": "ok"}


@get("/metrics", opt=access(ANYBODY), sync_to_thread=False, include_in_schema=False)
def show_metrics(request: AnyRequest) -> Response[bytes]:
    """The counters, for a scraper on the same machine or network: nobody asks for them from the
    internet. 404 for an address that is everybody's."""
    if request.client is not None and is_everybodys(request.client.host):
        raise NotFound()
    return Response(metrics.exposition(), media_type="text/plain; version=0.0.4")
