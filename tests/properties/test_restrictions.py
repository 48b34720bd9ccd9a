"""Random restrictions of four levels against an oracle that knows nothing of merging them."""

import random
from datetime import UTC, date, datetime, timedelta

from tourism.rates.models import (
    Cancellation,
    Closed,
    MealPlan,
    Night,
    Obstacle,
    Overlay,
    PenaltyKind,
    PlanDetails,
    RatePlan,
    Windows,
)
from tourism.rates.policy.sales import HouseRates

CASES = 20_000
FIRST = date(2027, 3, 20)
DAYS = 12
ROOM, PLAN, OTHER_PLAN, OTHER_ROOM = 7, 3, 4, 8
ZONES = ("Europe/Paris", "Pacific/Noumea", "America/Martinique")
FREE = Cancellation(free_days=None, penalty=PenaltyKind.PERCENT)


class Rule:
    """What one level says of one night, as the oracle reads it."""

    def __init__(self, draw: random.Random, density: float) -> None:
        def some(*values: int) -> int:
            return draw.choice(values) if draw.random() < density else 0

        self.min_stay = some(1, 2, 3, 5)
        self.min_through = some(2, 4)
        self.max_stay = some(1, 3, 6)
        self.max_through = some(2, 5)
        self.arrival_closed = draw.random() < density
        self.departure_closed = draw.random() < density
        self.stopped = draw.random() < density / 2

    @property
    def flags(self) -> Closed:
        return Closed(self.arrival_closed * 1 | self.departure_closed * 2 | self.stopped * 4)

    def overlay(self, room_type: int, plan: int, on: date) -> Overlay:
        return Overlay(
            room_type=room_type,
            rate_plan=plan,
            on=on,
            price_cents=0,
            min_stay=self.min_stay,
            min_through=self.min_through,
            max_stay=self.max_stay,
            max_through=self.max_through,
            closed=self.flags,
        )


def oracle(
    levels: list[list[Rule]], left: list[int], prices: list[int], first: int, length: int
) -> set[Obstacle]:
    """Each level asked by itself, night by night, in the words of the table of truths."""
    found: set[Obstacle] = set()
    for level in levels:
        if level[first].arrival_closed:
            found.add(Obstacle.CLOSED_TO_ARRIVAL)
        if level[first + length].departure_closed:
            found.add(Obstacle.CLOSED_TO_DEPARTURE)
        if length < level[first].min_stay:
            found.add(Obstacle.MIN_STAY)
        if level[first].max_stay and length > level[first].max_stay:
            found.add(Obstacle.MAX_STAY)
        for night in range(first, first + length):
            if level[night].stopped:
                found.add(Obstacle.CLOSED)
            if length < level[night].min_through:
                found.add(Obstacle.MIN_STAY_THROUGH)
            if level[night].max_through and length > level[night].max_through:
                found.add(Obstacle.MAX_STAY)
    if Obstacle.CLOSED not in found and 0 in prices[first : first + length]:
        found.add(Obstacle.NO_PRICE)
    elif Obstacle.CLOSED not in found and min(left[first : first + length]) < 1:
        found.add(Obstacle.SOLD_OUT)
    return found


def late_or_early(windows: Windows, arrival: date, now: datetime, zone: str) -> set[Obstacle]:
    """The advance rules, by counting hours on the wall clock of the house."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    wall = now.astimezone(ZoneInfo(zone))
    found: set[Obstacle] = set()
    days = (arrival - wall.date()).days
    if windows.min_advance_days is not None:
        minutes = wall.hour * 60 + wall.minute + (wall.second > 0)
        too_late = days < windows.min_advance_days or (
            days == windows.min_advance_days and minutes > windows.cutoff_hour * 60
        )
        if too_late:
            found.add(Obstacle.TOO_LATE)
    if windows.max_advance_days is not None and days > windows.max_advance_days:
        found.add(Obstacle.TOO_EARLY)
    return found


def plan_of(id: int, windows: Windows) -> RatePlan:
    return RatePlan(
        id=id, code=f"plan {id}", name=None, rank=id, meal_plan=MealPlan.ROOM_ONLY, adjust_bps=0,
        supplement_adult_cents=0, supplement_child_cents=0, cancellation=FREE,
        details=PlanDetails(windows=windows),
    )  # fmt: skip


def test_restrictions_of_every_level_agree_with_an_oracle_for_twenty_thousand_stays() -> None:
    draw = random.Random(20_261_124)
    seen: dict[Obstacle, int] = {}
    sellable = 0
    for case in range(CASES):
        density = draw.choice([0.01, 0.05, 0.2])
        levels = [[Rule(draw, density) for _ in range(DAYS + 1)] for _ in range(4)]
        strangers = [[Rule(draw, 0.3) for _ in range(DAYS + 1)] for _ in range(2)]
        left = [draw.choice([0, *[3] * 12]) for _ in range(DAYS + 1)]
        prices = [draw.choice([0, *[9_000] * 24]) for _ in range(DAYS + 1)]
        first = draw.randrange(DAYS - 1)
        length = draw.randint(1, DAYS - first)
        arrival = FIRST + timedelta(days=first)
        zone = draw.choice(ZONES)
        now = datetime(2027, 3, 18, tzinfo=UTC) + timedelta(minutes=draw.randrange(7 * 24 * 60))
        windows = Windows(
            min_advance_days=draw.choice([None, None, 0, 1, 3]),
            cutoff_hour=draw.choice([0, 11, 18, 24]),
            max_advance_days=draw.choice([None, None, None, 2, 6]),
        )
        house, room, by_plan, both = levels
        days = [FIRST + timedelta(days=n) for n in range(DAYS + 1)]
        nights = tuple(
            Night(
                on=on, units_left=left[n], price_cents=prices[n], min_stay=room[n].min_stay,
                min_through=room[n].min_through, max_stay=room[n].max_stay,
                max_through=room[n].max_through, closed=room[n].flags,
            )
            for n, on in enumerate(days)
            if arrival <= on <= arrival + timedelta(days=length)
        )  # fmt: skip
        overlays = [
            overlay
            for n, on in enumerate(days)
            for overlay in (
                house[n].overlay(0, 0, on),
                by_plan[n].overlay(0, PLAN, on),
                both[n].overlay(ROOM, PLAN, on),
                # Other plans and other room types bind nobody here.
                strangers[0][n].overlay(ROOM, OTHER_PLAN, on),
                strangers[1][n].overlay(OTHER_ROOM, PLAN, on),
            )
        ]
        draw.shuffle(overlays)
        plan = plan_of(PLAN, windows)
        terms = HouseRates(
            arrival=arrival,
            departure=arrival + timedelta(days=length),
            plans=(plan, plan_of(OTHER_PLAN, Windows())),
            nights={ROOM: nights},
            overlays=tuple(overlays),
        )
        found = terms.obstacles(ROOM, plan, 1, now, zone)
        expected = oracle(levels, left, prices, first, length)
        expected |= late_or_early(windows, arrival, now, zone)
        assert set(found) == expected, f"case {case}"
        assert len(found) == len(set(found)), f"case {case}: said twice"
        sellable += not found
        for obstacle in expected:
            seen[obstacle] = seen.get(obstacle, 0) + 1
    # The cases are no empty ones: every obstacle was met often, and many stays could be sold.
    assert sellable > 200
    assert len(seen) == 10
    assert min(seen.values()) > 500, seen
