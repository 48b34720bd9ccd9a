"""A school's first day: the list comes in, a teacher gives, a pupil hands in, a parent looks; the
head erases a leaver and takes everything away."""

import json
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from hub import portability
from hub.portability.bundle import read_parts
from loadtests.serving import today
from tests.browser.conftest import Visitor
from tests.browser.test_journey import sign_in
from tests.browser.test_services import act_for_region
from tests.exporting import misfits_of
from tests.schools import SEATS, bundle, without

pytestmark = pytest.mark.xdist_group("browser")
EXPORT_MS = 90_000
WIDTHS = {"phone": (390, 844), "desktop": (1280, 900)}


@pytest.fixture(params=list(WIDTHS))
def people(
    request: pytest.FixtureRequest, chromium: Browser, site: str
) -> Iterator[tuple[Visitor, Visitor]]:
    """The school's head, and somebody who has a link only, at one width."""
    width, height = WIDTHS[request.param]
    contexts = [
        chromium.new_context(
            viewport={"width": width, "height": height}, locale="fr-FR", bypass_csp=True
        )
        for _ in range(2)
    ]
    head, reader = (Visitor(one.new_page(), site) for one in contexts)
    yield head, reader
    # A browser writes down each form that is refused, which the test does on purpose.
    told = [one for one in (*head.errors, *reader.errors) if "status of 400" not in one]
    assert told == []
    for one in contexts:
        one.close()


def launch(head: Visitor, name: str) -> None:
    """The region launches a trial of the service for a school, and enters it."""
    head.go("/pro/our-services/new")
    card = head.page.locator("#education")
    if not card.get_by_label("Nom du service").is_visible():
        card.locator("summary").click()
    card.get_by_label("Nom du service").fill(name)
    card.get_by_label(re.compile("Essai :")).check()
    until = (today() + timedelta(days=60)).isoformat()
    card.get_by_label("Dernier jour de l'essai").fill(until)
    with head.page.expect_navigation():
        card.get_by_role("button", name="Lancer").click()
    head.press("Entrer dans le service")


def send_list(head: Visitor, content: bytes, folder: Path) -> None:
    path = folder / "liste.zip"
    path.write_bytes(content)
    head.go("/ecole/liste")
    head.page.get_by_label("Fichier OneRoster (.zip)").set_input_files(path)
    head.press("Envoyer")


def links_of(head: Visitor) -> dict[str, str]:
    head.go("/ecole")
    head.press("CM1 Hirondelles", role="link")
    head.press("Les liens à remettre", role="link")
    head.check()
    head.press("Faire les liens de ceux qui n'en ont pas")
    head.check()
    found = head.page.locator("a.address")
    return {
        (one.text_content() or "").partition(" : ")[2]: one.get_attribute("href") or ""
        for one in found.all()
    }


def fits(visitor: Visitor) -> None:
    """Nothing stands out of the screen's width."""
    wide = visitor.page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide <= 0, visitor.page.url


def test_the_first_day_of_a_school(people: tuple[Visitor, Visitor], tmp_path: Path) -> None:
    head, reader = people
    page = reader.page
    sign_in(head, "region@demo.example")
    act_for_region(head)
    launch(head, f"École des Tilleuls {tmp_path.name[-6:]}")
    head.check()
    send_list(head, bundle((SEATS, "e9,,,k2", "e9,,,k77")), tmp_path)
    expect(head.page.get_by_text("Il nomme quelque chose")).to_be_visible()
    head.check()
    fits(head)
    send_list(head, bundle(), tmp_path)
    expect(head.page.get_by_role("heading", name="Ce qui changerait")).to_be_visible()
    head.check()
    fits(head)
    head.press("Appliquer")
    expect(head.page.get_by_role("link", name="CM1 Hirondelles")).to_be_visible()
    head.check()
    links = links_of(head)
    fits(head)

    reader.go(links["Agnès Exemple"])
    reader.check()
    reader.press("CM1 Hirondelles", role="link")
    reader.check()
    fits(reader)
    form = page.locator("form", has=page.get_by_role("button", name="Donner un devoir"))
    form.locator("[name=title]").fill("Rédaction")
    form.locator("[name=body]").fill("Racontez un voyage.")
    form.locator("[name=due]").fill(f"{(today() + timedelta(days=7)).isoformat()}T18:00")
    reader.press("Donner un devoir")
    expect(page.get_by_role("link", name="Rédaction", exact=True)).to_be_visible()
    page.get_by_role("link", name="Corriger : Rédaction").click()
    reader.check()
    fits(reader)
    page.get_by_label("Texte").fill("Racontez un voyage, en une page.")
    reader.press("Enregistrer")
    expect(page.get_by_text("en une page")).to_be_visible()
    reader.check()

    reader.go(links["Léa Martin-Exemple"])
    reader.press("Rédaction", role="link")
    reader.check()
    page.get_by_label("Mon travail").fill("Nous sommes partis à l'aube.")
    reader.press("Rendre")
    expect(page.locator(".chip").first).to_have_text("rendu")

    reader.go(links["Agnès Exemple"])
    reader.press("CM1 Hirondelles", role="link")
    page.get_by_role("link", name="Rédaction", exact=True).click()
    page.get_by_label("Note sur 20").fill("105")
    reader.press(re.compile("^Rendre à l'élève"))
    expect(page.get_by_text("Écrivez une note de 0 à 20.").last).to_be_visible()
    page.get_by_label("Note sur 20").fill("16,5")
    page.get_by_label("Commentaire").fill("Beau début.")
    reader.press(re.compile("^Rendre à l'élève"))
    reader.check()
    fits(reader)

    reader.go(links["Claire Martin-Exemple"])
    expect(page.get_by_text("noté 16,5 sur 20")).to_be_visible()
    expect(page.get_by_text("Beau début.")).to_be_visible()
    expect(page.get_by_text("Inès")).to_have_count(0)
    reader.check()
    fits(reader)
    with page.expect_download() as taken:
        page.get_by_role("link", name="Emporter ce qui est à Léa").click()
    assert taken.value.suggested_filename == "mon-ecole.zip"
    let_go(head, tmp_path)
    take_everything(head, tmp_path / "taken")


def let_go(head: Visitor, folder: Path) -> None:
    """A pupil who is in the list no more has left; the head erases what is theirs at once."""
    send_list(head, without("p9", "e9"), folder)
    head.press("Appliquer")
    expect(head.page.get_by_role("listitem").filter(has_text="Zoé Partie-Exemple")).to_be_visible()
    head.check()
    fits(head)
    head.press(re.compile("^Effacer maintenant : Zoé"))
    expect(head.page.get_by_role("link", name="CM1 Hirondelles")).to_be_visible()
    expect(head.page.get_by_text("Zoé Partie-Exemple")).to_have_count(0)


def take_everything(head: Visitor, folder: Path) -> None:
    """The school takes all that it has: the class, what was given, handed in and marked; nothing
    of whom it erased, and of nobody else."""
    page = head.page
    head.go("/pro/export")
    head.press("Préparer l'export")
    # The page looks again by itself until the archive is made.
    expect(page.locator("[data-reload-after]")).to_have_count(0, timeout=EXPORT_MS)
    fetch = page.get_by_role("link", name="Prendre l'export (ZIP)")
    expect(fetch).to_have_count(1)
    head.check()
    fits(head)
    with page.expect_download() as download:
        fetch.click()
    with zipfile.ZipFile(download.value.path()) as archive:
        archive.extractall(folder)
    assert list(misfits_of(folder)) == []  # the sums, and each row by its table's schema
    rows = {
        table.table: [json.loads(line) for lines in read_parts(folder, table) for line in lines]
        for table in portability.verify_bundle(folder).tables
    }
    people = {one["id"]: one["given_name"] for one in rows["school_member"]}
    assert sorted(people.values()) == [
        "Agnès", "Claire", "Inès", "Karim", "Léa", "Marc", "Noé", "Tom",
    ]  # fmt: skip
    titles = {one["title"] for one in rows["school_class"]}
    assert titles == {"CM1 Hirondelles", "CM2 Mésanges"}
    [given], [handed] = rows["school_post"], rows["school_work"]
    assert (given["title"], given["body"]) == ("Rédaction", "Racontez un voyage, en une page.")
    assert (handed["post"], people[handed["member"]]) == (given["id"], "Léa")
    assert handed["body"] == "Nous sommes partis à l'aube."
    assert (handed["score"], handed["comment"]) == (1_650, "Beau début.")
    tenants = {one["tenant"] for name in rows if name.startswith("school_") for one in rows[name]}
    assert len(tenants) == 1
    texts = [path.read_text() for path in folder.rglob("*.json*")]
    assert not [text for text in texts if "Zoé" in text]
