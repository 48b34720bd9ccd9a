"""Dates with prices of a place: the arrival and then the departure, and dates that need not be
exact. All state is in the address."""

from datetime import date, datetime
from typing import Any

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency

from hub.core.caller import ANYBODY, access
from hub.core.db import Reader
from hub.core.errors import HubError
from hub.core.pages import page
from hub.core.problems import describe_problem
from tourism import dates, places
from tourism.dates.policy import flexible
from tourism.index import Wants
from tourism.search.actions import searching
from tourism.search.forms import (
    Asked,
    as_query,
    read_day,
    read_nights,
    read_party,
    read_radius,
    read_search,
    read_stay,
    read_wants,
)
from tourism.search.policy import rules
from tourism.storefront.choosing import choose_place
from tourism.storefront.pages import (
    USUAL_NIGHTS,
    AnyRequest,
    ask_again,
    asked_of,
    engine_of,
    today_of,
)
from tourism.storefront.policy import days


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """How far somebody has come: the days that are chosen, and the nights that are meant."""

    arrival: date | None
    departure: date | None
    nights: int


def read_chosen(asked: Asked, now: datetime) -> Chosen:
    """Raises `SearchInvalid` naming the field."""
    if not asked.arrival:
        nights = rules.check_nights(read_nights(asked.nights or str(USUAL_NIGHTS)))
        return Chosen(arrival=None, departure=None, nights=nights)
    if asked.departure:
        stay = read_stay(asked)
        searching.check_dates(stay, now)
        return Chosen(arrival=stay.arrival, departure=stay.departure, nights=stay.nights)
    nights = rules.check_nights(read_nights(asked.nights or str(USUAL_NIGHTS)))
    arrival = read_day(asked.arrival, "arrival")
    searching.check_dates(rules.stay_of(arrival, 1), now)
    return Chosen(arrival=arrival, departure=None, nights=nights)


@get("/dates", opt=access(ANYBODY, gives_way=True), include_in_schema=False)
async def show_dates(request: AnyRequest, reader: NamedDependency[Reader]) -> Response[str]:
    """Two months of a place with the cheapest total of each arrival day, for so many nights; of
    the arrival that is chosen, the departures with theirs."""
    asked = asked_of(request)
    try:
        asked = await choose_place(request, reader, asked)
        shown = await _two_steps(request, reader, asked)
    except HubError as error:
        if error.status not in {400, 404}:
            raise
        return await ask_again(request, reader, asked, describe_problem(error, request.url.path))
    return page(request, "storefront/dates.html", asked=asked, **shown)


async def _two_steps(request: AnyRequest, reader: Reader, asked: Asked) -> dict[str, Any]:
    engine, today = engine_of(request, reader), today_of(request)
    now = request.app.state.database.clock.now()
    radius, party, wants = read_radius(asked), read_party(asked), read_wants(asked)
    area = await places.find_area(reader, asked.place, radius)
    chosen = read_chosen(asked, now)
    first = days.first_shown(
        read_day(asked.first, "first") if asked.first else chosen.arrival, today
    )
    found = await dates.area_calendar(
        engine, reader, asked.place, radius, first=first, days=rules.CALENDAR_DAYS,
        nights=chosen.nights, party=party, now=now, wants=wants,
    )  # fmt: skip
    leaving = chosen.arrival and await dates.area_departures(
        engine, reader, asked.place, radius, chosen.arrival, party, now, wants=wants,
        most=max(dates.MOST_DEPARTURES, chosen.nights),
    )  # fmt: skip
    kept = msgspec.structs.replace(asked, arrival="", departure="", text=area.label or asked.text)
    return {
        "query": as_query(kept),
        "known": bool(found.days),
        "filtered": wants != Wants(),
        "area": area,
        "party": party,
        "chosen": chosen,
        "nights": chosen.nights,
        "leaving": leaving or (),
        "first": first,
        "months": days.make_months(found.days, first),
        "best": days.cheapest_days(found.days),
        "today": today,
    }


@get("/dates-souples", opt=access(ANYBODY, gives_way=True), include_in_schema=False)
async def show_flexible(request: AnyRequest, reader: NamedDependency[Reader]) -> Response[str]:
    """Dates that need not be exact: three days around a stay, and a weekend, a week or two in a
    month."""
    asked, today = asked_of(request), today_of(request)
    engine = engine_of(request, reader)
    now = request.app.state.database.clock.now()
    months = flexible.months_offered(today)
    month, length = flexible.month_of(asked.month, months), flexible.length_of(asked.length)
    try:
        asked = await choose_place(request, reader, asked)
        radius, party, wants = read_radius(asked), read_party(asked), read_wants(asked)
        area = await places.find_area(reader, asked.place, radius)
        search = read_search(asked) if asked.has_stay else None
        if search:
            searching.check_dates(search.stay, now)
        near = await dates.near_stays(engine, reader, search, now) if search else ()
        first = max(month, today)
        found = await dates.area_calendar(
            engine, reader, asked.place, radius, first=first,
            days=(days.next_month(month) - first).days, nights=flexible.NIGHTS[length], party=party,
            now=now, wants=wants,
        )  # fmt: skip
    except HubError as error:
        if error.status not in {400, 404}:
            raise
        return await ask_again(request, reader, asked, describe_problem(error, request.url.path))
    offered = flexible.of_month(found.days, month, length)
    return page(
        request,
        "storefront/flexible.html",
        asked=asked,
        query=as_query(msgspec.structs.replace(asked, text=area.label or asked.text)),
        area=area,
        party=party,
        stay=search.stay if search else None,
        near=flexible.make_table(near),
        month=month,
        months=months,
        length=length,
        lengths=list(flexible.Length),
        nights=flexible.NIGHTS[length],
        offered=offered,
        known=bool(found.days),
        best=days.standing_out(offered),
    )


handlers = (show_dates, show_flexible)
