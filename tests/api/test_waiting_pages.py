"""The waiting list from its pages and its API: a freed room is offered, taken, or passed on."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from litestar.testing import AsyncTestClient

from hub.core.db import Database
from tests.db.test_waiting_list import fill, free, give, serve
from tests.houses import ARRIVAL, NIGHTS, House, find_house

HTML = {"accept": "text/html", "accept-language": "fr"}
HIDDEN = re.compile(r'type="hidden" name="(\w+)" value="([^"]*)"')
STAY = {
    "arrival": str(ARRIVAL),
    "departure": str(ARRIVAL + timedelta(days=NIGHTS)),
    "adults": "2",
}


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


async def sell_out(demo: Database, house: House) -> None:
    """Every room of every type, so that the page of the house says that it is full."""
    from tests.houses import left  # noqa: PLC0415
    from tourism.rates import move_units  # noqa: PLC0415

    await fill(demo, house)
    for code in ("family", "suite"):
        async with demo.transaction(house.tenant) as tx:
            for n, units in enumerate(await left(tx, house.types[code], ARRIVAL, NIGHTS)):
                day = ARRIVAL + timedelta(days=n)
                await move_units(tx, [house.types[code]], [units], day, day + timedelta(days=1))


async def join(visitor: AsyncTestClient, house: House, **fields: str):
    here = f"/hebergements/{house.id}/attente"
    shown = await visitor.get(here, params=STAY, headers=HTML)
    assert shown.status_code == 200, shown.text
    who = {"first_name": "Ada", "last_name": "Martin", "email": "ada@demo.example"}
    return await visitor.post(
        here, data={**dict(HIDDEN.findall(shown.text)), **who, **fields}, headers=HTML
    )


async def test_a_full_house_leads_to_its_list_and_the_offer_to_the_payment(
    visitor: AsyncTestClient, demo: Database, house: House
) -> None:
    await sell_out(demo, house)
    shown = await visitor.get(f"/hebergements/{house.id}", params=STAY, headers=HTML)
    assert f"/hebergements/{house.id}/attente?arrival={ARRIVAL}" in shown.text
    joined = await join(visitor, house)
    assert joined.status_code == 303
    address = joined.headers["location"]
    place = await visitor.get(address, headers=HTML)
    assert "Vous êtes la première personne" in place.text
    await give(demo, house, 1, ARRIVAL, NIGHTS)
    assert await serve(demo, house) == 1
    offer = await visitor.get(address, headers=HTML)
    assert "libérée pour vous" in offer.text
    pay = re.search(r'href="(/reservation/[^"]+)"', offer.text)
    assert pay is not None
    checkout = await visitor.get(pay[1], headers=HTML)
    assert "Réserver et payer" in checkout.text


async def test_what_was_typed_is_kept_and_the_mistake_named_beside_its_field(
    visitor: AsyncTestClient, demo: Database, house: House
) -> None:
    await sell_out(demo, house)
    answer = await join(visitor, house, email="ada@", flex_days="2", first_name="Ada Lovelace")
    assert answer.status_code == 400
    assert re.search(r'name="email"[^>]*value="ada@"[^>]*aria-invalid="true"', answer.text)
    assert 'value="Ada Lovelace"' in answer.text
    assert re.search(r'value="2" selected', answer.text)


async def test_whoever_can_book_is_led_to_the_house(visitor: AsyncTestClient, house: House) -> None:
    answer = await visitor.get(f"/hebergements/{house.id}/attente", params=STAY, headers=HTML)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"/hebergements/{house.id}?arrival={ARRIVAL}")
    wrong = await visitor.get(
        f"/hebergements/{house.id}/attente", params={**STAY, "arrival": "demain"}, headers=HTML
    )
    assert wrong.status_code == 400


async def test_leaving_gives_the_offer_to_the_next_and_the_house_sees_who_waits(
    visitor: AsyncTestClient, sign_in, demo: Database, house: House
) -> None:
    await sell_out(demo, house)
    first = (await join(visitor, house)).headers["location"]
    second = (await join(visitor, house, email="deux@demo.example")).headers["location"]
    assert "1 personne attend avant vous" in (await visitor.get(second, headers=HTML)).text
    await give(demo, house, 1, ARRIVAL, NIGHTS)
    await serve(demo, house)
    page = await visitor.get(first, headers=HTML)
    token = dict(HIDDEN.findall(page.text))["_csrf_token"]
    left = await visitor.post(f"{first}/quitter", data={"_csrf_token": token}, headers=HTML)
    assert left.status_code == 303
    assert "Vous avez refusé" in (await visitor.get(first, headers=HTML)).text
    assert "libérée pour vous" in (await visitor.get(second, headers=HTML)).text
    assert await free(demo, house) == [0, 0, 0]
    await sign_in("hotelier")
    shown = await visitor.get("/pro/waiting", headers=HTML)
    assert "deux@demo.example" in shown.text
    assert "1 personne attend" in shown.text
    await sign_in("office")
    assert (await visitor.get("/pro/waiting", headers=HTML)).status_code == 403


async def test_a_program_joins_once_sees_its_offer_and_leaves(
    visitor: AsyncTestClient, demo: Database, house: House
) -> None:
    await sell_out(demo, house)
    guest = {"first_name": "Ada", "last_name": "Martin", "email": "ada@demo.example"}
    wish = {"property": house.id, **STAY, "adults": 2, "guest": guest}
    path, key = "/api/v1/waiting-list", {"idempotency-key": str(uuid4())}
    joined = (await visitor.post(path, json=wish, headers=key)).json()
    again = await visitor.post(path, json=wish, headers=key)
    assert again.json() == joined
    assert (joined["state"], joined["booking"]) == ("waiting", None)
    await give(demo, house, 1, ARRIVAL, NIGHTS)
    await serve(demo, house)
    seen = (await visitor.get(f"{path}/{joined['token']}")).json()
    assert seen["state"] == "offered"
    booking = (await visitor.get(f"/api/v1/bookings/{seen['booking']}")).json()
    assert (booking["state"], booking["total_cents"]) == ("held", seen["total_cents"])
    leave = f"{path}/{joined['token']}/leave"
    left = await visitor.post(leave, json={}, headers={"idempotency-key": "two"})
    assert left.json()["state"] == "refused"
    assert await free(demo, house) == [1, 1, 1]
    weak = await visitor.post(path, json=wish, headers={"idempotency-key": "three"})
    assert weak.json()["type"].rpartition(":")[2] == "idempotency-key-guessable"
    refused = await visitor.post(path, json=wish, headers={"idempotency-key": str(uuid4())})
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (409, "still-free")


async def test_a_forged_token_opens_no_list(visitor: AsyncTestClient) -> None:
    for path in ("/attente/x", "/api/v1/waiting-list/x"):
        assert (await visitor.get(path)).status_code == 404
