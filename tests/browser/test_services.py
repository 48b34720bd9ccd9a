"""A region launches services for its people, meets the hosting's gate, and leaves with the data."""

import os
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from hub.core.installed import find_verticals
from loadtests.serving import served_demo, today
from tests.browser.conftest import Visitor
from tests.browser.test_journey import sign_in
from tests.verticals import spoil, write_installed

pytestmark = pytest.mark.xdist_group("browser")
LACKING = "Certificat d'hébergeur de données de santé (HDS)"


@pytest.fixture(scope="module")
def other_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Another hub, where somebody has installed a vertical that holds data of health."""
    folder = tmp_path_factory.mktemp("installed") / "care"
    package = write_installed(folder, "planted_care")
    spoil(package / "manifest.py", '("public",)', '("identity", "health")')
    spoil(package / "manifest.py", '"bronze"', '"gold"')
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(folder), before)))
    try:
        with served_demo("48", workers=1) as served:
            yield served.address
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


@pytest.fixture
def desk(chromium: Browser, site: str) -> Iterator[Visitor]:
    """Somebody who works for the region, at a wide screen."""
    context = chromium.new_context(
        viewport={"width": 1280, "height": 900}, locale="fr-FR", bypass_csp=True
    )
    found = Visitor(context.new_page(), site)
    yield found
    assert found.errors == []
    context.close()


def launch(
    visitor: Visitor, name: str, until: date | None = None, *, vertical: str = "seniors"
) -> str:
    """Launch a service, that of seniors if none is named; its page."""
    visitor.go("/pro/our-services/new")
    card = visitor.page.locator(f"#{vertical}")
    if not card.get_by_label("Nom du service").is_visible():
        card.locator("summary").click()
    card.get_by_label("Nom du service").fill(name)
    if until is not None:
        card.get_by_label(re.compile("Essai :")).check()
        card.get_by_label("Dernier jour de l'essai").fill(until.isoformat())
    with visitor.page.expect_navigation():
        card.get_by_role("button", name="Lancer").click()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text(name)
    return visitor.page.url.removeprefix(visitor.site).partition("?")[0]


def step(visitor: Visitor, name: str, until: date | None = None) -> None:
    found = visitor.page.locator("details", has=visitor.page.locator("summary", has_text=name))
    if not found.get_by_role("button", name=name).is_visible():
        found.locator("summary").click()
    if until is not None:
        found.get_by_label("Dernier jour de l'essai").fill(until.isoformat())
    with visitor.page.expect_navigation():
        found.get_by_role("button", name=name).click()


def add_person(visitor: Visitor, name: str) -> None:
    visitor.page.get_by_label("Prénom et nom").fill(name)
    visitor.press("Suivre")
    expect(visitor.page.get_by_role("link", name=name)).to_be_visible()


def act_for_region(visitor: Visitor) -> None:
    visitor.go("/organisations")
    visitor.press(re.compile("Région|Occitanie|Auvergne"))


def test_from_sandbox_to_trial_to_the_hosting_s_gate(
    desk: Visitor, chromium: Browser, other_site: str, tmp_path: Path
) -> None:
    page, until = desk.page, today() + timedelta(days=60)
    sign_in(desk, "region@demo.example")
    act_for_region(desk)
    desk.go("/pro/our-services")
    desk.go("/pro/our-services/new")
    desk.check()
    service = launch(desk, "Bien vieillir")
    desk.check()
    desk.press("Entrer dans le service")
    expect(page.get_by_role("link", name="Odette Exemple").first).to_be_visible()
    expect(page).to_have_title(re.compile("· Bien vieillir$"))
    desk.check()
    act_for_region(desk)
    desk.go(service)
    step(desk, "Passer à l'essai", until)
    expect(page.locator(".chip").first).to_have_text("à l'essai")
    desk.press("Entrer dans le service")
    expect(page.get_by_role("link", name="Odette Exemple")).to_have_count(0)
    for name in ("Jeanne Martin", "Paul Durand"):
        add_person(desk, name)
    act_for_region(desk)
    desk.go(service)
    step(desk, "Commencer la fermeture")
    desk.check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Prendre l'archive (ZIP)").click()
    archive = tmp_path / "service.zip"
    download.value.save_as(archive)
    desk.go(service)
    gone = rows_of(desk, "Données emportées")
    step(desk, "Fermer pour de bon")
    expect(page.locator(".chip").first).to_have_text("fermé")

    context = chromium.new_context(viewport=page.viewport_size, locale="fr-FR", bypass_csp=True)
    there = Visitor(context.new_page(), other_site)
    sign_in(there, "region@demo.example")
    there.go("/pro/our-services/new")
    care = there.page.locator("#planted_care")
    expect(care).to_contain_text(LACKING)
    expect(care.get_by_label(re.compile("Essai :"))).to_have_count(0)
    there.check()
    arrive(there, archive, until)
    assert rows_of(there, "Données reprises") == gone
    there.check()
    there.press("Entrer dans le service")
    for name in ("Jeanne Martin", "Paul Durand"):
        expect(there.page.get_by_role("link", name=name)).to_be_visible()
    assert there.errors == []
    context.close()


def arrive(
    there: Visitor,
    archive: Path,
    until: date,
    *,
    name: str = "Bien vieillir ici",
    vertical: str = "seniors",
) -> None:
    """On another hub, a new trial takes the archive."""
    launch(there, name, until, vertical=vertical)
    there.page.get_by_text("Reprendre l'archive d'un autre service").click()
    there.page.get_by_label("Archive (ZIP)").set_input_files(archive)
    there.press("Reprendre ses données")
    expect(there.page.get_by_role("status")).to_contain_text("ligne pour ligne les mêmes")


def rows_of(visitor: Visitor, step: str) -> str:
    """How many rows went along, as the history says."""
    told = visitor.page.locator("li", has_text=step).first.inner_text()
    found = re.search(r"(\d+) lignes?", told)
    assert found, told
    return found.group(1)


def test_a_public_buyer_takes_a_certificate(desk: Visitor) -> None:
    page = desk.page
    desk.go("/catalogue")
    desk.check()
    page.get_by_label("Avec des données").select_option("wellbeing")
    desk.press("Chercher")
    expect(page.get_by_role("status")).to_have_text(f"1 sur {len(find_verticals())}")
    page.get_by_label("Organisme").fill("Ville de Mende")
    page.get_by_label("SIRET").fill("214 800 955 00020")
    with page.expect_download() as download:
        page.get_by_role("button", name="PDF signé").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
    desk.press("Aînés", role="link")
    desk.check()
