"""A house's day at the screen: today, bookings, one booking, police sheets, calendars, rates."""

import re

import pytest

from tests.browser.conftest import Visitor
from tests.browser.test_calendar import sign_in

pytestmark = pytest.mark.xdist_group("browser")


def test_the_day_leads_to_a_booking_and_its_message(visitor: Visitor) -> None:
    sign_in(visitor)
    page = visitor.page
    assert visitor.go("/pro/today") == 200
    visitor.check()
    for title in ("À faire", "Arrivées", "Départs", "En séjour", "Dernières réservations"):
        assert page.get_by_role("heading", name=re.compile(f"^{title}")).count() >= 1
    reference = page.locator("main table a").first.inner_text()
    visitor.press(reference, role="link")
    visitor.check()
    assert reference in page.locator("h1").inner_text()
    page.locator("#messages textarea").fill("Votre chambre est prête dès 14 h.")
    with page.expect_navigation():
        page.locator("#messages form button[type=submit]").click()
    assert "Votre chambre est prête dès 14 h." in page.locator("#messages").inner_text()
    visitor.check()


def test_bookings_are_searched_filtered_and_printed(visitor: Visitor) -> None:
    sign_in(visitor)
    page = visitor.page
    visitor.go("/pro/bookings")
    visitor.check()
    page.locator("#text").fill("morel")
    visitor.press("Chercher")
    assert "Morel" in page.locator("main table").first.inner_text()
    page.locator("#text").fill("personne de ce nom")
    visitor.press("Chercher")
    assert "Rien de tel ici" in page.locator("main").inner_text()
    visitor.check()
    visitor.go("/pro/bookings/print")
    visitor.check()


@pytest.mark.parametrize("path", ["/pro/police", "/pro/channels", "/pro/figures"])
def test_the_other_pages_of_the_house_stand(visitor: Visitor, path: str) -> None:
    sign_in(visitor)
    assert visitor.go(path) == 200
    visitor.check()


def test_a_rate_is_read_in_words_while_it_is_typed(visitor: Visitor) -> None:
    sign_in(visitor)
    page = visitor.page
    visitor.go("/pro/plans")
    visitor.check()
    visitor.press("Ajouter un tarif", role="link")
    page.locator("#name").fill("Printemps")
    page.locator("#adjust").fill("-10")
    page.locator("#free_days").fill("7")
    page.get_by_text("jusqu'à 7 jours avant l'arrivée").wait_for()
    assert "10 % de moins que le prix du calendrier" in (
        page.locator("#told").inner_text().replace("\xa0", " ")
    )
    page.locator("#language").select_option("de")
    page.get_by_text("Kostenlose Stornierung bis 7 Tage").wait_for()
    visitor.check()
    page.locator("#floor").fill("beaucoup")
    visitor.press("Enregistrer le tarif")
    assert page.locator("#error-floor").inner_text() == "Écrivez un montant comme 98 ou 98,50."
    assert page.locator("#name").input_value() == "Printemps"
    visitor.check()
    visitor.errors.clear()


def test_a_rate_is_written_without_script(plain: Visitor) -> None:
    sign_in(plain)
    page = plain.page
    plain.go("/pro/plans/new")
    page.locator("#name").fill("Sans script")
    page.locator("#adjust").fill("5")
    plain.press("Relire en mots")
    assert "5 % de plus que le prix du calendrier" in (
        page.locator("#told").inner_text().replace("\xa0", " ")
    )
    plain.press("Enregistrer le tarif")
    assert "Le tarif est enregistré." in page.locator("main").inner_text()
    assert page.get_by_role("heading", name="Sans script").count() == 1


def test_a_colleague_joins_the_team_and_leaves_it(visitor: Visitor) -> None:
    sign_in(visitor)
    page = visitor.page
    assert visitor.go("/pro/team") == 200
    visitor.check()
    page.get_by_label("Adresse e-mail de son compte").fill("personne@example.fr")
    visitor.press("Ajouter")
    assert page.locator("#error-email").inner_text() == "La personne ouvre d'abord un compte."
    visitor.check()
    visitor.errors.clear()
    page.get_by_label("Adresse e-mail de son compte").fill("office@demo.example")
    page.locator("#role").select_option("manager")
    visitor.press("Ajouter")
    card = page.locator("article", has_text="office@demo.example")
    assert card.get_by_label("Rôle").input_value() == "manager"
    visitor.check()
    card.get_by_label("Rôle").select_option("treasurer")
    with page.expect_navigation():
        card.get_by_role("button", name="Changer le rôle").click()
    assert card.get_by_label("Rôle").input_value() == "treasurer"
    card.get_by_text("Retirer de l'équipe").click()
    visitor.check()
    with page.expect_navigation():
        card.get_by_role("button", name="Mettre fin à l'accès").click()
    assert card.count() == 0
