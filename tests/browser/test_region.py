"""A region's afternoon: a school service is tried, opened to real people, stands beside that of
the seniors for the same person, meets the hosting's gate for health, and leaves with its rows."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from loadtests.serving import today
from tests.browser.conftest import Visitor
from tests.browser.test_education import send_list
from tests.browser.test_journey import sign_in
from tests.browser.test_services import (
    LACKING,
    act_for_region,
    add_person,
    arrive,
    desk,
    launch,
    other_site,
    rows_of,
    step,
)
from tests.schools import bundle

__all__ = ["desk", "other_site"]

pytestmark = pytest.mark.xdist_group("browser")
SCHOOL, SENIORS = "L'école à l'essai", "Aînés à l'essai"
CLASS = "CM1 Hirondelles"
FILLED_WITHIN = 30


@pytest.fixture
def clerk(chromium: Browser, site: str) -> Iterator[Visitor]:
    """Somebody who works in the services that the region opens to them, with one account."""
    context = chromium.new_context(
        viewport={"width": 1280, "height": 900}, locale="fr-FR", bypass_csp=True
    )
    found = Visitor(context.new_page(), site)
    yield found
    assert found.errors == []
    context.close()


def open_account(clerk: Visitor) -> str:
    email = "plusieurs.services@example.fr"
    clerk.go("/sign-up")
    clerk.page.get_by_label("Votre nom").fill("Camille Guichet")
    clerk.page.get_by_label("Adresse e-mail").fill(email)
    clerk.page.get_by_label("Mot de passe").fill("une phrase de passe")
    clerk.press("Créer mon compte")
    return email


def let_in(desk: Visitor, service: str, email: str) -> None:
    desk.go(service)
    desk.page.get_by_label("E-mail de son compte").fill(email)
    desk.press("Ouvrir à cette personne")
    expect(desk.page.locator("#people ~ ul", has_text=email)).to_be_visible()


def wait_for_invented(desk: Visitor) -> None:
    """The sandbox is filled by the worker: the page shows it within seconds."""
    for _ in range(FILLED_WITHIN):
        desk.go("/ecole")
        if desk.page.get_by_role("link", name=CLASS).count():
            return
        desk.page.wait_for_timeout(1_000)
    raise AssertionError("the sandbox stays empty")


def neighbour(page: Page, name: str) -> Locator:
    """A service of the same person in the menu, wherever they are."""
    return page.locator("button[name=organisation]", has_text=name)


def meet_the_gate(desk: Visitor) -> None:
    """Health is told what the hosting lacks before anything is filled in, and in its sandbox."""
    desk.go("/pro/our-services/new")
    card = desk.page.locator("#health")
    expect(card).to_contain_text(LACKING)
    expect(card.get_by_label(re.compile("Essai :"))).to_have_count(0)
    desk.check()
    desk.go(launch(desk, "Le cabinet à l'essai", vertical="health"))
    closed = desk.page.locator(
        "details", has=desk.page.locator("summary", has_text="Passer à l'essai")
    )
    expect(closed).to_contain_text(LACKING)
    expect(closed.get_by_role("button")).to_have_count(0)
    desk.check()


def use_both(clerk: Visitor) -> None:
    """One sign-in: both services stand in one menu, and each shows what is its own."""
    page = clerk.page
    clerk.go("/organisations")
    clerk.press(re.compile(re.escape(SCHOOL)))
    clerk.go("/ecole")
    expect(page.get_by_role("link", name=CLASS)).to_be_visible()
    expect(neighbour(page, SENIORS)).to_have_count(1)
    clerk.check()
    clerk.go("/organisations")
    clerk.press(re.compile(re.escape(SENIORS)))
    clerk.go("/seniors")
    expect(page.get_by_role("link", name="Jeanne Martin")).to_be_visible()
    expect(neighbour(page, SCHOOL)).to_have_count(1)
    clerk.check()


def leave(desk: Visitor, service: str, archive: Path) -> str:
    """The service is closed with its archive; how many rows went along."""
    desk.go(service)
    step(desk, "Commencer la fermeture")
    with desk.page.expect_download() as download:
        desk.page.get_by_role("button", name="Prendre l'archive (ZIP)").click()
    download.value.save_as(archive)
    desk.go(service)
    gone = rows_of(desk, "Données emportées")
    step(desk, "Fermer pour de bon")
    expect(desk.page.locator(".chip").first).to_have_text("fermé")
    return gone


def test_a_region_tries_opens_places_side_by_side_and_leaves(
    desk: Visitor, clerk: Visitor, chromium: Browser, other_site: str, tmp_path: Path
) -> None:
    page, until = desk.page, today() + timedelta(days=60)
    email = open_account(clerk)
    sign_in(desk, "region@demo.example")
    act_for_region(desk)
    school = launch(desk, SCHOOL, vertical="education")
    desk.press("Entrer dans le service")
    wait_for_invented(desk)
    desk.check()
    act_for_region(desk)
    desk.go(school)
    step(desk, "Passer à l'essai", until)
    expect(page.locator(".chip").first).to_have_text("à l'essai")
    desk.press("Entrer dans le service")
    expect(page.get_by_role("link", name=CLASS)).to_have_count(0)  # nothing invented came along
    send_list(desk, bundle(), tmp_path)
    desk.press("Appliquer")
    expect(page.get_by_role("link", name=CLASS)).to_be_visible()

    act_for_region(desk)
    meet_the_gate(desk)

    seniors = launch(desk, SENIORS, until)
    desk.press("Entrer dans le service")
    add_person(desk, "Jeanne Martin")
    act_for_region(desk)
    for service in (school, seniors):
        let_in(desk, service, email)
    use_both(clerk)

    archive = tmp_path / "school.zip"
    gone = leave(desk, school, archive)
    assert int(gone) > 10
    clerk.go("/seniors")
    expect(clerk.page.get_by_role("link", name="Jeanne Martin")).to_be_visible()
    expect(neighbour(clerk.page, SCHOOL)).to_have_count(0)

    context = chromium.new_context(viewport=page.viewport_size, locale="fr-FR", bypass_csp=True)
    there = Visitor(context.new_page(), other_site)
    sign_in(there, "region@demo.example")
    act_for_region(there)
    arrive(there, archive, until, name="L'école ici", vertical="education")
    assert rows_of(there, "Données reprises") == gone
    there.press("Entrer dans le service")
    expect(there.page.get_by_role("link", name=CLASS)).to_be_visible()
    there.check()
    assert there.errors == []
    context.close()
