"""Ask a house for a stay, and the house's answers."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from hub.core.caller import ANYBODY, Caller, access
from hub.core.db import Database, Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, language_of, page
from hub.core.problems import describe_problem
from hub.core.tokens import read_reference
from tourism import quoting
from tourism.booking.errors import NoteTooLong
from tourism.booking.models import State
from tourism.booking.policy import clean_note
from tourism.booking.views import booking_token
from tourism.paying.forms import read_guest
from tourism.quoting.doors import enter, settings_of
from tourism.quoting.models import Quote
from tourism.quoting.views import QUOTE
from tourism.requests.actions import asking

Form = URLEncodedBody[dict[str, str]]
PAGE = "/pro/requests"


@get("/devis/{token:str}/demander", opt=access(ANYBODY), include_in_schema=False)
async def show_asking(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str]
) -> Response[str]:
    """Who asks; nothing is paid."""
    reference = enter(request, tx, QUOTE, token)
    quote = await quoting.find_quote(tx, reference.id)
    return _show(request, quote, token, {}, None)


@post("/devis/{token:str}/demander", opt=access(ANYBODY), include_in_schema=False)
async def ask_house(request: AnyRequest, token: FromPath[str], data: Form) -> Response[Any]:
    """Ask; what was typed is kept when something is wrong with it."""
    settings = settings_of(request)
    reference = read_reference(settings.secret_key, QUOTE, token)
    database: Database = request.app.state.database
    try:
        guest = read_guest(data, language_of(request))
        async with database.transaction(reference.tenant, actor="guest") as tx:
            booking = await asking.ask_house(tx, reference.id, guest)
    except HubError as error:
        if error.status != 400:
            raise
        async with database.transaction(reference.tenant) as tx:
            quote = await quoting.find_quote(tx, reference.id)
        return _show(request, quote, token, data, error)
    return Redirect(f"/reservation/{booking_token(settings, booking)}", status_code=303)


def _show(
    request: AnyRequest,
    quote: Quote,
    token: str,
    typed: Mapping[str, str],
    error: HubError | None,
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    return page(
        request,
        "requests/ask.html",
        status_code=problem.status if problem else 200,
        quote=quote,
        token=token,
        typed=typed,
        problem=problem,
    )


@get(PAGE, opt=access("lodging"), include_in_schema=False)
async def show_requests(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """What waits for the house's answer."""
    return await _list(request, tx)


@post(f"{PAGE}/{{id:uuid}}/accept", opt=access("lodging"), include_in_schema=False)
async def accept(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    id: FromPath[UUID],
    data: Form,
) -> Response[Any]:
    """Say yes; the page says so when somebody else has the rooms by now."""
    database: Database = request.app.state.database
    try:
        async with database.transaction(caller.tenant, actor=caller.actor) as acting:
            note = clean_note(data.get("note", ""))
            booking = await asking.accept_request(acting, id, note)
    except NoteTooLong as error:
        return await _list(request, tx, error=error, at=id, verb="accept", typed=data)
    if booking.state is State.DECLINED:
        return await _list(request, tx, gone=booking.reference)
    return Redirect(PAGE, status_code=303)


@post(f"{PAGE}/{{id:uuid}}/decline", opt=access("lodging"), include_in_schema=False)
async def decline(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID], data: Form
) -> Response[Any]:
    """Say no."""
    try:
        note = clean_note(data.get("note", ""))
    except NoteTooLong as error:
        return await _list(request, tx, error=error, at=id, verb="decline", typed=data)
    await asking.decline_request(tx, id, note)
    return Redirect(PAGE, status_code=303)


async def _list(
    request: AnyRequest,
    tx: Tx,
    gone: str = "",
    *,
    error: HubError | None = None,
    at: UUID | None = None,
    verb: str = "",
    typed: Mapping[str, str] = {},
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    return page(
        request,
        "requests/list.html",
        status_code=problem.status if problem else 200,
        requests=await asking.list_requests(tx),
        gone=gone,
        at=at,
        verb=verb,
        note=typed.get("note", ""),
        problem=problem,
    )


handlers = (show_asking, ask_house, show_requests, accept, decline)
