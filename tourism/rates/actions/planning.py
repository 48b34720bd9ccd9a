"""Rate plans and promotions: add, change, take off sale."""

import msgspec

from hub import audit
from hub.core.db import Tx
from hub.core.errors import NotFound
from hub.territory import fold
from tourism.lodging import Listing, Property, lock_property
from tourism.rates import store
from tourism.rates.errors import PlanInvalid
from tourism.rates.models import Promotion, RatePlan
from tourism.rates.policy import plans as policy

CODE_LETTERS = 30


async def save_rate_plan(tx: Tx, house: Property, plan: RatePlan) -> int:
    """Add a plan (id 0) or change one; its id. A change moves the prices of nights to come; quotes
    that are made stay as they are. Raises `PlanInvalid`, `NotFound`."""
    await lock_property(tx, house.id)
    known = await store.list_rate_plans(tx, house.id)
    policy.check_plan(plan, known)
    if plan.id == 0:
        code = free_code(plan.name or "", {other.code for other in known})
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
    if any(plan.parent == id for plan in known):
        raise PlanInvalid("Other plans follow it: change them first.", field="parent")
    if house.listing is Listing.PUBLISHED and [plan.id for plan in known] == [id]:
        raise PlanInvalid("A published house keeps one rate plan.", field="name")
    await store.retire_rate_plans(tx, house.id, id)
    await _record(tx, house, f"rate_plan:{id}:retired")


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


def free_code(name: str, taken: set[str]) -> str:
    """A short code of a name that no other plan has; retired codes come back with a number."""
    letters = (letter if letter.isalnum() else "_" for letter in fold(name))
    stem = "_".join(part for part in "".join(letters).split("_") if part)[:CODE_LETTERS] or "plan"
    code, n = stem, 2
    while code in taken:
        code, n = f"{stem}_{n}", n + 1
    return code


async def _record(tx: Tx, house: Property, what: str) -> None:
    await audit.record(
        tx, action="rates.changed", subject=f"property:{house.id}", detail={"what": what}
    )
