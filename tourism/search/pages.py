"""Home, results, a house, the ranking rule: all state is in the address."""

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
from tourism import photos, places
from tourism.rates.models import RoomParty
from tourism.search import actions, policy
from tourism.search.errors import PropertyUnknown
from tourism.search.forms import Asked, as_query, read_asked, read_party, read_search, read_stay
from tourism.search.models import OfferedRoom, Priced

AnyRequest = Request[Any, Any, Any]


def asked_of(request: AnyRequest) -> Asked:
    return read_asked({name: request.query_params.getall(name) for name in request.query_params})


def rooms_value(rooms: tuple[OfferedRoom, ...]) -> str:
    """The hidden value of the form that asks for a quote: `TYPE:ADULTS:AGE,AGE;…`."""

    def one(room_type: int, party: RoomParty) -> str:
        return f"{room_type}:{party.adults}:{','.join(str(age) for age in party.child_ages)}"

    return ";".join(one(room.room_type, room.party) for room in rooms)


@get("/", opt=access(ANYBODY), include_in_schema=False)
async def show_home(request: AnyRequest) -> Response[str]:
    return page(
        request,
        "search/home.html",
        asked=asked_of(request),
        problem=None,
        today=local_date(request.app.state.database.clock.now(), actions.PARIS),
    )


@get("/recherche", opt=access(ANYBODY), include_in_schema=False)
async def show_results(request: AnyRequest, reader: NamedDependency[Reader]) -> Response[str]:
    """The results; a search that cannot be made is shown again with what was typed."""
    asked = asked_of(request)
    now = request.app.state.database.clock.now()
    try:
        asked = await _with_place(request, reader, asked)
        if asked.place.startswith("house:"):
            return _to_house(asked)
        search = read_search(asked)
        results = await actions.search_stays(reader, search, now)
    except HubError as error:
        if error.status not in {400, 404}:
            raise
        return _ask_again(request, asked, describe_problem(error, request.url.path))
    return page(
        request,
        "search/results.html",
        asked=msgspec.structs.replace(asked, text=results.area.label or asked.text),
        query=as_query(asked),
        search=search,
        results=results,
        covers=await photos.covers_of(reader, [hit.property for hit in results.hits]),
        ranking=policy.RANKING[search.sort][0],
        today=local_date(now, actions.PARIS),
    )


async def _with_place(request: AnyRequest, reader: Reader, asked: Asked) -> Asked:
    """Somebody who typed a place and did not choose gets the best suggestion."""
    if asked.place or not asked.text:
        return asked
    suggestions = places.suggestions_of(request.app.state)
    found = await suggestions.suggest(reader, asked.text, wanted=1)
    if not found:
        raise places.PlaceUnknown("No place or house has this name or postcode.", field="text")
    return msgspec.structs.replace(asked, place=f"{found[0].kind}:{found[0].code}")


def _to_house(asked: Asked) -> Response[str]:
    """A house that was chosen among the suggestions has its own page."""
    code = asked.place.partition(":")[2]
    if not code.isdecimal():
        raise PropertyUnknown("It may have left the registry.")
    query = as_query(msgspec.structs.replace(asked, place="", text=""))
    address = make_url(f"/hebergements/{code}", **query)
    return Response("", status_code=303, headers={"location": address})


def _ask_again(request: AnyRequest, asked: Asked, problem: Problem) -> Response[str]:
    return page(
        request,
        "search/home.html",
        status_code=problem.status,
        asked=asked,
        problem=problem,
        today=local_date(request.app.state.database.clock.now(), actions.PARIS),
    )


@get("/hebergements/{id:int}", opt=access(ANYBODY), include_in_schema=False)
async def show_property(
    request: AnyRequest, reader: NamedDependency[Reader], id: FromPath[int]
) -> Response[str]:
    asked = asked_of(request)
    now = request.app.state.database.clock.now()
    problem = None
    try:
        stay = read_stay(asked) if asked.has_stay else None
        party = read_party(asked)
        view = await actions.show_property(reader, id, stay, party, now)
    except HubError as error:
        if error.status != 400:
            raise
        problem, stay, party = (
            describe_problem(error, request.url.path),
            None,
            policy.Party(adults=2),
        )
        view = await actions.show_property(reader, id, None, party, now)
    return page(
        request,
        "search/property.html",
        status_code=400 if problem else 200,
        view=view,
        house=view.property,
        photos=await photos.list_photos(reader, id),
        stay=stay,
        party=party,
        asked=asked,
        problem=problem,
        rooms_value=lambda offer: rooms_value(offer.rooms) if isinstance(offer, Priced) else "",
        today=local_date(now, view.property.zone),
    )


@get("/classement", opt=access(ANYBODY), include_in_schema=False)
async def show_ranking(request: AnyRequest) -> Response[str]:
    return page(
        request,
        "search/ranking.html",
        rules=[(sort.value, words) for sort, (words, _) in policy.RANKING.items()],
    )


handlers = (show_home, show_results, show_property, show_ranking)
