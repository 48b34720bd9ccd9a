"""One booking: everything about it, what may be done with it, and the house's messages."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from hub.core.caller import Caller, access
from hub.core.db import Database, Tx
from hub.core.errors import HubError, Invalid
from hub.core.pages import AnyRequest, page
from hub.core.problems import describe_problem
from tourism.desk import forms
from tourism.desk.actions import messaging, showing, staying
from tourism.desk.models import Act, Sender
from tourism.paying.forms import read_cancellation
from tourism.quoting.euro import euro_lines

Form = URLEncodedBody[dict[str, str]]


@get("/pro/bookings/{id:uuid}", opt=access("lodging"), include_in_schema=False)
async def show_booking(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID]
) -> Response[str]:
    """The booking's page; messages of the guest count as read once it is shown."""
    return await _show(request, tx, id, {}, None)


@post("/pro/bookings/{id:uuid}", opt=access("lodging"), include_in_schema=False)
async def act_on_booking(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    id: FromPath[UUID],
    data: Form,
) -> Response[Any]:
    """Check in, check out, report a no-show and decide on it, cancel a stay of the desk."""
    database: Database = request.app.state.database
    try:
        act = forms.read_act(data)
        if act is None:
            raise Invalid("Choose what to do with the booking.")
        async with database.transaction(caller.tenant, actor=caller.actor) as acting:
            cancel = read_cancellation(data) if act is Act.CANCEL_ROOM else None
            await staying.act_on(acting, id, act, data.get("note", ""), cancel=cancel)
    except HubError as error:
        return await _refuse(request, tx, id, data, error)
    return Redirect(f"/pro/bookings/{id}", status_code=303)


@post("/pro/bookings/{id:uuid}/messages", opt=access("lodging"), include_in_schema=False)
async def write_message(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    id: FromPath[UUID],
    data: Form,
) -> Response[Any]:
    """A message of the house to its guest."""
    database: Database = request.app.state.database
    author, key = caller.name or "", data.get("idempotency_key", "")
    try:
        async with database.transaction(caller.tenant, actor=caller.actor) as acting:
            text = data.get("body", "")
            await messaging.write_message(acting, id, Sender.HOUSE, author, text, key)
    except HubError as error:
        return await _refuse(request, tx, id, data, error)
    return Redirect(f"/pro/bookings/{id}#messages", status_code=303)


async def _refuse(
    request: AnyRequest, tx: Tx, id: UUID, data: forms.FormValues, error: HubError
) -> Response[str]:
    """The page again, with what was typed and what is wrong with it."""
    if error.status == 404 or error.status >= 500:
        raise error
    return await _show(request, tx, id, data, error)


async def _show(
    request: AnyRequest, tx: Tx, id: UUID, typed: forms.FormValues, error: HubError | None
) -> Response[str]:
    shown = await showing.show_booking(tx, id)
    problem = describe_problem(error, request.url.path) if error else None
    quote = shown.booking.quote
    return page(
        request,
        "desk/booking.html",
        status_code=problem.status if problem else 200,
        shown=shown,
        booking=shown.booking,
        quote=quote,
        euro=euro_lines(quote.breakdown, quote.property_name),
        typed=typed,
        problem=problem,
    )


handlers = (show_booking, act_on_booking, write_message)
