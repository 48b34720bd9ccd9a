"""The hotelier's calendar: a month or a year of rows, and every change seen before it is made."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from hub.core.caller import access
from hub.core.clock import local_date
from hub.core.db import Tx
from hub.core.errors import HubError
from hub.core.pages import language_of, make_url, page
from hub.core.problems import Problem, describe_problem
from tourism.calendar import grid
from tourism.calendar.actions import applying, editing, reading
from tourism.calendar.errors import CalendarMoved
from tourism.calendar.models import ChangeSet, RowKey
from tourism.calendar.policy.cells import MAX_CELLS
from tourism.lodging import Property, own_house
from tourism.planning import forms
from tourism.planning.policy.showing import cut_page
from tourism.planning.words import weekday_names
from tourism.rates import list_offer
from tourism.rates.errors import EditInvalid

AnyRequest = Request[Any, Any, Any]
CSV_DAYS = 365
MAX_FILE = 4_000_000


@get("/pro/calendar", opt=access("lodging"), include_in_schema=False)
async def show_calendar(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    month: FromQuery[date | None] = None,
    view: FromQuery[str] = "month",
    year: FromQuery[int | None] = None,
    row: FromQuery[str] = "",
    show: FromQuery[str] = "rooms",
    applied: FromQuery[UUID | None] = None,
) -> Response[str]:
    """The calendar of a month, or of a year for one row."""
    house = await own_house(tx)
    change = await reading.find_change(tx, applied) if applied else None
    today = local_date(tx.now, house.zone)
    if view == "year":
        wanted = min(max(year or today.year, today.year - 1), today.year + 2)
        return await _show_year(request, tx, house, wanted, row)
    return await _show_month(request, tx, house, month or today, show=show, applied=change)


async def _show_month(
    request: AnyRequest,
    tx: Tx,
    house: Property,
    month: date,
    *,
    show: str = "rooms",
    applied: ChangeSet | None = None,
    problem: Problem | None = None,
    typed: Mapping[str, str] | None = None,
    rows: Sequence[str] = (),
    weekdays: Sequence[str] = (),
) -> Response[str]:
    today = local_date(tx.now, house.zone)
    month = _reached(month, today)
    first, last = grid.month_span(month)
    types, plans = await list_offer(tx, house)
    keys = grid.keys_of(types, plans)
    months = await reading.read_calendar(tx, house, keys, first, last)
    drawn = [grid.draw_row(key, months, types, plans, first, last) for key in keys]
    show = show if show in grid.SHOWN else "rooms"
    return page(
        request,
        "planning/calendar.html",
        status_code=problem.status if problem else 200,
        view="month",
        house=house,
        types=types,
        month=first,
        year=first.year,
        before=first - timedelta(days=1),
        after=last + timedelta(days=1),
        days=grid.draw_days(first, last, today),
        rows=[row for row in drawn if grid.SHOWN[show](row.key)],
        all_rows=drawn,
        show=show,
        chosen="",
        year_rows=[],
        today=today,
        applied=applied,
        problem=problem,
        typed=typed or {},
        typed_rows=tuple(rows),
        typed_weekdays=tuple(weekdays),
        weekdays=weekday_names(language_of(request)),
    )


def _reached(day: date | None, today: date) -> date:
    """The nearest day to one that the calendar shows: a year back, two years ahead."""
    return min(max(day or today, today - timedelta(days=366)), today + timedelta(days=740))


async def _show_year(
    request: AnyRequest, tx: Tx, house: Property, year: int, row: str
) -> Response[str]:
    today = local_date(tx.now, house.zone)
    types, plans = await list_offer(tx, house)
    keys = grid.keys_of(types, plans)
    first, last = date(year, 1, 1), date(year, 12, 31)
    months = await reading.read_calendar(tx, house, keys, first, last)
    names = [f"{key.room_type}:{key.rate_plan}" for key in keys]
    fallback = next((key for key in keys if key.room_type), keys[0])
    chosen = keys[names.index(row)] if row in names else fallback
    year_rows: list[tuple[grid.GridRow, list[grid.Day]]] = []
    for number in range(1, 13):
        begin, end = grid.month_span(date(year, number, 1))
        drawn = grid.draw_row(chosen, months, types, plans, begin, end)
        year_rows.append((drawn, grid.draw_days(begin, end, today)))
    options = [grid.draw_row(key, months, types, plans, first, first) for key in keys]
    return page(
        request,
        "planning/calendar.html",
        view="year",
        house=house,
        types=types,
        month=first,
        year=year,
        before=first,
        after=last,
        days=[],
        rows=options,
        all_rows=options,
        show="rooms",
        chosen=f"{chosen.room_type}:{chosen.rate_plan}",
        year_rows=year_rows,
        today=today,
        applied=None,
        problem=None,
        typed={},
        typed_rows=(),
        typed_weekdays=(),
        weekdays=weekday_names(language_of(request)),
    )


@post("/pro/calendar/preview", opt=access("lodging"), include_in_schema=False)
async def preview_edit(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[Any]:
    """What an edit would change; what was typed is kept when something is wrong with it."""
    form = await request.form()
    typed = _texts(form)
    rows, weekdays = _all(form, "rows"), _all(form, "weekdays")
    house = await own_house(tx)
    try:
        change = await editing.preview_edit(tx, house, forms.read_edit(typed, rows, weekdays))
    except EditInvalid as error:
        return await _again(request, tx, house, error, typed, rows, weekdays)
    return Redirect(f"/pro/calendar/changes/{change.id}", status_code=303)


@post("/pro/calendar/copy", opt=access("lodging"), include_in_schema=False)
async def preview_copy(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[Any]:
    """What copying a season would change, for every row of the house."""
    typed = _texts(await request.form())
    house = await own_house(tx)
    types, plans = await list_offer(tx, house)
    rows = [f"{key.room_type}:{key.rate_plan}" for key in grid.keys_of(types, plans)]
    try:
        change = await editing.preview_copy(tx, house, forms.read_copy(typed, rows))
    except EditInvalid as error:
        field = {"first": "copy_to", "last": "copy_last"}.get(str(error.extra.get("field")))
        told = EditInvalid(error.detail, field=field) if field else error
        return await _again(request, tx, house, told, typed)
    return Redirect(f"/pro/calendar/changes/{change.id}", status_code=303)


@post("/pro/calendar/file", opt=access("lodging"), include_in_schema=False)
async def preview_file(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[Any]:
    """What a file would change; a line that cannot be read is named and nothing is taken."""
    form = await request.form()
    typed = _texts(form)
    house = await own_house(tx)
    try:
        push = forms.read_csv(await _read_file(form.get("file")))
        change = await editing.preview_push(tx, house, push, "file")
    except EditInvalid as error:
        told = EditInvalid(error.detail, **{**error.extra, "field": "file"})
        return await _again(request, tx, house, told, typed)
    return Redirect(f"/pro/calendar/changes/{change.id}", status_code=303)


async def _read_file(file: object) -> str:
    if not isinstance(file, UploadFile):
        raise EditInvalid("Choose a file.", field="file")
    content = await file.read(MAX_FILE + 1)
    if len(content) > MAX_FILE:
        raise EditInvalid("The file is larger than 4 MB.", field="file")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise EditInvalid("Save the file as UTF-8 text.", field="file") from None


async def _again(
    request: AnyRequest,
    tx: Tx,
    house: Property,
    error: HubError,
    typed: Mapping[str, str],
    rows: Sequence[str] = (),
    weekdays: Sequence[str] = (),
) -> Response[str]:
    month = _day(typed.get("first")) or _day(typed.get("month")) or local_date(tx.now, house.zone)
    problem = describe_problem(error, request.url.path)
    return await _show_month(
        request,
        tx,
        house,
        month,
        show=typed.get("show", ""),
        problem=problem,
        typed=typed,
        rows=rows,
        weekdays=weekdays,
    )


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _texts(form: Any) -> dict[str, str]:
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _all(form: Any, name: str) -> list[str]:
    return [str(value) for value in form.getall(name, [])]


@get("/pro/calendar/changes", opt=access("lodging"), include_in_schema=False)
async def list_changes(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """What was changed, newest first."""
    house = await own_house(tx)
    return page(
        request,
        "planning/changes.html",
        house=house,
        changes=await reading.list_changes(tx, house, wanted=100),
    )


@get("/pro/calendar/changes/{id:uuid}", opt=access("lodging"), include_in_schema=False)
async def show_change(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    id: FromPath[UUID],
    kept: FromQuery[int] = 0,
    part: FromQuery[int] = 1,
) -> Response[str]:
    """A change cell by cell, a page at a time: before it is applied, or as it was."""
    house = await own_house(tx)
    change = await reading.find_change(tx, id)
    return await _show_change(request, tx, house, change, kept=kept, part=part)


async def _show_change(
    request: AnyRequest,
    tx: Tx,
    house: Property,
    change: ChangeSet,
    *,
    conflict: Problem | None = None,
    kept: int = 0,
    part: int = 1,
) -> Response[str]:
    types, plans = await list_offer(tx, house)
    by_type = {type.id: type for type in types}
    by_plan = {plan.id: plan for plan in plans}
    following: Any = change.summary.get("following_plans") or []
    cut = cut_page(change.pieces, part)
    first = min((piece.first for piece in change.pieces), default=None)
    return page(
        request,
        "planning/change.html",
        status_code=conflict.status if conflict else 200,
        house=house,
        change=change,
        cut=cut,
        pieces=[
            (by_type.get(shown.piece.room_type), by_plan.get(shown.piece.rate_plan), shown)
            for shown in cut.pieces
        ],
        following=[by_plan[id] for id in following if id in by_plan],
        conflict=conflict,
        kept=min(max(kept, 0), MAX_CELLS),
        back=make_url("/pro/calendar", month=first),
    )


@post("/pro/calendar/changes/{id:uuid}/apply", opt=access("lodging"), include_in_schema=False)
async def apply_change(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID]
) -> Response[Any]:
    """Apply a preview as it was shown, or say what stands in its way."""
    house = await own_house(tx)
    try:
        change = await applying.apply_change(tx, house, id)
    except CalendarMoved as error:
        problem = describe_problem(error, request.url.path)
        return await _show_change(
            request, tx, house, await reading.find_change(tx, id), conflict=problem
        )
    if not change.pieces:
        return Redirect(f"/pro/calendar/changes/{change.id}", status_code=303)
    first = min(piece.first for piece in change.pieces)
    return Redirect(make_url("/pro/calendar", month=first, applied=change.id), status_code=303)


@post("/pro/calendar/changes/{id:uuid}/undo", opt=access("lodging"), include_in_schema=False)
async def undo_change(tx: NamedDependency[Tx], id: FromPath[UUID]) -> Redirect:
    """Take an applied change back, as a change of its own."""
    house = await own_house(tx)
    undone = await applying.undo_change(tx, house, id)
    kept = len(undone.kept) or None
    return Redirect(
        make_url(f"/pro/calendar/changes/{undone.change.id}", kept=kept), status_code=303
    )


@get("/pro/calendar.csv", opt=access("lodging"), include_in_schema=False)
async def download_calendar(
    tx: NamedDependency[Tx], first: FromQuery[date | None] = None
) -> Response[str]:
    """A year of the calendar as a file: every cell of the room types, and what plans say beside."""
    house = await own_house(tx)
    begin = _reached(first, local_date(tx.now, house.zone))
    types, plans = await list_offer(tx, house)
    lines = await reading.list_cells(
        tx, house, grid.keys_of(types, plans), begin, begin + timedelta(days=CSV_DAYS)
    )
    text = forms.write_csv([(_row_name(key), on, field, value) for key, on, field, value in lines])
    return Response(
        text,
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="calendrier-{begin}.csv"'},
    )


def _row_name(key: RowKey) -> str:
    return f"{key.room_type}:{key.rate_plan}"


handlers = (
    show_calendar,
    preview_edit,
    preview_copy,
    preview_file,
    list_changes,
    show_change,
    apply_change,
    undo_change,
    download_calendar,
)
