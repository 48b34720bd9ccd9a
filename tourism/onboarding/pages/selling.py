"""The steps that say what is sold: room types, a first rate, the opening of the calendar."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from hub.core.caller import Caller, access
from hub.core.clock import local_date
from hub.core.db import Tx
from hub.core.errors import HubError, NotFound
from hub.core.pages import AnyRequest
from tourism import calendar, lodging, rates
from tourism.lodging import Property, RoomType, own_house
from tourism.lodging.models import AMENITIES, BED_KINDS
from tourism.onboarding import forms
from tourism.onboarding.actions import opening
from tourism.onboarding.forms import Typed
from tourism.onboarding.models import Step
from tourism.onboarding.pages.saving import PAGE, read_typed, save, show_step

ROOMS, RATES, OPENING = f"{PAGE}/rooms", f"{PAGE}/rates", f"{PAGE}/opening"
ROOM = f"{ROOMS}/{{room:int}}"
SUGGESTED = {"name": "Tarif flexible", "meal": "14", "cancellation": "flexible"}


@get(ROOMS, opt=access("lodging"), include_in_schema=False)
async def list_rooms(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """The room types, and the form of a new one."""
    return await _room(request, None)(tx, await own_house(tx), forms.show_room(None), None)


@get(ROOM, opt=access("lodging"), include_in_schema=False)
async def show_room(
    request: AnyRequest, tx: NamedDependency[Tx], room: FromPath[int]
) -> Response[str]:
    """One room type's form."""
    house = await own_house(tx)
    known = await _find_room(tx, house, room)
    return await _room(request, room)(tx, house, forms.show_room(known), None)


async def _find_room(tx: Tx, house: Property, id: int) -> RoomType:
    found = next((one for one in await lodging.list_room_types(tx, house.id) if one.id == id), None)
    if found is None:
        raise NotFound("This room type is unknown.")
    return found


def _room(request: AnyRequest, id: int | None) -> Any:
    async def show(tx: Tx, house: Property, typed: Typed, error: HubError | None) -> Response[str]:
        return await show_step(
            request,
            tx,
            house,
            Step.ROOMS,
            typed,
            error,
            room=id,
            bed_kinds=BED_KINDS,
            amenities=AMENITIES,
        )

    return show


@post(ROOMS, opt=access("lodging"), include_in_schema=False)
async def add_room(request: AnyRequest, caller: NamedDependency[Caller]) -> Response[Any]:
    """Add a room type; a second one is as likely as going on, so the list is shown."""
    return await _save_room(request, caller, None)


@post(ROOM, opt=access("lodging"), include_in_schema=False)
async def change_room(
    request: AnyRequest, caller: NamedDependency[Caller], room: FromPath[int]
) -> Response[Any]:
    """Change a room type."""
    return await _save_room(request, caller, room)


async def _save_room(request: AnyRequest, caller: Caller, id: int | None) -> Response[Any]:
    typed = await read_typed(request)

    async def act(tx: Tx, house: Property) -> None:
        before = await _find_room(tx, house, id) if id is not None else None
        await calendar.save_room_type(tx, house, forms.read_room(typed, id, before))

    return await save(
        request, caller, typed, act, _room(request, id), step=Step.ROOMS, stay=lambda _: True
    )


@post(f"{ROOM}/retire", opt=access("lodging"), include_in_schema=False)
async def retire_room(
    request: AnyRequest, caller: NamedDependency[Caller], room: FromPath[int]
) -> Response[Any]:
    """Take a room type off sale; its bookings stay."""

    async def act(tx: Tx, house: Property) -> None:
        await lodging.retire_room_type(tx, house, (await _find_room(tx, house, room)).id)

    async def show(tx: Tx, house: Property, _: Typed, error: HubError | None) -> Response[str]:
        known = await _find_room(tx, house, room)
        return await _room(request, room)(tx, house, forms.show_room(known), error)

    typed = Typed(texts={})
    return await save(request, caller, typed, act, show, step=Step.ROOMS, stay=lambda _: True)


@get(RATES, opt=access("lodging"), include_in_schema=False)
async def show_rates(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """The rates there are, or a first one in three choices."""
    return await _rates(request)(tx, await own_house(tx), Typed(texts=SUGGESTED), None)


def _rates(request: AnyRequest) -> Any:
    async def show(tx: Tx, house: Property, typed: Typed, error: HubError | None) -> Response[str]:
        plans = await rates.list_rate_plans(tx, house.id)
        return await show_step(request, tx, house, Step.RATES, typed, error, plans=plans)

    return show


@post(RATES, opt=access("lodging"), include_in_schema=False)
async def add_rate(request: AnyRequest, caller: NamedDependency[Caller]) -> Response[Any]:
    """Keep the first rate and go on."""
    typed = await read_typed(request)

    async def act(tx: Tx, house: Property) -> None:
        await rates.save_rate_plan(tx, house, forms.read_plan(typed))

    return await save(request, caller, typed, act, _rates(request), step=Step.RATES)


@get(OPENING, opt=access("lodging"), include_in_schema=False)
async def show_opening(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """Twelve months from today, a price for each room type."""
    house = await own_house(tx)
    typed = forms.show_opening(local_date(tx.now, house.zone))
    return await _opening(request)(tx, house, typed, None)


def _opening(request: AnyRequest) -> Any:
    async def show(tx: Tx, house: Property, typed: Typed, error: HubError | None) -> Response[str]:
        return await show_step(request, tx, house, Step.OPENING, typed, error)

    return show


@post(OPENING, opt=access("lodging"), include_in_schema=False)
async def open_season(request: AnyRequest, caller: NamedDependency[Caller]) -> Response[Any]:
    """Open it and go on."""
    typed = await read_typed(request)

    async def act(tx: Tx, house: Property) -> None:
        types = await lodging.list_room_types(tx, house.id)
        await opening.open_season(tx, house, forms.read_opening(typed, types))

    return await save(request, caller, typed, act, _opening(request), step=Step.OPENING)


handlers = (
    list_rooms,
    show_room,
    add_room,
    change_room,
    retire_room,
    show_rates,
    add_rate,
    show_opening,
    open_season,
)
