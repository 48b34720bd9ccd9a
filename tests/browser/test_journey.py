"""One stay, end to end, as a traveller and the professionals see it."""

import re
import time
from datetime import timedelta

import pytest

from loadtests.serving import today
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.xdist_group("browser")
PATIENCE_S = 60
REFERENCE = re.compile(r"[A-Z]+-\d{6}-[A-Z]+")
# Far enough to be free to cancel, near enough to be open: six weeks from today.
ARRIVAL = today() + timedelta(days=42)
DEPARTURE = ARRIVAL + timedelta(days=2)
EUROS = re.compile(r"([\d\s\u202f\xa0]+,\d\d)")


def cents(text: str) -> int:
    found = EUROS.search(text)
    assert found, text
    return int(re.sub(r"\D", "", found.group(1)))


def search(visitor: Visitor, text: str = "annecy") -> None:
    page = visitor.page
    visitor.go("/")
    page.get_by_label("Où").fill(text)
    page.get_by_role("option").first.click()
    page.get_by_label("Arrivée").fill(ARRIVAL.isoformat())
    page.get_by_label("Départ").fill(DEPARTURE.isoformat())
    page.get_by_label("Enfants", exact=True).fill("1")
    page.get_by_label("Âge de l'enfant 1").select_option("7")
    visitor.press("Rechercher")


def choose_first_hotel(visitor: Visitor) -> int:
    """Open the invented house, choose its flexible rate; the total that was shown."""
    visitor.page.goto(visitor.page.url + "&kind=hotel&free_cancellation=1")
    visitor.press(re.compile("^Voir "), role="link")
    visitor.check()
    button = visitor.page.get_by_role("button", name=re.compile("Tarif flexible")).first
    total = cents(button.get_attribute("aria-label") or "")
    with visitor.page.expect_navigation():
        button.click()
    return total


def fill_guest(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_label("Prénom").fill("Ada")
    page.get_by_label("Nom", exact=True).fill("Martin")
    page.get_by_label("Adresse e-mail").fill("ada@demo.example")


def sign_in(visitor: Visitor, email: str) -> None:
    visitor.go("/sign-in")
    visitor.page.locator("input[type=email]").fill(email)
    visitor.page.locator("input[type=password]").fill("demonstration")
    with visitor.page.expect_navigation():
        visitor.page.locator("main button[type=submit]").click()


def test_a_traveller_finds_books_sees_the_euro_and_cancels(visitor: Visitor) -> None:
    page = visitor.page
    visitor.go("/")
    visitor.check()
    search(visitor)
    visitor.check()
    assert page.get_by_role("heading", level=1).inner_text() == "Séjours : Annecy, Haute-Savoie"
    assert page.locator(".hit").count() > 5
    shown = choose_first_hotel(visitor)

    visitor.check()
    assert cents(page.locator("aside .big").inner_text()) == shown
    visitor.press(re.compile("Retenir"))

    visitor.check()
    assert page.locator("[data-until]").inner_text().count(":") == 1
    fill_guest(visitor)
    visitor.press(re.compile("Réserver et payer"))

    visitor.check()
    reference = REFERENCE.search(page.locator(".chip").first.inner_text())
    assert reference
    parts = [cents(line) for line in page.locator(".euro li:not(.total) b").all_inner_texts()]
    assert len(parts) >= 6
    assert sum(parts) == shown
    with page.expect_download() as download:
        page.get_by_role("link", name="Ajouter à mon agenda").click()
    assert b"BEGIN:VEVENT" in download.value.path().read_bytes()

    visitor.press("Annuler ce séjour", role="link")
    visitor.check()
    assert cents(page.locator("tfoot").inner_text()) == shown
    visitor.press(re.compile("Annuler et être remboursé"))
    assert page.locator(".chip.refusal").inner_text().startswith("Annulée")
    visitor.check()
    wait_for_text(visitor, "remboursés le")

    visitor.go("/demo/mail")
    wait_for_text(visitor, f"annulé : {reference.group()}".split(" : ", maxsplit=1)[0])
    assert reference.group() in page.content()
    visitor.check()


def wait_for_text(visitor: Visitor, text: str) -> None:
    """The worker follows the commit, and tries again after a fault: look until it has."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if text in visitor.page.content():
            return
        visitor.page.wait_for_timeout(250)
        visitor.page.reload()
    raise AssertionError(f"{text!r} did not appear on {visitor.page.url}")


def test_a_declined_card_keeps_the_rooms_and_what_was_typed(visitor: Visitor) -> None:
    search(visitor)
    choose_first_hotel(visitor)
    visitor.press(re.compile("Retenir"))
    fill_guest(visitor)
    visitor.page.get_by_label("Carte de test refusée").check()
    visitor.press(re.compile("Réserver et payer"))
    assert visitor.page.get_by_role("alert").is_visible()
    assert visitor.page.get_by_label("Prénom").input_value() == "Ada"
    visitor.page.get_by_label("Carte de test acceptée (Visa)").check()
    visitor.press(re.compile("Réserver et payer"))
    assert visitor.page.locator(".chip").first.inner_text().startswith("Confirmée")
    # The browser tells of the 402 that the first try rightly answered.
    visitor.errors[:] = [error for error in visitor.errors if "402" not in error]


@pytest.mark.parametrize(
    ("email", "path", "words"),
    [
        ("hotelier@demo.example", "/pro/today", "Arrivées"),
        ("federation@demo.example", "/pro/agreement", "Basse saison"),
        ("federation@demo.example", "/pro/ledger", "Équilibrée au centime"),
        ("exploitant@demo.example", "/pro/operations", "booking.sweep_unborn"),
        ("office@demo.example", "/pro/statement", "office.share"),
    ],
)
def test_each_professional_finds_their_page(
    visitor: Visitor, email: str, path: str, words: str
) -> None:
    sign_in(visitor, email)
    assert visitor.go(path) == 200
    assert words in visitor.page.content()
    visitor.check()


def test_the_description_of_the_api_can_be_read(visitor: Visitor) -> None:
    assert visitor.go("/schema") == 200
    visitor.check()


def test_a_professional_may_not_open_another_ones_page(visitor: Visitor) -> None:
    sign_in(visitor, "hotelier@demo.example")
    assert visitor.go("/pro/operations") == 403
    visitor.check()
    visitor.errors.clear()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/recherche?place=commune:74010&arrival={late}&departure={early}&adults=2", 400),
        ("/recherche?place=commune:74010&arrival=2020-01-01&departure=2020-01-03&adults=2", 400),
        ("/recherche?place=commune:74010&arrival={early}&departure={late}&adults=0", 400),
        ("/recherche?place=commune:74010&arrival={far}&departure={farther}&adults=2", 400),
        ("/recherche?place=commune:99999&arrival={early}&departure={late}&adults=2", 404),
        ("/recherche?text=zzzzqqqq&arrival={early}&departure={late}&adults=2", 404),
        ("/hebergements/99999999", 404),
        ("/reservation/nothing", 404),
    ],
)
def test_a_wrong_address_says_what_to_change(visitor: Visitor, path: str, status: int) -> None:
    days = {
        "early": ARRIVAL,
        "late": DEPARTURE,
        "far": ARRIVAL + timedelta(days=440),
        "farther": ARRIVAL + timedelta(days=442),
    }
    assert visitor.go(path.format(**days)) == status
    assert visitor.page.locator("main").inner_text().strip()
    visitor.check()
    visitor.errors.clear()


@pytest.mark.parametrize("language", ["fr", "en", "de", "es", "it", "nl"])
def test_the_home_speaks_six_languages(visitor: Visitor, language: str) -> None:
    visitor.go(f"/?lang={language}")
    assert visitor.page.locator("html").get_attribute("lang") == language
    visitor.check()
    visitor.go("/classement")
    assert visitor.page.locator("html").get_attribute("lang") == language


def test_the_whole_journey_works_without_script(plain: Visitor) -> None:
    page = plain.page
    plain.go("/")
    page.get_by_label("Où").fill("Annecy")
    page.get_by_label("Arrivée").fill(ARRIVAL.isoformat())
    page.get_by_label("Départ").fill(DEPARTURE.isoformat())
    plain.press("Rechercher")
    page.goto(page.url + "&kind=hotel&free_cancellation=1")
    plain.press(re.compile("^Voir "), role="link")
    plain.press(re.compile("Tarif flexible"))
    plain.press(re.compile("Retenir"))
    fill_guest(plain)
    plain.press(re.compile("Réserver et payer"))
    assert page.locator(".chip").first.inner_text().startswith("Confirmée")
    plain.press("Annuler ce séjour", role="link")
    plain.press(re.compile("Annuler et être remboursé"))
    assert page.locator(".chip.refusal").inner_text().startswith("Annulée")
