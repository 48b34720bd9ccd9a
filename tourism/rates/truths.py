"""The table of truths of restrictions: `python -m tourism.rates.truths > docs/restrictions.md`.

Every cell is what the code answers to a stay of three nights; nothing here is written by hand but
the words of the rows. A test holds the file, and each row, to the code.
"""

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

import msgspec

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

ARRIVAL = date(2027, 6, 10)
NIGHTS = 3
PARIS = "Europe/Paris"
ROOM, OTHER_ROOM, PLAN, OTHER_PLAN = 1, 2, 11, 12
PLACES = ("day before", "arrival", "middle night", "last night", "departure day")
LEVELS = {
    "the house": (0, 0),
    "the plan in every room": (0, PLAN),
    "the plan in this room type": (ROOM, PLAN),
    "another plan": (ROOM, OTHER_PLAN),
    "the plan in another room type": (OTHER_ROOM, PLAN),
}
EARLY = datetime(2027, 1, 1, 12, 0, tzinfo=UTC)


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One restriction as a row of the table."""

    name: str
    units_left: int = 5
    price_cents: int = 9_000
    min_stay: int = 0
    min_through: int = 0
    max_stay: int = 0
    max_through: int = 0
    closed: Closed = Closed(0)

    @property
    def elsewhere(self) -> str:
        """Why only the room type says it, if so."""
        if not self.units_left:
            return "(units are the room type's)"
        return "" if self.price_cents else "(a price here is its own)"


RULES = (
    Rule(name="stop-sell", closed=Closed.FOR_SALE),
    Rule(name="no price", price_cents=0),
    Rule(name="no unit left", units_left=0),
    Rule(name="closed to arrival", closed=Closed.TO_ARRIVAL),
    Rule(name="closed to departure", closed=Closed.TO_DEPARTURE),
    Rule(name="minimum 3 on arrival", min_stay=3),
    Rule(name="minimum 4 on arrival", min_stay=4),
    Rule(name="minimum 3 through", min_through=3),
    Rule(name="minimum 4 through", min_through=4),
    Rule(name="maximum 3 on arrival", max_stay=3),
    Rule(name="maximum 2 on arrival", max_stay=2),
    Rule(name="maximum 3 through", max_through=3),
    Rule(name="maximum 2 through", max_through=2),
)
FREE = Rule(name="nothing")
WINDOWS = (
    (
        "until 2 days before at 18:00, now 2 days before 18:00",
        Windows(min_advance_days=2, cutoff_hour=18),
        (8, 18, 0),
    ),
    (
        "until 2 days before at 18:00, now 2 days before 18:01",
        Windows(min_advance_days=2, cutoff_hour=18),
        (8, 18, 1),
    ),
    ("until the arrival day at 24:00, now 23:59 of it", Windows(min_advance_days=0), (10, 23, 59)),
    ("at most 5 days ahead, now 5 days before", Windows(max_advance_days=5), (5, 0, 0)),
    ("at most 5 days ahead, now 6 days before", Windows(max_advance_days=5), (4, 23, 59)),
    (
        "nights from 10 to 12 June",
        Windows(stay_from=date(2027, 6, 10), stay_until=date(2027, 6, 12)),
        (1, 0, 0),
    ),
    ("nights from 11 June", Windows(stay_from=date(2027, 6, 11)), (1, 0, 0)),
    ("nights until 11 June", Windows(stay_until=date(2027, 6, 11)), (1, 0, 0)),
    ("booked until 1 June, now 1 June 23:59", Windows(book_until=date(2027, 6, 1)), (1, 23, 59)),
    ("booked until 1 June, now 2 June 00:00", Windows(book_until=date(2027, 6, 1)), (2, 0, 0)),
)


def plan(id: int, windows: Windows = Windows()) -> RatePlan:  # noqa: B008  frozen
    """A plan that asks for nothing but its windows."""
    return RatePlan(
        id=id,
        code=f"plan{id}",
        name=None,
        rank=id,
        meal_plan=MealPlan.ROOM_ONLY,
        adjust_bps=0,
        supplement_adult_cents=0,
        supplement_child_cents=0,
        cancellation=Cancellation(free_days=None, penalty=PenaltyKind.PERCENT),
        details=PlanDetails(windows=windows),
    )


class Placed(msgspec.Struct, frozen=True):
    """A rule on a day (0: the day before arrival, 4: the departure day) of a level (None: the room
    type's own row)."""

    rule: Rule
    place: int
    level: tuple[int, int] | None = None

    @property
    def on(self) -> date:
        return ARRIVAL + timedelta(days=self.place - 1)


def ask(
    *placed: Placed,
    windows: Windows = Windows(),  # noqa: B008  frozen
    now: datetime = EARLY,
) -> list[Obstacle]:
    """What forbids the stay of three nights under these rules together."""
    own = {said.on: said.rule for said in placed if said.level is None}
    days = [ARRIVAL + timedelta(days=n) for n in range(NIGHTS + 1)]
    terms = HouseRates(
        arrival=ARRIVAL,
        departure=ARRIVAL + timedelta(days=NIGHTS),
        plans=(plan(PLAN, windows), plan(OTHER_PLAN)),
        nights={ROOM: tuple(_night(on, own.get(on, FREE)) for on in days)},
        overlays=tuple(_overlay(said.on, said.rule, said.level) for said in placed if said.level),
    )
    return terms.obstacles(ROOM, terms.plans[0], 1, now, PARIS)


def _night(on: date, rule: Rule) -> Night:
    return Night(
        on=on,
        units_left=rule.units_left,
        price_cents=rule.price_cents,
        min_stay=rule.min_stay,
        min_through=rule.min_through,
        max_stay=rule.max_stay,
        max_through=rule.max_through,
        closed=rule.closed,
    )


def _overlay(on: date, rule: Rule, level: tuple[int, int]) -> Overlay:
    return Overlay(
        room_type=level[0],
        rate_plan=level[1],
        on=on,
        price_cents=0,
        min_stay=rule.min_stay,
        min_through=rule.min_through,
        max_stay=rule.max_stay,
        max_through=rule.max_through,
        closed=rule.closed,
    )


def instant(day: int, hour: int, minute: int) -> datetime:
    """An instant of June 2027 by the clock of Paris (UTC+2)."""
    return datetime(2027, 6, day, hour, minute, tzinfo=UTC) - timedelta(hours=2)


def say(obstacles: Sequence[Obstacle]) -> str:
    return ", ".join(f"`{obstacle.value}`" for obstacle in obstacles) or "sold"


def write() -> Iterator[str]:
    """The lines of `docs/restrictions.md`."""
    yield "# When a stay can be sold"
    yield ""
    yield (
        "A stay from 10 to 13 June 2027: three nights, one room. Each restriction is independent"
        " and all must pass; a restriction of one level never lifts one of another. This page is"
        " written by `python -m tourism.rates.truths`."
    )
    yield ""
    yield "## A restriction of one day, by the day it stands on"
    yield ""
    yield from _table(
        ("restriction", *PLACES),
        [(rule.name, *(say(ask(Placed(rule, n))) for n in range(len(PLACES)))) for rule in RULES],
    )
    yield "## By the level that says it, on the day where it binds"
    yield ""
    yield from _table(
        ("restriction", "the room type", *LEVELS),
        [
            (rule.name, *(_at_level(rule, day, level) for level in (None, *LEVELS.values())))
            for rule, day in _binding()
        ],
    )
    yield "## When it is booked, by the house's own clock"
    yield ""
    yield from _table(
        ("window of the plan", "10 to 13 June"),
        [(name, say(ask(windows=rule, now=instant(*now)))) for name, rule, now in WINDOWS],
    )
    yield "## Two at once: both are told"
    yield ""
    pairs = [(rule, day) for rule, day in _binding() if not rule.elsewhere]
    yield from _table(
        ("the room type \\ the house", *(rule.name for rule, _ in pairs)),
        [(rule.name, *(say(_both(rule, day, *other)) for other in pairs)) for rule, day in pairs],
    )


def _at_level(rule: Rule, day: int, level: tuple[int, int] | None) -> str:
    if level is not None and rule.elsewhere:
        return rule.elsewhere
    return say(ask(Placed(rule, day, level)))


def _both(rule: Rule, day: int, other: Rule, other_day: int) -> list[Obstacle]:
    return ask(Placed(rule, day), Placed(other, other_day, (0, 0)))


def _binding() -> list[tuple[Rule, int]]:
    """The rules that forbid the stay somewhere, each with the first day where it does."""
    found: list[tuple[Rule, int]] = []
    for rule in RULES:
        days = [n for n in range(len(PLACES)) if ask(Placed(rule, n))]
        if days:
            found.append((rule, days[0]))
    return found


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + " --- |" * len(head)
    for row in rows:
        yield "| " + " | ".join(row) + " |"
    yield ""


def main() -> None:
    sys.stdout.write("\n".join(write()))


if __name__ == "__main__":
    main()
