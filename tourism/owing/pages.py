"""The guest's page of what is still to be paid, over the same actions as the API."""

from contextlib import suppress
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from hub import payments
from hub.core.caller import ANYBODY, access
from hub.core.db import Database, Tx
from hub.core.errors import HubError, Invalid
from hub.core.pages import page
from hub.core.problems import describe_problem
from hub.core.tokens import Reference, read_reference
from tourism.booking.actions.reading import find_booking
from tourism.booking.pages import CARDS
from tourism.booking.views import BOOKING
from tourism.owing.actions import charging, following
from tourism.owing.actions.showing import find_owing
from tourism.owing.doors import return_url_of
from tourism.owing.models import PayDue
from tourism.quoting.doors import enter, settings_of

Form = URLEncodedBody[dict[str, str]]
AnyRequest = Request[Any, Any, Any]


@get("/reservation/{token:str}/solde", opt=access(ANYBODY), include_in_schema=False)
async def show_due(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str]
) -> Response[str]:
    """What is still to be paid, why, and when the card pays it by itself."""
    reference = enter(request, tx, BOOKING, token)
    if await charging.find_open(tx, reference.id) is None:
        # Who comes at once is not kept waiting for the task that writes down what is owed.
        database: Database = request.app.state.database
        async with database.transaction(reference.tenant) as following_tx:
            await following.follow_stay(following_tx, reference.id)
    return await _show(request, tx, reference, token, None)


@post("/reservation/{token:str}/solde", opt=access(ANYBODY), include_in_schema=False)
async def pay_due(request: AnyRequest, token: FromPath[str], data: Form) -> Response[Any]:
    """Pay it now: on the service's page, or at once in the sandbox."""
    reference = read_reference(settings_of(request).secret_key, BOOKING, token)
    database: Database = request.app.state.database
    try:
        outcome = await charging.pay_due(
            database,
            reference.tenant,
            reference.id,
            _read(data),
            data.get("idempotency_key", ""),
            return_url_of(settings_of(request), token),
        )
    except HubError as error:
        if error.status not in {400, 402, 409}:
            raise
        async with database.transaction(reference.tenant) as tx:
            return await _show(request, tx, reference, token, error)
    return Redirect(outcome.page_url or f"/reservation/{token}/solde", status_code=303)


@get("/reservation/{token:str}/solde/retour", opt=access(ANYBODY), include_in_schema=False)
async def come_back(request: AnyRequest, token: FromPath[str]) -> Redirect:
    """Back from the service's page: look how the payment stands."""
    reference = read_reference(settings_of(request).secret_key, BOOKING, token)
    with suppress(payments.ServiceAway):  # a task asks again
        await charging.finish_charges_of(request.app.state.database, reference.tenant, reference.id)
    return Redirect(f"/reservation/{token}/solde", status_code=303)


def _read(data: dict[str, str]) -> PayDue:
    amount = data.get("amount_cents", "")
    if not (amount.isascii() and amount.isdecimal() and len(amount) < 10):
        raise Invalid("Open the page again: the form came incomplete.")
    return PayDue(payment_method=data.get("payment_method", ""), amount_cents=int(amount))


async def _show(
    request: AnyRequest, tx: Tx, reference: Reference, token: str, error: HubError | None
) -> Response[str]:
    booking = await find_booking(tx, reference.id)
    owing = await find_owing(tx, booking)
    problem = describe_problem(error, request.url.path) if error else None
    return page(
        request,
        "owing/due.html",
        status_code=problem.status if problem else 200,
        booking=booking,
        quote=booking.quote,
        token=token,
        owing=owing,
        due=owing.open,
        hosted=payments.HOSTED if payments.has_hosted_page() else None,
        cards=CARDS,
        problem=problem,
    )


handlers = (show_due, pay_due, come_back)
