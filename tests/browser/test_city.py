"""A town in trial: a resident on a phone reports, the town answers and warns."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, expect

from loadtests.serving import today
from tests.browser.conftest import Visitor
from tests.browser.test_journey import sign_in
from tests.browser.test_services import act_for_region

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture
def two(chromium: Browser, site: str) -> Iterator[tuple[Visitor, Visitor]]:
    """Somebody of the town at a wide screen, and a resident on a phone."""
    contexts = [
        chromium.new_context(viewport=size, locale="fr-FR", bypass_csp=True)
        for size in ({"width": 1280, "height": 900}, {"width": 390, "height": 844})
    ]
    desk, phone = (Visitor(context.new_page(), site) for context in contexts)
    yield desk, phone
    assert desk.errors == phone.errors == []
    for context in contexts:
        context.close()


def open_town(desk: Visitor) -> str:
    """The region launches a town for a trial, which says which commune it is; its public page."""
    sign_in(desk, "region@demo.example")
    act_for_region(desk)
    desk.go("/pro/our-services/new")
    card = desk.page.locator("#city")
    if not card.get_by_label("Nom du service").is_visible():
        card.locator("summary").click()
    card.get_by_label("Nom du service").fill("Ville de Mende")
    card.get_by_label(re.compile("Essai :")).check()
    until = today() + timedelta(days=60)
    card.get_by_label("Dernier jour de l'essai").fill(until.isoformat())
    with desk.page.expect_navigation():
        card.get_by_role("button", name="Lancer").click()
    desk.press("Entrer dans le service")
    desk.page.get_by_label("Code INSEE").fill("48095")
    desk.press("Enregistrer")
    desk.check()
    found = desk.page.get_by_role("link", name="Ouvrir la page publique").get_attribute("href")
    assert found
    return found


def test_a_resident_reports_on_a_map_and_the_town_answers_and_warns(
    two: tuple[Visitor, Visitor],
) -> None:
    desk, phone = two
    front = open_town(desk)
    phone.go(front)
    phone.check()
    phone.press(re.compile("Signaler un problème"), role="link")
    phone.check()
    phone.press(re.compile("Chaussée et trottoirs"), role="link")
    phone.page.get_by_label("Ce qui ne va pas").fill("Un nid-de-poule devant l'école")
    phone.page.locator("[data-pin-map]").click(position={"x": 150, "y": 90})
    expect(phone.page.get_by_label("Latitude")).to_have_value(re.compile(r"^44\.\d+$"))
    phone.check()
    phone.press("Envoyer")
    expect(phone.page.get_by_role("heading", level=1)).to_have_text("Signalement n° 1")
    phone.check()
    desk.go("/ville/signalements")
    desk.check()
    desk.press(re.compile("Chaussée et trottoirs"), role="link")
    desk.page.get_by_label("Ce qu'il devient").select_option(label="Réglé")
    desk.page.get_by_label("Réponse").fill("Rebouché ce matin.")
    desk.check()
    desk.press("Enregistrer")
    phone.page.reload()
    expect(phone.page.get_by_text("Rebouché ce matin.")).to_be_visible()
    warn(desk)
    phone.go(f"{front}/alertes")
    expect(phone.page.get_by_text("Ceci est un exercice ou un essai")).to_be_visible()
    phone.check()


def warn(desk: Visitor) -> None:
    """The town sends a test of its alerts."""
    desk.go("/ville/alertes/nouvelle")
    desk.page.get_by_label("En une ligne").fill("Essai des alertes")
    desk.page.get_by_label("Est-ce réel ?").select_option(label="Essai")
    soon = datetime.now(ZoneInfo("Europe/Paris")) + timedelta(days=1)
    desk.page.get_by_label("Jusqu'à quand").fill(soon.strftime("%Y-%m-%dT12:00"))
    desk.check()
    desk.press("Diffuser")
    desk.check()
