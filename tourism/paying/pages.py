"""Pay and cancel, over the same actions as the API."""

from contextlib import suppress
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from hub import payments
from hub.core.caller import ANYBODY, access
from hub.core.db import Tx
from hub.core.errors import HubError
from hub.core.pages import language_of, page
from hub.core.tokens import read_reference
from tourism.booking.actions import choosing, reading
from tourism.booking.models import State
from tourism.booking.pages import checkout_page
from tourism.booking.views import BOOKING
from tourism.paying import forms
from tourism.paying.actions import cancelling, paying
from tourism.paying.doors import pay_now, return_url_of
from tourism.quoting.doors import enter, settings_of

Form = URLEncodedBody[dict[str, str]]
AnyRequest = Request[Any, Any, Any]


@post("/reservation/{token:str}/payer", opt=access(ANYBODY), include_in_schema=False)
async def pay_booking(request: AnyRequest, token: FromPath[str], data: Form) -> Response[Any]:
    """Book and pay; what was typed is kept when something is wrong with it."""
    reference = read_reference(settings_of(request).secret_key, BOOKING, token)
    database = request.app.state.database
    try:
        command = forms.read_payment(data, language_of(request))
        back = return_url_of(settings_of(request), token)
        booking = await pay_now(database, reference, command, data.get("idempotency_key", ""), back)
    except HubError as error:
        if error.status not in {400, 402}:
            raise
        async with database.transaction(reference.tenant) as tx:
            booking = await reading.find_booking(tx, reference.id)
            projects = await choosing.list_projects(tx, booking)
        return checkout_page(request, booking, token, data, error, projects)
    elsewhere = "?payer=1" if booking.state is State.PAYING else ""
    return Redirect(f"/reservation/{token}{elsewhere}", status_code=303)


@get("/reservation/{token:str}/retour", opt=access(ANYBODY), include_in_schema=False)
async def come_back(request: AnyRequest, token: FromPath[str]) -> Redirect:
    """Back from the service's page or from a bank: look how the payment stands."""
    reference = read_reference(settings_of(request).secret_key, BOOKING, token)
    with suppress(payments.ServiceAway):  # a task asks again
        await paying.finish_payment_of(request.app.state.database, reference.tenant, reference.id)
    return Redirect(f"/reservation/{token}", status_code=303)


@post("/reservation/{token:str}/autre-carte", opt=access(ANYBODY), include_in_schema=False)
async def take_another_card(request: AnyRequest, token: FromPath[str]) -> Redirect:
    """Leave the payment that is under way: the rooms stay held for another card."""
    reference = read_reference(settings_of(request).secret_key, BOOKING, token)
    await paying.give_up_payment(request.app.state.database, reference.tenant, reference.id)
    return Redirect(f"/reservation/{token}", status_code=303)


@get("/reservation/{token:str}/annuler", opt=access(ANYBODY), include_in_schema=False)
async def show_cancellation(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    token: FromPath[str],
    room: FromQuery[list[int] | None] = None,
) -> Response[str]:
    """The exact refund, of some rooms or of the stay, before anything happens."""
    reference = enter(request, tx, BOOKING, token)
    numbers = sorted(set(room or ()))
    booking, refund = await cancelling.preview_refund(tx, reference.id, numbers)
    return page(
        request,
        "paying/cancel.html",
        booking=booking,
        quote=booking.quote,
        token=token,
        refund=refund,
        numbers=numbers,
    )


@post("/reservation/{token:str}/annuler", opt=access(ANYBODY), include_in_schema=False)
async def cancel_booking(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str], data: Form
) -> Redirect:
    reference = enter(request, tx, BOOKING, token)
    await cancelling.cancel_booking(tx, reference.id, forms.read_cancellation(data))
    return Redirect(f"/reservation/{token}", status_code=303)


handlers = (pay_booking, come_back, take_another_card, show_cancellation, cancel_booking)
