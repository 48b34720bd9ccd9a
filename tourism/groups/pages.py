"""Pages of groups: the house keeps rooms and sees who comes; a guest takes one with the code."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from hub.core.caller import ANYBODY, Caller, access
from hub.core.clock import local_date
from hub.core.db import Database, Reader, Tx
from hub.core.errors import HubError
from hub.core.idempotency import fingerprint_of, once
from hub.core.pages import AnyRequest, page
from hub.core.problems import Problem, beside, describe_problem
from tourism import lodging, rates
from tourism.booking.views import booking_token
from tourism.groups import forms
from tourism.groups.actions import blocking, picking
from tourism.groups.errors import GroupUnknown
from tourism.groups.export import write_rooming_list
from tourism.groups.policy import choices_of, is_over
from tourism.quoting.doors import settings_of
from tourism.quoting.policy import MAX_ROOMS

Form = URLEncodedBody[dict[str, str]]
Typed = Mapping[str, str]
PAGE = "/pro/groups"
_TOLD = {400, 409}


def _database(request: AnyRequest) -> Database:
    return request.app.state.database


def _problem(request: AnyRequest, error: HubError | None) -> Problem | None:
    if error is not None and error.status not in _TOLD:
        raise error
    return describe_problem(error, request.url.path) if error else None


@get(PAGE, opt=access("lodging"), include_in_schema=False)
async def show_groups(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """The groups of the own house."""
    house, _, _ = await blocking.list_offered(tx)
    today = local_date(tx.now, house.zone)
    return page(
        request, "groups/list.html", house=house, groups=await blocking.list_blocks(tx), today=today
    )


@get(f"{PAGE}/new", opt=access("lodging"), include_in_schema=False)
async def show_new(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """The form that keeps rooms."""
    return await _new(request, tx, {}, None)


@post(f"{PAGE}/new", opt=access("lodging"), include_in_schema=False)
async def make_group(
    request: AnyRequest, tx: NamedDependency[Tx], caller: NamedDependency[Caller], data: Form
) -> Response[Any]:
    """Keep them; what was typed is kept when something is wrong with it."""
    database = _database(request)
    try:
        async with database.transaction(caller.tenant, actor=caller.actor) as acting:
            _, types, _ = await blocking.list_offered(acting)
            command = forms.read_block(data, [type.id for type in types])
            key = data.get("idempotency_key") or str(database.ids.uuid())
            block = await blocking.make_block(acting, forms.block_id(caller.tenant, key), command)
    except HubError as error:
        return await _new(request, tx, data, error)
    return Redirect(f"{PAGE}/{block.id}", status_code=303)


async def _new(request: AnyRequest, tx: Tx, typed: Typed, error: HubError | None) -> Response[str]:
    problem = _problem(request, error)
    house, types, plans = await blocking.list_offered(tx)
    if problem and error:
        problem = beside(problem, forms.block_field_of(error, [type.id for type in types]))
    return page(
        request,
        "groups/new.html",
        status_code=problem.status if problem else 200,
        house=house,
        types=types,
        plans=plans,
        today=local_date(tx.now, house.zone),
        typed=typed,
        problem=problem,
    )


@get(f"{PAGE}/{{id:uuid}}", opt=access("lodging"), include_in_schema=False)
async def show_group(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID]
) -> Response[str]:
    """What was taken, by whom, and what still waits."""
    return await _group(request, tx, id, {}, None)


@post(f"{PAGE}/{{id:uuid}}/wash", opt=access("lodging"), include_in_schema=False)
async def wash(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    id: FromPath[UUID],
    data: Form,
) -> Response[Any]:
    """Give some rooms back to the sale."""
    try:
        command = forms.read_wash(data)
        async with _database(request).transaction(caller.tenant, actor=caller.actor) as acting:
            await blocking.wash_block(acting, id, command)
    except HubError as error:
        return await _group(request, tx, id, data, error)
    return Redirect(f"{PAGE}/{id}", status_code=303)


@post(f"{PAGE}/{{id:uuid}}/release", opt=access("lodging"), include_in_schema=False)
async def release(tx: NamedDependency[Tx], id: FromPath[UUID]) -> Redirect:
    """Give all that waits back to the sale."""
    await blocking.release_block(tx, id)
    return Redirect(f"{PAGE}/{id}", status_code=303)


@get(f"{PAGE}/{{id:uuid}}/rooming.csv", opt=access("lodging"), include_in_schema=False)
async def download(tx: NamedDependency[Tx], id: FromPath[UUID]) -> Response[str]:
    """The rooming list for a spreadsheet."""
    shown = await blocking.show_block(tx, id)
    _, types, _ = await blocking.list_offered(tx)
    text = write_rooming_list(shown, {type.id: type for type in types})
    name = f'attachment; filename="groupe-{shown.block.code}.csv"'
    headers = {"content-disposition": name}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


async def _group(
    request: AnyRequest, tx: Tx, id: UUID, typed: Typed, error: HubError | None
) -> Response[str]:
    problem = _problem(request, error)
    house, types, plans = await blocking.list_offered(tx)
    shown = await blocking.show_block(tx, id)
    return page(
        request,
        "groups/group.html",
        status_code=problem.status if problem else 200,
        house=house,
        types={type.id: type for type in types},
        plan=next((plan for plan in plans if plan.id == shown.block.rate_plan), None),
        shown=shown,
        block=shown.block,
        link=f"{settings_of(request).public_url}/groupe/{shown.block.code}",
        typed=typed,
        problem=problem,
    )


@get("/groupe", opt=access(ANYBODY), include_in_schema=False)
async def show_door(request: AnyRequest, code: FromQuery[str] = "") -> Response[Any]:
    """Type the code of a group."""
    if not code.strip():
        return page(request, "groups/door.html", typed="", problem=None)
    try:
        await picking.find_code(_database(request), code)
    except GroupUnknown as error:
        problem = describe_problem(error, request.url.path)
        return page(
            request, "groups/door.html", status_code=problem.status, typed=code, problem=problem
        )
    return Redirect(f"/groupe/{'-'.join(code.upper().replace('-', ' ').split())}", status_code=303)


@get("/groupe/{code:str}", opt=access(ANYBODY), include_in_schema=False)
async def show_rooms(
    request: AnyRequest, tx: NamedDependency[Tx], reader: NamedDependency[Reader],
    code: FromPath[str],
) -> Response[str]:  # fmt: skip
    """The group's rooms, for who has its code."""
    found = await picking.find_code(_database(request), code)
    tx.enter(found.tenant)
    return await _rooms(request, tx, reader, found.block, {}, None)


@post("/groupe/{code:str}", opt=access(ANYBODY), include_in_schema=False)
async def take_room(
    request: AnyRequest, reader: NamedDependency[Reader], code: FromPath[str], data: Form
) -> Response[Any]:
    """Hold some of them and go on to the guest's details; sent twice, it holds them once."""
    database = _database(request)
    found = await picking.find_code(database, code)
    if data.get("act"):  # a room more, or less: nothing is taken yet
        async with database.transaction(found.tenant) as tx:
            return await _rooms(request, tx, reader, found.block, data, None)
    key = data.get("idempotency_key") or str(database.ids.uuid())
    try:
        command = forms.read_pickup(data)
        async with database.transaction(found.tenant, actor="guest") as acting:

            async def act() -> str:
                booking = await picking.pick_up(acting, reader, found, command)
                return booking_token(settings_of(request), booking)

            reply = await once(
                acting,
                scope=f"guest:{found.block}",
                key=key,
                fingerprint=fingerprint_of("POST", request.url.path, msgspec.json.encode(command)),
                status=201,
                act=act,
                shared=True,
            )
    except HubError as error:
        async with database.transaction(found.tenant) as tx:
            return await _rooms(request, tx, reader, found.block, data, error)
    return Redirect(f"/reservation/{msgspec.json.decode(reply.body, type=str)}", status_code=303)


async def _rooms(
    request: AnyRequest,
    tx: Tx,
    reader: Reader,
    id: UUID,
    typed: Typed,
    error: HubError | None,
) -> Response[str]:
    problem = _problem(request, error)
    if problem and error:
        problem = beside(problem, forms.pickup_field_of(error))
    shown = await blocking.show_block(tx, id)
    house = await picking.find_house(reader, shown.block)
    types = {type.id: type for type in await lodging.list_room_types(reader, house.id)}
    block = shown.block
    plans = await rates.list_rate_plans(tx, house.id)
    return page(
        request,
        "groups/rooms.html",
        status_code=problem.status if problem else 200,
        house=house,
        block=block,
        rooms=[room for room in shown.rooms if room.room_type in types],
        types=types,
        count=forms.count_rooms(typed),
        most=MAX_ROOMS,
        choices=choices_of(plans, block),
        over=block.state != "open" or is_over(block, local_date(tx.now, house.zone)),
        typed=typed,
        problem=problem,
    )


handlers = (
    show_groups,
    show_new,
    make_group,
    show_group,
    wash,
    release,
    download,
    show_door,
    show_rooms,
    take_room,
)
