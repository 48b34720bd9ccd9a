"""A pupil opens an activity of another maker's tool and reads the mark, in a real browser: the own
policy of the page lets its form go to the tool, by itself."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Visitor
from tests.browser.test_education import fits, launch, links_of, send_list
from tests.browser.test_journey import sign_in
from tests.browser.test_services import act_for_region
from tests.lti_serving import ServedTool, served_tool
from tests.schools import bundle

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def tool() -> Iterator[ServedTool]:
    with served_tool() as served:
        yield served


@pytest.fixture
def people(chromium: Browser, site: str) -> Iterator[tuple[Visitor, Visitor]]:
    """The school's head, and somebody who has a link only, under the pages' own policy."""
    contexts = [
        chromium.new_context(viewport={"width": 390, "height": 844}, locale="fr-FR")
        for _ in range(2)
    ]
    head, reader = (Visitor(one.new_page(), site) for one in contexts)
    yield head, reader
    assert (head.errors, reader.errors) == ([], [])
    for one in contexts:
        one.close()


def register(head: Visitor, tool: ServedTool) -> None:
    """The head registers the tool, and tells it of the school."""
    head.go("/ecole/outils")
    for name, value in tool.typed.items():
        head.page.locator(f"[name={name}]").fill(value)
    fits(head)
    head.press("Enregistrer un outil")
    expect(head.page.get_by_role("heading", name="Exercices")).to_be_visible()
    fits(head)
    tool.configure(head.page.content())


def test_a_pupil_opens_an_activity_and_reads_the_mark(
    people: tuple[Visitor, Visitor], tool: ServedTool, tmp_path: Path
) -> None:
    head, reader = people
    page = reader.page
    sign_in(head, "region@demo.example")
    act_for_region(head)
    launch(head, f"École des Peupliers {tmp_path.name[-6:]}")
    send_list(head, bundle(), tmp_path)
    head.press("Appliquer")
    links = plain_links_of(head)
    register(head, tool)

    reader.go(links["Agnès Exemple"])
    reader.press("CM1 Hirondelles", role="link")
    reader.press("Les outils de cette classe", role="link")
    fits(reader)
    page.get_by_role("link", name="Exercices").click()
    expect(page.get_by_text("1 activité placée.")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/outils\?places=1$"))
    fits(reader)

    reader.go(links["Léa Martin-Exemple"])
    reader.press("CM1 Hirondelles", role="link")
    reader.press("Les outils de cette classe", role="link")
    page.get_by_role("link", name="Ouvrir l'activité : Les fractions").click()
    expect(page.get_by_role("heading", name="Bonjour à vous")).to_be_visible()
    assert page.url.startswith(tool.address)

    reader.go(links["Léa Martin-Exemple"])
    expect(page.get_by_text("noté 8 sur 10")).to_be_visible()
    expect(page.get_by_text("Huit réponses sur dix.").first).to_be_visible()
    fits(reader)
    reader.go(links["Claire Martin-Exemple"])
    expect(page.get_by_text("noté 8 sur 10")).to_be_visible()


def plain_links_of(head: Visitor) -> dict[str, str]:
    """The links that the head hands out, without looking for faults: other tests do."""
    head.go("/ecole")
    head.press("CM1 Hirondelles", role="link")
    head.press("Les liens à remettre", role="link")
    head.press("Faire les liens de ceux qui n'en ont pas")
    return {
        (one.text_content() or "").partition(" : ")[2]: one.get_attribute("href") or ""
        for one in head.page.locator("a.address").all()
    }


def test_the_pages_of_tools_have_no_fault(
    chromium: Browser, site: str, tool: ServedTool, tmp_path: Path
) -> None:
    # axe is put into the page by the test: the page's own policy would rightly refuse it.
    context = chromium.new_context(
        viewport={"width": 1280, "height": 900}, locale="fr-FR", bypass_csp=True
    )
    head = Visitor(context.new_page(), site)
    sign_in(head, "region@demo.example")
    act_for_region(head)
    launch(head, f"École des Saules {tmp_path.name[-6:]}")
    send_list(head, bundle(), tmp_path)
    head.press("Appliquer")
    links = links_of(head)
    head.go("/ecole/outils")
    head.check()
    register(head, tool)
    head.check()
    head.go("/ecole/outils")
    head.check()
    head.go(links["Agnès Exemple"])
    head.press("CM1 Hirondelles", role="link")
    head.press("Les outils de cette classe", role="link")
    head.check()
    assert head.errors == []
    context.close()
