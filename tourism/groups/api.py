"""Rooms kept for groups, for programs. Guests need no account: whoever has the code may come."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from hub.core.caller import ANYBODY, access
from hub.core.db import Reader, Tx
from hub.core.idempotency import ANYBODYS
from hub.core.pages import AnyRequest
from hub.core.web import answer_once
from tourism.booking.views import BookingView, view_booking
from tourism.groups.actions import blocking, picking
from tourism.groups.models import MakeBlock, PickUp
from tourism.groups.views import GroupView, HouseGroup, view_group, view_house_group
from tourism.quoting.doors import settings_of


@get("/api/v1/groups/{code:str}", opt=access(ANYBODY), tags=["Booking"], summary="See a group")
async def see_group(request: AnyRequest, tx: NamedDependency[Tx], code: FromPath[str]) -> GroupView:
    """The rooms that a house keeps for a group, and what is left of them."""
    found = await picking.find_code(request.app.state.database, code)
    tx.enter(found.tenant)
    return view_group(await blocking.show_block(tx, found.block))


@post(
    "/api/v1/groups/{code:str}/rooms",
    opt=access(ANYBODY),
    tags=["Booking"],
    summary="Take rooms of a group",
)
async def pick_up(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    reader: NamedDependency[Reader],
    code: FromPath[str],
    data: JSONBody[PickUp],
) -> Response[BookingView]:
    """Holds rooms of the group for 15 minutes, all or none, at the group's price; they are paid as
    any other stay. 409 `group-over` after the last day, `group-none-left`."""
    found = await picking.find_code(request.app.state.database, code)
    tx.enter(found.tenant)

    async def act() -> BookingView:
        booking = await picking.pick_up(tx, reader, found, data)
        return view_booking(settings_of(request), booking)

    return await answer_once(tx, request, act, scope=f"{ANYBODYS}:{found.block}", shared=True)


@get("/api/v1/house/groups", opt=access("lodging"), tags=["House"], summary="The house's groups")
async def list_groups(tx: NamedDependency[Tx]) -> list[HouseGroup]:
    """The groups of the own house, those to come first, with what was taken of each."""
    return [view_house_group(shown) for shown in await blocking.list_blocks(tx)]


@post("/api/v1/house/groups", opt=access("lodging"), tags=["House"], summary="Keep rooms")
async def make_group(
    request: AnyRequest, tx: NamedDependency[Tx], data: JSONBody[MakeBlock]
) -> Response[HouseGroup]:
    """Takes rooms from the sale for a group, all or none. 409 `sold-out`."""

    async def act() -> HouseGroup:
        block = await blocking.make_block(tx, tx.uuid(), data)
        return view_house_group(await blocking.show_block(tx, block.id))

    return await answer_once(tx, request, act)


handlers = (see_group, pick_up, list_groups, make_group)
