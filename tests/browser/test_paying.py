"""A guest pays with a card that its bank confirms; a hotelier becomes payable; at the stand-in."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from loadtests.serving import served_demo
from tests.browser.conftest import DEPARTMENT, Visitor
from tests.browser.test_booking_life import find_house
from tests.browser.test_journey import (
    ARRIVAL,
    DEPARTURE,
    choose_first_hotel,
    fill_guest,
    search,
    sign_in,
)

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def paying_site() -> Iterator[str]:
    """A demonstration with the stand-in beside it, as `make demo` starts it."""
    with served_demo(DEPARTMENT, workers=1, stand_in=True) as served:
        yield served.address


@pytest.fixture
def guest(chromium: Browser, paying_site: str) -> Iterator[Visitor]:
    """On a phone."""
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, locale="fr-FR", bypass_csp=True
    )
    visitor = Visitor(context.new_page(), paying_site)
    yield visitor
    context.close()


def hold_rooms(guest: Visitor) -> None:
    search(guest)
    choose_first_hotel(guest)
    guest.press(re.compile("Retenir"))
    fill_guest(guest)


def give_card(guest: Visitor, number: str) -> None:
    guest.page.get_by_label("Numéro de carte").fill(number)
    guest.press(re.compile("^Payer"))


def test_a_guest_pays_with_a_card_that_its_bank_confirms(guest: Visitor) -> None:
    page = guest.page
    hold_rooms(guest)
    guest.check()
    guest.press(re.compile("Réserver et payer"))
    page.wait_for_url(re.compile("/checkout/"))  # by itself, a second after
    guest.check()
    give_card(guest, "4000 0000 0000 9995")
    assert "Provision insuffisante" in page.get_by_role("alert").inner_text()
    give_card(guest, "4000 0000 0000 3220")
    assert "Votre banque" in page.get_by_role("heading", level=1).inner_text()
    guest.check()
    guest.press("Confirmer")
    page.wait_for_url(re.compile("/reservation/"))
    assert "confirmé" in page.locator("main").inner_text().lower()
    guest.check()


def test_a_guest_comes_back_without_paying_and_takes_another_card(guest: Visitor) -> None:
    page = guest.page
    hold_rooms(guest)
    guest.press(re.compile("Réserver et payer"))
    page.wait_for_url(re.compile("/checkout/"))
    guest.press("Revenir au site sans payer", role="link")
    assert "Votre paiement vous attend" in page.get_by_role("heading", level=1).inner_text()
    guest.check()
    guest.press("Revenir à mes coordonnées sans payer")
    assert page.get_by_label("Prénom").is_visible()
    fill_guest(guest)
    guest.press(re.compile("Réserver et payer"))
    page.wait_for_url(re.compile("/checkout/"))
    give_card(guest, "4242 4242 4242 4242")
    page.wait_for_url(re.compile("/reservation/"))
    assert "confirmé" in page.locator("main").inner_text().lower()


def test_a_hotelier_becomes_payable(chromium: Browser, paying_site: str) -> None:
    context = chromium.new_context(
        viewport={"width": 1280, "height": 900}, locale="fr-FR", bypass_csp=True
    )
    hotelier = Visitor(context.new_page(), paying_site)
    page = hotelier.page
    sign_in(hotelier, "hotelier@demo.example")
    hotelier.go("/pro/payments")
    hotelier.check()
    hotelier.press("Ouvrir le compte")
    assert "Il manque encore quelque chose" in page.locator("main").inner_text()
    hotelier.check()
    hotelier.press("Continuer chez le service de paiement", role="link")
    hotelier.check()
    page.get_by_label("Représentant").fill("Colette Bertrand")
    page.get_by_label("IBAN", exact=True).fill("FR14 2004 1010 0505 0001 3M02 606")
    page.get_by_label("J'accepte").check()
    hotelier.press("Terminer")
    assert "Vous pouvez être payé" in page.locator("main").inner_text()
    hotelier.check()
    assert hotelier.errors == []
    context.close()


def sell_under(chromium: Browser, site: str, terms: dict[str, str]) -> None:
    """The house of the demonstration sells its flexible rate under other terms of payment."""
    context = chromium.new_context(
        viewport={"width": 1280, "height": 900}, locale="fr-FR", bypass_csp=True
    )
    hotelier = Visitor(context.new_page(), site)
    page = hotelier.page
    sign_in(hotelier, "hotelier@demo.example")
    hotelier.go("/pro/plans")
    with page.expect_navigation():
        page.locator("main a[href^='/pro/plans/']:not([href$='/new'])").first.click()
    page.locator("#name").fill("Tarif flexible")
    for field, value in terms.items():
        control = page.locator(f"#{field}")
        if control.evaluate("one => one.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)
    hotelier.check()
    hotelier.press("Enregistrer le tarif")
    assert hotelier.errors == []
    context.close()


def hold_rooms_of_the_house(guest: Visitor) -> None:
    """The house that has changed its terms, six weeks ahead."""
    asked = f"arrival={ARRIVAL}&departure={DEPARTURE}&adults=2"
    guest.go(f"/hebergements/{find_house(guest)}?{asked}")
    guest.press(re.compile("Tarif flexible"))
    guest.check()
    guest.press(re.compile("Retenir"))
    fill_guest(guest)


def test_a_guest_leaves_a_card_as_a_guarantee_and_cancels_for_nothing(
    chromium: Browser, guest: Visitor, paying_site: str
) -> None:
    page = guest.page
    sell_under(chromium, paying_site, {"guarantee": "card"})
    hold_rooms_of_the_house(guest)
    said = page.locator("main").inner_text()
    assert "Votre carte est laissée en garantie" in said
    guest.check()
    guest.press(re.compile("Réserver avec obligation de payer .* à la maison"))
    page.wait_for_url(re.compile("/checkout/"))
    guest.check()
    page.get_by_label("Numéro de carte").fill("4000 0025 0000 3155")
    guest.press("Laisser cette carte")
    guest.check()
    guest.press("Confirmer")
    page.wait_for_url(re.compile("/reservation/"))
    assert "À payer à la maison" in page.locator("main").inner_text()
    guest.check()
    guest.press("Annuler ce séjour", role="link")
    guest.check()
    guest.press("Annuler sans frais")
    assert "Annulée" in page.locator("main .chip").first.inner_text()


def test_a_guest_pays_arrhes_and_then_the_balance(
    chromium: Browser, guest: Visitor, paying_site: str
) -> None:
    page = guest.page
    terms = {"guarantee": "deposit", "deposit_percent": "30", "balance": "card",
             "balance_days": "14"}  # fmt: skip
    sell_under(chromium, paying_site, terms)
    hold_rooms_of_the_house(guest)
    assert "la maison en vous rendant le double" in page.locator("main").inner_text()
    guest.check()
    guest.press(re.compile("Réserver et payer .* maintenant"))
    page.wait_for_url(re.compile("/checkout/"))
    give_card(guest, "4242 4242 4242 4242")
    page.wait_for_url(re.compile("/reservation/"))
    guest.check()
    guest.press("Payer ce qui reste", role="link")
    guest.check()
    assert "visa 4242" in page.locator("main").inner_text()
    guest.press(re.compile("^Payer"))
    give_card(guest, "5555 5555 5555 4444")
    page.wait_for_url(re.compile("/solde"))
    assert "Tout est payé" in page.locator("main").inner_text()
    guest.check()
    sell_under(chromium, paying_site, {"guarantee": "prepaid"})
