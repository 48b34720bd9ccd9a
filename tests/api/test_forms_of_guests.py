"""The forms of guests: each mistake stands beside its field, nothing typed is lost."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest
from litestar.testing import AsyncTestClient

from hub import billing
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import Settings
from tests.api.test_waiting_pages import STAY as FULL_STAY
from tests.api.test_waiting_pages import sell_out
from tests.db.test_amends import book as book_in_town
from tests.db.test_amends import renounce
from tests.db.test_requests import ask_first
from tests.forms import Form, Mistake, check_mistakes
from tests.houses import ARRIVAL, NIGHTS, House, book, find_house, hold, quote
from tests.invoices import SELLER
from tests.money import IBAN, open_town
from tests.people import HTML, send
from tourism.booking.views import booking_token
from tourism.invoicing import tasks as following
from tourism.invoicing.models import FollowStay
from tourism.quoting.views import quote_token
from tourism.reviewing.views import stayed_token

DEPARTURE = ARRIVAL + timedelta(days=NIGHTS)
NO_DAY = "Donnez un jour du calendrier."
NO_NUMBER = "Choisissez ou donnez un nombre."
NIGHTS_OF_GROUP = "Choisissez des nuits du groupe."
CONTACT = "Retirez les liens, adresses e-mail et numéros de téléphone."
NO_NAME = "Il faut un prénom et un nom."
LONG_NAME = "Les noms ont au plus 100 lettres."
NO_EMAIL = "Cette adresse e-mail n'est pas complète."
LETTERS = "200 lettres au plus."
CODE = "50 lettres et chiffres au plus."
OFFERED = "A box or a list: nothing but what it offers can be chosen."

NAMED = {"first_name": "Ada", "last_name": "Martin", "email": "ada@demo.example"}
GUEST = {**NAMED, "phone": "04 66 00 00 00", "message": "Arrive tard"}
NAMES = (
    Mistake("first_name", "", NO_NAME),
    Mistake("first_name", "x" * 101, LONG_NAME),
    Mistake("last_name", "", NO_NAME),
    Mistake("last_name", "x" * 101, LONG_NAME),
    Mistake("email", "ada@", NO_EMAIL),
    Mistake("email", "", NO_EMAIL),
)
WHO = (
    *NAMES,
    Mistake("phone", "0" * 31, "Un numéro de téléphone a au plus 30 caractères."),
    Mistake("message", "x" * 2_001, "Un message a au plus 2000 caractères."),
)
ASK = Form(key="requests/ask.html /devis/{}/demander", typed=GUEST, mistakes=WHO)
PAY = Form(
    key="booking/checkout.html /reservation/{}/payer",
    typed={**GUEST, "payment_method": "pm_card_visa_chargeDeclined"},
    mistakes=WHO,
    never={"payment_method": OFFERED, "project": OFFERED},
)
WAIT = Form(
    key="waiting/join.html /hebergements/{}/attente",
    typed={**NAMED, "flex_days": "2", "refundable": "on", "room_types": ("{family}", "{suite}")},
    mistakes=NAMES,
    never={"flex_days": OFFERED, "refundable": OFFERED, "room_types": OFFERED},
)
WHERE = Form(
    key="amends/where.html /reservation/{}/arrhes",
    typed={"holder": "Ada Martin", "iban": IBAN},
    mistakes=(
        Mistake("holder", "x", "Donnez le nom du titulaire du compte."),
        Mistake("holder", "x" * 71, "Donnez le nom du titulaire du compte."),
        Mistake("iban", IBAN[:-1] + "7", "Ce numéro n'est pas juste : IBAN."),
    ),
)
GROUP = Form(
    key="groups/rooms.html /groupe/{}",
    typed={
        "arrival": str(ARRIVAL),
        "departure": str(DEPARTURE),
        "type_1": "{family}",
        "adults_1": "2",
        "ages_1": "4, 9",
    },
    mistakes=(
        Mistake("arrival", "demain", NO_DAY),
        Mistake("arrival", str(ARRIVAL - timedelta(days=1)), NIGHTS_OF_GROUP),
        Mistake("departure", "", NO_DAY),
        Mistake("departure", "2027-03-09", NIGHTS_OF_GROUP, beside="arrival"),
        Mistake("type_1", "x", NO_NUMBER),
        Mistake("type_1", "{suite}", "Choisissez parmi les chambres du groupe."),
        Mistake("adults_1", "deux", NO_NUMBER),
        Mistake("adults_1", "0", "Il faut un adulte par chambre."),
        Mistake("ages_1", "quatre", NO_NUMBER),
        Mistake("ages_1", "18", "Les enfants ont de 0 à 17 ans."),
    ),
    never={"extra_*": OFFERED},
)
REVIEW = Form(
    key="reviewing/mine.html /avis/{}",
    typed={"score": "4", "text": "Une chambre calme, un accueil simple et juste."},
    mistakes=(
        Mistake("score", "6", "Choisissez une note de 1 à 5."),
        Mistake("text", "Bien.", "Dites en une phrase comment c'était."),
        Mistake("text", "x" * 4_001, "Un avis a au plus 4000 lettres."),
        Mistake("text", "Une chambre calme, dites-le à lac@example.fr", CONTACT),
    ),
)
REPORT = Form(
    key="reviewing/report.html /avis/signaler/{}",
    typed={"reason": "off_topic", "words": "Il parle d'une autre maison."},
    mistakes=(
        Mistake("reason", "", "Choisissez une raison."),
        Mistake("words", "Non.", "Dites en une phrase ce qui ne va pas."),
        Mistake("words", "x" * 2_001, "Dites en une phrase ce qui ne va pas."),
    ),
)
INVOICE = Form(
    key="invoicing/invoice.html /reservation/{}/facture",
    typed={
        "name": "Atelier Lise",
        "email": "lise@example.fr",
        "line": "12 rue des Lices",
        "postcode": "48000",
        "city": "Mende",
        "country": "FR",
        "siret": "443 061 841 00047",
        "vat_number": "FR64443061841",
        "service_code": "A1",
        "engagement": "2027-04",
    },
    mistakes=(
        Mistake("name", " ", "Dites qui est facturé."),
        Mistake("email", "lise@", "Une adresse e-mail est nécessaire."),
        Mistake("line", "", "Une facture à une entreprise porte son adresse."),
        Mistake("line", "x" * 201, LETTERS),
        Mistake("postcode", "x" * 201, LETTERS),
        Mistake("city", "x" * 201, LETTERS),
        Mistake("country", "France", "Choisissez le pays."),
        Mistake("siret", "44306184100048", "Ce numéro n'est pas juste : SIRET."),
        Mistake("vat_number", "FR65443061841", "Ce numéro n'est pas juste : numéro de TVA."),
        Mistake("vat_number", "X", "Ce numéro de TVA ne peut pas être juste."),
        Mistake("service_code", "x" * 51, CODE),
        Mistake("engagement", "x" * 51, CODE),
    ),
    never={"public": OFFERED},
)
FORMS = (ASK, PAY, WAIT, WHERE, GROUP, REVIEW, REPORT, INVOICE)


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


def of_house(form: Form, house: House) -> Form:
    """A form with the numbers of the house's rooms."""
    return form.named(**{code: str(id) for code, id in house.types.items()})


async def test_a_stay_that_is_asked_of_its_house(
    visitor: AsyncTestClient, demo: Database, house: House, demo_settings: Settings
) -> None:
    await ask_first(demo, house)
    made = await quote(demo, house.wish())
    here = f"/devis/{quote_token(demo_settings, made)}/demander"
    await check_mistakes(visitor, ASK, here, here)


async def test_who_books_and_pays(
    visitor: AsyncTestClient, demo: Database, house: House, demo_settings: Settings
) -> None:
    held = await hold(demo, await quote(demo, house.wish()))
    stay = f"/reservation/{booking_token(demo_settings, held)}"
    await check_mistakes(visitor, PAY, stay, f"{stay}/payer")


async def test_who_waits_for_a_room(visitor: AsyncTestClient, demo: Database, house: House) -> None:
    await sell_out(demo, house)
    here = f"/hebergements/{house.id}/attente"
    asked = "&".join(f"{name}={value}" for name, value in FULL_STAY.items())
    await check_mistakes(visitor, of_house(WAIT, house), f"{here}?{asked}", here)


async def test_where_the_double_of_the_arrhes_goes(
    visitor: AsyncTestClient, demo: Database, demo_settings: Settings, clock: DrivenClock
) -> None:
    assert demo_settings.database_url is not None
    async with open_town(demo, demo_settings.database_url, clock) as town:
        booked = await book_in_town(town, "arrhes")
        await renounce(town, booked)
        here = f"/reservation/{booking_token(demo_settings, booked)}/arrhes"
        await check_mistakes(visitor, WHERE, here, here)


async def test_a_room_of_a_group(visitor: AsyncTestClient, sign_in, house: House) -> None:
    await sign_in("hotelier")
    new = "/pro/groups/new"
    block = {
        "name": "Mariage", "arrival": str(ARRIVAL), "departure": str(DEPARTURE),
        "cut_off_on": str(ARRIVAL - timedelta(days=14)),
        "rate_plan": str(house.plans["flexible"]),
        **{f"units_{house.types[code]}": "1" for code in ("double", "family")},
        **{f"price_{house.types[code]}": "77" for code in ("double", "family")},
    }  # fmt: skip
    made = await send(visitor, new, {**block, "idempotency_key": "one"}, shown=new)
    shown = await visitor.get(made.headers["location"], headers=HTML)
    code = re.search(r'class="big">([A-Z]+-\d{6}-[A-Z]+)<', shown.text)
    assert code is not None
    visitor.cookies.clear()
    here = f"/groupe/{code[1]}"
    await check_mistakes(visitor, of_house(GROUP, house), here, here)


async def test_a_review_and_the_report_of_one(
    visitor: AsyncTestClient,
    sign_in,
    demo: Database,
    house: House,
    clock: DrivenClock,
    demo_settings: Settings,
) -> None:
    booked = await book(demo, house.wish())
    clock.set(datetime.combine(DEPARTURE + timedelta(days=1), time(12), UTC))
    link = f"/avis/{stayed_token(demo_settings, booked.tenant, booked.id)}"
    await check_mistakes(visitor, REVIEW, link, link)
    said = {name: str(value) for name, value in REVIEW.typed.items()}
    assert (await send(visitor, link, {**said}, shown=link)).status_code == 303
    await sign_in("hotelier")
    listed = await visitor.get("/pro/reviews", headers=HTML)
    report = re.search(r'href="(/avis/signaler/[^"]+)"', listed.text)
    assert report is not None
    await check_mistakes(visitor, REPORT, report[1], report[1])


async def test_who_is_billed(
    visitor: AsyncTestClient, demo: Database, house: House, demo_settings: Settings
) -> None:
    async with demo.transaction(house.tenant) as tx:
        await billing.save_profile(tx, SELLER)
    booked = await book(demo, house.wish())
    await following.follow_later.run(demo, house.tenant, FollowStay(booking=booked.id))
    here = f"/reservation/{booking_token(demo_settings, booked)}/facture"
    await check_mistakes(visitor, INVOICE, here, here)
