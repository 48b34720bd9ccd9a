"""Waiting lists, for programs. Guests need no account: tokens are signed."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from hub.core.caller import ANYBODY, access
from hub.core.db import Reader, Tx
from hub.core.idempotency import ANYBODYS
from hub.core.pages import AnyRequest
from hub.core.web import answer_once
from tourism.quoting.doors import enter, settings_of
from tourism.waiting.actions import joining, offering
from tourism.waiting.models import JoinList, LeaveList, Place
from tourism.waiting.views import WISH, WishView, view_place


@post("/api/v1/waiting-list", opt=access(ANYBODY), tags=["Booking"], summary="Wait for a stay")
async def join(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    reader: NamedDependency[Reader],
    data: JSONBody[JoinList],
) -> Response[WishView]:
    """A place on the list of a full house, for all rooms or none. 409 `still-free` when the stay
    can be booked, `not-waitable` when something else than missing rooms stands in the way."""
    house = await joining.enter_house(tx, reader, data.property)

    async def act() -> WishView:
        wish = await joining.join_list(tx, reader, house, tx.uuid(), data)
        return view_place(settings_of(request), Place(wish=wish, before=0), None)

    return await answer_once(tx, request, act, scope=ANYBODYS)


@get("/api/v1/waiting-list/{token:str}", opt=access(ANYBODY), tags=["Booking"], summary="See it")
async def see_wish(request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str]) -> WishView:
    """One's place; while rooms are offered, the token of their hold."""
    reference = enter(request, tx, WISH, token)
    place = await joining.find_place(tx, reference.id)
    offer = await offering.find_offer(tx, place.wish)
    return view_place(settings_of(request), place, offer)


@post(
    "/api/v1/waiting-list/{token:str}/leave",
    opt=access(ANYBODY),
    tags=["Booking"],
    summary="Leave the list",
)
async def leave(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    reader: NamedDependency[Reader],
    token: FromPath[str],
    data: JSONBody[LeaveList],
) -> Response[WishView]:
    """Leaves the list, or refuses what is offered: its rooms pass to the next at once."""
    del data
    reference = enter(request, tx, WISH, token)

    async def act() -> WishView:
        wish = await joining.leave_list(tx, reader, reference.id)
        return view_place(settings_of(request), Place(wish=wish, before=0), None)

    return await answer_once(tx, request, act, scope=f"guest:{token}", status=200)
