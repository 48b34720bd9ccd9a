"""A senior's day on a phone: who may see what, a call that somebody answers, an outing."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Locator, expect

from loadtests.serving import today
from tests.browser.conftest import Visitor
from tests.browser.test_journey import sign_in
from tests.browser.test_services import act_for_region, add_person, launch

pytestmark = pytest.mark.xdist_group("browser")
SEEN, WARNED = "voit mes appels", "est prévenu d'une matinée sans mouvement"


@pytest.fixture
def hand(chromium: Browser, site: str) -> Iterator[Visitor]:
    """Somebody without an account, with a link, on a telephone."""
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, locale="fr-FR", bypass_csp=True
    )
    found = Visitor(context.new_page(), site)
    yield found
    assert found.errors == []
    context.close()


@pytest.fixture
def desk(chromium: Browser, site: str) -> Iterator[Visitor]:
    """Who works for the association that the region has opened the service for."""
    context = chromium.new_context(
        viewport={"width": 1280, "height": 900}, locale="fr-FR", bypass_csp=True
    )
    found = Visitor(context.new_page(), site)
    yield found
    assert found.errors == []
    context.close()


def fill(form: Locator, **fields: str) -> None:
    for name, text in fields.items():
        form.locator(f"[name={name}]").fill(text)


def send(visitor: Visitor, form: Locator) -> None:
    with visitor.page.expect_navigation():
        form.locator("button[type=submit]").click()


def prepare(desk: Visitor) -> str:
    """Jeanne with her neighbour Lucie, a walk, and a volunteer; the address of Jeanne's screen."""
    page, day = desk.page, (today() + timedelta(days=6)).isoformat()
    sign_in(desk, "region@demo.example")
    act_for_region(desk)
    launch(desk, "Voisins de Jeanne", today() + timedelta(days=60))
    desk.press("Entrer dans le service")
    add_person(desk, "Jeanne Martin")
    desk.press("Jeanne Martin", role="link")
    contact = page.locator("form", has=page.get_by_role("heading", name="Ajouter un contact"))
    fill(contact, name="Lucie Petit", email="lucie.petit@demo.example")
    send(desk, contact)
    own = page.get_by_role("link", name="Ouvrir son écran").get_attribute("href")
    assert own
    desk.go("/seniors/outings")
    outing = page.locator("form", has=page.get_by_role("heading", name="Proposer une sortie"))
    fill(outing, title="Promenade au lac", place="Devant la mairie", commune="Annecy")
    fill(outing, day=day, time="14:30", seats="6")
    send(desk, outing)
    person = page.locator("form", has=page.get_by_role("heading", name="Ajouter un bénévole"))
    fill(person, name="Samir Roux", email="samir.roux@demo.example", commune="Annecy")
    send(desk, person)
    page.get_by_label(re.compile("Numéro RNA")).fill("W741000001")
    desk.press("Valider")
    desk.check()
    return own


def offer_a_visit(hand: Visitor, link: str) -> None:
    hand.go(link)
    hand.check()
    day = (today() + timedelta(days=7)).isoformat()
    fill(hand.page.locator("form.card"), title="Lecture et thé", day=day, time="10:00")
    hand.press("Proposer")
    expect(hand.page.get_by_role("heading", name="Lecture et thé")).to_be_visible()


def tick(hand: Visitor, *, on: bool) -> None:
    for label in (SEEN, WARNED):
        hand.page.get_by_label(label).set_checked(on)
    hand.press(re.compile("^Enregistrer$"))


def letter_link(hand: Visitor, subject: str) -> str:
    """The link of the newest letter of that subject, as the demonstration shows what it sent."""
    hand.go("/demo/mail")
    letter = hand.page.locator("article", has_text=subject).first
    found = re.search(r"https?://[^/\s]+(/aide/[\w-]+)", letter.text_content() or "")
    assert found, hand.page.content()
    return found.group(1)


def test_a_senior_calls_is_heard_shares_takes_back_and_goes_out(
    desk: Visitor, hand: Visitor
) -> None:
    own, page = prepare(desk), hand.page
    visits = desk.page.get_by_role("link", name="Sa page").get_attribute("href")
    assert visits
    offer_a_visit(hand, visits)

    hand.go(own)
    hand.check()
    tick(hand, on=True)
    expect(page.get_by_label(SEEN)).to_be_checked()
    hand.press("Appeler à l'aide")
    expect(page.get_by_role("status")).to_contain_text("Nous appelons vos contacts")
    hand.check()
    lucie = letter_link(hand, "Jeanne Martin appelle à l'aide")
    hand.go(lucie)
    hand.check()
    hand.press("J'y vais")
    expect(page.get_by_text("Quelqu'un a répondu et vient.")).to_be_visible()
    expect(page.get_by_text("A répondu et vient : Lucie Petit")).to_be_visible()

    hand.go(own)
    expect(page.get_by_role("status")).to_have_text("Quelqu'un a répondu et vient.")
    tick(hand, on=False)
    expect(page.get_by_label(SEEN)).not_to_be_checked()
    hand.go(lucie)
    expect(page.get_by_text("A répondu et vient : Lucie Petit")).to_have_count(0)

    hand.go(own)
    hand.press("Sorties et visites près de chez moi", role="link")
    hand.check()
    page.get_by_label("Commune ou code postal").fill("Annecy")
    hand.press("Enregistrer ma commune")
    expect(page.get_by_text("Vous voyez ce qui se passe autour de Annecy.")).to_be_visible()
    hand.press(re.compile("^Je viens"))
    hand.press(re.compile("^J'accepte la visite"))
    going = page.get_by_role("region", name="J'y vais")
    expect(going.get_by_role("heading", level=3)).to_have_text(
        ["Promenade au lac", "Lecture et thé"]
    )
    hand.check()
    hand.press(re.compile("^Je ne viens plus"))
    expect(going.get_by_role("heading", level=3)).to_have_text(["Lecture et thé"])
    hand.go(visits)
    expect(page.get_by_text("Jeanne Martin, à Annecy, vous attend.")).to_be_visible()
    desk.go("/seniors/outings")
    expect(desk.page.get_by_text("0 sur 6 places prises")).to_be_visible()
    desk.check()
