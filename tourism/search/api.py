"""Search and houses, for programs."""

from datetime import date
from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from hub.core.caller import ANYBODY, access
from hub.core.db import Reader
from hub.core.pages import AnyRequest
from tourism.search import actions
from tourism.search.forms import Asked, read_party, read_search, read_stay
from tourism.search.models import PropertyView, Results, Sort
from tourism.search.policy import RANKING

PLACE = (
    "commune:74010, department:74, region:84, landmark:mont-blanc, point:45.9,6.12 (latitude, "
    "longitude) or box:45.8,6.0,46.0,6.3 (south, west, north, east)"
)
RADIUS = "kilometres around a commune (10 unless told, 0 for it alone), a landmark or a point"
ChildAges = Annotated[list[int] | None, QueryParameter(description="0 to 17, one each")]


@get("/api/v1/search", opt=access(ANYBODY), tags=["Search"], summary="Search stays")
async def search(
    request: AnyRequest,
    reader: NamedDependency[Reader],
    place: Annotated[str, QueryParameter(description=PLACE)],
    arrival: FromQuery[date],
    departure: FromQuery[date],
    adults: FromQuery[int] = 2,
    child_ages: ChildAges = None,
    rooms: FromQuery[int] = 1,
    radius: Annotated[int | None, QueryParameter(description=RADIUS)] = None,
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
        radius="" if radius is None else str(radius),
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
