"""What stands around every request: its id, what every answer says to the browser, one line of the
log, one measurement."""

import time
from collections.abc import Mapping

import structlog
from litestar import Request
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from hub.core import metrics
from hub.core.caller import Caller
from hub.core.gate import Crowded
from hub.core.pages import AnyRequest
from hub.core.problems import MEDIA_TYPE, describe_problem, retry_headers
from hub.core.tokens import mask_secrets
from hub.core.waiting_room import wants_page
from hub.core.web import answer_error

log = structlog.get_logger("hub.web")

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


def frame_headers(*, noindex: bool, encrypted: bool, subdomains: bool = False) -> dict[str, str]:
    """What every answer says to the browser; with `subdomains`, https is asked of every name below
    the host's as well."""
    headers = dict(SECURITY_HEADERS)
    if encrypted:
        below = "; includeSubDomains" if subdomains else ""
        headers["strict-transport-security"] = f"max-age=31536000{below}"
    if noindex:
        headers["x-robots-tag"] = "noindex, nofollow"
    return headers


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
                said = {name.lower() for name, _ in message["headers"]}
                added = [*self._headers, *_kept_by_nobody(scope)]
                message["headers"] = [
                    *message["headers"],
                    *(one for one in added if one[0] not in said),
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


def _kept_by_nobody(scope: Scope) -> list[tuple[bytes, bytes]]:
    """What is shown to somebody who is signed in stays on no disk, unless its own answer says
    otherwise."""
    caller: Caller | None = scope.get("caller")  # pyright: ignore[reportAssignmentType]  set by the identity middleware
    signed_in = caller is not None and caller.person is not None
    return [(b"cache-control", b"no-store")] if signed_in else []


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
            path=mask_secrets(scope["path"]),
            status=status,
            ms=round(seconds * 1000, 1),
        )
