"""Under a clock that is moved: a crowd at the door, in which everybody keeps their place and what
they typed; and what a guest says after a stay, once, with the house's reply."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Visitor
from tests.browser.driving import Driven, driven_site
from tests.browser.test_calendar import sign_in
from tests.browser.test_journey import fill_guest
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
    driven.set_clock(NOW)
    context.close()


def results() -> str:
    return f"/recherche?place=commune:{COMMUNE[0]}&arrival={ARRIVAL}&departure={DEPARTURE}&adults=2"


def wait_for(page: Page, text: str) -> None:
    page.get_by_text(text).first.wait_for(timeout=PATIENCE_MS)


def go_to_the_house(visitor: Visitor) -> None:
    """The invented house's page for the stay, from the results."""
    for number in range(1, 9):
        visitor.go(f"{results()}&page={number}")
        if visitor.page.get_by_role("link", name=NAME).count():
            visitor.press(NAME, role="link")
            return
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


def read_link(visitor: Visitor, address: str) -> str:
    """The link of the letter that asks this guest for a review, once it has come."""
    page = visitor.page
    for _ in range(240):
        visitor.go("/demo/mail")
        for letter in page.locator("article").filter(has_text=address).all():
            if found := re.search(r"/avis/[\w.~-]+", letter.text_content() or ""):
                return found[0]
        page.wait_for_timeout(250)
    raise AssertionError("no letter came")


def say(visitor: Visitor, score: str, text: str) -> None:
    visitor.page.locator(f"input[name=score][value='{score}']").check()
    visitor.page.get_by_label("Ce que vous voulez en dire").fill(text)
    visitor.press("Publier mon avis")


def test_a_guest_says_once_how_the_stay_was_the_house_replies_and_everybody_reads_both(
    visitor: Visitor, driven: Driven, request: pytest.FixtureRequest
) -> None:
    page, script = visitor.page, "script" in request.node.name
    name = "Solange" if script else "Yvette"
    text, reply = f"Calme et clair, dit {name}.", f"Merci {name}, à bientôt."
    go_to_the_house(visitor)
    house = page.url.removeprefix(visitor.site).partition("?")[0]
    book(visitor)
    page.get_by_label("Prénom").fill(name)
    page.get_by_label("Adresse e-mail").fill(f"{name.lower()}@demo.example")
    visitor.press(re.compile("Réserver et payer"))
    wait_for(page, "Confirmée")

    driven.set_clock(NOW + (DEPARTURE - NOW.date()) + timedelta(days=1))
    link = read_link(visitor, f"{name.lower()}@demo.example")
    visitor.go(link)
    beside = Visitor(page.context.new_page(), visitor.site)  # the letter is opened twice
    beside.go(link)
    if script:
        visitor.check()
    say(visitor, "4", text)
    assert "Votre avis est publié" in page.locator("main").inner_text()
    say(beside, "1", f"Une seconde fois, dit {name}.")
    assert "Un séjour a un seul avis" in beside.page.locator("main").inner_text()
    if script:
        beside.check()
    visitor.go(link)
    assert page.get_by_role("button", name="Publier mon avis").count() == 0

    sign_in(visitor)
    visitor.go("/pro/reviews")
    own = page.locator("section.card").filter(has_text=text)
    own.locator("summary").click()
    own.get_by_label("Votre réponse").fill(reply)
    with page.expect_navigation():
        own.get_by_role("button", name="Publier ma réponse").click()

    page.context.clear_cookies()
    visitor.go(house)
    shown = page.locator("#avis article").filter(has_text=text)
    assert f"{name} M." in shown.inner_text()
    assert reply in shown.inner_text()
    assert "Une seconde fois" not in page.locator("main").inner_text()
