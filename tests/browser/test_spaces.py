"""A space from its opening to a complaint, on a phone and at a desk; and without any script."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.browser.conftest import Visitor
from tests.browser.test_journey import sign_in

pytestmark = pytest.mark.xdist_group("browser")
REGION, HOTELIER = "region@demo.example", "hotelier@demo.example"


def become(visitor: Visitor, email: str) -> None:
    visitor.page.context.clear_cookies()
    sign_in(visitor, email)


def fits(visitor: Visitor) -> None:
    """Nothing is wider than the screen."""
    wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert visitor.page.evaluate(wide), visitor.page.url


def look(visitor: Visitor, path: str) -> None:
    assert visitor.go(path) == 200
    visitor.check()
    fits(visitor)


def open_space(visitor: Visitor, name: str) -> str:
    visitor.go("/spaces")
    visitor.press("Ouvrir un espace", "link")
    visitor.page.get_by_label("Nom de l'espace").fill(name)
    visitor.page.get_by_label("À quoi il sert").fill("S'entraider entre voisins.")
    visitor.page.get_by_label("Ses règles").fill("Ni publicité, ni adresse privée.")
    visitor.press("Ouvrir l'espace")
    return visitor.page.url.removeprefix(visitor.site)


def write(visitor: Visitor, space: str, title: str, body: str) -> str:
    visitor.go(space)
    form = visitor.page.locator("details", has_text="Écrire un message")
    if form.get_attribute("open") is None:
        form.locator("summary").click()
    visitor.page.get_by_label("Sujet").fill(title)
    visitor.page.get_by_label("Message", exact=True).fill(body)
    visitor.press("Envoyer")
    visitor.page.get_by_role("link", name=title, exact=True).click()
    visitor.page.wait_for_url(re.compile(r"/posts/"))
    return visitor.page.url.removeprefix(visitor.site)


def test_a_community_speaks_and_a_removal_is_explained_and_contested(visitor: Visitor) -> None:
    sign_in(visitor, REGION)
    space = open_space(visitor, "Hébergeurs de la vallée")
    look(visitor, space)
    visitor.go(f"{space}/members")
    visitor.page.get_by_label("Adresse e-mail de son compte").fill(HOTELIER)
    visitor.press("Inviter")
    look(visitor, f"{space}/members")
    become(visitor, HOTELIER)
    look(visitor, "/spaces")
    post = write(visitor, space, "Draps à prêter", "J'ai vingt paires de draps.\nQui en veut ?")
    look(visitor, space)
    look(visitor, f"{post}/edit")
    become(visitor, REGION)
    visitor.go(post)
    visitor.page.get_by_label("Votre réponse").fill("Moi, volontiers.")
    visitor.press("Répondre")
    look(visitor, post)
    look(visitor, f"{post}/report")
    visitor.page.get_by_label("publicité ou escroquerie").check()
    visitor.page.get_by_label("Dites ce qui ne va pas").fill("C'est une annonce déguisée.")
    visitor.press("Signaler")
    look(visitor, f"{space}/desk")
    visitor.page.get_by_text("Retirer", exact=False).first.click()
    visitor.page.get_by_label("publicité ou escroquerie").check()
    visitor.page.get_by_label("Les raisons, en une phrase ou deux").fill("Une annonce déguisée.")
    visitor.press(re.compile("^Retirer"))
    look(visitor, f"{space}/settings")
    become(visitor, HOTELIER)
    visitor.go(post)
    visitor.press("Voir la décision et ses raisons", "link")
    decision = visitor.page.url.removeprefix(visitor.site)
    look(visitor, decision)
    visitor.page.get_by_label("Pourquoi cette décision").fill("Je ne vends rien, je prête.")
    visitor.press("Contester")
    assert "Une personne va y répondre." in visitor.page.locator("main").inner_text()
    become(visitor, REGION)
    look(visitor, f"{space}/desk")
    look(visitor, decision)
    visitor.page.get_by_label("est annulée").check()
    visitor.page.get_by_label("Les raisons, en une phrase ou deux").fill("C'est bien un prêt.")
    visitor.press("Répondre")
    become(visitor, HOTELIER)
    assert visitor.go(post) == 200
    assert "J'ai vingt paires de draps." in visitor.page.locator("main").inner_text()


def test_a_space_works_without_any_script(plain: Visitor) -> None:
    sign_in(plain, REGION)
    space = open_space(plain, "Sans script")
    post = write(plain, space, "Un mot", "Bonjour à tous.")
    plain.page.get_by_label("Votre réponse").fill("Et bonsoir.")
    plain.press("Répondre")
    assert "Et bonsoir." in plain.page.locator("main").inner_text()
    plain.go(f"{post}/edit")
    plain.page.locator("summary", has_text="Reprendre ce message").click()
    plain.press("Reprendre ce message")
    assert "Un mot" not in plain.page.locator("main").inner_text()


def test_a_community_shares_meets_and_decides(visitor: Visitor, tmp_path: Path) -> None:
    sign_in(visitor, REGION)
    space = open_space(visitor, "Hébergeurs du plateau")
    look(visitor, f"{space}/documents")
    paper = tmp_path / "compte-rendu.pdf"
    paper.write_bytes(b"%PDF-1.7\n1 0 obj<<>>endobj\n")
    visitor.page.get_by_label("Fichier").set_input_files(paper)
    visitor.page.get_by_label("Sujet").fill("Compte rendu de mardi")
    visitor.page.get_by_label("Ce que c'est").fill("Ce que nous avons décidé mardi.")
    visitor.press("Ajouter")
    look(visitor, f"{space}/documents")
    look(visitor, f"{space}/events")
    begins = datetime.now(UTC) + timedelta(days=10)
    visitor.page.get_by_label("Sujet").fill("Fête du village")
    visitor.page.get_by_label("Début").fill(begins.strftime("%Y-%m-%dT18:00"))
    visitor.page.get_by_label("Fin", exact=True).fill(begins.strftime("%Y-%m-%dT20:00"))
    visitor.page.get_by_label("Lieu").fill("Salle des fêtes")
    visitor.page.get_by_label("Ce qui s'y passe").fill("Chacun apporte un plat.")
    visitor.press("Annoncer")
    look(visitor, f"{space}/events")
    visitor.press("Fête du village", "link")
    visitor.press("Je viens")
    look(visitor, visitor.page.url.removeprefix(visitor.site))
    look(visitor, f"{space}/polls")
    visitor.page.get_by_label("Sujet").fill("Un four commun")
    visitor.page.get_by_label("De quoi il s'agit").fill("L'achetons-nous ensemble ?")
    visitor.page.get_by_label("On vote jusqu'au").fill(begins.strftime("%Y-%m-%dT18:00"))
    visitor.press("Ouvrir le vote")
    look(visitor, f"{space}/polls")
    visitor.press("Un four commun", "link")
    look(visitor, visitor.page.url.removeprefix(visitor.site))
    visitor.page.get_by_label("Pour", exact=True).check()
    visitor.press("Voter")
    assert visitor.page.get_by_label("Pour", exact=True).is_checked()
    look(visitor, f"{space}/notices")
    visitor.page.get_by_label("Aucune lettre").check()
    visitor.press("Enregistrer")
    assert "Votre choix est gardé." in visitor.page.locator("main").inner_text()
    look(visitor, space)
    look(visitor, f"{space}/settings")
