"""The web application's plumbing: the transaction of a request, access, headers, problems."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import msgspec
import structlog
from litestar import MediaType, Request, Response, get
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.enums import ScopeType
from litestar.handlers import BaseRouteHandler
from litestar.middleware import ASGIMiddleware
from litestar.status_codes import HTTP_204_NO_CONTENT
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from hub.core import metrics
from hub.core.caller import ANONYMOUS, ANYBODY, Caller, access, check_access, check_factor
from hub.core.db import Database, Reader, Tx
from hub.core.errors import Busy, HubError
from hub.core.failures import find_pulse
from hub.core.gate import Crowded
from hub.core.idempotency import (
    Once,
    Reply,
    check_key,
    find_first,
    fingerprint_of,
    keep_first,
    once,
)
from hub.core.pages import AnyRequest, answer_error_page
from hub.core.problems import MEDIA_TYPE, answer_problem, describe_problem, retry_headers
from hub.core.waiting_pages import answer_waiting_page, is_waited_for, keep_form, now_of, ticket_of
from hub.core.waiting_room import WaitingRoom, wants_page

log = structlog.get_logger("hub.web")

# A search takes tens of milliseconds of one core: more of them inside only wait for each other.
# Those at work make up a batch of everybody's wish (`hub.core.gate`) and no more.
MOST_INSIDE, MOST_WORKING, MOST_GIVING_WAY = 11_000, 256, 32
PATIENCE_S, LATELY_S, LONGEST_S = 6.0, 2.5, 25.0
UNCOUNTED = ("/health/", "/metrics", "/static/")

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


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
    except BaseException:
        await tx.close(keep=False)
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
    )


def check_routes_say_who(handlers: list[BaseRouteHandler]) -> None:
    """Refuse to start with a route that does not say who may use it."""
    silent = [str(handler) for handler in handlers if "access" not in handler.opt]
    if silent:
        raise HubError(f"These routes do not say who may use them: {', '.join(silent)}")


def answer_error(request: AnyRequest, error: Exception) -> Response[Any]:
    """A problem for programs, a page for people."""
    answer = _answer_error(request, error)
    if not request.scope.get("framed"):  # an address that no route has never comes to the frame
        answer.headers.update(request.app.state.frame)
    return answer


def frame_headers(*, noindex: bool, encrypted: bool) -> dict[str, str]:
    """What every answer says to the browser."""
    headers = dict(SECURITY_HEADERS)
    if encrypted:
        headers["strict-transport-security"] = "max-age=31536000"
    if noindex:
        headers["x-robots-tag"] = "noindex, nofollow"
    return headers


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
    status: int = 201,
) -> Response[Any]:
    """Answer an API write under its Idempotency-Key: `act()` runs once for each key and caller.

    `scope` replaces the caller's name where the caller holds a signed reference instead.
    """
    body = await request.body()
    reply: Reply = await once(
        tx,
        scope=scope or caller_of(request).actor,
        key=request.headers.get("idempotency-key", ""),
        fingerprint=fingerprint_of(request.method, request.url.path, body),
        status=status,
        act=act,
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


def answer_reply(reply: Reply) -> Response[Any]:
    """A kept reply, word for word."""
    headers = {"Idempotency-Replayed": "true"} if reply.replayed else {}
    media_type = MEDIA_TYPE if reply.status >= 400 else MediaType.JSON
    body = None if reply.status == HTTP_204_NO_CONTENT else reply.body
    return Response(body, status_code=reply.status, media_type=media_type, headers=headers)


class Frame(ASGIMiddleware):
    """Around every request: an id, security headers, one log line, one measurement. Programs that
    are told to come again have no line: the measurements count them."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        started = time.perf_counter()
        scope["framed"] = True  # pyright: ignore[reportGeneralTypeIssues]  our own key
        request_id = scope["app"].state.database.ids.uuid().hex[:16]
        structlog.contextvars.bind_contextvars(request=request_id)
        status = 500
        started_answering = told = False

        async def send_with_headers(message: Message) -> None:
            nonlocal status, started_answering
            if message["type"] == "http.response.start":
                started_answering = True
                status = message["status"]
                message["headers"] = [
                    *message["headers"],
                    *self._headers,
                    (b"x-request-id", request_id.encode()),
                ]
            await send(message)

        try:
            await next_app(scope, receive, send_with_headers)
        except Exception as error:
            # Other middlewares (session, CSRF) raise here, outside of Litestar's own handler.
            if started_answering:
                raise
            told = isinstance(error, Crowded) and not wants_page(scope)
            if told:
                await _tell_to_come_again(scope, send_with_headers, error)
            else:
                await _send_error(scope, receive, send_with_headers, error)
        finally:
            _measure(scope, status, time.perf_counter() - started, noted=not told)
            structlog.contextvars.unbind_contextvars("request")


class _Waiting(msgspec.Struct):
    """A request that stands in line."""

    turn: "asyncio.Future[None]"
    since: float


class Admission(ASGIMiddleware):
    """So many requests at work at once in this process. Who comes then stands in line before
    anything is done for them, so that who is at work is soon done, however many come. The line is
    bounded, in number and in time: the next is told at once when to come again, and costs nothing,
    and so is who has waited too long when called: once a crowd has gone, its line is gone soon. But
    where nobody has come lately who would gain by that, everybody is served, however long it takes.
    Routes that give way (searches) do not stand in line with others: they are refused long before.

    A person who is told so keeps their place by the page that tells it (`waiting_room`): while
    anybody waits there, pages are shown in the order of first coming.

    It recovers by itself: what counts is who is inside, not who has been refused. The machine's own
    questions (health, measurements) pass by, and so does what a page is drawn with.
    """

    scopes = (ScopeType.HTTP,)

    def __init__(
        self,
        *,
        most: int = MOST_INSIDE,
        working: int = MOST_WORKING,
        giving_way: int = MOST_GIVING_WAY,
        patience_s: float = PATIENCE_S,
        room: WaitingRoom | None = None,
    ) -> None:
        self._most, self._giving_way, self._patience_s = most, giving_way, patience_s
        self._inside, self._free = 0, working
        self._line: deque[_Waiting] = deque()
        self._last_came = 0.0
        self._room = room or WaitingRoom()

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        if scope.get("path", "").startswith(UNCOUNTED):
            await next_app(scope, receive, send)
            return
        gives_way = scope["route_handler"].opt.get("gives_way", False)
        if not gives_way:
            self._last_came = asyncio.get_running_loop().time()
        most = self._giving_way if gives_way else self._most
        if not self._may_enter(scope, 0 if self._is_late() else most - self._inside):
            raise await self._refuse(scope, receive)
        self._inside += 1
        try:
            waited_s = await self._wait_for_turn()
            try:
                if waited_s > (self._patience_s if self._goes_on() else LONGEST_S):
                    raise await self._refuse(scope, receive)
                await next_app(scope, receive, send)
            finally:
                self._call_next()
        finally:
            self._inside -= 1

    def _may_enter(self, scope: Scope, free: int) -> bool:
        """Whether there is a place, and for a page whether nobody waits for it since longer."""
        if self._room.is_empty() or not wants_page(scope):
            return free > 0
        return self._room.lets_in(ticket_of(scope), free, now_of(scope))

    async def _refuse(self, scope: Scope, receive: Receive) -> Crowded:
        if wants_page(scope):
            scope["waiting_room"] = self._room  # pyright: ignore[reportGeneralTypeIssues]  ours
            await keep_form(scope, receive)
        return Crowded("Ask again in a moment.", retry_after_s=2)

    def _is_late(self) -> bool:
        """Whether the first in line waits so long that who comes now would only wait longer."""
        loop = asyncio.get_running_loop()
        return bool(self._line) and loop.time() - self._line[0].since > self._patience_s

    def _goes_on(self) -> bool:
        """Whether others have come lately: they would wait behind those who have waited long."""
        return asyncio.get_running_loop().time() - self._last_came < LATELY_S

    async def _wait_for_turn(self) -> float:
        """The seconds that it took."""
        if self._free:
            self._free -= 1
            return 0.0
        loop = asyncio.get_running_loop()
        own = _Waiting(turn=loop.create_future(), since=loop.time())
        self._line.append(own)
        try:
            await own.turn
        except BaseException:
            if own.turn.done() and not own.turn.cancelled():  # called, and gone in that moment
                self._call_next()
            raise
        return loop.time() - own.since

    def _call_next(self) -> None:
        while self._line:
            first = self._line.popleft()
            if not first.turn.done():
                first.turn.set_result(None)
                return
        self._free += 1


async def _send_error(scope: Scope, receive: Receive, send: Send, error: Exception) -> None:
    request: AnyRequest = Request(scope, receive, send)
    answer = answer_error(request, error).to_asgi_response(app=None, request=request)
    await answer(scope, receive, send)


async def _tell_to_come_again(scope: Scope, send: Send, error: Exception) -> None:
    """The problem of a program that is not let in, in a few steps: in a crowd it is told to
    thousands, while others are served."""
    problem = describe_problem(error, scope["path"])
    body = problem.as_json()
    headers = {
        "content-type": MEDIA_TYPE,
        "content-length": str(len(body)),
        **retry_headers(problem),
    }
    await send(
        {
            "type": "http.response.start",
            "status": problem.status,
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        }
    )
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _measure(scope: Scope, status: int, seconds: float, *, noted: bool) -> None:
    route = scope.get("path_template") or "unknown"
    method = str(scope.get("method", ""))
    metrics.REQUESTS.labels(method, route, str(status)).inc()
    metrics.REQUEST_SECONDS.labels(route).observe(seconds)
    if noted:
        log.info(
            "answered",
            method=method,
            path=scope["path"],
            status=status,
            ms=round(seconds * 1000, 1),
        )


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
def show_metrics() -> Response[bytes]:
    """The counters, for a scraper on the same machine or network."""
    return Response(metrics.exposition(), media_type="text/plain; version=0.0.4")
