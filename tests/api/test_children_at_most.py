"""A hotelier says how many children a room takes at most: whoever comes with more is not sold it,
whichever engine answers, and is told why."""

import re
from collections.abc import AsyncIterator

import pytest
from litestar.testing import AsyncTestClient

from hub.core.db import Database
from hub.core.settings import Settings
from tests.api.test_booking_api import post
from tests.api.test_plans_pages import HTML
from tests.api.test_rooms_on_request import say
from tests.houses import House, find_house
from tests.indexed import fresh_view, kept_index

STAY = {"arrival": "2027-02-27", "departure": "2027-03-02"}


@pytest.fixture
async def house(visitor: AsyncTestClient, sign_in, demo: Database) -> House:
    """Rooms for two to four adults, every one of them for one child at most."""
    await sign_in("hotelier")
    house = await find_house(demo)
    for kind in house.types:
        form = await say(visitor, house, kind, name=kind, children_max="1")
        assert re.search(r'name="children_max"[^>]* value="1"', form)
    return house


@pytest.fixture(params=["postgres", "index"], autouse=True)
async def engine(
    request: pytest.FixtureRequest, house: House, demo_settings: Settings
) -> AsyncIterator[str]:
    """Who answers; the index is built of what the hotelier has said."""
    del house
    if request.param == "postgres":
        yield request.param
        return
    async with kept_index(demo_settings):
        await fresh_view(demo_settings.data)
        yield request.param
        await fresh_view(demo_settings.data)


async def found(visitor: AsyncTestClient, house: House, **party: object) -> bool:
    """Whether a search of the house's commune finds it."""
    asked = {"place": "commune:74010", "radius": 0, **STAY, **party}
    answer = await visitor.get("/api/v1/search", params=asked)
    assert answer.status_code == 200, answer.text
    return house.id in {hit["property"] for hit in answer.json()["hits"]}


async def reasons(visitor: AsyncTestClient, house: House, **party: object) -> dict[str, list[str]]:
    """Why each room type is not sold on the house's page, by its code; empty when it is."""
    answer = await visitor.get(f"/api/v1/properties/{house.id}", params={**STAY, **party})
    assert answer.status_code == 200, answer.text
    return {option["room_type"]["code"]: option["obstacles"] for option in answer.json()["options"]}


async def test_one_child_is_taken_and_a_second_is_not(
    visitor: AsyncTestClient, house: House
) -> None:
    """A room of four for one child at most is not for a couple and two children."""
    one = {"adults": 2, "child_ages": ["7"]}
    two = {"adults": 2, "child_ages": ["7", "4"]}
    sold, small = [], ["too_many_persons"]
    assert await found(visitor, house, **one)
    assert not await found(visitor, house, **two)
    assert await found(visitor, house, **two, rooms=2)
    assert await reasons(visitor, house, **one) == dict.fromkeys(house.types, sold)
    assert await reasons(visitor, house, **two) == dict.fromkeys(house.types, small)
    assert await reasons(visitor, house, **two, rooms=2) == dict.fromkeys(house.types, sold)


async def test_the_page_and_the_quote_say_why(visitor: AsyncTestClient, house: House) -> None:
    page = await visitor.get(
        f"/hebergements/{house.id}",
        params={**STAY, "adults": 2, "child_ages": ["7", "4"]},
        headers=HTML,
    )
    assert page.text.count("Trop petit pour ces personnes") == len(house.types) + 1  # and the house
    room = {"room_type": house.types["family"], "adults": 2}
    wished = {"property": house.id, **STAY, "rate_plan": house.plans["flexible"]}
    answer = await post(
        visitor, "/api/v1/quotes", {**wished, "rooms": [{**room, "child_ages": [7, 4]}]}
    )
    assert answer.status_code == 409, answer.text
    assert answer.json()["obstacles"] == ["too_many_persons"]
    answer = await post(
        visitor, "/api/v1/quotes", {**wished, "rooms": [{**room, "child_ages": [7]}]}
    )
    assert answer.status_code == 201, answer.text
