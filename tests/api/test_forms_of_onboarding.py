"""The steps of a new house as a form each: mistakes stand beside their fields, all is kept."""

import re

from litestar.testing import AsyncTestClient

from tests.api.test_onboarding_pages import GOOD, PAGE, host, save
from tests.forms import Form, Mistake, Typed, check_mistakes
from tests.people import read

__all__ = ["host"]
OFFERED = "A box or a list: nothing but what it offers can be chosen."


def typed_of(step: str) -> dict[str, Typed]:
    """What a step's form is filled with."""
    return {
        name: tuple(map(str, value)) if isinstance(value, list) else str(value)
        for name, value in GOOD[step].items()
    }


IDENTITY = Form(
    key="onboarding/identity.html /pro/onboarding/identity",
    typed=typed_of("identity"),
    mistakes=(
        Mistake("name", " ", "Donnez un nom de 1 à 200 lettres."),
        Mistake("kind", "castle", "Choisissez ce que c'est."),
        Mistake(
            "phone", "call me", "Donnez un numéro de téléphone que les voyageurs peuvent appeler."
        ),
        Mistake("email", "nobody", "Cette adresse e-mail n'est pas complète."),
        Mistake("site", "javascript:alert(1)", "Une adresse web commence par https:// ou http://."),
        Mistake("professional", "", "Dites si vous louez en professionnel."),
        Mistake("professional", "1", "Un professionnel donne son SIRET.", beside="siret"),
        Mistake(
            "siret", "73282932000075", "La clé du SIRET est fausse : comparez-le avec vos papiers."
        ),
    ),
)
PLACE = Form(
    key="onboarding/place.html /pro/onboarding/place",
    typed=typed_of("place"),
    mistakes=(
        Mistake("address", "", "Donnez la rue et le numéro."),
        Mistake("postcode", "4800", "Un code postal a cinq chiffres."),
        Mistake(
            "commune", "zzzz", "Choisissez la commune parmi les propositions.", also={"place": ""}
        ),
        Mistake("lat", "", "Posez l'épingle sur votre maison."),
        Mistake("lat", "48.85", "Cette position est loin de la commune : déplacez l'épingle."),
        Mistake("lng", "east", "Écrivez des degrés comme 45,89890."),
        Mistake("lat", "x", "Écrivez des degrés comme 45,89890."),
        Mistake("lng", "", "Posez l'épingle sur votre maison."),
        Mistake("commune", "", "Choisissez la commune parmi les propositions.", also={"place": ""}),
    ),
)
CONTROL = Form(
    key="onboarding/control.html /pro/onboarding/control",
    typed=typed_of("control"),
    mistakes=(
        Mistake(
            "quality", "x", "Dites ce que vous êtes dans cette maison : propriétaire, gérante…"
        ),
        Mistake("phone", "call me", "Donnez un numéro où vous joindre."),
        Mistake(
            "statement", "Moi.", "Dites en 10 à 1000 lettres comment on peut vous reconnaître."
        ),
    ),
)
WORDS = Form(
    key="onboarding/words.html /pro/onboarding/words",
    typed=typed_of("words"),
    mistakes=(
        Mistake(
            "description_fr", " ", "Décrivez la maison dans la langue dans laquelle vous écrivez."
        ),
        Mistake(
            "source_language",
            "de",
            "Décrivez la maison dans la langue dans laquelle vous écrivez.",
            beside="description_de",
        ),
        Mistake("source_language", "la", "Choisissez la langue dans laquelle vous écrivez."),
        Mistake("description_en", "x" * 4001, "Une description a au plus 4000 lettres."),
        Mistake("description_de", "x" * 4001, "Une description a au plus 4000 lettres."),
    ),
    never={"description_*": "As the description in English."},
)
SERVICES = Form(
    key="onboarding/services.html /pro/onboarding/services",
    typed=typed_of("services"),
    mistakes=(
        Mistake("amenities", (), "Cochez au moins un service : les voyageurs les cherchent."),
        Mistake("amenities", ("helicopter",), "Choisissez dans la liste."),
        Mistake("accessibility", ("helicopter",), "Choisissez dans la liste."),
        Mistake("pets", "dragons", "Choisissez dans la liste."),
        Mistake("pets_note", "x" * 201, "Une précision a au plus 200 lettres."),
        Mistake("check_in_from", "25:00", "Écrivez une heure telle que 15:00."),
        Mistake("check_out_until", "", "Écrivez une heure telle que 15:00."),
        Mistake("check_in_from", "x", "Écrivez une heure telle que 15:00."),
    ),
    never={"children_welcome": OFFERED},
)
ROOMS = Form(
    key="onboarding/rooms.html /pro/onboarding/rooms/{}",
    typed=typed_of("rooms"),
    mistakes=(
        Mistake("name", "", "Donnez au type de chambre un nom de 1 à 80 lettres."),
        Mistake("units", "0", "Il y a de 1 à 5000 unités d'un type."),
        Mistake("units", "many", "Écrivez un nombre entier."),
        Mistake(
            "occupancy_standard",
            "9",
            "L'occupation normale est d'au moins 1 et au plus le maximum.",
            beside="occupancy_max",
        ),
        Mistake("adults_max", "7", "Les adultes sont au moins 1 et au plus le maximum."),
        Mistake("children_max", "7", "Les enfants sont au plus le maximum."),
        Mistake("bed_double", "", "Dites quels lits il y a.", also={"bed_single": ""}),
        Mistake("bed_double", "99", "Il y a de 1 à 30 lits d'une sorte."),
        Mistake("area_m2", "0", "La surface est entre 1 et 2000 m²."),
        Mistake("occupancy_standard", "x", "Écrivez un nombre entier."),
        Mistake("occupancy_max", "x", "Écrivez un nombre entier."),
        Mistake("bed_double", "x", "Écrivez un nombre entier."),
        Mistake("amenities", "helicopter", "Choisissez dans la liste."),
        Mistake("description_fr", "x" * 1_001, "Une description a au plus 1000 lettres."),
    ),
    never={"on_request": OFFERED, "bed_*": "As the double beds."},
)
RATES = Form(
    key="onboarding/rates.html /pro/onboarding/rates",
    typed=typed_of("rates"),
    mistakes=(
        Mistake("name", "", "Donnez au tarif un nom de 1 à 80 lettres."),
        Mistake("meal", "99", "Choisissez dans la liste."),
        Mistake("cancellation", "whenever", "Choisissez dans la liste."),
    ),
)
OPENING = Form(
    key="onboarding/opening.html /pro/onboarding/opening",
    typed={"first": "2026-12-01", "last": "2027-11-30", "min_stay": "2", "price_{room}": "80"},
    mistakes=(
        Mistake("first", "2026-11-30", "La saison commence aujourd'hui au plus tôt."),
        Mistake("first", "x", "Choisissez un jour."),
        Mistake("last", "x", "Choisissez un jour."),
        Mistake("last", "2026-11-30", "La dernière nuit n'est pas avant la première."),
        Mistake("last", "2030-01-01", "Deux ans à l'avance au plus."),
        Mistake("min_stay", "29", "Le séjour minimum est de 1 à 28 nuits."),
        Mistake("min_stay", "x", "Écrivez un nombre entier."),
        Mistake("price_{room}", "0,50", "Un prix est de 1 à 100 000 euros."),
        Mistake("price_{room}", "cheap", "Écrivez un montant comme 98 ou 98,50."),
    ),
)
DECLARATIONS = Form(
    key="onboarding/declarations.html /pro/onboarding/declarations",
    typed=typed_of("declarations"),
    mistakes=(
        Mistake("vat_regime", "NONE", "Choisissez le régime de TVA."),
        Mistake("services", ("MASSAGE",), "Choisissez dans la liste."),
        Mistake(
            "registration_number",
            "",
            "La loi demande un numéro d'enregistrement pour tout meublé de tourisme.",
        ),
        Mistake(
            "registration_number",
            "48095000001A",
            "Un numéro d'enregistrement a 13 caractères : la commune, six chiffres, une clé de"
            " deux.",
        ),
        Mistake(
            "registration_number",
            "69381000001A1",
            "Le numéro commence par une autre commune que celle de l'adresse.",
        ),
        Mistake("main_residence", "", "Dites si c'est votre résidence principale."),
        Mistake("sworn_name", " ", "Écrivez votre nom : vous déclarez sur l'honneur."),
    ),
)
FORMS = (IDENTITY, PLACE, CONTROL, WORDS, SERVICES, ROOMS, RATES, OPENING, DECLARATIONS)


async def test_each_step_says_a_mistake_beside_its_field(host: AsyncTestClient) -> None:
    for form in FORMS:
        if form is not OPENING:
            here = form.key.partition(" ")[2].removesuffix("/{}")
            await check_mistakes(host, form, here, here)
    _, text = await read(host, PAGE)
    assert '<li class="done">' not in text  # nothing wrong was kept


async def test_a_season_says_a_mistake_beside_its_field(host: AsyncTestClient) -> None:
    await save(host, "rooms")
    here = f"{PAGE}/opening"
    _, text = await read(host, here)
    price = re.search(r'name="price_(\d+)"', text)
    assert price is not None
    await check_mistakes(host, OPENING.named(room=price[1]), here, here)
