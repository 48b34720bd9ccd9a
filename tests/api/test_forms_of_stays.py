"""The house's forms about one stay: each mistake stands beside its field, nothing typed is lost."""

from datetime import timedelta

import pytest
from litestar.testing import AsyncTestClient

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import Settings
from tests.db.test_requests import ask, ask_first
from tests.forms import Form, Mistake, check_mistakes, read_form, submit, values_of
from tests.houses import ARRIVAL, NIGHTS, House, book, find_house, quote
from tests.people import HTML
from tourism.booking.views import booking_token

DEPARTURE = ARRIVAL + timedelta(days=NIGHTS)
NO_DAY = "Donnez un jour du calendrier."
NO_NUMBER = "Choisissez ou donnez un nombre."
NO_AGES = "Écrivez les âges en chiffres, par exemple 7, 4."
NO_CHILD = "Les enfants ont de 0 à 17 ans."
NO_ADULT = "Il faut un adulte par chambre."
BACKWARDS = "Le départ doit être après l'arrivée."
TOO_LONG = "Un séjour a au plus 28 nuits."
LONG_NOTE = "Une raison a au plus 200 caractères."
NO_WORDS = "Écrivez d'abord quelques mots."
LONG_MESSAGE = "Un message a au plus 2000 caractères."
LETTER = (
    Mistake("body", "  ", NO_WORDS),
    Mistake("body", "x" * 2_001, LONG_MESSAGE),
)
OFFERED = "Une case à cocher ou une liste : rien d'autre que ce qu'elle offre ne peut être choisi."

STAY = Form(
    key="desk/walkin_stay.html /pro/bookings/new",
    typed={
        "arrival": str(ARRIVAL),
        "departure": str(DEPARTURE),
        "room_type": "{double}",
        "rate_plan": "{saver}",
        "adults": "1",
        "child_ages": "7, 4",
    },
    mistakes=(
        Mistake("arrival", "demain", NO_DAY),
        Mistake("arrival", "2026-11-30", "L'arrivée est dans le passé."),
        Mistake("departure", "", NO_DAY),
        Mistake("departure", str(ARRIVAL), BACKWARDS),
        Mistake("departure", "2027-04-30", TOO_LONG),
        Mistake("room_type", "x", NO_NUMBER),
        Mistake("rate_plan", "x", NO_NUMBER),
        Mistake("adults", "deux", NO_NUMBER),
        Mistake("adults", "0", NO_ADULT),
        Mistake("child_ages", "sept", NO_AGES),
        Mistake("child_ages", "7, 18", NO_CHILD),
    ),
)
GUEST = Form(
    key="desk/walkin_guest.html /pro/bookings/new/{}",
    typed={
        "first_name": "Ada",
        "last_name": "Martin",
        "email": "ada@demo.example",
        "phone": "04 66 00 00 00",
        "message": "Arrive tard",
    },
    mistakes=(
        Mistake("first_name", " ", "Il faut un prénom et un nom."),
        Mistake("last_name", "", "Il faut un prénom et un nom."),
        Mistake("first_name", "x" * 101, "Les noms ont au plus 100 lettres."),
        Mistake("last_name", "x" * 101, "Les noms ont au plus 100 lettres."),
        Mistake("email", "ada@", "Cette adresse e-mail n'est pas complète."),
        Mistake("email", "ada", "Cette adresse e-mail n'est pas complète."),
        Mistake("phone", "0" * 31, "Un numéro de téléphone a au plus 30 caractères."),
        Mistake("message", "x" * 2_001, LONG_MESSAGE),
    ),
    never={"extra_*": OFFERED},
)
FILTER = Form(
    key="desk/list.html /pro/bookings",
    typed={"text": "Zoé", "first": "2027-03-01", "last": "2027-03-08", "sort": "total"},
    mistakes=(
        Mistake("text", "x" * 201, "Cherchez avec moins de mots."),
        Mistake("first", "2027-02-30", "Ce jour n'existe pas."),
        Mistake("last", "hier", "Ce jour n'existe pas."),
        Mistake("last", "2027-02-28", "Le dernier jour est avant le premier."),
        Mistake("room_type", "x", "Ce n'est pas un nombre."),
        Mistake("sort", "luck", "Ce choix n'existe pas."),
    ),
)
NOTE = Form(
    key="desk/booking.html /pro/bookings/{}",
    typed={},
    mistakes=(Mistake("note", "x" * 201, LONG_NOTE),),
)
HOUSE_LETTER = Form(key="desk/booking.html /pro/bookings/{}/messages", typed={}, mistakes=LETTER)
GUEST_LETTER = Form(key="desk/messages.html /reservation/{}/messages", typed={}, mistakes=LETTER)
RENOUNCE = Form(
    key="amends/renounce.html /pro/bookings/{}/renounce",
    typed={},
    mistakes=(Mistake("note", "x" * 501, "Dites-le en moins de mots."),),
)
ACCEPT = Form(
    key="requests/list.html /pro/requests/{}/accept",
    typed={},
    mistakes=(Mistake("note", "x" * 201, LONG_NOTE),),
)
DECLINE = Form(
    key="requests/list.html /pro/requests/{}/decline",
    typed={},
    mistakes=(Mistake("note", "x" * 201, LONG_NOTE),),
)
CHANGE = Form(
    key="changing/change.html {}",
    typed={
        "arrival": str(ARRIVAL),
        "departure": str(DEPARTURE),
        "rate_plan": "{saver}",
        "type_1": "{family}",
        "adults_1": "1",
        "ages_1": "7, 4",
        "type_2": "{double}",
        "adults_2": "2",
        "ages_2": "",
    },
    mistakes=(
        Mistake("arrival", "demain", NO_DAY),
        Mistake("arrival", "2026-11-30", "L'arrivée est dans le passé."),
        Mistake("departure", "demain", NO_DAY),
        Mistake("departure", str(ARRIVAL), BACKWARDS),
        Mistake("departure", "2027-04-30", TOO_LONG),
        Mistake("rate_plan", "x", NO_NUMBER),
        Mistake("type_1", "x", NO_NUMBER),
        Mistake("type_2", "x", NO_NUMBER),
        Mistake("adults_1", "x", NO_NUMBER),
        Mistake("adults_1", "0", NO_ADULT),
        Mistake("adults_2", "0", NO_ADULT),
        Mistake("ages_1", "sept", NO_AGES),
        Mistake("ages_2", "18", NO_CHILD),
    ),
    never={"extra_*": OFFERED},
)
HOUSE_CHANGE = Form(
    key=CHANGE.key,
    typed={**CHANGE.typed, "no_fee": "1", "note": "Il neige."},
    mistakes=(*CHANGE.mistakes, Mistake("note", "x" * 201, LONG_NOTE)),
    never={"extra_*": OFFERED, "no_fee": OFFERED, "no_restrictions": OFFERED},
)
FORMS = (
    STAY, GUEST, FILTER, NOTE, HOUSE_LETTER, GUEST_LETTER, RENOUNCE, ACCEPT, DECLINE, CHANGE,
    HOUSE_CHANGE,
)  # fmt: skip


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


def of_house(form: Form, house: House) -> Form:
    """A form with the numbers of the house's rooms and rates."""
    return form.named(**{code: str(id) for code, id in (house.types | house.plans).items()})


async def test_a_stay_at_the_desk(visitor: AsyncTestClient, sign_in, house: House) -> None:
    await sign_in("hotelier")
    here = "/pro/bookings/new"
    await check_mistakes(visitor, of_house(STAY, house), here, here)


async def test_a_guest_at_the_desk(visitor: AsyncTestClient, sign_in, house: House) -> None:
    await sign_in("hotelier")
    shown = read_form((await visitor.get("/pro/bookings/new", headers=HTML)).text,
                      "/pro/bookings/new")  # fmt: skip
    stay = [(name, str(value)) for name, value in of_house(STAY, house).typed.items()]
    priced = await submit(visitor, shown, "/pro/bookings/new", stay)
    here = priced.headers["location"]
    await check_mistakes(visitor, GUEST, here, here)


async def test_the_search_among_the_bookings(visitor: AsyncTestClient, sign_in) -> None:
    await sign_in("hotelier")
    await check_mistakes(visitor, FILTER, "/pro/bookings", "/pro/bookings")


async def test_what_the_house_notes_and_writes_on_a_booking(
    visitor: AsyncTestClient, sign_in, demo: Database, house: House, clock: DrivenClock
) -> None:
    booked = await book(demo, house.wish())
    here = f"/pro/bookings/{booked.id}"
    clock.forward(timedelta(days=(ARRIVAL - clock.now().date()).days, hours=9))
    await sign_in("hotelier")
    text = (await visitor.get(here, headers=HTML)).text
    acts = [dict(values_of(read_form(text, here, number=n)))["act"] for n in range(2)]
    assert acts == ["check_in", "no_show"]
    for number in range(2):
        await check_mistakes(visitor, NOTE, here, here, number=number)
    await check_mistakes(visitor, HOUSE_LETTER, here, f"{here}/messages")


async def test_what_a_guest_writes_to_the_house(
    visitor: AsyncTestClient, demo: Database, house: House, demo_settings: Settings
) -> None:
    booked = await book(demo, house.wish())
    here = f"/reservation/{booking_token(demo_settings, booked)}/messages"
    await check_mistakes(visitor, GUEST_LETTER, here, here)


async def test_a_house_goes_back_on_a_stay(
    visitor: AsyncTestClient, sign_in, demo: Database, house: House
) -> None:
    booked = await book(demo, house.wish())
    await sign_in("hotelier")
    here = f"/pro/bookings/{booked.id}/renounce"
    await check_mistakes(visitor, RENOUNCE, here, here)


async def test_the_answer_to_a_request(
    visitor: AsyncTestClient, sign_in, demo: Database, house: House
) -> None:
    await ask_first(demo, house)
    asked = [await ask(demo, await quote(demo, house.wish())) for _ in range(2)]
    await sign_in("hotelier")
    for booking in asked:  # two requests on one page: the message stands at the one that was sent
        here = f"/pro/requests/{booking.id}"
        await check_mistakes(visitor, ACCEPT, "/pro/requests", f"{here}/accept")
        await check_mistakes(visitor, DECLINE, "/pro/requests", f"{here}/decline")


async def test_another_stay_in_place_of_a_booked_one(
    visitor: AsyncTestClient, sign_in, demo: Database, house: House, demo_settings: Settings
) -> None:
    two = [room for room in house.wish().rooms for _ in range(2)]
    booked = await book(demo, house.wish(*two))
    here = f"/reservation/{booking_token(demo_settings, booked)}/modifier"
    await check_mistakes(visitor, of_house(CHANGE, house), here, here)
    await sign_in("hotelier")
    here = f"/pro/bookings/{booked.id}/change"
    await check_mistakes(visitor, of_house(HOUSE_CHANGE, house), here, here)
