"""Calendars of prices, for programs."""

from datetime import date
from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from hub.core.caller import ANYBODY, access
from hub.core.db import Reader
from hub.core.pages import AnyRequest
from tourism.dates.actions.calendars import (
    area_calendar,
    area_departures,
    house_calendar,
    house_departures,
)
from tourism.dates.models import PriceCalendar
from tourism.offers.models import DayOffer
from tourism.search import choose_engine
from tourism.search.api import PLACE, RADIUS, ChildAges, read_texts
from tourism.search.forms import Asked, read_party, read_wants


@get(
    "/api/v1/search/calendar",
    opt=access(ANYBODY, gives_way=True),
    tags=["Search"],
    summary="See the cheapest total of each arrival",
)
async def see_calendar(
    request: AnyRequest,
    reader: NamedDependency[Reader],
    place: Annotated[str, QueryParameter(description=PLACE)],
    nights: FromQuery[int],
    first: FromQuery[date | None] = None,
    days: Annotated[int, QueryParameter(ge=1, le=62)] = 62,
    adults: FromQuery[int] = 2,
    child_ages: ChildAges = None,
    rooms: FromQuery[int] = 1,
    radius: Annotated[int | None, QueryParameter(description=RADIUS)] = None,
    kind: FromQuery[list[str] | None] = None,
) -> PriceCalendar:
    """The cheapest all-in total of a place for each arrival day; a day without has none to sell."""
    asked = Asked(
        adults=str(adults),
        child_ages=read_texts(child_ages),
        rooms=str(rooms),
        kinds=read_texts(kind),
    )
    state = request.app.state
    return await area_calendar(
        choose_engine(reader, state.settings.data),
        reader,
        place,
        radius,
        first=first,
        days=days,
        nights=nights,
        party=read_party(asked),
        now=state.database.clock.now(),
        wants=read_wants(asked),
    )


@get(
    "/api/v1/search/departures",
    opt=access(ANYBODY, gives_way=True),
    tags=["Search"],
    summary="See the cheapest total of each departure",
)
async def see_departures(
    request: AnyRequest,
    reader: NamedDependency[Reader],
    place: Annotated[str, QueryParameter(description=PLACE)],
    arrival: FromQuery[date],
    adults: FromQuery[int] = 2,
    child_ages: ChildAges = None,
    rooms: FromQuery[int] = 1,
    radius: Annotated[int | None, QueryParameter(description=RADIUS)] = None,
) -> list[DayOffer]:
    """The cheapest all-in total of a place for each departure of the two weeks after an arrival."""
    state = request.app.state
    asked = Asked(adults=str(adults), child_ages=read_texts(child_ages), rooms=str(rooms))
    return list(
        await area_departures(
            choose_engine(reader, state.settings.data),
            reader,
            place,
            radius,
            arrival,
            read_party(asked),
            state.database.clock.now(),
        )
    )


@get(
    "/api/v1/properties/{id:int}/calendar",
    opt=access(ANYBODY),
    tags=["Search"],
    summary="See a house's price calendar",
)
async def see_house_calendar(
    request: AnyRequest,
    reader: NamedDependency[Reader],
    id: FromPath[int],
    nights: FromQuery[int],
    first: FromQuery[date | None] = None,
    days: Annotated[int, QueryParameter(ge=1, le=62)] = 62,
    adults: FromQuery[int] = 2,
    child_ages: ChildAges = None,
    rooms: FromQuery[int] = 1,
) -> PriceCalendar:
    """The cheapest all-in total of a house for each arrival day, or why there is none."""
    asked = Asked(adults=str(adults), child_ages=read_texts(child_ages), rooms=str(rooms))
    return await house_calendar(
        reader,
        id,
        first=first,
        days=days,
        nights=nights,
        party=read_party(asked),
        now=request.app.state.database.clock.now(),
    )


@get(
    "/api/v1/properties/{id:int}/departures",
    opt=access(ANYBODY),
    tags=["Search"],
    summary="See a house's totals by departure",
)
async def see_house_departures(
    request: AnyRequest,
    reader: NamedDependency[Reader],
    id: FromPath[int],
    arrival: FromQuery[date],
    adults: FromQuery[int] = 2,
    child_ages: ChildAges = None,
    rooms: FromQuery[int] = 1,
) -> list[DayOffer]:
    """The all-in total of a house for each departure of the two weeks after an arrival, or why
    there is none."""
    asked = Asked(adults=str(adults), child_ages=read_texts(child_ages), rooms=str(rooms))
    now = request.app.state.database.clock.now()
    found = await house_departures(reader, id, arrival, read_party(asked), now)
    return list(found)


handlers = (see_calendar, see_departures, see_house_calendar, see_house_departures)
