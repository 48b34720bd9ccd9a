"""Search, houses and price calendars, for programs."""

from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import MediaType, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from hub.core.caller import ANYBODY, access
from hub.core.db import Reader
from hub.core.i18n import SOURCE, money
from hub.core.pages import AnyRequest
from tourism.search import noting
from tourism.search.actions import houses, remembering
from tourism.search.actions.engines import choose_engine
from tourism.search.forms import Asked, read_party, read_search, read_stay
from tourism.search.models import PropertyView, Results, Sort
from tourism.search.policy.ranking import RANKING, Rule
from tourism.search.shortcut import ShortWay

PLACE = (
    "country:FR, region:84, department:74, commune:74010, landmark:mont-blanc, point:45.9,6.12 "
    "(latitude, longitude) or box:45.8,6.0,46.0,6.3 (south, west, north, east)"
)
RADIUS = "kilometres around a commune (10 unless told, 0 for it alone), a landmark or a point"
ChildAges = Annotated[list[int] | None, QueryParameter(description="0 to 17, one each")]
Euros = Annotated[int | None, QueryParameter(description="euros, all in")]


def read_texts(values: list[int] | list[str] | None) -> tuple[str, ...]:
    return tuple(str(value) for value in values or ())


@get(
    "/api/v1/search",
    opt=access(ANYBODY, gives_way=True),
    middleware=[ShortWay()],
    tags=["Search"],
    summary="Search stays",
)
async def search(
    request: AnyRequest,
    place: Annotated[str, QueryParameter(description=PLACE)],
    arrival: FromQuery[date],
    departure: FromQuery[date],
    adults: FromQuery[int] = 2,
    child_ages: ChildAges = None,
    rooms: FromQuery[int] = 1,
    radius: Annotated[int | None, QueryParameter(description=RADIUS)] = None,
    kind: FromQuery[list[str] | None] = None,
    stars: FromQuery[list[int] | None] = None,
    amenity: FromQuery[list[str] | None] = None,
    accessibility: FromQuery[list[str] | None] = None,
    pets: FromQuery[bool] = False,
    meal_plan: FromQuery[list[int] | None] = None,
    free_cancellation: FromQuery[bool] = False,
    instant: FromQuery[bool] = False,
    price_min: Euros = None,
    price_max: Euros = None,
    sort: FromQuery[Sort] = Sort.RECOMMENDED,
    page: FromQuery[int] = 1,
    spread: Annotated[
        bool, QueryParameter(description="also the dearest, the cheapest, and the counts by price")
    ] = False,
) -> Response[Results]:
    """Every house that can be sold for these nights and this party; totals are all-in cents. The
    party is spread over its rooms as evenly as the house has rooms for it, an adult in each (the
    `party` of a hit's rooms). `price_low_cents`, `price_high_cents` and `price_bands` (how many
    houses each range of totals would leave) are told on demand (`spread`), of at most thirty
    thousand houses; `obstacles` when few are found. `sort` is explained by `/api/v1/ranking`; by
    distance only around a commune, a landmark or a point. Facets say how many houses each choice
    would leave."""
    asked = Asked(
        place=place,
        radius="" if radius is None else str(radius),
        arrival=arrival.isoformat(),
        departure=departure.isoformat(),
        adults=str(adults),
        child_ages=read_texts(child_ages),
        rooms=str(rooms),
        kinds=read_texts(kind),
        stars=read_texts(stars),
        amenities=read_texts(amenity),
        accessibility=read_texts(accessibility),
        pets=pets,
        meal_plans=read_texts(meal_plan),
        free_cancellation=free_cancellation,
        instant=instant,
        price_min="" if price_min is None else str(price_min),
        price_max="" if price_max is None else str(price_max),
        sort=sort.value,
        page=str(page),
    )
    state = request.app.state
    reader: Reader = state.database.reader  # a dependency would cost as much as finding the place
    engine = choose_engine(reader, state.settings.data)
    wanted = read_search(asked)
    now = state.database.clock.now()
    answers = remembering.answers_of(state)
    answer: Any = await remembering.answer_search(
        answers, engine, reader, wanted, now, whole=spread
    )
    noting.note_search(request.scope, wanted)
    return Response(answer, media_type=MediaType.JSON)


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
    """A house with its rooms; with dates, every offer, or the obstacles of each room and the
    nearest stay that the house sells."""
    asked = Asked(
        arrival=arrival.isoformat() if arrival else "",
        departure=departure.isoformat() if departure else "",
        adults=str(adults),
        child_ages=read_texts(child_ages),
        rooms=str(rooms),
    )
    stay = read_stay(asked) if asked.arrival or asked.departure else None
    now = request.app.state.database.clock.now()
    return await houses.show_property(reader, id, stay, read_party(asked), now)


@get("/api/v1/ranking", opt=access(ANYBODY), tags=["Search"], summary="How results are ordered")
async def see_ranking() -> dict[str, Rule]:
    """The rule of each order in words with its weights, from the table that the code sorts by."""
    return {sort.value: told(rule) for sort, rule in RANKING.items()}


def told(rule: Rule) -> Rule:
    """A rule whose French words have their weights."""
    values = {
        "km": money(rule.cents_per_km, SOURCE),
        "star": money(rule.cents_per_missing_star, SOURCE),
        "per": " et ".join(rule.per_words),
        "most": rule.most_stars,
    }
    return msgspec.structs.replace(rule, words=rule.words % values)


handlers = (
    search,
    see_property,
    see_ranking,
)
