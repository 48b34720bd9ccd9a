"""Rate plans and promotions: add, change, take off sale."""

import msgspec

from hub import audit
from hub.core.db import Tx
from hub.core.errors import NotFound
from hub.territory import fold
from tourism.lodging import Listing, Property, list_room_types, lock_property
from tourism.rates import store
from tourism.rates.errors import PlanInvalid, PlanMoved
from tourism.rates.models import Promotion, RatePlan, Supplement
from tourism.rates.policy import plans as policy

CODE_LETTERS = 30


async def save_rate_plan(tx: Tx, house: Property, plan: RatePlan, version: str = "") -> int:
    """Add a plan (id 0) or change one; its id. A change moves the prices of nights to come; quotes
    that are made stay as they are. `version` is that of the plan which was looked at, if one was
    (`policy.plans.version_of`). Raises `PlanInvalid`, `NotFound`, `PlanMoved`."""
    await lock_property(tx, house.id)
    known = await store.list_rate_plans(tx, house.id)
    if version and any(one.id == plan.id and policy.version_of(one) != version for one in known):
        raise PlanMoved(
            "Look at what it says now. Save again to replace it by what you have typed."
        )
    policy.check_plan(plan, known)
    if plan.id == 0:
        code = free_code(plan.name or "", set(await store.list_codes(tx, house.id)))
        id = await store.insert_rate_plan(tx, house.id, msgspec.structs.replace(plan, code=code))
    else:
        id = plan.id
        if not await store.update_rate_plan(tx, house.id, plan):
            raise NotFound("This rate plan is unknown.")
    await _record(tx, house, f"rate_plan:{id}")
    return id


async def retire_rate_plan(tx: Tx, house: Property, id: int) -> None:
    """Take a plan off sale; bookings made under it stay. Raises `PlanInvalid` while others follow
    it, and for the last plan of a published house."""
    await lock_property(tx, house.id)
    known = await store.list_rate_plans(tx, house.id)
    if all(plan.id != id for plan in known):
        raise NotFound("This rate plan is unknown.")
    if any(plan.parent == id for plan in known):
        raise PlanInvalid("Other plans follow it: change them first.", field="retire")
    if house.listing is Listing.PUBLISHED and len(known) == 1:
        raise PlanInvalid("A published house keeps one rate plan.", field="retire")
    await store.retire_rate_plans(tx, house.id, id)
    await _record(tx, house, f"rate_plan:{id}:retired")


async def retire_offer(tx: Tx, house: Property) -> None:
    """Take every plan and promotion of a house off sale; its bookings and quotes stay."""
    await store.retire_rate_plans(tx, house.id)
    for promotion in await store.list_promotions(tx, [house.id]):
        await store.retire_promotion(tx, house.id, promotion.id)
    await _record(tx, house, "offer:retired")


async def add_promotion(tx: Tx, house: Property, promotion: Promotion) -> int:
    """Add a promotion; its id. Raises `PromotionInvalid`."""
    policy.check_promotion(promotion, await store.list_rate_plans(tx, house.id))
    id = await store.insert_promotion(tx, house.id, promotion)
    await _record(tx, house, f"promotion:{id}")
    return id


async def end_promotion(tx: Tx, house: Property, id: int) -> None:
    """End a promotion; quotes made with it stay. Raises `NotFound`."""
    if not await store.retire_promotion(tx, house.id, id):
        raise NotFound("This promotion is unknown.")
    await _record(tx, house, f"promotion:{id}:ended")


async def add_supplement(tx: Tx, house: Property, supplement: Supplement) -> int:
    """Add a supplement; its id. Raises `SupplementInvalid`."""
    types = {type.id for type in await list_room_types(tx, house.id)}
    policy.check_supplement(supplement, await store.list_rate_plans(tx, house.id), types)
    id = await store.insert_supplement(tx, house.id, supplement)
    await _record(tx, house, f"supplement:{id}")
    return id


async def end_supplement(tx: Tx, house: Property, id: int) -> None:
    """End a supplement; quotes made with it stay. Raises `NotFound`."""
    if not await store.retire_supplement(tx, house.id, id):
        raise NotFound("This supplement is unknown.")
    await _record(tx, house, f"supplement:{id}:ended")


def free_code(name: str, taken: set[str]) -> str:
    """A short code of a name that no plan of the house has or had."""
    letters = (letter if letter.isalnum() else "_" for letter in fold(name))
    stem = "_".join(part for part in "".join(letters).lower().split("_") if part)
    stem = stem[:CODE_LETTERS] or "plan"
    code, n = stem, 2
    while code in taken:
        code, n = f"{stem}_{n}", n + 1
    return code


async def _record(tx: Tx, house: Property, what: str) -> None:
    await audit.record(
        tx, action="rates.changed", subject=f"property:{house.id}", detail={"what": what}
    )
