"""A booking lived by its guest: wait for a full house and get the room, change the dates, cancel
one room of three, take a room that is kept for a group."""

import re
from datetime import date, timedelta

import pytest

from loadtests.serving import today
from tests.browser.conftest import Visitor
from tests.browser.test_calendar import sign_in
from tests.browser.test_journey import cents, fill_guest, wait_for_text
from tourism.demo.house import COMMUNE, NAME

pytestmark = pytest.mark.xdist_group("browser")
TODAY = today()
NIGHTS = 2


def days_of(request: pytest.FixtureRequest, ahead: int) -> tuple[date, date]:
    """Nights of their own for the phone and for the wide screen."""
    arrival = TODAY + timedelta(days=ahead + (0 if "phone" in request.node.name else 20))
    return arrival, arrival + timedelta(days=NIGHTS)


def find_house(visitor: Visitor) -> int:
    """The invented house, as a search finds it."""
    asked = {
        "place": f"commune:{COMMUNE[0]}",
        "arrival": str(TODAY + timedelta(days=90)),
        "departure": str(TODAY + timedelta(days=91)),
        "kind": "hotel",
    }
    for number in range(1, 9):
        address = visitor.site + "/api/v1/search"
        found = visitor.page.request.get(address, params={**asked, "page": str(number)}).json()
        for hit in found["hits"]:
            if hit["name"] == NAME:
                return hit["property"]
    raise AssertionError("the invented house is not found")


def offer_units(visitor: Visitor, arrival: date, **units: int) -> None:
    """The house sells so many units of its room types on the nights of a stay."""
    address = visitor.site + "/api/v1/house/calendar"
    asked = {"first": str(arrival), "last": str(arrival + timedelta(days=NIGHTS))}
    rows = visitor.page.request.get(address, params=asked).json()["rows"]
    types = {row["room_type_code"]: row["room_type"] for row in rows if not row["rate_plan"]}
    values = [
        {
            "room_type": types[code],
            "field": "offered",
            "first": str(arrival),
            "values": [count] * NIGHTS,
        }
        for code, count in units.items()
    ]
    key = {"idempotency-key": f"{arrival}{units}"}
    answer = visitor.page.request.put(address, data={"values": values}, headers=key)
    assert answer.status == 200, answer.text()


def book(visitor: Visitor, house: int, arrival: date, departure: date, **asked: int) -> str:
    """Book the flexible rate as a guest; the address of the booking's page."""
    query = "&".join(f"{name}={value}" for name, value in {"adults": 2, **asked}.items())
    visitor.go(f"/hebergements/{house}?arrival={arrival}&departure={departure}&{query}")
    visitor.press(re.compile("Tarif flexible"))
    visitor.press(re.compile("Retenir"))
    fill_guest(visitor)
    visitor.press(re.compile("Réserver et payer"))
    assert visitor.page.locator(".chip").first.inner_text().startswith("Confirmée")
    return visitor.page.url.removeprefix(visitor.site)


def total_of(visitor: Visitor) -> int:
    return cents(visitor.page.locator("tfoot .amount").first.inner_text())


def test_whoever_waits_for_a_full_house_gets_the_room_that_is_cancelled(
    visitor: Visitor, request: pytest.FixtureRequest
) -> None:
    page = visitor.page
    arrival, departure = days_of(request, 120)
    house = find_house(visitor)
    sign_in(visitor)
    offer_units(visitor, arrival, double=0, family=0, suite=1)
    last = book(visitor, house, arrival, departure)

    visitor.go(f"/hebergements/{house}?arrival={arrival}&departure={departure}&adults=2")
    assert "Complet sur une des nuits." in page.locator("main").inner_text()
    visitor.check()
    visitor.press("Attendre qu'une chambre se libère", role="link")
    visitor.check()
    page.get_by_label("Prénom").fill("Inès")
    page.get_by_label("Nom", exact=True).fill("Faure")
    page.get_by_label("Adresse e-mail").fill("ines@demo.example")
    visitor.press("Rejoindre la liste d'attente")
    assert "la première personne" in page.locator("main").inner_text()
    visitor.check()
    place = page.url.removeprefix(visitor.site)
    visitor.go("/pro/waiting")
    assert "Inès Faure" in page.locator("main").inner_text()
    visitor.check()

    visitor.go(last)
    visitor.press("Annuler ce séjour", role="link")
    visitor.press(re.compile("Annuler et être remboursé"))
    visitor.go(place)
    wait_for_text(visitor, "Retenu pour vous")
    visitor.check()
    offered = total_of(visitor)
    visitor.press("Prendre et aller au paiement", role="link")
    visitor.check()
    fill_guest(visitor)
    visitor.press(re.compile("Réserver et payer"))
    assert page.locator(".chip").first.inner_text().startswith("Confirmée")
    assert total_of(visitor) == offered
    visitor.go(place)
    assert "Vous avez pris la chambre" in page.locator("h1").inner_text()
    visitor.check()


def test_the_dates_of_a_stay_are_changed_for_the_difference_that_was_shown(
    visitor: Visitor, request: pytest.FixtureRequest
) -> None:
    page = visitor.page
    arrival, departure = days_of(request, 160)
    stay = book(visitor, find_house(visitor), arrival, departure)
    before = total_of(visitor)
    visitor.press("Modifier ce séjour", role="link")
    visitor.check()
    page.get_by_label("Départ").fill(str(departure + timedelta(days=1)))
    visitor.press("Voir la différence")
    visitor.check()
    due = cents(page.locator("#difference tfoot .amount").inner_text())
    assert "À payer maintenant" in page.locator("#difference tfoot").inner_text()
    assert due > 0
    page.get_by_label("Carte de test refusée").check()
    visitor.press(re.compile("Modifier et payer"))
    assert page.get_by_role("alert").is_visible()
    assert "n'a pas changé" in page.get_by_role("alert").inner_text()
    visitor.check()
    visitor.errors[:] = [error for error in visitor.errors if "402" not in error]
    page.get_by_label("Carte de test acceptée (Visa)").check()
    visitor.press(re.compile("Modifier et payer"))
    assert page.url.endswith(stay)
    assert total_of(visitor) == before + due
    visitor.check()

    # A night less than at first: what is given up is free, and comes back.
    visitor.press("Modifier ce séjour", role="link")
    page.get_by_label("Départ").fill(str(arrival + timedelta(days=1)))
    visitor.press("Voir la différence")
    assert "Vous revient" in page.locator("#difference tfoot").inner_text()
    back = cents(page.locator("#difference tfoot .amount").inner_text())
    visitor.press(re.compile("Modifier et rembourser"))
    assert total_of(visitor) == before + due - back
    wait_for_text(visitor, "remboursés le")


def test_one_room_of_three_is_cancelled_and_the_others_stay(
    visitor: Visitor, request: pytest.FixtureRequest
) -> None:
    page = visitor.page
    arrival, departure = days_of(request, 200)
    book(visitor, find_house(visitor), arrival, departure, adults=6, rooms=3)
    visitor.check()
    before = total_of(visitor)
    visitor.press("Annuler la chambre 2", role="link")
    visitor.check()
    back = cents(page.locator("tfoot").inner_text())
    assert back * 3 == before  # three rooms alike
    visitor.press(re.compile("Annuler et être remboursé"))
    assert page.locator(".chip").first.inner_text().startswith("Confirmée")
    rooms = page.locator("ul.rooms li")
    assert [room.locator("s").count() for room in rooms.all()] == [0, 1, 0]
    assert page.get_by_role("link", name="Annuler la chambre 2").count() == 0
    wait_for_text(visitor, "remboursés le")
    visitor.check()
    visitor.go("/demo/mail")
    wait_for_text(visitor, "Une chambre de votre séjour est annulée")


def test_a_house_keeps_rooms_for_a_group_and_a_guest_takes_one_with_the_code(
    visitor: Visitor, request: pytest.FixtureRequest
) -> None:
    page = visitor.page
    arrival, departure = days_of(request, 240)
    sign_in(visitor)
    visitor.go("/pro/groups/new")
    visitor.check()
    page.get_by_label("Nom du groupe").fill("Mariage Faure")
    page.get_by_label("Arrivée").fill(str(arrival))
    page.get_by_label("Départ").fill(str(departure))
    page.get_by_label("Garder jusqu'au").fill(str(arrival - timedelta(days=7)))
    page.get_by_label(re.compile("combien")).first.fill("2")
    visitor.press("Garder ces chambres")  # without a price: told, and what was typed is kept
    assert page.get_by_role("alert").is_visible()
    visitor.check()
    visitor.errors[:] = [error for error in visitor.errors if "400" not in error]
    assert page.get_by_label("Nom du groupe").input_value() == "Mariage Faure"
    page.get_by_label(re.compile("prix par nuit")).first.fill("77,50")
    visitor.press("Garder ces chambres")
    visitor.check()
    group = page.url.removeprefix(visitor.site)
    code = page.locator("aside .big").inner_text()
    visitor.go("/groupe")
    visitor.check()
    page.get_by_label("Le code du groupe").fill(code.lower())
    visitor.press("Voir les chambres du groupe")
    visitor.check()
    visitor.press(re.compile("Retenir ma chambre"))
    fill_guest(visitor)
    visitor.press(re.compile("Réserver et payer"))
    assert page.locator(".chip").first.inner_text().startswith("Confirmée")
    visitor.go(group)
    assert "2 nuitées prises sur 4" in page.locator("main").inner_text()
    assert "Ada Martin" in page.locator("main").inner_text()
    visitor.check()
