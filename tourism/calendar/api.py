"""The calendar for programs: read it, and push a year in one call."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, put
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody

from hub.core.caller import access
from hub.core.clock import local_date
from hub.core.db import Tx
from hub.core.sentences import say
from hub.core.web import answer_once
from tourism.calendar import grid
from tourism.calendar.actions import editing
from tourism.calendar.models import PushCalendar, Values
from tourism.lodging import own_house
from tourism.rates import list_offer
from tourism.rates.errors import EditInvalid

MAX_DAYS = 400


class RowName(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the calendar by its ids, with the codes of its room type and plan."""

    room_type: int
    room_type_code: str | None
    rate_plan: int
    rate_plan_code: str | None


class CalendarReply(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of the house, and runs of cells that say something, by row and field."""

    first: date
    last: date
    rows: tuple[RowName, ...]
    values: tuple[Values, ...]


class PushReply(msgspec.Struct, frozen=True, kw_only=True):
    """The numbered change that a push made, and how many cells it changed."""

    change: UUID
    number: int
    cells: int


@get("/api/v1/house/calendar", opt=access("lodging"), tags=["house"])
async def read_calendar(
    tx: NamedDependency[Tx],
    first: FromQuery[date | None] = None,
    last: FromQuery[date | None] = None,
) -> CalendarReply:
    """The calendar of one's own house between two days, a year by default."""
    house = await own_house(tx)
    begin = first or local_date(tx.now, house.zone)
    if begin > date.max - timedelta(days=MAX_DAYS):
        raise EditInvalid("No calendar reaches this day.", field="first")
    end = last or begin + timedelta(days=364)
    if not begin <= end <= begin + timedelta(days=MAX_DAYS):
        raise EditInvalid(say("Ask for 1 to %(most)s days.", most=MAX_DAYS), field="last")
    types, plans = await list_offer(tx, house)
    keys = grid.keys_of(types, plans)
    codes = {type.id: type.code for type in types}
    plan_codes = {plan.id: plan.code for plan in plans}
    return CalendarReply(
        first=begin,
        last=end,
        rows=tuple(
            RowName(
                room_type=key.room_type,
                room_type_code=codes.get(key.room_type),
                rate_plan=key.rate_plan,
                rate_plan_code=plan_codes.get(key.rate_plan),
            )
            for key in keys
        ),
        values=tuple(await editing.list_values(tx, house, keys, begin, end)),
    )


@put("/api/v1/house/calendar", opt=access("lodging"), tags=["house"], status_code=200)
async def push_calendar(
    request: Request[Any, Any, Any], tx: NamedDependency[Tx], data: JSONBody[PushCalendar]
) -> Response[Any]:
    """Set many cells at once, up to two years of every row: all or nothing, in one transaction.

    Amounts are cents, closures 0 or 1; a plan's price of 0 follows its derivation.
    """
    house = await own_house(tx)

    async def act() -> PushReply:
        change = await editing.push_calendar(tx, house, data)
        assert change.number is not None
        return PushReply(change=change.id, number=change.number, cells=change.cells)

    return await answer_once(tx, request, act, status=200)


handlers = (read_calendar, push_calendar)
