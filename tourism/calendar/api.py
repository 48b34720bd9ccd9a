"""The calendar for programs: read it, and push a year in one call."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from hub.core.caller import access
from hub.core.clock import local_date
from hub.core.db import Tx
from hub.core.sentences import say
from hub.core.web import answer_once
from tourism.calendar import grid
from tourism.calendar.actions import applying, editing, reading
from tourism.calendar.models import (
    Cell,
    ChangeSet,
    CopySeason,
    EditCalendar,
    PushCalendar,
    Values,
)
from tourism.lodging import own_house
from tourism.rates import list_offer
from tourism.rates.errors import EditInvalid

AnyRequest = Request[Any, Any, Any]
MAX_DAYS = 400
MOST_LISTED = 100


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


class ChangeLine(msgspec.Struct, frozen=True, kw_only=True):
    """An applied or undone set of changes, without its cells."""

    id: UUID
    number: int | None
    state: str
    kind: str
    author: str
    cells: int
    applied_at: datetime | None
    undone_at: datetime | None


class UndoReply(msgspec.Struct, frozen=True, kw_only=True):
    """The change that gave back what was before, and the cells that somebody changed since."""

    change: UUID
    number: int | None
    cells: int
    kept: tuple[Cell, ...]


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
        values=tuple(await reading.list_values(tx, house, keys, begin, end)),
    )


@put("/api/v1/house/calendar", opt=access("lodging"), tags=["house"], status_code=200)
async def push_calendar(
    request: AnyRequest, tx: NamedDependency[Tx], data: JSONBody[PushCalendar]
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


@post("/api/v1/house/calendar/changes", opt=access("lodging"), tags=["house"])
async def preview_edit(
    request: AnyRequest, tx: NamedDependency[Tx], data: JSONBody[EditCalendar]
) -> Response[Any]:
    """See what an edit would change: every cell before and after, kept for a day to be applied.
    Nothing is changed yet."""
    house = await own_house(tx)

    async def act() -> ChangeSet:
        return await editing.preview_edit(tx, house, data)

    return await answer_once(tx, request, act)


@post("/api/v1/house/calendar/copies", opt=access("lodging"), tags=["house"])
async def preview_copy(
    request: AnyRequest, tx: NamedDependency[Tx], data: JSONBody[CopySeason]
) -> Response[Any]:
    """See what copying prices and restrictions of a season would change; applied like an edit.
    Weekdays are kept, units are not copied."""
    house = await own_house(tx)

    async def act() -> ChangeSet:
        return await editing.preview_copy(tx, house, data)

    return await answer_once(tx, request, act)


@get("/api/v1/house/calendar/changes", opt=access("lodging"), tags=["house"])
async def list_changes(tx: NamedDependency[Tx]) -> list[ChangeLine]:
    """The newest hundred changes that were applied, by hand, by file or by a push."""
    house = await own_house(tx)
    changes = await reading.list_changes(tx, house, wanted=MOST_LISTED)
    return [msgspec.convert(change, ChangeLine, from_attributes=True) for change in changes]


@get("/api/v1/house/calendar/changes/{change:uuid}", opt=access("lodging"), tags=["house"])
async def read_change(tx: NamedDependency[Tx], change: FromPath[UUID]) -> ChangeSet:
    """A set of changes with every cell before and after."""
    await own_house(tx)
    return await reading.find_change(tx, change)


@post(
    "/api/v1/house/calendar/changes/{change:uuid}/application",
    opt=access("lodging"),
    tags=["house"],
)
async def apply_change(
    request: AnyRequest, tx: NamedDependency[Tx], change: FromPath[UUID]
) -> Response[Any]:
    """Apply a preview exactly as it was shown. Where a cell says something else by now, nothing is
    applied, and the answer (409) lists the cells that moved."""
    house = await own_house(tx)

    async def act() -> ChangeLine:
        done = await applying.apply_change(tx, house, change)
        return msgspec.convert(done, ChangeLine, from_attributes=True)

    return await answer_once(tx, request, act, status=200)


@post("/api/v1/house/calendar/changes/{change:uuid}/undo", opt=access("lodging"), tags=["house"])
async def undo_change(
    request: AnyRequest, tx: NamedDependency[Tx], change: FromPath[UUID]
) -> Response[Any]:
    """Give back what an applied change replaced, as a change of its own; cells that somebody
    changed since are left alone and listed."""
    house = await own_house(tx)

    async def act() -> UndoReply:
        undone = await applying.undo_change(tx, house, change)
        made = undone.change
        return UndoReply(change=made.id, number=made.number, cells=made.cells, kept=undone.kept)

    return await answer_once(tx, request, act, status=200)


handlers = (
    read_calendar,
    push_calendar,
    preview_edit,
    preview_copy,
    list_changes,
    read_change,
    apply_change,
    undo_change,
)
