"""The forms by which a house says who it is, keeps rooms, prices and answers: each mistake stands
beside its field, nothing typed is lost."""

from datetime import UTC, datetime, time, timedelta

import pytest
from litestar.testing import AsyncTestClient

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import Settings
from tests.forms import Form, Mistake, check_mistakes
from tests.houses import ARRIVAL, NIGHTS, House, book, find_house
from tests.people import send
from tourism.reviewing.actions.writing import list_own
from tourism.reviewing.views import stayed_token

DEPARTURE = ARRIVAL + timedelta(days=NIGHTS)
NO_DAY = "Donnez un jour du calendrier."
NO_NUMBER = "Choisissez ou donnez un nombre."
CONTACT = "Retirez les liens, adresses e-mail et numéros de téléphone."
ADDRESS = "Une facture porte l'adresse complète du vendeur."
LETTERS = "200 lettres au plus."
NO_FIGURE = "Tapez un nombre."
NO_VAT = "Ce numéro de TVA ne peut pas être juste."
ONE_ROOM = "Gardez au moins une chambre."
NO_PRICE = "Donnez le prix d'une chambre et d'une nuit."
OFFERED = "A box or a list: nothing but what it offers can be chosen."

SELLER = Form(
    key="declaring/seller.html /pro/seller",
    typed={
        "person": "yes",
        "name": "Lou Martin",
        "address": "1 chemin du Causse, 48000 Mende",
        "country": "FR",
        "tax_number": "",
        "vat_number": "",
        "born_on": "1980-05-17",
        "born_at": "Mende",
    },
    mistakes=(
        Mistake("name", " ", "Donnez un nom."),
        Mistake("name", "x" * 201, "Donnez un nom."),
        Mistake("address", "ici", "Donnez l'adresse entière."),
        Mistake("country", "France", "Donnez les deux lettres d'un pays, comme FR."),
        Mistake("tax_number", "1" * 31, "Un numéro fiscal a au plus 30 caractères."),
        Mistake("tax_number", "12", "Donnez les neuf chiffres du SIREN.", also={"person": "no"}),
        Mistake("vat_number", "???", NO_VAT),
        Mistake("born_on", "hier", "Donnez une date, comme 1980-05-17."),
        Mistake("born_on", "", "Dites quand vous êtes né."),
        Mistake("born_at", "", "Sans numéro fiscal, dites où vous êtes né."),
        Mistake("born_at", "x" * 201, LETTERS),
    ),
    never={"person": OFFERED},
)
IDENTITY = Form(
    key="invoices/identity.html /pro/invoices/identity",
    typed={
        "name": "Le Belvédère",
        "siret": "732 829 320 00074",
        "line": "1 quai",
        "postcode": "74000",
        "city": "Annecy",
        "email": "lac@example.fr",
        "vat_number": "FR44732829320",
        "legal_form": "SARL",
        "capital": "8000",
        "register": "RCS Annecy",
        "iban": "FR76 3000 6000 0112 3456 7890 189",
        "due_days": "30",
        "late": "15",
        "vat_on_debits": "1",
    },
    mistakes=(
        Mistake("name", " ", "Donnez le nom sous lequel vous êtes immatriculé."),
        Mistake("siret", "732 829 320 00075", "Ce numéro n'est pas juste : SIRET."),
        Mistake("line", "", ADDRESS),
        Mistake("postcode", "", ADDRESS),
        Mistake("city", "", ADDRESS),
        Mistake("email", "lac@", "Cette adresse e-mail n'est pas complète."),
        Mistake("vat_number", "FR45732829320", "Ce numéro n'est pas juste : numéro de TVA."),
        Mistake("vat_number", "FR64443061841", "Ce numéro de TVA n'est pas celui du SIRET."),
        Mistake("legal_form", "x" * 201, LETTERS),
        Mistake("capital", "beaucoup", NO_FIGURE),
        Mistake("register", "", "Dites où la société est immatriculée."),
        Mistake("register", "x" * 201, LETTERS),
        Mistake("iban", "FR76", "Ce numéro n'est pas juste : IBAN."),
        Mistake("due_days", "trente", NO_FIGURE),
        Mistake("due_days", "61", "60 jours au plus après la facture."),
        Mistake("late", "beaucoup", NO_FIGURE),
        Mistake("late", "101", "Le taux des pénalités est entre 0 et 100 pour cent."),
    ),
    never={"vat_on_debits": OFFERED},
)
BLOCK = Form(
    key="groups/new.html /pro/groups/new",
    typed={
        "name": "Mariage Faure",
        "arrival": str(ARRIVAL),
        "departure": str(DEPARTURE),
        "cut_off_on": str(ARRIVAL - timedelta(days=14)),
        "rate_plan": "{saver}",
        "units_{double}": "2",
        "price_{double}": "77,50",
        "units_{family}": "1",
        "price_{family}": "99",
    },
    mistakes=(
        Mistake("name", " ", "Donnez un nom au groupe."),
        Mistake("name", "x" * 101, "Donnez un nom au groupe."),
        Mistake("arrival", "demain", NO_DAY),
        Mistake("arrival", "2026-11-30", "L'arrivée est dans le passé."),
        Mistake("departure", "", NO_DAY),
        Mistake("departure", str(ARRIVAL), "Le départ doit être après l'arrivée."),
        Mistake("departure", "2027-04-30", "Un séjour a au plus 28 nuits."),
        Mistake("cut_off_on", "demain", NO_DAY),
        Mistake("cut_off_on", str(DEPARTURE), "Choisissez un jour entre aujourd'hui et l'arrivée."),
        Mistake("rate_plan", "x", NO_NUMBER),
        Mistake("rate_plan", "999999", "Choisissez parmi les tarifs de la maison."),
        Mistake("units_{double}", "deux", NO_NUMBER),
        Mistake("units_{double}", "0", ONE_ROOM, also={"units_{family}": "0"}),
        Mistake("units_{family}", "1000", ONE_ROOM),
        Mistake("units_{suite}", "x", NO_NUMBER),
        Mistake("price_{double}", "", NO_PRICE),
        Mistake("price_{family}", "cher", NO_PRICE),
        Mistake("price_{family}", "10001", NO_PRICE),
        Mistake("price_{suite}", "", NO_PRICE, also={"units_{suite}": "1"}),
    ),
)
WASH = Form(
    key="groups/group.html /pro/groups/{}/wash",
    typed={"room_type": "{family}", "units": "1"},
    mistakes=(
        Mistake("room_type", "x", NO_NUMBER),
        Mistake("units", "une", NO_NUMBER),
        Mistake("units", "0", "Il n'attend pas autant de chambres chaque nuit."),
        Mistake("units", "3", "Il n'attend pas autant de chambres chaque nuit."),
        Mistake("units", "2", "Pour tout rendre, fermez le groupe."),
    ),
)
REPLY = Form(
    key="reviewing/house.html /pro/reviews/{}",
    typed={},
    mistakes=(
        Mistake("reply", "  ", "Écrivez votre réponse."),
        Mistake("reply", "x" * 2_001, "Une réponse a au plus 2000 lettres."),
        Mistake("reply", "Écrivez-nous : lac@example.fr", CONTACT),
    ),
)
FORMS = (SELLER, IDENTITY, BLOCK, WASH, REPLY)


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


def of_house(form: Form, house: House) -> Form:
    """A form with the numbers of the house's rooms and rates."""
    return form.named(**{code: str(id) for code, id in (house.types | house.plans).items()})


@pytest.mark.parametrize("form", [SELLER, IDENTITY], ids=["seller", "identity"])
async def test_who_a_house_is(visitor: AsyncTestClient, sign_in, form: Form) -> None:
    await sign_in("hotelier")
    here = form.key.partition(" ")[2]
    await check_mistakes(visitor, form, here, here)


async def test_rooms_for_a_group(visitor: AsyncTestClient, sign_in, house: House) -> None:
    await sign_in("hotelier")
    here = "/pro/groups/new"
    form = of_house(BLOCK, house)
    await check_mistakes(visitor, form, here, here)
    double, family = (str(house.types[code]) for code in ("double", "family"))
    kept = {**form.typed, f"units_{family}": "2", f"units_{double}": "2"}
    made = await send(visitor, here, {**kept, "idempotency_key": "one"}, shown=here)
    group = made.headers["location"]
    await check_mistakes(visitor, of_house(WASH, house), group, f"{group}/wash")


async def test_the_answers_to_two_reviews(
    visitor: AsyncTestClient, sign_in, demo: Database, house: House, clock: DrivenClock,
    demo_settings: Settings,
) -> None:  # fmt: skip
    stays = [await book(demo, house.wish()) for _ in range(2)]
    clock.set(datetime.combine(DEPARTURE + timedelta(days=1), time(12), UTC))
    for stay in stays:
        link = f"/avis/{stayed_token(demo_settings, stay.tenant, stay.id)}"
        said = {"score": "4", "text": "Une chambre calme, un accueil simple."}
        assert (await send(visitor, link, said, shown=link)).status_code == 303
    await sign_in("hotelier")
    async with demo.transaction(house.tenant) as tx:
        reviews = [one.id for one in await list_own(tx)]
    for review in reviews:
        await check_mistakes(visitor, REPLY, "/pro/reviews", f"/pro/reviews/{review}")
