"""A short course from its writing to its certificate; its learner has a keyboard only."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Visitor
from tests.browser.test_education import WIDTHS, fits, launch, links_of, send_list
from tests.browser.test_journey import sign_in
from tests.browser.test_services import act_for_region
from tests.schools import bundle

pytestmark = pytest.mark.xdist_group("browser")
CAPTIONS = "WEBVTT\n\n00:00.000 --> 00:02.000\nElles partent."


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


def reach(page: Page, wanted: Locator) -> None:
    """Come to a control by the keyboard alone."""
    for _ in range(80):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no key leads to {wanted}")


def press(reader: Visitor, wanted: Locator) -> None:
    """Press a link or a button by the keyboard, and wait for the page that follows."""
    reach(reader.page, wanted)
    with reader.page.expect_navigation():
        reader.page.keyboard.press("Enter")


def look(reader: Visitor) -> None:
    reader.check()
    fits(reader)


def write(reader: Visitor) -> None:
    """Agnès writes a course of a text, a video and a quiz, and gives it."""
    page = reader.page
    reader.press("Voir les cours", role="link")
    look(reader)
    reader.press("Écrire un cours", role="link")
    look(reader)
    page.locator("[name=title]").fill("Les oiseaux qui partent")
    page.get_by_label("Durée, en heures").fill("0,5")
    reader.press("Commencer à écrire")
    expect(page.get_by_text("Choisissez au moins une classe.").first).to_be_visible()
    page.get_by_label("CM1 Hirondelles").check()
    reader.press("Commencer à écrire")
    look(reader)
    reader.press("Ajouter un texte", role="link")
    page.locator("[name=title]").fill("Partir")
    page.locator("[name=body]").fill("Elles partent en septembre.")
    look(reader)
    reader.press("Enregistrer")
    reader.press("Ajouter une vidéo", role="link")
    look(reader)
    page.locator("[name=title]").fill("Un vol")
    page.locator("[name=address]").fill("https://tube.exemple.fr/vol.mp4")
    page.locator("[name=transcript]").fill("On voit un vol d'hirondelles.")
    page.locator("[name=captions]").fill(CAPTIONS)
    reader.press("Enregistrer")
    reader.press("Ajouter un quiz", role="link")
    page.locator("[name=title]").fill("Et vous ?")
    reader.press("Enregistrer")
    look(reader)
    reader.press("Ajouter un choix unique", role="link")
    page.locator("[name=text]").fill("Quand partent-elles ?")
    page.locator("[name=choice_1]").fill("En mai")
    page.locator("[name=says_1]").fill("C'est le retour.")
    page.locator("[name=choice_2]").fill("En septembre")
    page.locator("[name=right][value='2']").check()
    look(reader)
    reader.press("Enregistrer")
    reader.press(re.compile("^Les oiseaux"), role="link")
    look(reader)
    reader.press("Donner ce cours")
    expect(page.get_by_text("donné, version 1")).to_be_visible()


def follow(reader: Visitor) -> None:
    """Léa follows it, by the keyboard alone."""
    page = reader.page
    press(reader, page.get_by_role("link", name="Voir les cours"))
    look(reader)
    press(reader, page.get_by_role("link", name="Les oiseaux qui partent"))
    look(reader)
    press(reader, page.get_by_role("button", name="Commencer"))
    look(reader)
    press(reader, page.get_by_role("button", name="J'ai lu, continuer"))
    expect(page.locator("video")).to_be_visible()
    look(reader)
    reach(page, page.get_by_label("J'ai regardé cette vidéo"))
    page.keyboard.press("Space")
    press(reader, page.get_by_role("button", name="Continuer"))
    look(reader)
    reach(page, page.get_by_role("radio").first)
    page.keyboard.press("Space")
    press(reader, page.get_by_role("button", name="Envoyer mes réponses"))
    expect(page.get_by_text("C'est le retour.")).to_be_visible()
    look(reader)
    reach(page, page.get_by_role("radio").first)
    page.keyboard.press("ArrowDown")
    press(reader, page.get_by_role("button", name="Envoyer mes réponses"))
    expect(page.get_by_role("heading", name="Résultat : 1 sur 1")).to_be_visible()
    look(reader)
    press(reader, page.get_by_role("link", name="Retour au cours"))
    look(reader)


def test_a_course_is_written_and_followed_to_its_certificate(
    people: tuple[Visitor, Visitor], tmp_path: Path
) -> None:
    head, reader = people
    page = reader.page
    sign_in(head, "region@demo.example")
    act_for_region(head)
    launch(head, f"École des Saules {tmp_path.name[-6:]}")
    send_list(head, bundle(), tmp_path)
    head.press("Appliquer")
    links = links_of(head)
    head.go("/ecole/cours")
    look(head)
    head.page.locator("[name=hosts]").fill("tube.exemple.fr")
    head.press("Enregistrer")
    look(head)

    reader.go(links["Agnès Exemple"])
    write(reader)
    reader.go(links["Léa Martin-Exemple"])
    follow(reader)
    wanted = page.get_by_role("link", name="Télécharger le certificat (PDF)")
    reach(page, wanted)
    with page.expect_download() as taken:
        page.keyboard.press("Enter")
    assert re.fullmatch(r"certificat-\d{4}-[0-9A-F-]{14}\.pdf", taken.value.suggested_filename)
    assert taken.value.path().read_bytes().startswith(b"%PDF-")

    reader.go(links["Claire Martin-Exemple"])
    reader.press("Voir les cours", role="link")
    expect(page.get_by_text("achevé").first).to_be_visible()
    look(reader)
    with page.expect_download() as taken:
        page.get_by_role("link", name="Récupérer ce que Léa a fait (xAPI)").click()
    assert taken.value.suggested_filename == "xapi.json"
    head.go("/ecole/cours")
    expect(head.page.get_by_text("l'ont achevé : 1")).to_be_visible()
    look(head)


def test_a_course_is_followed_without_a_script(
    people: tuple[Visitor, Visitor], plain: Visitor, tmp_path: Path
) -> None:
    head, reader = people
    sign_in(head, "region@demo.example")
    act_for_region(head)
    launch(head, f"École des Ormes {tmp_path.name[-6:]}")
    send_list(head, bundle(), tmp_path)
    head.press("Appliquer")
    links = links_of(head)
    head.go("/ecole/cours")
    head.page.locator("[name=hosts]").fill("tube.exemple.fr")
    head.press("Enregistrer")
    reader.go(links["Agnès Exemple"])
    write(reader)
    plain.go(links["Léa Martin-Exemple"])
    plain.press("Voir les cours", role="link")
    plain.press("Les oiseaux qui partent", role="link")
    plain.press("Commencer")
    plain.press("J'ai lu, continuer")
    plain.page.get_by_label("J'ai regardé cette vidéo").check()
    plain.press("Continuer")
    plain.page.get_by_label("En septembre").check()
    plain.press("Envoyer mes réponses")
    expect(plain.page.get_by_text("réussi", exact=True)).to_be_visible()
