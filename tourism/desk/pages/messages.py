"""The guest's side of the messages: no account, the booking's signed link is the key."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from hub.core.caller import ANYBODY, access
from hub.core.db import Database, Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, page
from hub.core.problems import describe_problem
from tourism.booking.actions import reading
from tourism.booking.views import BOOKING
from tourism.desk import forms
from tourism.desk.actions import messaging
from tourism.desk.models import Sender
from tourism.desk.policy import BOOKED
from tourism.quoting.doors import enter

Form = URLEncodedBody[dict[str, str]]


@get("/reservation/{token:str}/messages", opt=access(ANYBODY), include_in_schema=False)
async def show_messages(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str]
) -> Response[str]:
    """What guest and house wrote about the stay."""
    reference = enter(request, tx, BOOKING, token)
    return await _show(request, tx, token, reference.id, {}, None)


@post("/reservation/{token:str}/messages", opt=access(ANYBODY), include_in_schema=False)
async def write_message(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str], data: Form
) -> Response[Any]:
    """A message of the guest to the house."""
    reference = enter(request, tx, BOOKING, token)
    database: Database = request.app.state.database
    try:
        async with database.transaction(reference.tenant, actor="guest") as acting:
            await messaging.write_guest_message(
                acting, reference.id, data.get("body", ""), data.get("idempotency_key", "")
            )
    except HubError as error:
        if error.status == 404 or error.status >= 500:
            raise
        return await _show(request, tx, token, reference.id, data, error)
    return Redirect(f"/reservation/{token}/messages", status_code=303)


async def _show(
    request: AnyRequest,
    tx: Tx,
    token: str,
    booking_id: UUID,
    typed: forms.FormValues,
    error: HubError | None,
) -> Response[str]:
    booking = await reading.find_booking(tx, booking_id)
    problem = describe_problem(error, request.url.path) if error else None
    return page(
        request,
        "desk/messages.html",
        status_code=problem.status if problem else 200,
        booking=booking,
        quote=booking.quote,
        token=token,
        messages=await messaging.read_messages(tx, booking.id, Sender.GUEST),
        may_write=booking.state in BOOKED,
        typed=typed,
        problem=problem,
    )


handlers = (show_messages, write_message)
