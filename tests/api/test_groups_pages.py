"""Rooms kept for a group, from its pages and its API: the house keeps, the guest comes with the
code, the house sees who sleeps where."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from litestar.testing import AsyncTestClient

from hub.core.db import Database
from tests.houses import ARRIVAL, NIGHTS, House, find_house
from tests.people import read, send, text_of

DEPARTURE = ARRIVAL + timedelta(days=NIGHTS)
NEW = "/pro/groups/new"


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


def form(house: House, **given: str) -> dict[str, object]:
    double = house.types["double"]
    return {
        "name": "Mariage Faure",
        "arrival": str(ARRIVAL),
        "departure": str(DEPARTURE),
        "cut_off_on": str(ARRIVAL - timedelta(days=14)),
        "rate_plan": str(house.plans["flexible"]),
        f"units_{double}": "2",
        f"price_{double}": "77,50",
        "idempotency_key": "once",
        **given,
    }


async def test_a_house_keeps_rooms_and_a_guest_takes_one_with_the_code(
    visitor: AsyncTestClient, sign_in, house: House
) -> None:
    await sign_in("hotelier")
    wrong = await send(visitor, NEW, form(house, cut_off_on="demain"), shown=NEW)
    assert wrong.status_code == 400
    assert re.search(r'id="cut_off_on"[^>]*value="demain"[^>]*aria-invalid="true"', wrong.text)
    assert 'value="77,50"' in text_of(wrong)
    made = [await send(visitor, NEW, form(house), shown=NEW) for _ in range(2)]
    assert {answer.status_code for answer in made} == {303}
    [address] = {answer.headers["location"] for answer in made}
    _, shown = await read(visitor, address)
    assert "0 nuitées prises sur 6" in shown
    code = re.search(r'class="big">([A-Z]+-\d{6}-[A-Z]+)<', shown)
    assert code is not None
    visitor.cookies.clear()
    status, unknown = await read(visitor, "/groupe", code="LAC-0000-ORME")
    assert status == 404
    assert 'value="LAC-0000-ORME"' in unknown
    door = await visitor.get("/groupe", params={"code": code[1].lower().replace("-", " ")})
    assert door.headers["location"] == f"/groupe/{code[1]}"
    here = f"/groupe/{code[1]}"
    _, rooms = await read(visitor, here)
    assert "77,50" in rooms
    wanted = {
        "type_1": str(house.types["double"]),
        "arrival": str(ARRIVAL),
        "departure": str(ARRIVAL + timedelta(days=2)),
        "adults_1": "2",
        "rooms": "1",
        "idempotency_key": str(uuid4()),
    }
    weak = await send(visitor, here, {**wanted, "idempotency_key": "one"}, shown=here)
    assert weak.status_code == 400
    more = await send(visitor, here, {**wanted, "adults_1": "1", "act": "more"}, shown=here)
    assert more.status_code == 200
    assert "Retenir mes 2 chambres" in more.text
    assert re.search(r'name="adults_1"[^>]*value="1"', more.text)
    late = await send(visitor, here, {**wanted, "departure": "2027-03-09"}, shown=here)
    assert (late.status_code, 'value="2027-03-09"' in late.text) == (400, True)
    taken = [await send(visitor, here, wanted, shown=here) for _ in range(2)]
    assert len({answer.headers["location"] for answer in taken}) == 1
    _, checkout = await read(visitor, taken[0].headers["location"])
    assert "Réserver et payer" in checkout
    await sign_in("hotelier")
    _, after = await read(visitor, address)
    assert "2 nuitées prises sur 6" in after
    sheet = await visitor.get(f"{address}/rooming.csv")
    assert sheet.text.count("\r\n") == 2
    assert (await send(visitor, f"{address}/release", {}, shown=address)).status_code == 303
    assert "Rendues à la vente" in (await read(visitor, "/pro/groups"))[1]
    assert "ne sont plus gardées" in (await read(visitor, here))[1]


async def test_programs_keep_and_take_once_a_key(
    visitor: AsyncTestClient, sign_in, house: House
) -> None:
    await sign_in("hotelier")
    block = {
        "name": "Équipe",
        "arrival": str(ARRIVAL),
        "departure": str(DEPARTURE),
        "cut_off_on": str(ARRIVAL),
        "rate_plan": house.plans["flexible"],
        "rooms": [{"room_type": house.types["double"], "units": 1, "price_cents": 70_00}],
    }
    path, key = "/api/v1/house/groups", {"idempotency-key": "one"}
    made = (await visitor.post(path, json=block, headers=key)).json()
    assert (await visitor.post(path, json=block, headers=key)).json() == made
    assert made["figures"]["kept"] == NIGHTS
    group = f"/api/v1/groups/{made['code']}"
    visitor.cookies.clear()
    assert (await visitor.get(group)).json()["rooms"][0]["left"] == [1, 1, 1]
    wanted = {
        "arrival": str(ARRIVAL),
        "departure": str(DEPARTURE),
        "rooms": [{"room_type": house.types["double"], "adults": 2}],
    }
    weak = await visitor.post(f"{group}/rooms", json=wanted, headers={"idempotency-key": "a"})
    assert weak.json()["type"].rpartition(":")[2] == "idempotency-key-guessable"
    key = {"idempotency-key": str(uuid4())}
    held = await visitor.post(f"{group}/rooms", json=wanted, headers=key)
    assert (held.status_code, held.json()["state"]) == (201, "held")
    key = {"idempotency-key": str(uuid4())}
    none = await visitor.post(f"{group}/rooms", json=wanted, headers=key)
    assert (none.status_code, none.json()["type"].rpartition(":")[2]) == (409, "group-none-left")
    await sign_in("hotelier")
    [seen] = (await visitor.get(path)).json()
    assert (seen["figures"]["taken"], seen["rooms"][0]["left"]) == (NIGHTS, [0, 0, 0])
