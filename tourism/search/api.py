"""Places, search and houses, for programs."""

from datetime import date
from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from hub.core.caller import ANYBODY, access
from hub.core.db import Reader
from hub.core.pages import AnyRequest
from hub.territory import Place, suggest_places
from tourism.search import actions
from tourism.search.forms import Asked, read_party, read_search, read_stay
from tourism.search.models import PropertyView, Results, Sort
from tourism.search.policy import RANKING

ChildAges = Annotated[list[int] | None, QueryParameter(description="0 to 17, one each")]


@get("/api/v1/places", opt=access(ANYBODY), tags=["Search"], summary="Suggest places")
async def suggest(
    reader: NamedDependency[Reader],
    text: Annotated[str, QueryParameter(max_length=80, description="name or postcode")],
) -> list[Place]:
    """Communes, departments and regions whose name or postcode begins so."""
    return await suggest_places(reader, text)


@get("/api/v1/search", opt=access(ANYBODY), tags=["Search"], summary="Search stays")
async def search(
    request: AnyRequest,
    reader: NamedDependency[Reader],
    place: Annotated[str, QueryParameter(description="such as commune:74010 or department:74")],
    arrival: FromQuery[date],
    departure: FromQuery[date],
    adults: FromQuery[int] = 2,
    child_ages: ChildAges = None,
    rooms: FromQuery[int] = 1,
    kind: FromQuery[list[str] | None] = None,
    stars: FromQuery[list[int] | None] = None,
    meal_plan: FromQuery[list[int] | None] = None,
    free_cancellation: FromQuery[bool] = False,
    price_max: Annotated[int | None, QueryParameter(description="euros, all in")] = None,
    sort: FromQuery[Sort] = Sort.PRICE,
    page: FromQuery[int] = 1,
) -> Results:
    """Every house that can be sold for these nights and this party; totals are all-in cents."""
    asked = Asked(
        place=place,
        arrival=arrival.isoformat(),
        departure=departure.isoformat(),
        adults=str(adults),
        child_ages=tuple(str(age) for age in child_ages or ()),
        rooms=str(rooms),
        kinds=tuple(kind or ()),
        stars=tuple(str(value) for value in stars or ()),
        meal_plans=tuple(str(value) for value in meal_plan or ()),
        free_cancellation=free_cancellation,
        price_max="" if price_max is None else str(price_max),
        sort=sort.value,
        page=str(page),
    )
    now = request.app.state.database.clock.now()
    return await actions.search_stays(reader, read_search(asked), now)


@get("/api/v1/properties/{id:int}", opt=access(ANYBODY), tags=["Search"], summary="See a house")
async def see_property(
    request: AnyRequest,
    reader: NamedDependency[Reader],
    id: FromPath[int],
    arrival: FromQuery[date | None] = None,
    departure: FromQuery[date | None] = None,
    adults: FromQuery[int] = 2,
    child_ages: ChildAges = None,
    rooms: FromQuery[int] = 1,
) -> PropertyView:
    """A house with its rooms; with dates, every offer, or the obstacles of each room."""
    asked = Asked(
        arrival=arrival.isoformat() if arrival else "",
        departure=departure.isoformat() if departure else "",
        adults=str(adults),
        child_ages=tuple(str(age) for age in child_ages or ()),
        rooms=str(rooms),
    )
    stay = read_stay(asked) if asked.arrival or asked.departure else None
    now = request.app.state.database.clock.now()
    return await actions.show_property(reader, id, stay, read_party(asked), now)


@get("/api/v1/ranking", opt=access(ANYBODY), tags=["Search"], summary="How results are ordered")
async def see_ranking() -> dict[str, str]:
    """The rule of each order in words, from the table that the code sorts by."""
    return {sort.value: words for sort, (words, _) in RANKING.items()}
