"""From the registry to the first booking: one hotelier, one traveller, under sixty steps."""

import os
import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from loadtests.serving import today
from tests.browser.conftest import DEPARTMENT, Visitor
from tourism.claims.policy.proof import domain_of
from tourism.lodging.registry import list_rows, read_shipped
from tourism.lodging.registry.models import Listed

pytestmark = pytest.mark.xdist_group("browser")
STEPS = 60
ARRIVAL = today() + timedelta(days=35)
DEPARTURE = ARRIVAL + timedelta(days=2)
SIRET = "732 829 320 00074"
# Set it to a folder to keep a picture of each page, for the README.
PICTURES = os.environ.get("ONBOARDING_PICTURES")


def houses_with_a_site() -> list[Listed]:
    """Hotels of the department whose site is their own, as the registry knows them."""
    listed, _ = list_rows(read_shipped())
    here = [entry for entry in listed if entry.match.commune_code.startswith(DEPARTMENT)]
    shared = Counter(domain_of(entry.row.site) for entry in listed)
    names = Counter(entry.row.name for entry in here)
    return [
        entry
        for entry in here
        if entry.row.kind == "hotel"
        and entry.row.address
        and (domain := domain_of(entry.row.site))
        and shared[domain] == 1
        and names[entry.row.name] == 1
    ]


class Person:
    """Somebody at a screen, every act counted; every page looked at by axe."""

    def __init__(self, visitor: Visitor, number: int) -> None:
        self.visitor = visitor
        self.page = visitor.page
        self.number = number
        self.steps = 0
        self.pictures = 0

    def go(self, path: str) -> None:
        self.steps += 1
        assert self.visitor.go(path) == 200

    def fill(self, label: str, text: str) -> None:
        self.steps += 1
        self.page.get_by_label(label, exact=True).fill(text)

    def choose_place(self, text: str) -> None:
        """Type a name and take the suggestion; the first names may still be being read in."""
        self.steps += 2
        option = self.page.locator("#places [role=option]", has_text=text).first
        for _ in range(20):
            self.page.get_by_label("Où", exact=True).fill("")
            self.page.get_by_label("Où", exact=True).fill(text)
            self.page.wait_for_timeout(1_000)
            if option.is_visible():
                option.click()
                return
        raise AssertionError(f"{text} was not suggested")

    def tick(self, label: str | re.Pattern[str]) -> None:
        self.steps += 1
        self.page.get_by_label(label).first.check()

    def press(self, name: str | re.Pattern[str], role: str = "button") -> None:
        self.steps += 1
        self.visitor.press(name, role)

    def look(self, name: str) -> None:
        """The page as it is: a heading, no fault for axe, perhaps a picture."""
        assert self.page.get_by_role("heading", level=1).count() == 1
        self.visitor.check()
        if PICTURES:
            width = self.page.viewport_size["width"]  # pyright: ignore[reportOptionalSubscript]
            self.pictures += 1
            folder = Path(PICTURES)
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{width}-{self.pictures:02d}-{name}.png"
            self.page.screenshot(path=path, full_page=True)


def read_code(person: Person, domain: str) -> str:
    """The code, as whoever reads the house's mail finds it; that is no step on our pages."""
    page = person.page.context.new_page()
    page.goto(f"{person.visitor.site}/demo/mail")
    for letter in page.locator("article").all():
        text = letter.text_content() or ""
        found = re.search(r"\b(\d{3}) (\d{3})\b", text)
        if domain in text and found:
            page.close()
            return found.group(1) + found.group(2)
    raise AssertionError("no code came")


def claim(person: Person, house: Listed) -> None:
    """An account, the house in the registry, and the proof."""
    person.go("/sign-up?next=/pro/claim")
    person.look("compte")
    person.fill("Votre nom", "Lou Martin")
    person.fill("Adresse e-mail", f"lou{person.number}@demo.example")
    person.fill("Mot de passe", "une phrase de passe")
    person.press("Créer mon compte")
    person.fill("Nom, commune ou code postal", house.row.name)
    person.press("Chercher dans le registre")
    person.look("registre")
    person.press(re.compile("^C'est la mienne"), "link")
    person.look("maison")
    person.fill("SIRET de l'établissement", SIRET)
    person.fill("Votre qualité", "gérante")
    person.fill("Téléphone", "04 50 00 00 00")
    person.press("Continuer vers la preuve")
    person.look("preuve")
    person.press("Envoyer le code")
    person.look("code")
    person.fill("Le code reçu", read_code(person, domain_of(house.row.site) or ""))
    person.press("Vérifier le code")


def describe(person: Person) -> None:
    """The house, where it is, in words, what it offers."""
    page = person.page
    person.look("etapes")
    person.press(re.compile("^(Commencer|Continuer)"), "link")
    person.look("identite")
    person.fill("Téléphone pour les voyageurs", "04 50 00 00 00")
    person.press("Enregistrer et continuer")
    person.look("carte")
    box = page.locator("[data-pin-map]").bounding_box()
    assert box is not None
    page.locator("[data-pin-map]").scroll_into_view_if_needed()
    person.steps += 1
    page.locator("[data-pin-map]").click(
        position={"x": box["width"] * 0.55, "y": box["height"] * 0.45}
    )
    assert re.fullmatch(r"4\d\.\d{5}", page.get_by_label("Latitude").input_value())
    person.press("Enregistrer et continuer")
    person.look("mots")
    person.fill("Description en français", "Une maison de famille au bord du lac.")
    person.press("Enregistrer et continuer")
    person.look("services")
    person.tick("Wi-Fi")
    person.tick("Petit-déjeuner")
    person.press("Enregistrer et continuer")


def open_sale(person: Person) -> None:
    """Rooms, a rate, a season, declarations, the mandate, and on sale."""
    person.look("chambres")
    person.fill("Son nom", "Chambre double")
    person.fill("Combien en avez-vous ?", "4")
    person.press("Ajouter ce type")
    person.look("chambres-listees")
    person.press("C'est tout : continuer", "link")
    person.look("tarif")
    person.press("Enregistrer et continuer")
    person.look("ouverture")
    person.fill("Chambre double : prix de la nuit, en euros", "98,50")
    person.press("Ouvrir et continuer")
    person.look("declarations")
    person.press("Enregistrer et continuer")
    person.look("mandat")
    person.fill("En qualité de", "gérante")
    person.tick("J'ai lu le mandat et je le signe pour la maison.")
    person.press("Signer le mandat")
    person.look("pret")
    person.press("Publier ma maison")
    assert person.page.locator(".chip").first.inner_text() == "En ligne"
    person.look("en-ligne")


def book(person: Person, house: Listed) -> None:
    """A traveller, signed out, finds the house by its name and books it."""
    page = person.page
    page.context.clear_cookies()
    person.go("/")
    person.choose_place(house.row.name)
    person.fill("Arrivée", ARRIVAL.isoformat())
    person.fill("Départ", DEPARTURE.isoformat())
    person.press("Rechercher")
    person.look("page-voyageur")
    person.press(re.compile("Choisir Chambre double"))
    person.press(re.compile("Retenir"))
    person.fill("Prénom", "Ada")
    person.fill("Nom", "Martin")
    person.fill("Adresse e-mail", "ada@demo.example")
    person.press(re.compile("Réserver et payer"))
    assert page.locator(".chip").first.inner_text().startswith("Confirmée")
    person.look("reserve")


def test_a_house_goes_from_the_registry_to_its_first_booking_in_under_sixty_steps(
    visitor: Visitor,
) -> None:
    width = visitor.page.viewport_size["width"]  # pyright: ignore[reportOptionalSubscript]
    house = houses_with_a_site()[0 if width < 600 else 1]
    person = Person(visitor, width)
    claim(person, house)
    describe(person)
    open_sale(person)
    book(person, house)
    assert person.steps < STEPS, person.steps
    print(f"{person.steps} steps at {width} px")  # noqa: T201  the measure, with pytest -s


def test_the_whole_way_to_a_signed_mandate_works_without_script(plain: Visitor) -> None:
    page = plain.page
    plain.go("/sign-up?next=/pro/claim")
    page.get_by_label("Votre nom").fill("Sam Roux")
    page.get_by_label("Adresse e-mail").fill("sam@demo.example")
    page.get_by_label("Mot de passe").fill("une phrase de passe")
    plain.press("Créer mon compte")
    page.get_by_label("Son nom").fill("Gîte du Semnoz")
    page.get_by_label("Commune", exact=True).fill("Annecy")
    plain.press("Ajouter cette maison")
    plain.press(re.compile("^Commencer"), "link")
    page.get_by_label("Téléphone pour les voyageurs").fill("04 50 00 00 00")
    page.get_by_label("Un particulier").check()
    plain.press("Enregistrer et continuer")
    page.get_by_label("Rue et numéro").fill("1 chemin du Semnoz")
    page.get_by_label("Code postal").fill("74000")
    page.get_by_label("Latitude").fill("45,8989")
    page.get_by_label("Longitude").fill("6,1280")
    plain.press("Enregistrer et continuer")
    page.get_by_label("Votre qualité").fill("propriétaire")
    page.get_by_label("Comment peut-on vous reconnaître ?").fill("Voisin de l'école depuis 2010.")
    plain.press("Demander la confirmation")
    page.get_by_label("Description en français").fill("Un petit gîte.")
    plain.press("Enregistrer et continuer")
    page.get_by_label("Jardin").check()
    plain.press("Enregistrer et continuer")
    page.get_by_label("Son nom").fill("Le gîte")
    plain.press("Ajouter ce type")
    plain.press("C'est tout : continuer", "link")
    plain.press("Enregistrer et continuer")
    page.get_by_label(re.compile("Le gîte : prix")).fill("80")
    plain.press("Ouvrir et continuer")
    page.get_by_label("Numéro d'enregistrement").fill("74010 000001 A1")
    page.get_by_label("Non", exact=True).check()
    page.get_by_label("Exonéré").check()
    page.get_by_label("Votre prénom et votre nom").fill("Sam Roux")
    plain.press("Enregistrer et continuer")
    page.get_by_label("En qualité de").fill("propriétaire")
    page.get_by_label("J'ai lu le mandat").check()
    plain.press("Signer le mandat")
    assert page.get_by_role("button", name="Publier ma maison").count() == 0  # not confirmed yet
    sign_in_again(plain, "office@demo.example", "demonstration", "/pro/claims")
    asked = page.locator("section.card", has_text="Gîte du Semnoz")
    asked.get_by_label("Votre raison").fill("Vue ce matin.")
    with page.expect_navigation():
        asked.get_by_role("button", name=re.compile("^Confirmer")).click()
    sign_in_again(plain, "sam@demo.example", "une phrase de passe", "/pro/onboarding")
    plain.press("Publier ma maison")
    assert page.locator(".chip").first.inner_text() == "En ligne"


def sign_in_again(visitor: Visitor, email: str, password: str, then: str) -> None:
    page = visitor.page
    page.context.clear_cookies()
    visitor.go(f"/sign-in?next={then}")
    page.locator("input[type=email]").fill(email)
    page.locator("input[type=password]").fill(password)
    with page.expect_navigation():
        page.locator("main button[type=submit]").click()


def test_half_done_is_kept_and_resumed_on_another_device(visitor: Visitor) -> None:
    width = visitor.page.viewport_size["width"]  # pyright: ignore[reportOptionalSubscript]
    email = f"reprise{width}@demo.example"
    page = visitor.page
    visitor.go("/sign-up?next=/pro/claim")
    page.get_by_label("Votre nom").fill("Nora Petit")
    page.get_by_label("Adresse e-mail").fill(email)
    page.get_by_label("Mot de passe").fill("une phrase de passe")
    visitor.press("Créer mon compte")
    page.get_by_label("Son nom").fill(f"Chambres de Nora {width}")
    page.get_by_label("Ce que c'est").select_option("guest_house")
    page.get_by_label("Commune", exact=True).fill("Annecy")
    page.locator("#communes [role=option]").first.click()
    visitor.press("Ajouter cette maison")
    visitor.press(re.compile("^Commencer"), "link")
    page.get_by_label("Téléphone pour les voyageurs").fill("04 50 00 00 00")
    page.get_by_label("Un particulier").check()
    visitor.press("Enregistrer et continuer")
    sign_in_again(visitor, email, "une phrase de passe", "/pro/onboarding")  # another device
    assert page.locator(".stepper .done").count() == 1
    visitor.press(re.compile("^Continuer"), "link")
    assert page.url.endswith("/pro/onboarding/place")
    visitor.check()


def test_the_office_decides_about_claims(visitor: Visitor) -> None:
    visitor.go("/sign-in")
    visitor.page.locator("input[type=email]").fill("office@demo.example")
    visitor.page.locator("input[type=password]").fill("demonstration")
    with visitor.page.expect_navigation():
        visitor.page.locator("main button[type=submit]").click()
    assert visitor.go("/pro/claims") == 200
    visitor.check()
