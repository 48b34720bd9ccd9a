"""A stay on request by its pages: asked without a card, answered on the house's page, then paid."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from litestar.testing import AsyncTestClient

from hub.core.db import Database
from tests.db.test_requests import house
from tests.houses import ARRIVAL, NIGHTS, House

__all__ = ["house"]
HTML = {"accept": "text/html", "accept-language": "fr"}
HIDDEN = re.compile(r'type="hidden" name="(\w+)" value="([^"]*)"')
STAY = {
    "arrival": str(ARRIVAL),
    "departure": str(ARRIVAL + timedelta(days=NIGHTS)),
    "adults": "2",
}


async def ask(visitor: AsyncTestClient, house: House, **fields: str):
    shown = (await visitor.get(f"/hebergements/{house.id}", params=STAY, headers=HTML)).text
    assert "Sur demande : la maison confirme" in shown
    forms = re.findall(r'<form method="post" action="/devis">(.*?)</form>', shown, re.S)
    chosen = next(
        form for form in map(dict, map(HIDDEN.findall, forms))
        if form["rate_plan"] == str(house.plans["flexible"])
    )  # fmt: skip
    offer = (await visitor.post("/devis", data=chosen, headers=HTML)).headers["location"]
    page = (await visitor.get(offer, headers=HTML)).text
    assert f'href="{offer}/demander"' in page
    assert "/retenir" not in page
    form = (await visitor.get(f"{offer}/demander", headers=HTML)).text
    who = {"first_name": "Ada", "last_name": "Martin", "email": "ada@demo.example", **fields}
    hidden = {"_csrf_token": dict(HIDDEN.findall(form))["_csrf_token"]}
    return await visitor.post(f"{offer}/demander", data={**hidden, **who}, headers=HTML)


async def test_a_stay_is_asked_accepted_and_paid(
    visitor: AsyncTestClient, sign_in, demo: Database, house: House
) -> None:
    wrong = await ask(visitor, house, email="ada@")
    assert wrong.status_code == 400
    assert 'value="ada@"' in wrong.text
    asked = await ask(visitor, house)
    assert asked.status_code == 303
    stay = asked.headers["location"]
    assert "Votre demande est chez la maison" in (await visitor.get(stay, headers=HTML)).text
    await sign_in("hotelier")
    listed = (await visitor.get("/pro/requests", headers=HTML)).text
    assert "Ada Martin" in listed
    accept = re.search(r'action="(/pro/requests/[^"]+/accept)"', listed)
    assert accept is not None
    token = {"_csrf_token": dict(HIDDEN.findall(listed))["_csrf_token"]}
    assert (await visitor.post(accept[1], data=token, headers=HTML)).status_code == 303
    assert "Aucune demande n" in (await visitor.get("/pro/requests", headers=HTML)).text
    checkout = (await visitor.get(stay, headers=HTML)).text
    assert "Réserver et payer" in checkout
    form = checkout.partition(f'action="{stay}/payer"')[2].partition("</form>")[0]
    paid = await visitor.post(
        f"{stay}/payer",
        data={
            **dict(HIDDEN.findall(form)),
            "first_name": "Ada",
            "last_name": "Martin",
            "email": "ada@demo.example",
            "payment_method": "pm_card_visa",
        },
        headers=HTML,
    )
    assert paid.status_code == 303
    assert "Confirmée" in (await visitor.get(stay, headers=HTML)).text


async def test_a_declined_request_says_so_and_nobody_else_answers(
    visitor: AsyncTestClient, sign_in, demo: Database, house: House
) -> None:
    stay = (await ask(visitor, house)).headers["location"]
    await sign_in("office")
    assert (await visitor.get("/pro/requests", headers=HTML)).status_code == 403
    await sign_in("hotelier")
    listed = (await visitor.get("/pro/requests", headers=HTML)).text
    decline = re.search(r'action="(/pro/requests/[^"]+/decline)"', listed)
    assert decline is not None
    token = {"_csrf_token": dict(HIDDEN.findall(listed))["_csrf_token"]}
    assert (await visitor.post(decline[1], data=token, headers=HTML)).status_code == 303
    page = (await visitor.get(stay, headers=HTML)).text
    assert "La maison ne peut pas vous recevoir" in page


@pytest.mark.parametrize("plan", ["saver"])
async def test_a_program_is_told_what_can_be_booked_at_once(
    visitor: AsyncTestClient, house: House, plan: str
) -> None:
    wish = {
        "property": house.id,
        "arrival": STAY["arrival"],
        "departure": STAY["departure"],
        "rate_plan": house.plans[plan],
        "rooms": [{"room_type": house.types["double"], "adults": 2}],
    }
    made = (
        await visitor.post("/api/v1/quotes", json=wish, headers={"idempotency-key": str(uuid4())})
    ).json()
    assert made["on_request"] is False
    guest = {"first_name": "Ada", "last_name": "Martin", "email": "ada@demo.example"}
    path = f"/api/v1/quotes/{made['token']}/request"
    answer = await visitor.post(path, json={"guest": guest}, headers={"idempotency-key": "r"})
    assert answer.status_code == 409
