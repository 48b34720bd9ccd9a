"""Day one of the seniors as people live it: an association, a person, those who are called."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from loadtests.serving import today
from tests.browser.conftest import Visitor
from tests.browser.test_journey import sign_in
from tests.browser.test_services import act_for_region, add_person, launch

pytestmark = pytest.mark.xdist_group("browser")


def add_contact(visitor: Visitor, name: str, email: str) -> None:
    form = visitor.page.locator("form", has_text="Ajouter un contact")
    form.get_by_label("Prénom et nom").fill(name)
    form.get_by_label("E-mail").fill(email)
    with visitor.page.expect_navigation():
        form.get_by_role("button", name="Ajouter").click()


def link_to(visitor: Visitor, email: str) -> str:
    """The link in the newest letter to somebody, on the demonstration's page of letters."""
    visitor.go("/demo/mail")
    letter = visitor.page.locator("article", has_text=email).first
    found = re.search(r"/aide/[\w.-]+", letter.inner_text() + letter.inner_html())
    assert found, letter.inner_html()
    return found.group(0)


def answer(visitor: Visitor, link: str, name: str) -> Page:
    visitor.go(link)
    visitor.check()
    visitor.press(name)
    return visitor.page


def test_a_call_goes_down_the_list_and_consent_is_taken_back(visitor: Visitor) -> None:
    page = visitor.page
    unique = str(page.viewport_size["width"]) if page.viewport_size else ""
    first, second = f"lucie{unique}@example.org", f"marc{unique}@example.org"
    sign_in(visitor, "region@demo.example")
    launch(visitor, f"Voisins {unique}", today() + timedelta(days=30))
    visitor.press("Entrer dans le service")
    add_person(visitor, "Jeanne")
    visitor.press("Jeanne", role="link")
    add_contact(visitor, "Lucie", first)
    add_contact(visitor, "Marc", second)
    visitor.check()
    visitor.press("Ouvrir son écran", role="link")
    own = page.url.removeprefix(visitor.site)
    visitor.check()
    expect(page.get_by_text("Ceci n'est pas un service d'urgence.")).to_be_visible()
    visitor.press("Appeler à l'aide")
    expect(page.get_by_role("status")).to_contain_text("Nous appelons vos contacts")
    answer(visitor, link_to(visitor, first), "Je ne peux pas")
    answer(visitor, link_to(visitor, second), "J'y vais")
    visitor.go(own)
    expect(page.get_by_role("status")).to_contain_text("Quelqu'un a répondu et vient.")
    steps = page.locator("ol.steps")
    expect(steps).to_contain_text("Ne peut pas venir : Lucie")
    expect(steps).to_contain_text("A répondu et vient : Marc")
    lucie = page.get_by_role("group", name="Lucie")
    lucie.get_by_label("voit mes appels").check()
    visitor.press("Enregistrer")
    expect(lucie.get_by_label("voit mes appels")).to_be_checked()
    lucie.get_by_label("voit mes appels").uncheck()
    visitor.press("Enregistrer")
    expect(lucie.get_by_label("voit mes appels")).not_to_be_checked()
    visitor.go(link_to(visitor, first))
    expect(page.locator("ol.steps")).to_have_count(0)
    act_for_region(visitor)


def test_a_silent_morning_is_closed_with_its_cause(visitor: Visitor) -> None:
    page = visitor.page
    sign_in(visitor, "region@demo.example")
    launch(visitor, "Matin calme")
    visitor.press("Entrer dans le service")
    alert = page.locator("section", has_text="Matinée sans mouvement").first
    expect(alert).to_be_visible()
    visitor.check()
    alert.get_by_label("Ce que c'était").fill("Chez sa sœur")
    with page.expect_navigation():
        alert.get_by_role("button", name="Clore").click()
    expect(page.get_by_text("Matinée sans mouvement")).to_have_count(0)
