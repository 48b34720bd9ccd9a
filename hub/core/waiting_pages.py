"""The page of who is told to wait: calm, honest, and back at the same step by itself."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from litestar import Request, Response
from litestar.enums import RequestEncodingType
from litestar.status_codes import HTTP_503_SERVICE_UNAVAILABLE
from litestar.types import Empty, Receive, Scope
from litestar.utils.scope.state import ScopeState

from hub.core.errors import Busy
from hub.core.gate import Crowded
from hub.core.pages import AnyRequest, page
from hub.core.problems import describe_problem, log_failure
from hub.core.settings import Settings
from hub.core.waiting_room import (
    COOKIE,
    LIVES_S,
    SOONEST_S,
    Place,
    Ticket,
    WaitingRoom,
    header_of,
    new_ticket,
    read_ticket,
    write_ticket,
)

FORM_BYTES = 65_536
FORM = RequestEncodingType.URL_ENCODED.value.encode()


def is_waited_for(error: Exception) -> bool:
    """Whether the service as a whole cannot answer now (a crowd, a database that is away). What
    only one page must wait for says so in words of its own."""
    return describe_problem(error).status == HTTP_503_SERVICE_UNAVAILABLE and (
        not isinstance(error, Busy) or error.code in {Busy.code, Crowded.code}
    )


def answer_waiting_page(request: AnyRequest, error: Exception) -> Response[str]:
    """What is the matter, where one stands, and when the page looks again. A page that was asked
    for is loaded again by the browser itself (no script); what was sent by a form stands in the
    page, to be sent once more, under the same key."""
    problem = describe_problem(error, request.url.path)
    log_failure(problem, error)
    place = _take_place(request) if isinstance(error, Crowded) else None
    again_s = place.again_s if place else SOONEST_S
    sent = request.method != "GET"
    answer = page(
        request,
        "core/waiting.html",
        status_code=HTTP_503_SERVICE_UNAVAILABLE,
        place=place,
        again_s=again_s,
        here=_here(request.scope),
        form=_form_of(request) if sent else None,
        sent=sent,
    )
    answer.headers.update({"Retry-After": str(again_s), "Cache-Control": "no-store"})
    if not sent:
        answer.headers["Refresh"] = str(again_s)
    if place is not None:
        settings: Settings = request.app.state.settings
        answer.set_cookie(
            settings.cookie_name(COOKIE),
            place.cookie,
            max_age=LIVES_S,
            secure=settings.encrypted,
            httponly=True,
            samesite="lax",
        )
    return answer


def _take_place(request: AnyRequest) -> Place | None:
    room: WaitingRoom | None = request.scope.get("waiting_room")  # pyright: ignore[reportAssignmentType]  set by the door
    if room is None:
        return None
    state, now = request.app.state, now_of(request.scope)
    ticket = ticket_of(request.scope) or new_ticket(now, state.database.ids.uuid().hex[:12])
    return room.take(ticket, now, write_ticket(ticket, state.settings.secret_key))


def now_of(scope: Scope) -> float:
    """The instant on the service's clock, in seconds."""
    return scope["litestar_app"].state.database.clock.now().timestamp()


def ticket_of(scope: Scope) -> Ticket | None:
    """The ticket that somebody brings."""
    settings: Settings = scope["litestar_app"].state.settings
    return read_ticket(scope, settings.secret_key, now_of(scope), settings.cookie_name(COOKIE))


async def keep_form(scope: Scope, receive: Receive) -> None:
    """Read what a form has sent, so that the page that refuses it can keep it."""
    length = header_of(scope, b"content-length")
    small = length.isdigit() and int(length) <= FORM_BYTES
    if small and header_of(scope, b"content-type").startswith(FORM):
        await Request[Any, Any, Any](scope, receive).body()


def _form_of(request: AnyRequest) -> list[tuple[str, str]] | None:
    """The fields that a form has sent, in order; None when they cannot stand in a page: a secret, a
    file, or nothing that was read."""
    body = ScopeState.from_scope(request.scope).body
    if body is Empty or not header_of(request.scope, b"content-type").startswith(FORM):
        return None
    fields = parse_qsl(bytes(body).decode(errors="replace"), keep_blank_values=True)  # pyright: ignore[reportArgumentType]  not Empty
    return None if any("password" in name for name, _ in fields) else fields


def _here(scope: Mapping[str, Any]) -> str:
    """The address that was asked for."""
    query = scope.get("query_string", b"").decode("latin-1")
    path = scope.get("raw_path", b"").decode("latin-1").partition("?")[0] or scope["path"]
    return f"{path}?{query}" if query else path
