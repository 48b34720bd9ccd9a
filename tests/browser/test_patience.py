"""What takes its time: a crowd at the door, in which everybody keeps their place and what they
typed; and a review, from the letter after the stay to the house's reply."""

import re
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Visitor
from tests.browser.driving import Driven, driven_site
from tests.browser.test_journey import fill_guest, sign_in
from tests.conftest import NOW
from tourism.demo.house import COMMUNE, NAME

pytestmark = pytest.mark.xdist_group("browser")
ARRIVAL = NOW.date() + timedelta(days=42)
DEPARTURE = ARRIVAL + timedelta(days=2)
PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def driven(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driven]:
    with driven_site(tmp_path_factory.mktemp("patience"), past_bookings=0) as driven:
        yield driven


@pytest.fixture(params=[True, False], ids=["script", "plain"])
def visitor(request: pytest.FixtureRequest, driven: Driven, chromium: Browser) -> Iterator[Visitor]:
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, locale="fr-FR", bypass_csp=True,
        java_script_enabled=request.param,
    )  # fmt: skip
    yield Visitor(context.new_page(), driven.address)
    driven.calm()
    context.close()


def results() -> str:
    return f"/recherche?place=commune:{COMMUNE[0]}&arrival={ARRIVAL}&departure={DEPARTURE}&adults=2"


def wait_for(page: Page, text: str) -> None:
    page.get_by_text(text).first.wait_for(timeout=PATIENCE_MS)


def go_to_the_house(visitor: Visitor) -> str:
    """The invented house's page for the stay, from the results."""
    for number in range(1, 9):
        visitor.go(f"{results()}&page={number}")
        if visitor.page.get_by_role("link", name=NAME).count():
            visitor.press(NAME, role="link")
            return visitor.page.url.removeprefix(visitor.site)
    raise AssertionError("the invented house is not found")


def book(visitor: Visitor) -> str:
    """Hold the flexible rate and go on to the payment; the stay's address."""
    visitor.press(re.compile("Tarif flexible"))
    visitor.press(re.compile("Retenir"))
    fill_guest(visitor)
    return visitor.page.url.removeprefix(visitor.site)


def test_a_crowd_keeps_nobody_from_their_place_nor_from_what_they_typed(
    visitor: Visitor, driven: Driven, request: pytest.FixtureRequest
) -> None:
    page, script = visitor.page, "script" in request.node.name
    driven.crowd(0, 0)
    assert visitor.go(results()) == 503
    assert page.get_by_role("heading", level=1).inner_text() == "Vous êtes dans la file"
    assert "Votre place est gardée" in page.locator("main").inner_text()
    if script:
        visitor.check()
    driven.calm()
    page.get_by_role("heading", name=re.compile("Séjours")).wait_for(timeout=PATIENCE_MS)
    assert page.url.endswith(results())

    go_to_the_house(visitor)
    stay = book(visitor)
    driven.crowd(0, 0)
    visitor.press(re.compile("Réserver et payer"))
    assert "Ce que vous avez écrit est gardé" in page.locator("main").inner_text()
    if script:
        visitor.check()
    driven.calm()
    if not script:
        visitor.press("Continuer")
    wait_for(page, "Confirmée")
    assert page.url.endswith(stay)
    kept = page.request.get(f"{visitor.site}/api/v1/bookings/{stay.rpartition('/')[2]}").json()
    assert (kept["state"], kept["guest"]["last_name"]) == ("confirmed", "Martin")


@pytest.mark.parametrize("visitor", [True], ids=["script"], indirect=True)
def test_a_review_goes_from_the_letter_to_the_houses_page_and_is_answered(
    visitor: Visitor, driven: Driven
) -> None:
    page = visitor.page
    house = go_to_the_house(visitor).partition("?")[0]
    book(visitor)
    visitor.press(re.compile("Réserver et payer"))
    wait_for(page, "Confirmée")
    for days in (1, 2, 3):  # it is looked at every hour
        driven.set_clock(datetime.combine(DEPARTURE + timedelta(days=days), NOW.timetz()))
        if letter := find_letter(visitor):
            break
    assert letter, "nobody asks how it was"

    visitor.go(letter)
    visitor.check()
    page.get_by_role("radio", name=re.compile("4 : bien")).check()
    words = page.get_by_label(re.compile("Ce que vous voulez en dire"))
    words.fill("Écrivez-moi : ada@demo.example")
    visitor.press("Publier mon avis")
    assert page.get_by_role("alert").is_visible()
    assert words.input_value() == "Écrivez-moi : ada@demo.example"
    words.fill("Calme, propre, un accueil simple et juste.")
    visitor.press("Publier mon avis")
    visitor.check()
    assert "Calme, propre" in page.locator("main").inner_text()
    visitor.go(letter)
    assert not page.get_by_role("button", name="Publier mon avis").count()  # once

    sign_in(visitor, "hotelier@demo.example")
    visitor.go("/pro/reviews")
    visitor.check()
    page.get_by_text("Répondre").first.click()
    page.get_by_label(re.compile("Votre réponse")).fill("Merci Ada, à bientôt au bord du lac.")
    visitor.press("Publier ma réponse")
    page.context.clear_cookies()
    visitor.go(house)
    said = page.locator("#avis").inner_text()
    assert "Calme, propre" in said
    assert "Merci Ada, à bientôt" in said
    assert "Ada M." in said
    visitor.check()


def find_letter(visitor: Visitor) -> str | None:
    """The link of the letter that asks how it was, once the worker has written it."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        visitor.go("/demo/mail")
        found = re.search(r"/avis/[A-Za-z0-9_-]{43}", visitor.page.content())
        if found:
            return found[0]
        visitor.page.wait_for_timeout(500)
    return None
