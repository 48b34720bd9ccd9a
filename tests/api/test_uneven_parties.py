"""A house whose rooms are of different sizes lodges whom it can: the party is spread evenly where
the house has rooms for it so, else in the way nearest to even; whoever answers, at one price from
the list to the hold."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from litestar.testing import AsyncTestClient

from hub.core.db import Database
from hub.core.settings import Settings
from tests.api.test_booking_api import post
from tests.api.test_demand import count, lost
from tests.api.test_plans_pages import HTML
from tests.db.test_search_remembering import until_seen
from tests.houses import ARRIVAL, House, find_house
from tests.indexed import fresh_view, kept_index
from tourism import demand
from tourism.indexing.following import Follower

STAY = {"arrival": "2027-02-27", "departure": "2027-03-02"}
PLACE = {"place": "commune:74010", "radius": 0}
FOUR = {"adults": 4, "rooms": 2}
SIZES = {"double": (1, 1, 4), "family": (3, 3, 1), "suite": (2, 2, 0)}


@pytest.fixture
async def root(demo_settings: Settings) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(demo_settings.database_url)
    yield connection
    await connection.close()


@pytest.fixture
async def house(demo: Database, root: asyncpg.Connection) -> House:
    """Singles, a triple, and doubles that are full."""
    house = await find_house(demo)
    for code, (most, adults, left) in SIZES.items():
        await root.execute(
            "update room_type set occupancy_standard = 1, occupancy_max = $2, adults_max = $3,"
            " children_max = 0 where id = $1",
            house.types[code], most, adults,
        )  # fmt: skip
        await restock(root, house, code, left)
    return house


async def restock(root: asyncpg.Connection, house: House, code: str, left: int) -> None:
    await root.execute(
        "update ari_month set units_left = array_fill($2::int2, array[cardinality(units_left)])"
        " where room_type = $1",
        house.types[code], left,
    )  # fmt: skip


@pytest.fixture(params=["postgres", "index"], autouse=True)
async def index(
    request: pytest.FixtureRequest, house: House, demo_settings: Settings
) -> AsyncIterator[Follower | None]:
    """Who answers; with an index, what keeps it."""
    del house
    if request.param == "postgres":
        yield None
        return
    async with kept_index(demo_settings) as follower:
        await until_seen(follower)
        yield follower
        await fresh_view(demo_settings.data)


async def seen(index: Follower | None) -> None:
    """What was changed is known to who answers."""
    if index is not None:
        await until_seen(index)


async def hit_of(visitor: AsyncTestClient, house: House, **asked: object) -> dict | None:
    answer = await visitor.get("/api/v1/search", params={**PLACE, **STAY, **asked})
    assert answer.status_code == 200, answer.text
    return next((hit for hit in answer.json()["hits"] if hit["property"] == house.id), None)


def sleeping(house: House, rooms: list[dict]) -> list[tuple[str, int]]:
    codes = {id: code for code, id in house.types.items()}
    return [(codes[room["room_type"]], room["party"]["adults"]) for room in rooms]


async def test_a_triple_and_a_single_are_sold_to_four_at_one_price_everywhere(
    visitor: AsyncTestClient, house: House
) -> None:
    hit = await hit_of(visitor, house, **FOUR)
    assert hit is not None
    assert sleeping(house, hit["rooms"]) == [("family", 3), ("double", 1)]
    total = hit["total_cents"]
    whole = await hit_of(visitor, house, **FOUR, spread="true")
    assert whole == hit
    told = await visitor.get(f"/api/v1/properties/{house.id}", params={**STAY, **FOUR})
    offers = told.json()["mixed"]
    assert {tuple(sleeping(house, offer["rooms"])) for offer in offers} == {
        (("family", 3), ("double", 1))
    }
    same = next(offer for offer in offers if offer["plan"]["id"] == hit["rate_plan"])
    assert same["gross_cents"] + same["tourist_tax_cents"] == total
    calendar = await visitor.get(
        f"/api/v1/properties/{house.id}/calendar",
        params={"nights": 3, "first": STAY["arrival"], "days": 1, **FOUR},
    )
    assert calendar.json()["days"][0]["total_cents"] == total
    place = await visitor.get(
        "/api/v1/search/calendar",
        params={**PLACE, "nights": 3, "first": STAY["arrival"], "days": 1, **FOUR},
    )
    assert place.json()["days"][0]["total_cents"] <= total
    rooms = [
        {"room_type": room["room_type"], "adults": room["party"]["adults"]} for room in hit["rooms"]
    ]
    wish = {"property": house.id, **STAY, "rate_plan": hit["rate_plan"], "rooms": rooms}
    quote = await post(visitor, "/api/v1/quotes", {**wish, "shown_total_cents": total})
    assert quote.status_code == 201, quote.text
    held = await post(visitor, f"/api/v1/quotes/{quote.json()['token']}/hold", {})
    assert held.json()["total_cents"] == total
    assert await hit_of(visitor, house, adults=5, rooms=2) is None


async def test_the_pages_say_who_sleeps_where(visitor: AsyncTestClient, house: House) -> None:
    spread = "Chambre familiale : 3 adultes + Chambre double : 1 adulte"
    listed = await visitor.get("/recherche", params={**PLACE, **STAY, **FOUR}, headers=HTML)
    page = await visitor.get(f"/hebergements/{house.id}", params={**STAY, **FOUR}, headers=HTML)
    assert spread in listed.text
    assert f"<h3>{spread}</h3>" in page.text
    triple, single = house.types["family"], house.types["double"]
    assert f'value="{triple}:3:;{single}:1:"' in page.text


async def test_the_doubles_are_sold_evenly_as_soon_as_they_are_free(
    visitor: AsyncTestClient, house: House, root: asyncpg.Connection, index: Follower | None
) -> None:  # fmt: skip
    await restock(root, house, "suite", 2)
    await seen(index)
    hit = await hit_of(visitor, house, **FOUR)
    assert hit is not None
    assert [adults for _, adults in sleeping(house, hit["rooms"])] == [2, 2]
    listed = await visitor.get("/recherche", params={**PLACE, **STAY, **FOUR}, headers=HTML)
    assert "Suite : " not in listed.text


async def test_rooms_that_are_confirmed_at_once_are_spread_for_themselves(
    visitor: AsyncTestClient, house: House, root: asyncpg.Connection, index: Follower | None
) -> None:  # fmt: skip
    """Two doubles that the house is asked for first lodge the party evenly, for more money than the
    triple and the single: only who wants no answer to wait for is given these."""
    await restock(root, house, "suite", 2)
    await root.execute("update room_type set on_request = true where id = $1", house.types["suite"])
    await seen(index)
    asked, at_once = [await hit_of(visitor, house, **FOUR, instant=i) for i in ("false", "true")]
    assert asked is not None
    assert at_once is not None
    assert [adults for _, adults in sleeping(house, asked["rooms"])] == [2, 2]
    assert sleeping(house, at_once["rooms"]) == [("family", 3), ("double", 1)]
    assert at_once["total_cents"] < asked["total_cents"]


async def test_searches_for_it_are_counted_as_found(
    demo: Database, house: House, index: Follower | None
) -> None:
    if index is not None:
        pytest.skip("counted from the database alone")
    four = demand.Asked(
        property=house.id, arrival=ARRIVAL, departure=ARRIVAL.replace(month=3, day=2), **FOUR
    )
    await count(demo, four, 3)
    await count(demo, demand.Asked(
        property=house.id, arrival=ARRIVAL, departure=ARRIVAL.replace(month=3, day=2),
        adults=5, rooms=2,
    ), 2)  # fmt: skip
    found = await lost(demo, house)
    assert (found.found, found.lost) == (3, 2)
