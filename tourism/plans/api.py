"""Rate plans, promotions and supplements for programs."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request, Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from hub.core.caller import access
from hub.core.db import Tx
from hub.core.web import answer_once
from tourism.lodging import Property, own_house
from tourism.plans import actions
from tourism.plans.models import (
    AddPromotion,
    AddSupplement,
    Plans,
    Saved,
    SavedPlan,
    SavePlan,
    ShownPlan,
)
from tourism.rates import (
    add_promotion,
    add_supplement,
    end_promotion,
    end_supplement,
    retire_rate_plan,
)
from tourism.rates.models import Promotion, Supplement

AnyRequest = Request[Any, Any, Any]
Ending = Callable[[Tx, Property, int], Awaitable[None]]


@get("/api/v1/house/plans", opt=access("lodging"), tags=["house"])
async def list_plans(tx: NamedDependency[Tx]) -> Plans:
    """The rate plans, promotions and supplements of one's own house."""
    return await actions.list_plans(tx, await own_house(tx))


@get("/api/v1/house/plans/{id:int}", opt=access("lodging"), tags=["house"])
async def show_plan(tx: NamedDependency[Tx], id: FromPath[int]) -> Response[ShownPlan]:
    """One rate plan; its version is the `ETag`."""
    found = actions.show_plan(await actions.find_plan(tx, await own_house(tx), id))
    return Response(found, headers={"etag": f'"{found.version}"'})


@post("/api/v1/house/plans", opt=access("lodging"), tags=["house"])
async def add_plan(
    request: AnyRequest, tx: NamedDependency[Tx], data: JSONBody[SavePlan]
) -> Response[Any]:
    """Add a rate plan. 400 `plan-invalid` names the field."""
    house = await own_house(tx)

    async def act() -> SavedPlan:
        return await actions.save_plan(tx, house, data)

    return await answer_once(tx, request, act)


@put("/api/v1/house/plans/{id:int}", opt=access("lodging"), tags=["house"], status_code=200)
async def change_plan(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[int], data: JSONBody[SavePlan]
) -> Response[Any]:
    """Replace a rate plan; the prices of nights to come follow, quotes that are made stay. With
    `If-Match`, 409 `plan-moved` where it is not of that version any more."""
    house = await own_house(tx)
    version = request.headers.get("if-match", "").strip().removeprefix("W/").strip('"*')

    async def act() -> SavedPlan:
        await actions.find_plan(tx, house, id)
        return await actions.save_plan(tx, house, data, id, version)

    return await answer_once(tx, request, act, status=200)


@delete("/api/v1/house/plans/{id:int}", opt=access("lodging"), tags=["house"], status_code=200)
async def retire_plan(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[int]
) -> Response[Any]:
    """Take a rate plan off sale; its bookings stay."""
    house = await own_house(tx)
    return await _ended(request, tx, id, retire_rate_plan, house)


@post("/api/v1/house/promotions", opt=access("lodging"), tags=["house"])
async def create_promotion(
    request: AnyRequest, tx: NamedDependency[Tx], data: JSONBody[AddPromotion]
) -> Response[Any]:
    """Add a promotion. 400 `promotion-invalid` names the field."""
    house = await own_house(tx)
    promotion = Promotion(id=0, name=data.name, rank=0, details=data.details)

    async def act() -> Saved:
        return Saved(id=await add_promotion(tx, house, promotion))

    return await answer_once(tx, request, act)


@delete("/api/v1/house/promotions/{id:int}", opt=access("lodging"), tags=["house"], status_code=200)
async def remove_promotion(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[int]
) -> Response[Any]:
    """End a promotion; quotes made with it stay."""
    house = await own_house(tx)
    return await _ended(request, tx, id, end_promotion, house)


@post("/api/v1/house/supplements", opt=access("lodging"), tags=["house"])
async def create_supplement(
    request: AnyRequest, tx: NamedDependency[Tx], data: JSONBody[AddSupplement]
) -> Response[Any]:
    """Add a supplement. 400 `supplement-invalid` names the field."""
    house = await own_house(tx)
    supplement = Supplement(id=0, name=data.name, details=data.details)

    async def act() -> Saved:
        return Saved(id=await add_supplement(tx, house, supplement))

    return await answer_once(tx, request, act)


@delete(
    "/api/v1/house/supplements/{id:int}", opt=access("lodging"), tags=["house"], status_code=200
)
async def remove_supplement(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[int]
) -> Response[Any]:
    """End a supplement; quotes made with it stay."""
    house = await own_house(tx)
    return await _ended(request, tx, id, end_supplement, house)


async def _ended(
    request: AnyRequest, tx: Tx, id: int, end: Ending, house: Property
) -> Response[Any]:
    async def act() -> Saved:
        await end(tx, house, id)
        return Saved(id=id)

    return await answer_once(tx, request, act, status=200)


handlers = (
    list_plans,
    show_plan,
    add_plan,
    change_plan,
    retire_plan,
    create_promotion,
    remove_promotion,
    create_supplement,
    remove_supplement,
)
