"""Whether a stay can be sold. Every restriction is independent and all must pass; the table of
truths is `docs/restrictions.md`, and its rows are tests."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from tourism.rates.models import Closed, Night, Obstacle, Overlay, RatePlan, Windows
from tourism.rates.policy.terms import local_instant

ANYTIME = Windows()
# What no other nights or days of the guest's mend, or that nobody can.
HARD = frozenset(
    {
        Obstacle.SOLD_OUT,
        Obstacle.CLOSED,
        Obstacle.NO_PRICE,
        Obstacle.TOO_MANY_PERSONS,
        Obstacle.BEYOND_HORIZON,
    }
)


def merge_night(night: Night, price_cents: int, overlays: Iterable[Overlay] = ()) -> Night:
    """A night under the restrictions of several levels: the longest minimum, the shortest
    maximum, every closure. Nothing of one level lifts what another demands."""
    min_stay, min_through = night.min_stay, night.min_through
    max_stay, max_through = night.max_stay, night.max_through
    closed = night.closed
    for overlay in overlays:
        min_stay = max(min_stay, overlay.min_stay)
        min_through = max(min_through, overlay.min_through)
        max_stay = tighter(max_stay, overlay.max_stay)
        max_through = tighter(max_through, overlay.max_through)
        closed |= overlay.closed
    return Night(
        on=night.on,
        units_left=night.units_left,
        price_cents=price_cents,
        min_stay=min_stay,
        min_through=min_through,
        max_stay=max_stay,
        max_through=max_through,
        closed=closed,
    )


def tighter(one: int, other: int) -> int:
    """The shorter of two maxima, of which 0 is none."""
    return min(one, other) if one and other else one or other


def departure_of(on: date, night: Night | None) -> Night:
    """The night of the departure day. A room type that has none (it may end with a month) forbids
    nothing by itself; what its house or a plan says of the day still holds."""
    return night or Night(on=on, units_left=0, price_cents=0)


def find_obstacles(nights: Sequence[Night], departure_night: Night, rooms: int) -> list[Obstacle]:
    """Every reason why `rooms` units cannot be sold for these nights, each once, in order.

    `nights` are the slept nights; `departure_night` is the departure day's (`departure_of`).
    Minimum and maximum "on arrival" are those of the
    arrival night only; "through" those of every slept night; arrival is forbidden by the arrival
    night, departure by the departure day, sale by any slept night (FEATURES 2.3). Of what takes a
    night off sale the first is told: that it is closed, has no price, has no unit left.
    """
    if not nights:
        return [Obstacle.BEYOND_HORIZON]
    length = len(nights)
    arrival = nights[0]
    found: list[Obstacle] = []
    if any(Closed.FOR_SALE in night.closed for night in nights):
        found.append(Obstacle.CLOSED)
    elif any(night.price_cents <= 0 for night in nights):
        found.append(Obstacle.NO_PRICE)
    elif any(night.units_left < rooms for night in nights):
        found.append(Obstacle.SOLD_OUT)
    if Closed.TO_ARRIVAL in arrival.closed:
        found.append(Obstacle.CLOSED_TO_ARRIVAL)
    if Closed.TO_DEPARTURE in departure_night.closed:
        found.append(Obstacle.CLOSED_TO_DEPARTURE)
    if arrival.min_stay > length:
        found.append(Obstacle.MIN_STAY)
    if any(night.min_through > length for night in nights):
        found.append(Obstacle.MIN_STAY_THROUGH)
    if 0 < arrival.max_stay < length or any(0 < night.max_through < length for night in nights):
        found.append(Obstacle.MAX_STAY)
    return found


def plan_obstacles(
    plan: RatePlan, arrival: date, departure: date, now: datetime, zone: str
) -> list[Obstacle]:
    """Why a plan cannot be booked for a stay at this instant: too late, too early, or outside the
    days it is for. Days and hours are those of the property's zone."""
    rule = plan.details.windows
    found: list[Obstacle] = []
    if rule == ANYTIME:
        return found
    today = now.astimezone(local_instant(arrival, 0, zone).tzinfo).date()
    if rule.min_advance_days is not None:
        last = arrival - timedelta(days=rule.min_advance_days)
        if now > local_instant(last, rule.cutoff_hour, zone):
            found.append(Obstacle.TOO_LATE)
    if rule.max_advance_days is not None and (arrival - today).days > rule.max_advance_days:
        found.append(Obstacle.TOO_EARLY)
    if not within(rule.book_from, rule.book_until, today, today) or not within(
        rule.stay_from, rule.stay_until, arrival, departure - timedelta(days=1)
    ):
        found.append(Obstacle.OUTSIDE_WINDOW)
    return found


def nearness(obstacles: Sequence[Obstacle]) -> tuple[int, int]:
    """How near a room type under a plan comes to selling a stay, the nearest first: a rule of
    nights or days is nearer than a house that is full, closed or too small (`HARD`); of as many of
    these, fewer obstacles are nearer."""
    return sum(obstacle in HARD for obstacle in obstacles), len(obstacles)


def within(first: date | None, last: date | None, begin: date, end: date) -> bool:
    """Whether [begin, end] lies in [first, last], of which either side may be open."""
    return (first is None or begin >= first) and (last is None or end <= last)


def shortest_stay(nights: Sequence[Night]) -> int:
    """The least number of nights that an arrival on the first of these nights must stay."""
    if not nights:
        return 1
    return max(1, nights[0].min_stay, *(night.min_through for night in nights))
