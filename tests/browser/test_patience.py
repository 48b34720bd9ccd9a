"""A crowd at the door, in which everybody keeps their place and what they typed."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Visitor
from tests.browser.driving import Driven, driven_site
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
