"""The calendar as it is drawn: rows of cells, and the bands of holidays above; pure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

import msgspec

from hub.territory import is_bridge, public_holidays, school_holidays
from tourism.calendar.models import CLOSURES, RESTRICTIONS, Field, Month, RowKey
from tourism.calendar.months import month_of, units_left
from tourism.calendar.policy.cells import days_of, value_at
from tourism.lodging import RoomType
from tourism.rates.models import Closed, Night, Overlay, RatePlan
from tourism.rates.policy.pricing import lineage_of, plan_nights

Months = Mapping[tuple[RowKey, date], Month]
# The rows that a month shows: room types alone, their plans below them, or what binds the house.
SHOWN: Mapping[str, Callable[[RowKey], bool]] = {
    "rooms": lambda key: key.room_type != 0 and key.rate_plan == 0,
    "plans": lambda key: key.room_type != 0,
    "house": lambda key: key.room_type == 0,
}


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """A column: the school zones on holiday, and the public holiday's name."""

    on: date
    zones: tuple[str, ...]
    holiday: str | None
    bridge: bool
    past: bool


class GridCell(msgspec.Struct, frozen=True, kw_only=True):
    """A night of a row. `price_cents` is what the row sells for; `own` says that it is not
    derived. `left` and `open_units` are of a room type's own row."""

    on: date
    price_cents: int
    own: bool
    left: int | None
    open_units: int | None
    out_of_order: int
    values: Mapping[str, int]
    state: str


class GridRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the calendar: the house, a room type, or a plan (in a room type)."""

    key: RowKey
    room_type: RoomType | None
    plan: RatePlan | None
    cells: tuple[GridCell, ...]

    @property
    def id(self) -> str:
        return f"{self.key.room_type}:{self.key.rate_plan}"


def draw_days(first: date, last: date, today: date) -> list[Day]:
    """The columns [first, last]."""
    named = {y: public_holidays(y) for y in range(first.year - 1, last.year + 2)}
    free = frozenset(day for days in named.values() for day in days)
    return [
        Day(
            on=on,
            zones=tuple(sorted({h.zone for h in school_holidays() if h.first <= on <= h.last})),
            holiday=named[on.year].get(on),
            bridge=is_bridge(on, free),
            past=on < today,
        )
        for on in days_of(first, last)
    ]


def keys_of(types: Sequence[RoomType], plans: Sequence[RatePlan]) -> list[RowKey]:
    """Every row of a house, in the order in which they are drawn: its room types with their plans,
    then what binds the whole house."""
    keys: list[RowKey] = []
    for type in types:
        keys += [RowKey(type.id), *(RowKey(type.id, plan.id) for plan in plans)]
    return [*keys, RowKey(0), *(RowKey(0, plan.id) for plan in plans)]


def draw_row(
    key: RowKey,
    months: Months,
    types: Sequence[RoomType],
    plans: Sequence[RatePlan],
    first: date,
    last: date,
) -> GridRow:
    """One row with its cells; a plan's prices as it sells them."""
    type = next((type for type in types if type.id == key.room_type), None)
    plan = next((plan for plan in plans if plan.id == key.rate_plan), None)
    days = list(days_of(first, last))
    sold = sold_prices(key, plan, months, plans, days)
    return GridRow(
        key=key,
        room_type=type,
        plan=plan,
        cells=tuple(_cell(key, months, day, sold.get(day, 0)) for day in days),
    )


def sold_prices(
    key: RowKey,
    plan: RatePlan | None,
    months: Months,
    plans: Sequence[RatePlan],
    days: Sequence[date],
) -> dict[date, int]:
    """What a row sells for: a room type's own price, or a plan's own or derived one. The months of
    the room type, and in it of the plan and those that it follows, are needed."""
    if not key.room_type:
        return {}
    base = {day: value_at(months, RowKey(key.room_type), Field.PRICE, day) for day in days}
    if plan is None:
        return base
    nights = [Night(on=day, units_left=0, price_cents=cents) for day, cents in base.items()]
    by_id = {other.id: other for other in plans}
    overlays = [
        _price_overlay(key.room_type, other.id, day, cents)
        for other in lineage_of(plan, by_id)
        for day in days
        if (cents := value_at(months, RowKey(key.room_type, other.id), Field.PRICE, day))
    ]
    return {
        night.on: night.price_cents
        for night in plan_nights(plan, by_id, key.room_type, nights, overlays)
    }


def _price_overlay(room_type: int, plan: int, day: date, cents: int) -> Overlay:
    return Overlay(
        room_type=room_type,
        rate_plan=plan,
        on=day,
        price_cents=cents,
        min_stay=0,
        min_through=0,
        max_stay=0,
        max_through=0,
        closed=Closed(0),
    )


def _cell(key: RowKey, months: Months, day: date, sold_cents: int) -> GridCell:
    month = months[key, month_of(day)]
    n = day.day - 1
    values = {
        field.value: month.values[field][n] for field in RESTRICTIONS if month.values[field][n]
    }
    left = open_units = None
    out = 0
    if month.taken:
        left = units_left(month)[n]
        out = month.values[Field.OUT_OF_ORDER][n]
        open_units = month.values[Field.OFFERED][n] - out
    own = bool(key.room_type) and month.values[Field.PRICE][n] > 0
    return GridCell(
        on=day,
        price_cents=sold_cents,
        own=own,
        left=left,
        open_units=open_units,
        out_of_order=out,
        values=values,
        state=_state(month, n, left, sold_cents),
    )


def _state(month: Month, n: int, left: int | None, sold_cents: int) -> str:
    """What a person sees at first: shut, full, without a price, restricted, or open."""
    if month.values[Field.CLOSED][n]:
        return "shut"
    if left is not None and left <= 0:
        return "full"
    if month.key.room_type and not month.key.rate_plan and not sold_cents:
        return "priceless"
    limited = any(month.values[field][n] for field in (*RESTRICTIONS, *CLOSURES))
    return "limited" if limited else "open"


def month_span(month: date) -> tuple[date, date]:
    """The first and last day of a month."""
    first = month_of(month)
    return first, month_of(first + timedelta(days=32)) - timedelta(days=1)
