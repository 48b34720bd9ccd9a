"""Change a stay: choose, compare, confirm; what was typed is kept."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from hub import payments
from hub.core.caller import ANYBODY, Caller, access
from hub.core.db import Database, Reader, Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, page
from hub.core.problems import beside, describe_problem
from hub.core.tokens import read_reference
from tourism.booking.actions.reading import find_booking
from tourism.booking.models import Booking
from tourism.booking.pages import CARDS
from tourism.booking.views import BOOKING
from tourism.changing import forms
from tourism.changing.actions import changing, finishing
from tourism.changing.doors import return_url_of
from tourism.changing.models import ChangeStay, Choices, Difference
from tourism.changing.policy import pays_later
from tourism.quoting.doors import enter, settings_of
from tourism.quoting.models import Quote

Form = URLEncodedBody[dict[str, str]]
Compared = tuple[Quote, Difference]


@get("/reservation/{token:str}/modifier", opt=access(ANYBODY), include_in_schema=False)
async def show_change(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    reader: NamedDependency[Reader],
    token: FromPath[str],
) -> Response[str]:
    """The stay as it is, to be changed."""
    reference = enter(request, tx, BOOKING, token)
    booking, choices = await changing.list_choices(tx, reader, reference.id)
    return show(request, f"/reservation/{token}", booking, choices, forms.write_change(booking))


@post("/reservation/{token:str}/modifier", opt=access(ANYBODY), include_in_schema=False)
async def compare_change(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    reader: NamedDependency[Reader],
    token: FromPath[str],
    data: Form,
) -> Response[str]:
    """Before, after and the difference; nothing happens yet."""
    reference = enter(request, tx, BOOKING, token)
    booking, choices = await changing.list_choices(tx, reader, reference.id)
    compared, error = await compare(tx, reader, booking, data)
    return show(request, f"/reservation/{token}", booking, choices, data, compared, error)


@post("/reservation/{token:str}/modifier/confirmer", opt=access(ANYBODY), include_in_schema=False)
async def confirm_change(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    reader: NamedDependency[Reader],
    token: FromPath[str],
    data: Form,
) -> Response[Any]:
    """Make the change, paying what is due; if it cannot be paid the old stay is intact."""
    reference = read_reference(settings_of(request).secret_key, BOOKING, token)
    key = data.get("idempotency_key", "")
    try:
        command = forms.read_change(data)
        database = request.app.state.database
        back = return_url_of(settings_of(request), token)
        booking = await changing.pay_change(
            database, reference.tenant, reference.id, command, key, back
        )
        async with database.transaction(reference.tenant) as after:
            elsewhere = await finishing.find_page(after, booking)
    except HubError as error:
        if error.status not in {400, 402, 409}:
            raise
        tx.enter(reference.tenant)
        booking, choices = await changing.list_choices(tx, reader, reference.id)
        compared, _ = await compare(tx, reader, booking, data)
        return show(request, f"/reservation/{token}", booking, choices, data, compared, error)
    return Redirect(elsewhere or f"/reservation/{token}", status_code=303)


@get("/reservation/{token:str}/modifier/retour", opt=access(ANYBODY), include_in_schema=False)
async def come_back(request: AnyRequest, token: FromPath[str]) -> Redirect:
    """Back from the service's page or from a bank: look how the payment of a change stands."""
    reference = read_reference(settings_of(request).secret_key, BOOKING, token)
    with suppress(payments.ServiceAway):  # a task asks again
        await finishing.finish_change_of(request.app.state.database, reference.tenant, reference.id)
    return Redirect(f"/reservation/{token}", status_code=303)


@get("/reservation/{token:str}/modifier/payer", opt=access(ANYBODY), include_in_schema=False)
async def go_on(request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str]) -> Redirect:
    """On to where a change that has begun is paid."""
    reference = enter(request, tx, BOOKING, token)
    booking = await find_booking(tx, reference.id)
    elsewhere = await finishing.find_page(tx, booking)
    return Redirect(elsewhere or f"/reservation/{token}", status_code=303)


@post("/reservation/{token:str}/modifier/laisser", opt=access(ANYBODY), include_in_schema=False)
async def let_go(request: AnyRequest, token: FromPath[str]) -> Redirect:
    """Leave a change that is not paid yet: the stay is what it was."""
    reference = read_reference(settings_of(request).secret_key, BOOKING, token)
    await finishing.finish_change_of(
        request.app.state.database, reference.tenant, reference.id, give_up=True
    )
    return Redirect(f"/reservation/{token}", status_code=303)


@get("/pro/bookings/{id:uuid}/change", opt=access("lodging"), include_in_schema=False)
async def show_house_change(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    reader: NamedDependency[Reader],
    id: FromPath[UUID],
) -> Response[str]:
    """The house changes a stay for its guest."""
    booking, choices = await changing.list_choices(tx, reader, id)
    typed = forms.write_change(booking)
    return show(request, f"/pro/bookings/{id}", booking, choices, typed, by_house=True)


@post("/pro/bookings/{id:uuid}/change", opt=access("lodging"), include_in_schema=False)
async def compare_house_change(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    reader: NamedDependency[Reader],
    id: FromPath[UUID],
    data: Form,
) -> Response[str]:
    """Before, after and the difference, with the house's switches."""
    booking, choices = await changing.list_choices(tx, reader, id)
    compared, error = await compare(tx, reader, booking, data, by_house=True)
    back = f"/pro/bookings/{id}"
    return show(request, back, booking, choices, data, compared, error, by_house=True)


@post("/pro/bookings/{id:uuid}/change/confirm", opt=access("lodging"), include_in_schema=False)
async def confirm_house_change(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    reader: NamedDependency[Reader],
    caller: NamedDependency[Caller],
    id: FromPath[UUID],
    data: Form,
) -> Response[Any]:
    """Make the change; a difference that is due online waits for the guest."""
    database: Database = request.app.state.database
    try:
        command = forms.read_house_change(data)
        async with database.transaction(caller.tenant, actor=caller.actor) as acting:
            await changing.change_stay(acting, reader, id, command, by_house=True)
    except HubError as error:
        if error.status not in {400, 409}:
            raise
        booking, choices = await changing.list_choices(tx, reader, id)
        compared, _ = await compare(tx, reader, booking, data, by_house=True)
        back = f"/pro/bookings/{id}"
        return show(request, back, booking, choices, data, compared, error, by_house=True)
    return Redirect(f"/pro/bookings/{id}", status_code=303)


async def compare(
    tx: Tx, reader: Reader, booking: Booking, data: Mapping[str, str], *, by_house: bool = False
) -> tuple[Compared | None, HubError | None]:
    """The offer and the difference of what a form asks for, or why there is none."""
    try:
        read = forms.read_house_change if by_house else forms.read_change
        command: ChangeStay = read(data)
        _, wanted, difference = await changing.preview_change(
            tx, reader, booking.id, command, by_house=by_house
        )
    except HubError as error:
        if error.status not in {400, 404, 409}:
            raise
        return None, error
    return (wanted, difference), None


def show(
    request: AnyRequest,
    back: str,
    booking: Booking,
    choices: Choices,
    typed: Mapping[str, str],
    compared: Compared | None = None,
    error: HubError | None = None,
    *,
    by_house: bool = False,
) -> Response[str]:
    """The page of a change; `back` is the stay's own page, below which the forms are sent."""
    problem = None
    if error:
        problem = beside(describe_problem(error, request.url.path), forms.field_of(error))
    return page(
        request,
        "changing/change.html",
        status_code=problem.status if problem else 200,
        back=back,
        here=f"{back}/{'change' if by_house else 'modifier'}",
        booking=booking,
        quote=booking.quote,
        rooms_count=forms.count_rooms(typed),
        types=choices.types,
        plans=choices.plans,
        choices=choices.supplements,
        typed=typed,
        wanted=compared[0] if compared else None,
        difference=compared[1] if compared else None,
        problem=problem,
        cards=CARDS,
        hosted=payments.HOSTED if payments.has_hosted_page() else None,
        later=pays_later(booking),
        by_house=by_house,
    )


handlers = (
    show_change,
    compare_change,
    confirm_change,
    come_back,
    go_on,
    let_go,
    show_house_change,
    compare_house_change,
    confirm_house_change,
)
