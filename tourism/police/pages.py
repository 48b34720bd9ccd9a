"""The police sheets of a house: the day's arrivals, one sheet, its print, and the handing over."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.connection import ASGIConnection
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect
from litestar.utils.empty import value_or_default
from litestar.utils.scope.state import ScopeState

from hub.core.caller import access
from hub.core.db import Database, Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, language_of, page
from hub.core.problems import describe_problem
from hub.core.web import caller_of
from tourism.police import actions, forms
from tourism.police.errors import UploadRefused
from tourism.police.models import Sheet
from tourism.police.policy.countries import countries_by_name, country_name
from tourism.police.policy.sealing import destroyed_on, is_intact

Form = URLEncodedBody[dict[str, str]]
PAGE = "/pro/police"
SHEET = f"{PAGE}/sheets/{{sheet:uuid}}"
ENCODED = "application/x-www-form-urlencoded"


async def refuse_uploads(
    connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler
) -> None:
    """The guard of every form here: nothing but typed fields, so that no image of an identity
    document is ever read, let alone kept."""
    kind = connection.headers.get("content-type", ENCODED).partition(";")[0].strip().lower()
    if kind == ENCODED:
        return
    # The check of the form's token has parsed the body: forget the files that came in it.
    parsed = value_or_default(ScopeState.from_scope(connection.scope).form, {})
    for value in parsed.values():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, UploadFile):
                await one.close()
    raise UploadRefused("No copy of an identity document may be kept: type the fields.")


@get(PAGE, opt=access("lodging"), include_in_schema=False)
async def show_day(
    request: AnyRequest, tx: NamedDependency[Tx], day: FromQuery[date | None] = None
) -> Response[str]:
    """The arrivals of a day and their sheets."""
    return await _show_day(request, tx, day, {}, None)


@post(f"{PAGE}/sheets", opt=access("lodging"), guards=[refuse_uploads], include_in_schema=False)
async def prepare_sheet(tx: NamedDependency[Tx], data: Form) -> Redirect:
    """Begin a sheet, of a booking or of somebody who came without one."""
    id = await actions.prepare_sheet(tx, forms.read_booking(data))
    return Redirect(_address(id), status_code=303)


@get(SHEET, opt=access("lodging"), include_in_schema=False)
async def show_sheet(
    request: AnyRequest, tx: NamedDependency[Tx], sheet: FromPath[UUID]
) -> Response[str]:
    """One sheet: to be completed, or as it was signed."""
    found = await actions.find_sheet(tx, sheet)
    return await _show_sheet(request, found, forms.show_sheet(found), None)


@post(SHEET, opt=access("lodging"), guards=[refuse_uploads], include_in_schema=False)
async def write_sheet(request: AnyRequest, sheet: FromPath[UUID], data: Form) -> Response[Any]:
    """Keep, sign, or note the refusal; what was typed is kept when something is wrong with it."""
    database: Database = request.app.state.database
    caller = caller_of(request)
    typed = forms.close_rows(data)
    try:
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            await _act(tx, sheet, typed)
    except HubError as error:
        if error.status != 400:
            raise
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            found = await actions.find_sheet(tx, sheet)
        return await _show_sheet(request, found, typed, error)
    return Redirect(_address(sheet), status_code=303)


async def _act(tx: Tx, sheet: UUID, typed: Mapping[str, str]) -> None:
    written = forms.read_sheet(typed)
    match typed.get("act"):
        case "sign":
            await actions.sign_sheet(tx, sheet, written, typed.get("signed_name", "").strip())
        case "refuse":
            await actions.refuse_to_sign(tx, sheet, written)
        case _:
            await actions.write_sheet(tx, sheet, written)


@post(f"{SHEET}/replace", opt=access("lodging"), guards=[refuse_uploads], include_in_schema=False)
async def replace_sheet(tx: NamedDependency[Tx], sheet: FromPath[UUID]) -> Redirect:
    """Begin the sheet that replaces a signed one."""
    return Redirect(_address(await actions.replace_sheet(tx, sheet)), status_code=303)


@post(f"{SHEET}/discard", opt=access("lodging"), guards=[refuse_uploads], include_in_schema=False)
async def discard_sheet(tx: NamedDependency[Tx], sheet: FromPath[UUID]) -> Redirect:
    """Throw away a sheet that was never signed."""
    await actions.discard_sheet(tx, sheet)
    return Redirect(PAGE, status_code=303)


@get(f"{SHEET}/print", opt=access("lodging"), include_in_schema=False)
async def print_sheet(
    request: AnyRequest, tx: NamedDependency[Tx], sheet: FromPath[UUID]
) -> Response[str]:
    """One sheet for the printer."""
    return _print(request, [await actions.find_sheet(tx, sheet)], None)


@get(f"{PAGE}/print", opt=access("lodging"), include_in_schema=False)
async def print_day(
    request: AnyRequest, tx: NamedDependency[Tx], day: FromQuery[date | None] = None
) -> Response[str]:
    """The sheets of a day's arrivals for the printer, without those that were replaced."""
    found = await actions.list_day(tx, await actions.find_house(tx), day)
    return _print(request, [one for one in found.sheets if not one.replaced_at], None)


@post(f"{PAGE}/export", opt=access("lodging"), guards=[refuse_uploads], include_in_schema=False)
async def export_sheets(request: AnyRequest, data: Form) -> Response[str]:
    """Hand sheets over to the police; the reason and the number are written down."""
    database: Database = request.app.state.database
    caller = caller_of(request)
    try:
        command = forms.read_export(data)
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            sheets = await actions.export_sheets(tx, command)
    except HubError as error:
        if error.status != 400:
            raise
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            return await _show_day(request, tx, None, data, error)
    return _print(request, list(sheets), command.reason)


def _address(sheet: UUID) -> str:
    return f"{PAGE}/sheets/{sheet}"


async def _show_day(
    request: AnyRequest,
    tx: Tx,
    day: date | None,
    typed: Mapping[str, str],
    error: HubError | None,
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    house = await actions.find_house(tx)
    return page(
        request,
        "police/day.html",
        status_code=problem.status if problem else 200,
        day=await actions.list_day(tx, house, day),
        one_day=date.resolution,
        typed=typed,
        problem=problem,
        faults=problem.extra.get("faults", {}) if problem else {},
    )


async def _show_sheet(
    request: AnyRequest, sheet: Sheet, typed: Mapping[str, str], error: HubError | None
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    language = language_of(request)
    return page(
        request,
        "police/sheet.html",
        status_code=problem.status if problem else 200,
        sheet=sheet,
        typed=typed,
        rows=forms.rows_of(typed),
        countries=countries_by_name(language),
        country=lambda code: country_name(code, language),
        intact=is_intact(sheet),
        destroyed_on=destroyed_on(sheet.began_on or sheet.arrival),
        problem=problem,
        faults=problem.extra.get("faults", {}) if problem else {},
    )


def _print(request: AnyRequest, sheets: list[Sheet], reason: str | None) -> Response[str]:
    language = language_of(request)
    return page(
        request,
        "police/print.html",
        sheets=sheets,
        reason=reason,
        country=lambda code: country_name(code, language),
        intact=is_intact,
    )


handlers = (
    show_day,
    prepare_sheet,
    show_sheet,
    write_sheet,
    replace_sheet,
    discard_sheet,
    print_sheet,
    print_day,
    export_sheets,
)
