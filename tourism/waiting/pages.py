"""Wait for a full house: the form, one's place with the offer, and the house's list."""

from collections.abc import Sequence
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from hub.core.caller import ANYBODY, access
from hub.core.db import Database, Reader, Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, language_of, make_url, page
from hub.core.problems import describe_problem
from hub.core.tokens import read_reference
from tourism import lodging
from tourism.booking.views import booking_token
from tourism.quoting.doors import enter, settings_of
from tourism.waiting import forms
from tourism.waiting.actions import joining, letters, offering
from tourism.waiting.errors import NotWaitable, StillFree
from tourism.waiting.views import WISH, wish_token

Typed = dict[str, Sequence[str]]
STAY = ("arrival", "departure", "adults", "child_ages", "rooms")


@get("/hebergements/{id:int}/attente", opt=access(ANYBODY), include_in_schema=False)
async def show_form(
    request: AnyRequest, tx: NamedDependency[Tx], reader: NamedDependency[Reader], id: FromPath[int]
) -> Response[Any]:
    """The form, for the stay that the address names; who can book it now is led there."""
    query = request.query_params
    typed: Typed = {name: query.getall(name) for name in query}
    house = await joining.enter_house(tx, reader, id)
    try:
        command = forms.read_join(typed, id, forms.NOBODY)
        await joining.check_join(reader, house, command, tx)
    except StillFree:
        return _to_house(id, typed)
    except HubError as error:
        return await _form(request, reader, house, typed, error)
    return await _form(request, reader, house, typed, None)


@post("/hebergements/{id:int}/attente", opt=access(ANYBODY), include_in_schema=False)
async def join(
    request: AnyRequest, reader: NamedDependency[Reader], id: FromPath[int]
) -> Response[Any]:
    """Join the list; what was typed is kept when something is wrong with it."""
    form = await request.form()
    typed: Typed = {name: [str(value) for value in form.getall(name)] for name in form}
    database: Database = request.app.state.database
    async with database.transaction(actor="guest") as looking:
        house = await joining.enter_house(looking, reader, id)
    try:
        command = forms.read_join(typed, id, forms.guest_of(typed, language_of(request)))
        key = forms.wish_id(id, forms.one(typed, "idempotency_key") or str(database.ids.uuid()))
        async with database.transaction(house.tenant, actor="guest") as tx:
            wish = await joining.join_list(tx, reader, house, key, command)
    except StillFree:
        return _to_house(id, typed)
    except HubError as error:
        return await _form(request, reader, house, typed, error)
    return Redirect(f"/attente/{wish_token(settings_of(request), wish)}", status_code=303)


def _to_house(id: int, typed: Typed) -> Redirect:
    stay = {name: typed.get(name) or None for name in STAY}
    return Redirect(make_url(f"/hebergements/{id}", **stay), status_code=303)


async def _form(
    request: AnyRequest,
    reader: Reader,
    house: lodging.Property,
    typed: Typed,
    error: HubError | None,
) -> Response[str]:
    if error is not None and error.status not in {400, 409, 429}:
        raise error
    problem = describe_problem(error, request.url.path) if error else None
    try:
        wish = forms.read_join(typed, house.id, forms.NOBODY)
    except HubError:
        wish = None
    return page(
        request,
        "waiting/join.html",
        status_code=problem.status if problem else 200,
        house=house,
        types=await joining.list_types(reader, house),
        wish=wish,
        typed={name: forms.one(typed, name) for name in typed},
        chosen=[*typed.get("room_types", ())],
        back=make_url(f"/hebergements/{house.id}", **{n: typed.get(n) or None for n in STAY}),
        problem=problem,
        hopeless=isinstance(error, NotWaitable),
    )


@get("/attente/{token:str}", opt=access(ANYBODY), include_in_schema=False)
async def show_wish(
    request: AnyRequest, tx: NamedDependency[Tx], reader: NamedDependency[Reader],
    token: FromPath[str],
) -> Response[str]:  # fmt: skip
    """One's place on the list; once rooms are free, the offer and until when it stands."""
    reference = enter(request, tx, WISH, token)
    place = await joining.find_place(tx, reference.id)
    house = await offering.find_house(reader, place.wish.property)
    offer = await offering.find_offer(tx, place.wish)
    return page(
        request,
        "waiting/wish.html",
        place=place,
        wish=place.wish,
        house=house,
        token=token,
        offer=offer,
        state=offering.state_now(place.wish, offer, tx.now).value,
        pay=f"/reservation/{booking_token(settings_of(request), offer)}" if offer else "",
        again=letters.join_address(place.wish),
        types={type.id: type for type in await joining.list_types(reader, house)},
    )


@post("/attente/{token:str}/quitter", opt=access(ANYBODY), include_in_schema=False)
async def leave(
    request: AnyRequest, reader: NamedDependency[Reader], token: FromPath[str]
) -> Redirect:
    """Leave the list, or refuse the offer."""
    reference = read_reference(settings_of(request).secret_key, WISH, token)
    database: Database = request.app.state.database
    async with database.transaction(reference.tenant, actor="guest") as tx:
        await joining.leave_list(tx, reader, reference.id)
    return Redirect(f"/attente/{token}", status_code=303)


@get("/pro/waiting", opt=access("lodging"), include_in_schema=False)
async def show_list(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """Who waits for the own house, in the order in which rooms are offered."""
    house, types, listed = await joining.list_wishes(tx)
    return page(
        request,
        "waiting/list.html",
        house=house,
        types={type.id: type for type in types},
        listed=listed,
        most=joining.MOST_OPEN,
    )


handlers = (show_form, join, show_wish, leave, show_list)
