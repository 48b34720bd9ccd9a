"""What a stay costs and whether it can be sold: one place, for every surface that shows a price."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hub.core.money import BPS, share_of
from tourism import taxes
from tourism.rates.models import (
    Cancellation,
    Closed,
    Night,
    Obstacle,
    PenaltyKind,
    RatePlan,
    RoomParty,
)


def price_night(base_cents: int, plan: RatePlan, party: RoomParty) -> int:
    """Gross cents of one unit for one night: the base changed by the plan, rounded to the cent,
    plus the meals of each adult and child."""
    changed = (
        base_cents if plan.adjust_bps == 0 else round_half_up_bps(base_cents, BPS + plan.adjust_bps)
    )
    return (
        changed
        + party.adults * plan.supplement_adult_cents
        + len(party.child_ages) * plan.supplement_child_cents
    )


def round_half_up_bps(amount_cents: int, rate_bps: int) -> int:
    """A positive amount times a rate, in whole cents, halves up; integers only, for hot loops."""
    return (amount_cents * rate_bps * 2 + BPS) // (2 * BPS)


def lodging_net_prices(
    base_cents: Sequence[int], plan: RatePlan, vat_regime: str, on: date
) -> list[taxes.NetCents]:
    """The exact net prices of the nights without meals: what the tourist tax is a share of."""
    empty = RoomParty(adults=0)
    rate = taxes.lodging_vat_on(vat_regime, on)
    return [taxes.net_of(price_night(cents, plan, empty), rate) for cents in base_cents]


def fits(party: RoomParty, occupancy_max: int, adults_max: int) -> bool:
    """Whether the persons fit the room; every child has its place."""
    return party.persons <= occupancy_max and party.adults <= adults_max


def find_obstacles(
    nights: Sequence[Night], departure_night: Night | None, rooms: int
) -> list[Obstacle]:
    """Every reason why `rooms` units cannot be sold for these nights, each once, in order.

    `nights` are the slept nights; `departure_night` is the ARI of the departure day (None beyond
    the horizon, where nothing forbids leaving). All restrictions are independent, all must pass;
    the minimum stay is that of the arrival night.
    """
    if not nights:
        return [Obstacle.BEYOND_HORIZON]
    found: list[Obstacle] = []
    if any(Closed.FOR_SALE in night.closed for night in nights):
        found.append(Obstacle.CLOSED)
    elif any(night.units_left < rooms for night in nights):
        found.append(Obstacle.SOLD_OUT)
    if Closed.TO_ARRIVAL in nights[0].closed:
        found.append(Obstacle.CLOSED_TO_ARRIVAL)
    if departure_night is not None and Closed.TO_DEPARTURE in departure_night.closed:
        found.append(Obstacle.CLOSED_TO_DEPARTURE)
    if nights[0].min_stay > len(nights):
        found.append(Obstacle.MIN_STAY)
    return found


def distribute(adults: int, child_ages: Sequence[int], rooms: int) -> tuple[RoomParty, ...]:
    """Spread a party over rooms as evenly as possible, an adult in each, children in the order of
    age beside the fewest persons. Fewer adults than rooms is an error of the caller."""
    if not 1 <= rooms <= adults:
        raise ValueError("each room needs an adult")
    share, rest = divmod(adults, rooms)
    grown = [share + (room < rest) for room in range(rooms)]
    children: list[list[int]] = [[] for _ in range(rooms)]
    for age in sorted(child_ages):
        room = min(range(rooms), key=lambda r: (grown[r] + len(children[r]), r))
        children[room].append(age)
    return tuple(
        RoomParty(adults=grown[room], child_ages=tuple(children[room])) for room in range(rooms)
    )


def free_until(policy: Cancellation, arrival: date, zone: str) -> datetime | None:
    """The last instant of free cancellation, by the property's own clock; None if never free."""
    if policy.free_days is None:
        return None
    day = arrival - timedelta(days=policy.free_days)
    return datetime.combine(day, time(policy.free_hour), ZoneInfo(zone))


def penalty_cents(policy: Cancellation, first_night_cents: int, rooms_gross_cents: int) -> int:
    """What is kept after the free instant, never more than the price of the rooms."""
    if policy.penalty is PenaltyKind.FIRST_NIGHT:
        return min(first_night_cents, rooms_gross_cents)
    return min(share_of(rooms_gross_cents, policy.penalty_bps), rooms_gross_cents)
