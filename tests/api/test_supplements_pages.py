"""A traveller adds what the house offers beside the room: one price on every page, in the letter,
on the voucher and for programs."""

import re
from io import BytesIO
from uuid import uuid4

import pypdf
import pytest
from litestar.testing import AsyncTestClient

from hub.core.db import Database
from hub.core.tokens import read_reference
from tests.api.test_plans_pages import HIDDEN, HTML, send
from tests.conftest import SECRET
from tests.houses import ARRIVAL, House, find_house, quote
from tourism.booking.actions import letters
from tourism.booking.views import BOOKING
from tourism.quoting.views import QUOTE

GUEST = {
    "first_name": "Ada", "last_name": "Martin", "email": "ada@demo.example",
    "payment_method": "pm_card_visa",
}  # fmt: skip


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


@pytest.fixture
async def hotelier(visitor: AsyncTestClient, sign_in) -> AsyncTestClient:
    await sign_in("hotelier")
    return visitor


async def offer_extras(hotelier: AsyncTestClient) -> dict[str, int]:
    """The hotelier adds two by the form; their ids."""
    for fields in (
        {"name": "Panier-repas", "amount": "11", "per": "person", "each": "stay", "vat": "meal"},
        {"name": "Garage", "amount": "8", "per": "room", "each": "night", "vat": "service",
         "most": "3"},
    ):  # fmt: skip
        sent = await send(hotelier, "/pro/plans", "/pro/plans/supplements", mandatory="0", **fields)
        assert sent.status_code == 303, sent.text
    listed = (await hotelier.get("/api/v1/house/plans")).json()["supplements"]
    return {one["name"]: one["id"] for one in listed}


def plain(text: str) -> str:
    text = text.replace("&#39;", "'").replace("\N{NO-BREAK SPACE}", " ")
    return " ".join(text.replace("\N{NARROW NO-BREAK SPACE}", " ").split())


async def test_what_is_ticked_is_in_one_price_from_the_offer_to_the_voucher(
    hotelier: AsyncTestClient, demo: Database, house: House
) -> None:
    ids = await offer_extras(hotelier)
    words = plain((await hotelier.get("/pro/plans", headers=HTML)).text)
    assert "8,00 € par nuit, au plus 3 par chambre, TVA des autres services." in words
    first = await quote(demo, house.wish())
    total = first.breakdown.total_cents
    room = {"room_type": house.types["double"], "adults": 2}
    stay = {
        "property": house.id, "arrival": str(ARRIVAL), "departure": str(first.departure),
        "rate_plan": house.plans["flexible"],
    }  # fmt: skip
    form = {**stay, "rooms": f"{room['room_type']}:2:"}
    shown = await send(hotelier, f"/hebergements/{house.id}", "/devis", **form)
    offer = shown.headers["location"]
    page = plain((await hotelier.get(offer, headers=HTML)).text)
    assert "Panier-repas <strong>22,00 €</strong>" in page
    garage = f"extra_1_{ids['Garage']}"
    wrong = await send(hotelier, offer, f"{offer}/supplements", **{garage: "9"})
    assert wrong.status_code == 400
    assert "Ce supplément ne se prend pas autant de fois." in wrong.text
    ticked = {f"extra_1_{ids['Panier-repas']}": "1", garage: "2"}
    chosen = await send(hotelier, offer, f"{offer}/supplements", **ticked)
    assert chosen.status_code == 303, chosen.text
    offer = chosen.headers["location"].partition("#")[0]
    total += 2 * 1_100 + 2 * 3 * 800
    page = (await hotelier.get(offer, headers=HTML)).text
    assert re.search(rf'name="extra_1_{ids["Panier-repas"]}" value="1" checked', page)
    assert "Garage × 2" in page
    quoted = (await hotelier.get(f"/api/v1/quotes/{offer.removeprefix('/devis/')}")).json()
    assert quoted["breakdown"]["total_cents"] == total
    # Programs ask for the same in one call.
    room["supplements"] = [
        {"id": ids["Panier-repas"]},
        {"id": ids["Garage"], "quantity": 2},
    ]
    asked = await hotelier.post(
        "/api/v1/quotes", json={**stay, "rooms": [room]}, headers={"idempotency-key": str(uuid4())}
    )
    assert asked.status_code == 201, asked.text
    for part in ("vat", "rooms", "shares", "total_cents"):
        assert asked.json()["breakdown"][part] == quoted["breakdown"][part], part
    await follow(hotelier, demo, offer, total)


async def follow(hotelier: AsyncTestClient, demo: Database, offer: str, total: int) -> None:
    """Hold, pay, and read every page that names the price."""
    said = plain(f"{total // 100},{total % 100:02d} €")
    held = await send(hotelier, offer, f"{offer}/retenir")
    stay = held.headers["location"]
    checkout = (await hotelier.get(stay, headers=HTML)).text
    assert said in plain(checkout)
    assert "Garage × 2" in checkout
    paying = checkout.partition(f'action="{stay}/payer"')[2].partition("</form>")[0]
    sent = {**dict(HIDDEN.findall(paying)), **GUEST}
    assert (await hotelier.post(f"{stay}/payer", data=sent, headers=HTML)).status_code == 303
    booked = plain((await hotelier.get(stay, headers=HTML)).text)
    assert said in booked
    assert "Les suppléments que vous avez choisis aussi." in booked
    token = stay.removeprefix("/reservation/")
    assert (await hotelier.get(f"/api/v1/bookings/{token}")).json()["total_cents"] == total
    voucher = await hotelier.get(f"{stay}/bon.pdf", headers=HTML)
    paper = plain(pypdf.PdfReader(BytesIO(voucher.content)).pages[0].extract_text())
    assert said in paper
    assert "Garage × 2" in paper
    reference = read_reference(SECRET, BOOKING, token)
    async with demo.transaction(reference.tenant) as tx:
        await letters.write_confirmation(tx, reference.id)
    mails = plain((await hotelier.get("/demo/mail", headers=HTML)).text)
    assert "Avec : Panier-repas 22,00 € ; Garage × 2 48,00 €." in mails
    assert f"Payé : {said}" in mails
    changing = (await hotelier.get(f"{stay}/modifier", headers=HTML)).text
    assert re.search(r'<option value="2" selected>2</option>', changing)
    assert read_reference(SECRET, QUOTE, offer.removeprefix("/devis/")).tenant == reference.tenant


async def test_a_guest_at_the_desk_adds_one_and_nothing_that_was_typed_is_lost(
    hotelier: AsyncTestClient, house: House
) -> None:
    ids = await offer_extras(hotelier)
    new = "/pro/bookings/new"
    stay = {
        "arrival": str(ARRIVAL), "departure": "2027-03-02", "adults": "2", "child_ages": "",
        "room_type": str(house.types["double"]), "rate_plan": str(house.plans["flexible"]),
    }  # fmt: skip
    offer = (await send(hotelier, new, new, **stay)).headers["location"]
    typed = {"first_name": "Ada", "last_name": "Martin", f"extra_1_{ids['Garage']}": "2"}
    # Booked at once: what was just ticked is in the price that is told first.
    for path in (f"{offer}/supplements", offer):
        priced = await send(hotelier, offer, path, **typed)
        assert priced.status_code == 200
        assert "Garage × 2" in priced.text
        assert 'value="Martin"' in priced.text
        again = re.search(r'action="(/pro/bookings/new/[0-9a-f-]+)"', priced.text)
        assert again is not None
        assert again[1] != offer
    booked = await send(hotelier, again[1], again[1], **typed)
    assert booked.status_code == 303
    shown = plain((await hotelier.get(booked.headers["location"], headers=HTML)).text)
    assert "Garage × 2" in shown
    wrong = await send(hotelier, offer, f"{offer}/supplements", **{f"extra_1_{ids['Garage']}": "9"})
    assert wrong.status_code == 400


async def test_a_guest_of_a_group_adds_one_and_changes_it_later(
    hotelier: AsyncTestClient, house: House
) -> None:
    ids = await offer_extras(hotelier)
    double = house.types["double"]
    block = {
        "name": "Mariage", "arrival": str(ARRIVAL), "departure": "2027-03-02",
        "cut_off_on": str(ARRIVAL), "rate_plan": str(house.plans["flexible"]),
        f"units_{double}": "2", f"price_{double}": "70", "idempotency_key": "block",
    }  # fmt: skip
    made = await send(hotelier, "/pro/groups/new", "/pro/groups/new", **block)
    shown = (await hotelier.get(made.headers["location"], headers=HTML)).text
    code = re.search(r'href="[^"]*(/groupe/[A-Z0-9-]+)"', shown)
    assert code is not None
    wanted = {"type_1": str(double), "adults_1": "2", f"extra_1_{ids['Garage']}": "1",
              "arrival": str(ARRIVAL), "departure": "2027-03-02"}  # fmt: skip
    held = await send(hotelier, code[1], code[1], **wanted)
    stay = held.headers["location"]
    checkout = (await hotelier.get(stay, headers=HTML)).text
    assert "Garage" in checkout
    paying = dict(HIDDEN.findall(checkout.partition(f'action="{stay}/payer"')[2]))
    await hotelier.post(f"{stay}/payer", data={**paying, **GUEST}, headers=HTML)
    form = {
        "arrival": str(ARRIVAL), "departure": "2027-03-02", "adults_1": "2", "ages_1": "",
        "type_1": str(double), "rate_plan": str(house.plans["flexible"]),
        f"extra_1_{ids['Garage']}": "3",
    }  # fmt: skip
    seen = await send(hotelier, f"{stay}/modifier", f"{stay}/modifier", **form)
    assert seen.status_code == 200
    assert "48,00 €" in plain(seen.text.partition('id="difference"')[2])  # two more, three nights
