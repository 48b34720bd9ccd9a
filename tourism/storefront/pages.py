"""Home, results, a house, the ranking rule: all state is in the address."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from hub.core.caller import ANYBODY, access
from hub.core.clock import local_date
from hub.core.db import Reader
from hub.core.errors import HubError
from hub.core.pages import make_url, page
from hub.core.problems import Problem, describe_problem
from hub.territory import earliest_today
from tourism import dates, photos, places, reviews
from tourism.dates.models import PriceCalendar
from tourism.offers.models import DayOffer
from tourism.rates.models import RoomParty
from tourism.reviews.views import ReviewsView, view_reviews
from tourism.search import noting
from tourism.search.actions import houses, searching
from tourism.search.actions.engines import Engine, centre_of, choose_engine
from tourism.search.errors import PropertyUnknown
from tourism.search.forms import (
    Asked,
    as_query,
    beside_form,
    read_asked,
    read_day,
    read_party,
    read_search,
    read_stay,
    with_stay,
)
from tourism.search.models import (
    OfferedRoom,
    Party,
    Priced,
    PropertyView,
    Results,
    Search,
    Stay,
)
from tourism.search.policy import ranking, rules
from tourism.storefront.choosing import choose_place, name_place
from tourism.storefront.policy import days, seen
from tourism.storefront.policy.filters import filters_of
from tourism.storefront.policy.limits import limits_of
from tourism.storefront.policy.mapping import make_map
from tourism.storefront.policy.telephone import dialled

AnyRequest = Request[Any, Any, Any]
STRIP_DAYS = 14
STRIP_BEFORE = 3
USUAL_NIGHTS = 2
WEEK = 7
NOT_FOUND = 404


def asked_of(request: AnyRequest) -> Asked:
    return read_asked({name: request.query_params.getall(name) for name in request.query_params})


def engine_of(request: AnyRequest, reader: Reader) -> Engine:
    return choose_engine(reader, request.app.state.settings.data)


def rooms_value(rooms: tuple[OfferedRoom, ...]) -> str:
    """The hidden value of the form that asks for a quote: `TYPE:ADULTS:AGE,AGE;…`."""

    def one(room_type: int, party: RoomParty) -> str:
        return f"{room_type}:{party.adults}:{','.join(str(age) for age in party.child_ages)}"

    return ";".join(one(room.room_type, room.party) for room in rooms)


def today_of(request: AnyRequest) -> date:
    """The day that it is in Paris."""
    return local_date(request.app.state.database.clock.now(), searching.PARIS)


def _earliest(request: AnyRequest) -> date:
    """The first arrival that a form takes: somewhere it is still that day."""
    return earliest_today(request.app.state.database.clock.now())


@get("/", opt=access(ANYBODY), include_in_schema=False)
async def show_home(request: AnyRequest, reader: NamedDependency[Reader]) -> Response[str]:
    # Somebody is about to type: the suggestions come into memory meanwhile.
    places.suggestions_of(request.app.state).refresh(reader)
    asked = asked_of(request)
    return page(
        request,
        "storefront/home.html",
        asked=asked,
        beside=beside_form(asked),
        problem=None,
        today=_earliest(request),
    )


@get("/recherche", opt=access(ANYBODY, gives_way=True), include_in_schema=False)
async def show_results(request: AnyRequest, reader: NamedDependency[Reader]) -> Response[str]:
    """The results; a search that cannot be made is shown again with what was typed."""
    asked = asked_of(request)
    now = request.app.state.database.clock.now()
    engine = engine_of(request, reader)
    try:
        asked = await choose_place(request, reader, asked)
        if asked.place.startswith("house:"):
            return _to_house(asked)
        if asked.dates_wanted:
            return _to_dates(asked)
        search = read_search(asked)
        results, spots = await searching.search_stays(engine, reader, search, now)
        noting.note_search(request.scope, search)
        strip = await _strip(engine, reader, search, request)
    except HubError as error:
        if error.status not in {400, 404}:
            raise
        return await ask_again(request, reader, asked, describe_problem(error, request.url.path))
    asked = with_stay(asked, search.stay, results.area.label)
    centred = centre_of(results.area) is not None
    sort = ranking.sort_for(search.sort, centred=centred)
    return page(
        request,
        "storefront/results.html",
        asked=asked,
        query=as_query(asked),
        beside=beside_form(asked),
        search=search,
        results=results,
        filters=filters_of(results, search.wants),
        limits=limits_of(results, search.wants),
        covers=await photos.covers_of(reader, _shown(results)),
        strip=strip,
        map=make_map(spots, results.area),
        sort=sort,
        rule=ranking.RANKING[sort],
        sorts=ranking.sorts_for(centred=centred),
        radii=places.RADII_KM,
        today=_earliest(request),
    )


def _shown(results: Results) -> list[int]:
    return [house.property for house in (*results.hits, *results.why_not)]


async def _strip(
    engine: Engine, reader: Reader, search: Search, request: AnyRequest
) -> list[days.Bar]:
    """The totals of the days around the arrival, for as many nights."""
    found = await dates.area_calendar(
        engine,
        reader,
        search.place,
        search.radius_km,
        first=max(
            search.stay.arrival - timedelta(days=STRIP_BEFORE),
            min(search.stay.arrival, today_of(request)),
        ),
        days=STRIP_DAYS,
        nights=search.stay.nights,
        party=search.party,
        now=request.app.state.database.clock.now(),
        wants=search.wants,
    )
    return days.make_bars(found.days)


def _to_house(asked: Asked) -> Response[str]:
    """A house that was chosen among the suggestions has its own page."""
    code = asked.place.partition(":")[2]
    if not code.isdecimal() or len(code) > 9:
        raise PropertyUnknown("It may have left the registry.")
    query = as_query(msgspec.structs.replace(asked, place="", text=""))
    address = make_url(f"/hebergements/{code}", **query, nights=asked.nights or None)
    return Response("", status_code=303, headers={"location": address})


def _to_dates(asked: Asked) -> Response[str]:
    """Whoever asks for dates with prices is led to the calendar of the place."""
    address = make_url("/dates", **as_query(asked))
    return Response("", status_code=303, headers={"location": address})


async def ask_again(
    request: AnyRequest, reader: Reader, asked: Asked, problem: Problem
) -> Response[str]:
    """The form with what was typed, and what is wrong with it. Of what is not typed there (a place
    that was chosen, a filter) whatever is wrong is left out, or no other answer could ever come."""
    wrong = problem.extra.get("field")
    if wrong == "text" or problem.status == NOT_FOUND:
        asked = msgspec.structs.replace(asked, place="")
    asked = await name_place(reader, asked)
    return page(
        request,
        "storefront/home.html",
        status_code=problem.status,
        asked=asked,
        beside={name: value for name, value in beside_form(asked).items() if name != wrong},
        problem=problem,
        today=_earliest(request),
    )


@get("/hebergements/{id:int}", opt=access(ANYBODY), include_in_schema=False)
async def show_property(
    request: AnyRequest, reader: NamedDependency[Reader], id: FromPath[int]
) -> Response[str]:
    asked = asked_of(request)
    now = request.app.state.database.clock.now()
    problem, leaving = None, ()
    try:
        stay = read_stay(asked) if asked.has_stay else None
        party = read_party(asked)
        leaving = await _departures(reader, id, asked, party, now)
        view = await houses.show_property(reader, id, stay, party, now)
    except HubError as error:
        if error.status != 400:
            raise
        problem = describe_problem(error, request.url.path)
        stay, party = None, Party(adults=2)
        view = await houses.show_property(reader, id, None, party, now)
    noting.note_look(request.scope, id, stay, party)
    if stay is not None:
        asked = msgspec.structs.replace(asked, departure=stay.departure.isoformat())
    calendar, first = await _calendar(request, reader, id, asked, stay, party, view)
    seen_cents = seen.read_seen(request.query_params.get("seen", ""))
    return page(
        request,
        "storefront/property.html",
        status_code=400 if problem else 200,
        view=view,
        house=view.property,
        photos=await photos.list_photos(reader, id),
        reviews=await _reviews(request, reader, id),
        stay=stay,
        party=party,
        asked=asked,
        nights=calendar.nights,
        months=days.make_months(calendar.days, first),
        arrival=leaving[0].on - timedelta(days=1) if leaving else None,
        leaving=leaving,
        problem=problem,
        seen_cents=seen_cents if seen.has_moved(view, seen_cents) else None,
        rooms_value=lambda offer: rooms_value(offer.rooms) if isinstance(offer, Priced) else "",
        today=local_date(now, view.property.zone),
        telephone=dialled(view.property.facts.phone),
    )


async def _departures(
    reader: Reader, id: int, asked: Asked, party: Party, now: datetime
) -> Sequence[DayOffer]:
    """The departures after the arrival that was chosen; none before one is."""
    if not asked.chooses_departure:
        return ()
    most = max(dates.MOST_DEPARTURES, days.nights_shown(asked.nights, USUAL_NIGHTS))
    arrival = read_day(asked.arrival, "arrival")
    return await dates.house_departures(reader, id, arrival, party, now, most=most)


async def _reviews(request: AnyRequest, reader: Reader, id: int) -> ReviewsView:
    found = await reviews.list_reviews(reader, id, request.app.state.database.clock.now())
    return view_reviews(request.app.state.settings, found)


async def _calendar(
    request: AnyRequest,
    reader: Reader,
    id: int,
    asked: Asked,
    stay: Stay | None,
    party: Party,
    view: PropertyView,
) -> tuple[PriceCalendar, date]:
    """Two months of a house: for the nights of the stay (or of the nearest one that is sold), those
    asked for, or the usual ones; for a week when nothing is sold for these."""
    today = local_date(request.app.state.database.clock.now(), view.property.zone)
    chosen = stay.arrival if stay else days.day_shown(asked.arrival)
    first = days.first_shown(chosen, today)
    if view.alternative:
        wanted = (view.alternative.departure - view.alternative.arrival).days
    elif stay:
        wanted = stay.nights
    else:
        wanted = days.nights_shown(asked.nights, USUAL_NIGHTS)
    calendar = await _two_months(request, reader, id, first, wanted, party)
    if asked.nights or any(day.total_cents is not None for day in calendar.days):
        return calendar, first
    return await _two_months(request, reader, id, first, WEEK, party), first


async def _two_months(
    request: AnyRequest, reader: Reader, id: int, first: date, nights: int, party: Party
) -> PriceCalendar:
    return await dates.house_calendar(
        reader,
        id,
        first=first,
        days=rules.CALENDAR_DAYS,
        nights=nights,
        party=party,
        now=request.app.state.database.clock.now(),
    )


@get("/classement", opt=access(ANYBODY), include_in_schema=False)
async def show_ranking(request: AnyRequest) -> Response[str]:
    return page(request, "storefront/ranking.html", rules=list(ranking.RANKING.items()))


handlers = (
    show_home,
    show_results,
    show_property,
    show_ranking,
)
