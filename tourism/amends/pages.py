"""A house goes back on a stay, its guest says where the double goes, the platform transfers it."""

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from hub.core.caller import ANYBODY, Caller, access
from hub.core.clock import local_date
from hub.core.db import Database, Tx
from hub.core.errors import HubError, Invalid
from hub.core.identifiers import IdentifierInvalid
from hub.core.pages import AnyRequest, page
from hub.core.problems import beside, describe_problem
from hub.core.tokens import Reference, read_reference
from tourism.amends.actions import renouncing, transferring
from tourism.amends.models import NotePaid, RenounceStay, SayWhere
from tourism.amends.policy import PARIS
from tourism.booking.views import BOOKING
from tourism.quoting.doors import enter, settings_of

PAGE = "/pro/amends"
Form = URLEncodedBody[dict[str, str]]
SHOWN = frozenset({400, 409, 422})


@get("/pro/bookings/{id:uuid}/renounce", opt=access("lodging"), include_in_schema=False)
async def show_renounce(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID]
) -> Response[str]:
    """What its guest gets back, and what the house owes beside."""
    return await _show_renounce(request, tx, id, None, "")


@post("/pro/bookings/{id:uuid}/renounce", opt=access("lodging"), include_in_schema=False)
async def renounce(
    request: AnyRequest, caller: NamedDependency[Caller], id: FromPath[UUID], data: Form
) -> Response[Any]:
    database: Database = request.app.state.database
    note = data.get("note", "")
    try:
        command = RenounceStay(
            refund_cents=_number(data, "refund_cents"),
            amends_cents=_number(data, "amends_cents"),
            note=note,
        )
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            await renouncing.renounce_stay(tx, id, command)
    except HubError as error:
        if error.status not in SHOWN:
            raise
        async with database.transaction(caller.tenant) as tx:
            return await _show_renounce(request, tx, id, error, note)
    return Redirect(f"/pro/bookings/{id}", status_code=303)


@get("/reservation/{token:str}/arrhes", opt=access(ANYBODY), include_in_schema=False)
async def show_where(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str]
) -> Response[str]:
    """What is owed to the guest, and where it goes."""
    return await _show_where(request, tx, enter(request, tx, BOOKING, token), token, {}, None)


@post("/reservation/{token:str}/arrhes", opt=access(ANYBODY), include_in_schema=False)
async def say_where(request: AnyRequest, token: FromPath[str], data: Form) -> Response[Any]:
    database: Database = request.app.state.database
    reference = read_reference(settings_of(request).secret_key, BOOKING, token)
    command = SayWhere(holder=data.get("holder", ""), iban=data.get("iban", ""))
    try:
        async with database.transaction(reference.tenant, actor="guest") as tx:
            await transferring.say_where(tx, reference.id, command)
    except HubError as error:
        if error.status not in SHOWN:
            raise
        async with database.transaction(reference.tenant) as tx:
            return await _show_where(request, tx, reference, token, data, error)
    return Redirect(f"/reservation/{token}/arrhes", status_code=303)


@get(PAGE, opt=access("operator"), include_in_schema=False)
async def show_transfers(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """What is to be transferred, to whom, and what was."""
    return await _show_transfers(request, tx, {}, None)


@post(PAGE, opt=access("operator", fresh=True), include_in_schema=False)
async def note_paid(
    request: AnyRequest, caller: NamedDependency[Caller], data: Form
) -> Response[Any]:
    database: Database = request.app.state.database
    try:
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            await transferring.note_paid(tx, _read_paid(data))
    except HubError as error:
        if error.status not in SHOWN:
            raise
        async with database.transaction(caller.tenant) as tx:
            return await _show_transfers(request, tx, data, error)
    return Redirect(PAGE, status_code=303)


def _read_paid(data: dict[str, str]) -> NotePaid:
    try:
        booking = UUID(data.get("booking", ""))
    except ValueError:
        raise Invalid("Open the page again: the form came incomplete.") from None
    try:
        paid_on = date.fromisoformat(data.get("paid_on", ""))
    except ValueError:
        raise Invalid("Give the day of the transfer.", field="paid_on") from None
    return NotePaid(booking=booking, paid_on=paid_on, reference=data.get("reference", ""))


def _number(data: dict[str, str], field: str) -> int:
    typed = data.get(field, "")
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 10):
        raise Invalid("Open the page again: the form came incomplete.")
    return int(typed)


async def _show_renounce(
    request: AnyRequest, tx: Tx, id: UUID, error: HubError | None, note: str
) -> Response[str]:
    booking, refund, amends = await renouncing.preview(tx, id)
    problem = describe_problem(error, request.url.path) if error else None
    return page(
        request,
        "amends/renounce.html",
        status_code=problem.status if problem else 200,
        booking=booking,
        quote=booking.quote,
        refund=refund,
        amends=amends,
        note=note,
        problem=problem,
    )


async def _show_where(
    request: AnyRequest,
    tx: Tx,
    reference: Reference,
    token: str,
    typed: dict[str, str],
    error: HubError | None,
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    if problem and isinstance(error, IdentifierInvalid):
        problem = beside(problem, "iban")
    return page(
        request,
        "amends/where.html",
        status_code=problem.status if problem else 200,
        amends=await transferring.find_amends(tx, reference.id),
        token=token,
        typed=typed,
        problem=problem,
    )


async def _show_transfers(
    request: AnyRequest, tx: Tx, typed: dict[str, str], error: HubError | None
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    return page(
        request,
        "amends/transfers.html",
        status_code=problem.status if problem else 200,
        amends=await transferring.list_amends(tx),
        today=local_date(tx.now, PARIS),
        typed=typed,
        problem=problem,
    )


handlers = (show_renounce, renounce, show_where, say_where, show_transfers, note_paid)
