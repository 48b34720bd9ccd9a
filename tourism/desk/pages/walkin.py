"""A stay that the house books itself: first the stay and its price, then who stays."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from hub.core.caller import Caller, access
from hub.core.clock import local_date
from hub.core.db import Database, Reader, Tx
from hub.core.errors import HubError
from hub.core.idempotency import fingerprint_of, once
from hub.core.pages import AnyRequest, language_of, page
from hub.core.problems import Problem, beside, describe_problem
from tourism import quoting
from tourism.desk import forms
from tourism.desk.actions import walkin
from tourism.quoting.forms import read_supplements, write_supplements
from tourism.quoting.models import Quote, SupplementWanted

Form = URLEncodedBody[dict[str, str]]
_KINDS = (400, 409, 410, 422)
_STAY = {"OfferUnknown": "rate_plan", "SoldOut": "room_type", "NotSellable": "room_type"}


class Booked(msgspec.Struct, frozen=True, kw_only=True):
    """The kept reply of a form that was sent."""

    booking: UUID


@get("/pro/bookings/new", opt=access("lodging"), include_in_schema=False)
async def show_stay(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """Which stay: dates, room, rate, persons."""
    return await _show_stay(request, tx, {}, None)


@post("/pro/bookings/new", opt=access("lodging"), include_in_schema=False)
async def price_stay(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    reader: NamedDependency[Reader],
    caller: NamedDependency[Caller],
    data: Form,
) -> Response[Any]:
    """Freeze the offer and go on to who stays."""
    database: Database = request.app.state.database
    try:
        async with database.transaction(caller.tenant, actor=caller.actor) as acting:
            house, _, _ = await walkin.list_offered(acting)
            command = forms.read_walk_in(data, house.id)
            quote = await walkin.price_walk_in(acting, reader, command)
    except HubError as error:
        if error.status not in _KINDS and error.status != 404:
            raise
        return await _show_stay(request, tx, data, error)
    return Redirect(f"/pro/bookings/new/{quote.id}", status_code=303)


@get("/pro/bookings/new/{quote_id:uuid}", opt=access("lodging"), include_in_schema=False)
async def show_guest(
    request: AnyRequest, tx: NamedDependency[Tx], quote_id: FromPath[UUID]
) -> Response[str]:
    """The frozen price, and who stays."""
    quote = await quoting.find_quote(tx, quote_id)
    typed: dict[str, str] = {}
    for number, room in enumerate(quote.breakdown.rooms, start=1):
        typed |= write_supplements(room.chosen, number)
    return _show_guest(request, tx, quote, typed, None)


@post(
    "/pro/bookings/new/{quote_id:uuid}/supplements",
    opt=access("lodging"),
    include_in_schema=False,
)
async def add_supplements(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    quote_id: FromPath[UUID],
    data: Form,
) -> Response[str]:
    """The same stay with what the guest adds, at its new price; what was typed stays."""
    return await _price_anew(request, tx, caller, quote_id, data)


async def _price_anew(
    request: AnyRequest, tx: Tx, caller: Caller, quote_id: UUID, data: forms.FormValues
) -> Response[str]:
    quote = await quoting.find_quote(tx, quote_id)
    database: Database = request.app.state.database
    try:
        async with database.transaction(caller.tenant, actor=caller.actor) as acting:
            made = await walkin.add_supplements(
                acting, database.reader, quote_id, _chosen(quote, data)
            )
    except HubError as error:
        if error.status not in _KINDS:
            raise
        return _show_guest(request, tx, quote, data, error)
    return _show_guest(request, tx, made, data, None)


def _chosen(quote: Quote, data: forms.FormValues) -> list[tuple[SupplementWanted, ...]]:
    rooms = range(1, len(quote.breakdown.rooms) + 1)
    return [read_supplements(data, number) for number in rooms]


def _adds(quote: Quote, data: forms.FormValues) -> bool:
    """Whether the form names other supplements than the offer has."""
    had = [{(one.id, one.quantity) for one in room.chosen} for room in quote.breakdown.rooms]
    return had != [{(one.id, one.quantity) for one in room} for room in _chosen(quote, data)]


@post("/pro/bookings/new/{quote_id:uuid}", opt=access("lodging"), include_in_schema=False)
async def book_stay(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    quote_id: FromPath[UUID],
    data: Form,
) -> Response[Any]:
    """Book it; a form that was sent twice books once. What was ticked since the price was told
    changes the price first."""
    if _adds(await quoting.find_quote(tx, quote_id), data):
        return await _price_anew(request, tx, caller, quote_id, data)
    try:
        booking = await _book_once(request, caller, quote_id, data)
    except HubError as error:
        if error.status not in _KINDS:
            raise
        quote = await quoting.find_quote(tx, quote_id)
        return _show_guest(request, tx, quote, data, error)
    return Redirect(f"/pro/bookings/{booking}", status_code=303)


async def _book_once(
    request: AnyRequest, caller: Caller, quote_id: UUID, data: forms.FormValues
) -> UUID:
    guest = forms.read_desk_guest(data, language_of(request))
    database: Database = request.app.state.database
    async with database.transaction(caller.tenant, actor=caller.actor) as acting:

        async def act() -> Booked:
            return Booked(booking=(await walkin.book_walk_in(acting, quote_id, guest)).id)

        reply = await once(
            acting,
            scope=f"{caller.actor}:desk:{caller.tenant}",
            key=data.get("idempotency_key", ""),
            fingerprint=fingerprint_of("POST", request.url.path, msgspec.json.encode(guest)),
            status=201,
            act=act,
        )
    return msgspec.json.decode(reply.body, type=Booked).booking


async def _show_stay(
    request: AnyRequest, tx: Tx, typed: forms.FormValues, error: HubError | None
) -> Response[str]:
    house, types, plans = await walkin.list_offered(tx)
    problem = _describe(request, error)
    return page(
        request,
        "desk/walkin_stay.html",
        status_code=problem.status if problem else 200,
        types=types,
        plans=plans,
        today=local_date(tx.now, house.zone),
        typed=typed,
        problem=problem,
    )


def _show_guest(
    request: AnyRequest, tx: Tx, quote: Quote, typed: forms.FormValues, error: HubError | None
) -> Response[str]:
    problem = _describe(request, error)
    return page(
        request,
        "desk/walkin_guest.html",
        status_code=problem.status if problem else 200,
        quote=quote,
        expired=tx.now >= quote.expires_at,
        typed=typed,
        problem=problem,
    )


def _describe(request: AnyRequest, error: HubError | None) -> Problem | None:
    """The problem, at the field that it is about."""
    if error is None:
        return None
    field = error.extra.get("field", _STAY.get(type(error).__name__))
    # A stay's rules speak of rooms; at the desk these are the persons of one room.
    field = error.extra.get("of", "adults") if field == "rooms" else field
    return beside(describe_problem(error, request.url.path), field)


handlers = (show_stay, price_stay, show_guest, add_supplements, book_stay)
