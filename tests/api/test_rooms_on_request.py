"""A room type that is asked of its house first: said on its form, marked in the search, left out by
whoever wants an answer at once, asked and accepted; at its own desk the house asks nobody."""

import re

import msgspec
import pytest
from litestar.testing import AsyncTestClient

from hub.core.db import Database
from hub.core.settings import Settings
from tests.api.test_plans_pages import HTML, send
from tests.conftest import NOW
from tests.houses import ARRIVAL, GUEST, House, find_house, hold, quote
from tests.indexed import fresh_engine, kept_index
from tourism.booking.actions import selling
from tourism.booking.models import State
from tourism.index import Wants
from tourism.offers import SqlEngine
from tourism.quoting.errors import NotSellable
from tourism.quoting.models import DESK, RoomWanted
from tourism.requests.actions import asking
from tourism.search import search_stays
from tourism.search.models import Party, Search, Stay

INPUT = re.compile(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"')


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


@pytest.fixture
async def hotelier(visitor: AsyncTestClient, sign_in) -> AsyncTestClient:
    await sign_in("hotelier")
    return visitor


async def say(hotelier: AsyncTestClient, house: House, kind: str, **said: str) -> str:
    """The form of a room type as it stands, with what is said beside; the form afterwards."""
    path = f"/pro/onboarding/rooms/{house.types[kind]}"
    page = (await hotelier.get(path, headers=HTML)).text
    typed = {name: value for name, value in INPUT.findall(page) if name != "on_request"}
    typed["name"] = typed["name"] or "Double"
    sent = await send(hotelier, path, path, **(typed | said))
    assert sent.status_code == 303, sent.text
    return (await hotelier.get(path, headers=HTML)).text


async def test_a_room_type_is_sold_on_request_from_its_form_to_the_houses_yes(
    hotelier: AsyncTestClient, demo: Database, house: House
) -> None:
    shown = await say(hotelier, house, "double", on_request="1")
    assert re.search(r'name="on_request" value="1" checked', shown)
    dates = {"arrival": str(ARRIVAL), "departure": "2027-03-02", "adults": "2"}
    page = (await hotelier.get(f"/hebergements/{house.id}", params=dates, headers=HTML)).text
    assert page.count("Sur demande : la maison confirme") == len(house.plans)
    api = (await hotelier.get(f"/api/v1/properties/{house.id}", params=dates)).json()
    assert {
        option["room_type"]["code"]: {offer["on_request"] for offer in option["offers"]}
        for option in api["options"]
    } == {"double": {True}, "family": {False}, "suite": {False}}
    family = await quote(demo, house.wish(RoomWanted(room_type=house.types["family"], adults=2)))
    assert not family.on_request
    made = await quote(demo, house.wish())
    assert made.on_request
    with pytest.raises(NotSellable) as refused:
        await hold(demo, made)
    assert refused.value.extra["obstacles"] == ["on_request"]
    async with demo.transaction(house.tenant, actor="guest") as tx:
        asked = await asking.ask_house(tx, made.id, GUEST)
        accepted = await asking.accept_request(tx, asked.id)
    assert (asked.state, accepted.state) == (State.REQUESTED, State.HELD)
    desk = await quote(demo, msgspec.structs.replace(house.wish(), channel=DESK))
    assert not desk.on_request
    sold = await hold(demo, desk)
    async with demo.transaction(house.tenant, actor="hotelier") as tx:
        assert (await selling.confirm_at_desk(tx, sold.id, GUEST)).state is State.CONFIRMED
    assert not re.search("on_request[^>]*checked", await say(hotelier, house, "double"))
    assert not (await quote(demo, house.wish())).on_request


async def test_what_was_quoted_before_is_asked_too(
    hotelier: AsyncTestClient, demo: Database, house: House
) -> None:
    """A quote of before the change is not held behind the house's back."""
    made = await quote(demo, house.wish())
    await say(hotelier, house, "double", on_request="1")
    with pytest.raises(NotSellable):
        await hold(demo, made)


async def test_both_engines_mark_it_and_leave_it_out_alike(
    hotelier: AsyncTestClient, demo: Database, demo_settings: Settings, house: House
) -> None:
    await say(hotelier, house, "double", on_request="1")
    search = Search(
        place="commune:74010",
        radius_km=None,
        stay=Stay(arrival=ARRIVAL, departure=ARRIVAL.replace(month=3, day=2)),
        party=Party(adults=2, child_ages=(), rooms=1),
    )
    instant = msgspec.structs.replace(search, wants=Wants(instant=True))
    async with kept_index(demo_settings):
        engines = SqlEngine(demo.reader), await fresh_engine(demo.reader, demo_settings.data)
        for engine in engines:
            found, _ = await search_stays(engine, demo.reader, search, NOW)
            [hit] = [hit for hit in found.hits if hit.property == house.id]
            assert (hit.on_request, hit.rooms[0].code) == (True, "double"), engine
            assert found.instant == found.total
            at_once, _ = await search_stays(engine, demo.reader, instant, NOW)
            [hit] = [hit for hit in at_once.hits if hit.property == house.id]
            assert (hit.on_request, hit.rooms[0].code) == (False, "family"), engine
            assert at_once.available == found.available
