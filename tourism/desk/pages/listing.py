"""The list of bookings with its search, its export, and the lists of a day to print."""

from datetime import date

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from hub.core.caller import access
from hub.core.db import Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, page
from hub.core.problems import describe_problem
from tourism.booking.actions import reading
from tourism.desk import forms
from tourism.desk.actions import listing, walkin
from tourism.desk.errors import SelectionInvalid
from tourism.desk.export import write_csv
from tourism.desk.models import Selection, Show, Sort


@get("/pro/bookings", opt=access("lodging"), include_in_schema=False)
async def show_list(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """One page of the bookings; a selection that cannot be read is told beside its field."""
    asked = forms.asked_of(request.query_params)
    problem: HubError | None = None
    try:
        selection = forms.read_selection(asked)
    except SelectionInvalid as error:
        selection, problem = Selection(), error
    _, types, _ = await walkin.list_offered(tx)
    told = describe_problem(problem, request.url.path) if problem else None
    return page(
        request,
        "desk/list.html",
        status_code=told.status if told else 200,
        found=await listing.find_page(tx, selection),
        asked=asked,
        types=types,
        shows=tuple(Show),
        sorts=tuple(Sort),
        problem=told,
    )


@get("/pro/bookings/export.csv", opt=access("lodging"), include_in_schema=False)
async def export_list(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """The same selection, whole, for a spreadsheet."""
    selection = forms.read_selection(forms.asked_of(request.query_params))
    lines = await listing.find_all(tx, selection)
    return Response(
        write_csv(lines),
        media_type="text/csv; charset=utf-8",
        headers={
            "content-disposition": 'attachment; filename="reservations.csv"',
            "cache-control": "no-store",
        },
    )


@get("/pro/bookings/print", opt=access("lodging"), include_in_schema=False)
async def show_print(
    request: AnyRequest, tx: NamedDependency[Tx], day: FromQuery[date | None] = None
) -> Response[str]:
    """Arrivals, guests in the house and departures of a day, for paper."""
    house = await listing.find_house(tx)
    return page(request, "desk/print.html", lists=await listing.find_day(tx, house, day))


@get("/pro/today", opt=access("lodging"), include_in_schema=False)
async def show_today(
    request: AnyRequest, tx: NamedDependency[Tx], day: FromQuery[date | None] = None
) -> Response[str]:
    """The house's day: what waits for somebody, arrivals, stays, departures, newest bookings."""
    house = await listing.find_house(tx)
    return page(
        request,
        "desk/today.html",
        house=house,
        lists=await listing.find_day(tx, house, day),
        alerts=await listing.find_alerts(tx, house),
        newest=await reading.list_newest(tx),
    )


handlers = (show_list, export_list, show_print, show_today)
