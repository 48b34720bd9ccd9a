"""How plans are shown: the tree that they make, and worked examples of a night."""

from collections.abc import Mapping, Sequence
from datetime import date

from tourism.lodging.models import RoomType
from tourism.plans.models import Example
from tourism.rates.models import Night, Overlay, RatePlan, RoomParty
from tourism.rates.policy import plan_nights, price_night

ROUND_CENTS = 14_000
CHILD_AGE = 8


def order_tree(plans: Sequence[RatePlan]) -> list[tuple[RatePlan, int]]:
    """Each plan behind the one it follows, with how far it stands from the calendar's own price."""
    known = {plan.id for plan in plans}

    def below(parent: int | None, depth: int) -> list[tuple[RatePlan, int]]:
        found: list[tuple[RatePlan, int]] = []
        for plan in plans:
            follows = plan.parent if plan.parent in known else None
            if follows == parent:
                found += [(plan, depth), *below(plan.id, depth + 1)]
        return found

    return below(None, 0)


def choose_nights(nights: Sequence[Night]) -> list[Night]:
    """Three telling nights: the first with a price, the next Saturday's, the dearest."""
    priced = [night for night in nights if night.price_cents]
    if not priced:
        return []
    saturday = next((night for night in priced if night.on.isoweekday() == 6), priced[0])
    dearest = max(priced, key=lambda night: (night.price_cents, -night.on.toordinal()))
    return sorted({night.on: night for night in (priced[0], saturday, dearest)}.values(), key=_on)


def _on(night: Night) -> date:
    return night.on


def make_example(
    plan: RatePlan,
    plans: Mapping[int, RatePlan],
    type: RoomType | None,
    night: Night | None,
    overlays: Sequence[Overlay] = (),
) -> Example:
    """One night of a room type under a plan; a round sum where there is none yet."""
    room_type = type.id if type else 0
    known = {**plans, plan.id: plan}
    sold = night or Night(on=date.min, units_left=1, price_cents=ROUND_CENTS)
    own = plan_nights(plan, known, room_type, [sold], overlays)[0].price_cents
    source = sold.price_cents
    if plan.parent in known:
        source = plan_nights(known[plan.parent], known, room_type, [sold], overlays)[0].price_cents
    standard = type.occupancy_standard if type else 2
    return Example(
        on=night.on if night else None,
        room_code=type.code if type else "double",
        room_name=type.name if type else None,
        source_cents=source,
        plan_cents=own,
        parties=tuple((party, price_night(own, plan, party, standard)) for party in _parties(type)),
    )


def _parties(type: RoomType | None) -> list[RoomParty]:
    """One adult, as many as the price is for, and one more adult or a child where they fit."""
    standard, adults, children, most = (
        (type.occupancy_standard, type.adults_max, type.children_max, type.occupancy_max)
        if type
        else (2, 2, 1, 3)
    )
    usual = min(standard, adults)
    parties = [RoomParty(adults=1), RoomParty(adults=usual)]
    if usual < adults:
        parties.append(RoomParty(adults=usual + 1))
    if usual < most and children:
        parties.append(RoomParty(adults=usual, child_ages=(CHILD_AGE,)))
    return list(dict.fromkeys(parties))
