"""What each party receives: exact integers, one rounding, the parts are the whole.

Inside, amounts are counted in ten-thousandths of a cent: every rate is a whole number of basis
points, so nothing is lost before the one rounding.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TypeAlias

from hub.core.money import BPS
from hub.rules.deciding import FactMissing
from hub.rules.models import Base, Component, Fact, Role


def yearly_fact(base: Base) -> str:
    """The fact that says how much of a base was shared this year before this booking (cents)."""
    return f"{base.value}_this_year_cents"


@cache
def derogation_fact(role: Role) -> str:
    """The fact that says that this member owes a role at most so many basis points of a base."""
    return f"{role.value}_at_most_bps"


def share_parts(
    components: Sequence[Component], facts: Mapping[str, Fact], bases: Mapping[Base, int]
) -> list[int]:
    """What each component receives, and the remainder last: cents that add up to all bases.

    Components are served in declared order; one that no longer fits gets what is left, so that the
    remainder is never negative. A component whose base is absent or zero gives nothing, its fixed
    sum and its floor included. A derogation bounds all that a role has of a base.
    """
    left = sum(bases.values()) * BPS
    limits = _limits(components, facts, bases)
    exact: list[int] = []
    for part in components:
        base = bases.get(part.base, 0)
        amount = min(_exact(part, base, facts), left) if base else 0
        if limits:
            amount = _within(limits, part, amount)
        exact.append(amount)
        left -= amount
    exact.append(left)
    return round_parts(exact, BPS)


_Limits: TypeAlias = dict[tuple[Role, Base], int]


def _limits(
    components: Sequence[Component], facts: Mapping[str, Fact], bases: Mapping[Base, int]
) -> _Limits | None:
    """What each role may have of each base under the member's derogations; none without any."""
    limits: _Limits | None = None
    for part in components:
        limit = facts.get(derogation_fact(part.beneficiary))
        if isinstance(limit, int):
            limits = {} if limits is None else limits
            limits[part.beneficiary, part.base] = bases.get(part.base, 0) * limit
    return limits


def _within(limits: _Limits, part: Component, amount: int) -> int:
    """The amount as far as the derogation leaves room for it, which it then takes."""
    key = part.beneficiary, part.base
    if key not in limits:
        return amount
    taken = min(amount, limits[key])
    limits[key] -= taken
    return taken


def _exact(part: Component, base: int, facts: Mapping[str, Fact]) -> int:
    if part.percent_bps is not None:
        amount = base * part.percent_bps
    elif part.tiers:
        amount = _by_tiers(part, base, _number(facts, yearly_fact(part.base)))
    else:
        times = 1 if part.per == "booking" else _number(facts, part.per)
        amount = (part.fixed_cents or 0) * times * BPS
    if part.floor_cents is not None:
        amount = max(amount, part.floor_cents * BPS)
    if part.cap_cents is not None:
        amount = min(amount, part.cap_cents * BPS)
    return amount


def _number(facts: Mapping[str, Fact], name: str) -> int:
    found = facts.get(name)
    if not isinstance(found, int):
        raise FactMissing(f"Nothing says the {name} of this booking.")
    return found


def _by_tiers(part: Component, base: int, before: int) -> int:
    """Each slice of the base at the rate of the tier of yearly volume in which it lies."""
    amount, low, end = 0, before, before + base
    for tier in part.tiers:
        high = end if tier.upto_cents is None else min(end, tier.upto_cents)
        if high > low:
            amount += (high - low) * tier.percent_bps
            low = high
    return amount


def round_parts(exact: Sequence[int], scale: int) -> list[int]:
    """Whole numbers from parts counted in `1/scale`, with the same total (a whole number): largest
    remainder, ties by declared order."""
    floors = [amount // scale for amount in exact]
    missing = sum(exact) // scale - sum(floors)
    if missing:
        rests = [amount % scale for amount in exact]
        order = sorted(range(len(rests)), key=rests.__getitem__, reverse=True)
        for index in order[:missing]:
            floors[index] += 1
    return floors


def split(total_cents: int, weights: Sequence[int]) -> list[int]:
    """A total by weights, to the cent: largest remainder, ties by declared order (DOMAIN 2.2).

    Raises `ValueError` unless some weight is above zero and none is below.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("the weights must be zero or more, and one of them more")
    return round_parts([total_cents * weight for weight in weights], whole)
