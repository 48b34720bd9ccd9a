"""Read the plans of a house, with the nights that explain them."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from hub.core.clock import local_date
from hub.core.db import Tx
from hub.core.errors import NotFound
from tourism.lodging import Property, RoomType, list_room_types
from tourism.plans import policy
from tourism.plans.models import Branch, Example, Plans, SavedPlan, SavePlan, ShownPlan
from tourism.rates import (
    list_nights,
    list_overlays,
    list_promotions,
    list_rate_plans,
    list_supplements,
    save_rate_plan,
)
from tourism.rates.models import Night, Promotion, RatePlan
from tourism.rates.policy.plans import check_lineage, version_of

YEAR = timedelta(days=365)


async def list_plans(tx: Tx, house: Property) -> Plans:
    """The plans, promotions and supplements of a house, in its own order."""
    return Plans(
        plans=tuple(show_plan(plan) for plan in await list_rate_plans(tx, house.id)),
        promotions=tuple(
            Promotion(id=known.id, name=known.name, rank=known.rank, details=known.details)
            for known in await list_promotions(tx, [house.id])
        ),
        supplements=tuple(await list_supplements(tx, house.id)),
    )


async def find_plan(tx: Tx, house: Property, id: int) -> RatePlan:
    """One plan on sale. Raises `NotFound`."""
    found = next((plan for plan in await list_rate_plans(tx, house.id) if plan.id == id), None)
    if found is None:
        raise NotFound("This rate plan is unknown.")
    return found


def show_plan(plan: RatePlan) -> ShownPlan:
    values = {name: getattr(plan, name) for name in RatePlan.__struct_fields__}
    return ShownPlan(version=version_of(plan), **values)


async def save_plan(
    tx: Tx, house: Property, command: SavePlan, id: int = 0, version: str = ""
) -> SavedPlan:
    """Add a plan (id 0) or change one, that of a `version` if one is named. Raises `PlanInvalid`,
    `NotFound`, `PlanMoved`."""
    values = {name: getattr(command, name) for name in SavePlan.__struct_fields__}
    plan = RatePlan(id=id, code="", rank=0, **values)
    saved = await save_rate_plan(tx, house, plan, version)
    return SavedPlan(id=saved, version=version_of(await find_plan(tx, house, saved)))


async def draw_tree(tx: Tx, house: Property, plans: Sequence[RatePlan]) -> list[Branch]:
    """The plans as a tree, each with one night that explains it."""
    by_id = {plan.id: plan for plan in plans}
    type, nights = await _nights(tx, house)
    chosen = nights[:1]
    overlays = await _overlays(tx, house, chosen)
    return [
        Branch(
            plan=plan,
            depth=depth,
            source=by_id.get(plan.parent or 0),
            example=policy.make_example(plan, by_id, type, chosen[0] if chosen else None, overlays),
        )
        for plan, depth in policy.order_tree(plans)
    ]


async def explain_plan(tx: Tx, house: Property, plan: RatePlan) -> list[Example]:
    """What a plan, saved or only typed, makes of three nights of the calendar."""
    others = [other for other in await list_rate_plans(tx, house.id) if other.id != plan.id]
    if check_lineage(plan, others) is not None:
        plan = msgspec.structs.replace(plan, parent=None)
    by_id = {other.id: other for other in others}
    type, nights = await _nights(tx, house)
    overlays = await _overlays(tx, house, nights)
    return [policy.make_example(plan, by_id, type, night, overlays) for night in nights or [None]]


async def _nights(tx: Tx, house: Property) -> tuple[RoomType | None, list[Night]]:
    types = await list_room_types(tx, house.id)
    if not types:
        return None, []
    today = local_date(tx.now, house.zone)
    return types[0], policy.choose_nights(await list_nights(tx, [types[0].id], today, today + YEAR))


async def _overlays(tx: Tx, house: Property, nights: Sequence[Night]):
    days = [(night.on, night.on + timedelta(days=1)) for night in nights]
    return [
        overlay
        for first, last in days
        for overlay in await list_overlays(tx, [house.id], first, last)
    ]
