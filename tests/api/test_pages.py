"""The pages in process: every state of a booking has its page, every mistake its words."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qsl

import asyncpg
import pytest
from litestar.testing import AsyncTestClient

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import Settings
from tests.houses import ARRIVAL, NIGHTS, House, book, find_house, hold, quote
from tourism.booking.actions.letters import make_letter
from tourism.booking.views import booking_token
from tourism.quoting.models import RoomWanted
from tourism.quoting.views import quote_token

HTML = {"accept": "text/html", "accept-language": "fr"}
DATES = {
    "arrival": str(ARRIVAL),
    "departure": str(ARRIVAL + timedelta(days=NIGHTS)),
    "adults": "2",
}


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


async def read(visitor: AsyncTestClient, path: str, **params: object) -> tuple[int, str]:
    answer = await visitor.get(path, params=params, headers=HTML)
    return answer.status_code, answer.text


async def send(visitor: AsyncTestClient, page: str, path: str, **fields: str):
    """Send a form of a page with the hidden values that the page gives."""
    shown = await visitor.get(page, headers=HTML)
    form = re.search(rf'<form[^>]*action="{path}".*?</form>', shown.text, re.DOTALL)
    hidden = dict(
        re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[0] if form else shown.text)
    )
    return await visitor.post(path, data={**hidden, **fields}, headers=HTML)


async def test_results_show_the_house_with_its_all_in_price(
    visitor: AsyncTestClient, house: House
) -> None:
    status, text = await read(visitor, "/recherche", text="annecy", **DATES)
    assert status == 200
    assert "Hôtel du Belvédère" in text
    assert "dont taxe de séjour" in text
    assert "Aucune position n'est à vendre" in text.replace("&#39;", "'")


async def test_a_whole_department_can_be_searched_sorted_and_paged(
    visitor: AsyncTestClient,
) -> None:
    asked = {"place": "department:48", "arrival": "2027-05-20", "departure": "2027-05-22"}
    _, first = await read(visitor, "/recherche", **asked, sort="price")
    _, second = await read(visitor, "/recherche", **asked, page=2, sort="distance")
    totals = re.findall(r'class="big">([\d\s\u202f\xa0]+,\d\d)', first)
    cents = [int(re.sub(r"\D", "", total)) for total in totals]
    assert len(cents) == 20
    assert cents == sorted(cents)
    assert 'aria-current="page">2 sur' in second


async def test_without_results_the_page_says_what_to_try(visitor: AsyncTestClient) -> None:
    asked = {**DATES, "place": "commune:74010", "price_max": "1"}
    status, text = await read(visitor, "/recherche", **asked)
    assert status == 200
    assert "Retirer les filtres" in text


async def test_a_search_that_cannot_be_made_keeps_what_was_typed(visitor: AsyncTestClient) -> None:
    asked = {"text": "Annecy", "arrival": DATES["departure"], "departure": DATES["arrival"]}
    status, text = await read(visitor, "/recherche", **asked)
    assert status == 400
    assert 'value="Annecy"' in text
    assert 'role="alert"' in text


async def test_a_house_without_dates_asks_for_them(visitor: AsyncTestClient, house: House) -> None:
    status, text = await read(visitor, f"/hebergements/{house.id}")
    assert status == 200
    assert "Donnez vos dates" in text
    status, text = await read(
        visitor, f"/hebergements/{house.id}", arrival="2020-01-01", departure="2020-01-02"
    )
    assert status == 400


async def test_a_room_says_how_many_adults_and_children_it_takes(
    visitor: AsyncTestClient, demo_settings: Settings, house: House
) -> None:
    connection = await asyncpg.connect(demo_settings.database_url)
    for code, adults, children in (("double", 1, 1), ("family", 2, 1), ("suite", 4, 0)):
        await connection.execute(
            "update room_type set occupancy_standard = 1, occupancy_max = $4, adults_max = $2,"
            " children_max = $3 where id = $1",
            house.types[code], adults, children, max(adults, 2) + children,
        )  # fmt: skip
    await connection.close()
    _, text = await read(visitor, f"/hebergements/{house.id}")
    said = re.findall(r"jusqu(?:'|&#39;)à \d personnes( ·[^<]*)?</p>", text)
    assert said == [
        " · 1 adulte au plus · 1 enfant au plus",
        " · 2 adultes au plus · 1 enfant au plus",
        " · sans enfant",
    ]


async def test_a_room_that_cannot_be_sold_says_why(visitor: AsyncTestClient, house: House) -> None:
    _, text = await read(visitor, f"/hebergements/{house.id}", **{**DATES, "adults": "4"})
    assert "Trop petit pour ces personnes" in text
    _, text = await read(visitor, f"/hebergements/{house.id}", **{**DATES, "rooms": "2"})
    assert "2 × " in text


async def test_the_forms_lead_from_the_offer_to_the_cancelled_stay(
    visitor: AsyncTestClient, house: House
) -> None:
    page = f"/hebergements/{house.id}?arrival={DATES['arrival']}&departure={DATES['departure']}"
    chosen = await send(visitor, page, "/devis")
    assert chosen.status_code == 303
    offer = chosen.headers["location"]
    held = await send(visitor, offer, f"{offer}/retenir")
    stay = held.headers["location"]
    guest = {"first_name": "Ada", "last_name": "Martin", "email": "ada@demo.example"}

    wrong = await send(
        visitor, stay, f"{stay}/payer", **{**guest, "email": "x"}, payment_method="pm_card_visa"
    )
    assert wrong.status_code == 400
    assert 'value="Martin"' in wrong.text
    declined = await send(
        visitor, stay, f"{stay}/payer", **guest, payment_method="pm_card_visa_chargeDeclined"
    )
    assert declined.status_code == 402
    paid = await send(visitor, stay, f"{stay}/payer", **guest, payment_method="pm_card_visa")
    assert (paid.status_code, paid.headers["location"]) == (303, stay)
    _, text = await read(visitor, stay)
    assert "Où va mon euro" in text

    calendar = await visitor.get(f"{stay}/sejour.ics")
    assert calendar.headers["content-type"].startswith("text/calendar")
    assert "STATUS:CONFIRMED" in calendar.text
    stale = await send(visitor, f"{stay}/annuler", f"{stay}/annuler", refund_cents="1")
    assert stale.status_code == 409
    gone = await send(visitor, f"{stay}/annuler", f"{stay}/annuler")
    assert gone.status_code == 303
    _, text = await read(visitor, stay)
    assert "en cours de remboursement" in text


async def test_a_price_that_changed_is_told_with_the_price_of_now(
    visitor: AsyncTestClient, house: House
) -> None:
    page = f"/hebergements/{house.id}?arrival={DATES['arrival']}&departure={DATES['departure']}"
    answer = await send(visitor, page, "/devis", shown_total_cents="1")
    assert answer.status_code == 409
    assert "Le prix a changé" in answer.text
    assert re.search(r"Le prix de maintenant est de [\d\s\u202f\xa0]+,\d\d", answer.text)


async def test_a_house_says_when_its_price_is_not_the_one_of_the_list(
    visitor: AsyncTestClient, house: House
) -> None:
    told = (await visitor.get(f"/api/v1/properties/{house.id}")).json()
    place = f"commune:{told['property']['commune_code']}"
    _, found = await read(visitor, "/recherche", place=place, radius="0", **DATES)
    link = re.search(rf'"/hebergements/{house.id}\?([^"]*)"', found)
    assert link, found
    query = dict(parse_qsl(unescape(link[1])))
    assert int(query["seen"]) > 1
    _, text = await read(visitor, f"/hebergements/{house.id}", **query)
    assert "Dans la liste, ce séjour" not in text
    for seen, is_told in (("1", True), ("123456789", True), ("x", False), ("9" * 40, False)):
        _, text = await read(visitor, f"/hebergements/{house.id}", **(query | {"seen": seen}))
        assert ("Dans la liste, ce séjour" in text) is is_told, seen
    _, text = await read(visitor, f"/hebergements/{house.id}", seen="1")
    assert "Dans la liste, ce séjour" not in text


async def test_an_incomplete_form_is_refused_clearly(
    visitor: AsyncTestClient, house: House
) -> None:
    answer = await send(visitor, "/sign-in", "/devis", property=str(house.id))
    assert answer.status_code == 400


async def test_a_form_from_elsewhere_is_refused(visitor: AsyncTestClient) -> None:
    answer = await visitor.post("/devis", data={"property": "1"}, headers=HTML)
    assert answer.status_code == 403


async def test_an_expired_quote_and_an_expired_hold_have_their_pages(
    visitor: AsyncTestClient, demo: Database, demo_settings: Settings, clock: DrivenClock
) -> None:
    house = await find_house(demo)
    made = await quote(demo, house.wish())
    held = await hold(demo, await quote(demo, house.wish()))
    clock.forward(timedelta(minutes=40))
    _, text = await read(visitor, f"/devis/{quote_token(demo_settings, made)}")
    assert "Cette offre a expiré" in text
    _, text = await read(visitor, f"/reservation/{booking_token(demo_settings, held)}")
    assert "ne sont plus retenues" in text


async def test_the_letter_says_the_same_in_text_and_html(
    demo: Database, demo_settings: Settings
) -> None:
    house = await find_house(demo)
    booked = await book(demo, house.wish())
    letter = make_letter(booked, "confirmation", demo_settings)
    assert booked.reference in letter.subject
    for body in (letter.body_text, letter.body_html):
        assert booked.reference in body
        assert f"/reservation/{booking_token(demo_settings, booked)}" in body
    assert letter.calendar
    assert "BEGIN:VEVENT" in letter.calendar


async def test_the_operator_sees_jobs_failures_and_acts(visitor: AsyncTestClient, sign_in) -> None:
    await sign_in("exploitant")
    status, text = await read(visitor, "/pro/operations")
    assert status == 200
    assert "booking.confirm" in text
    unknown = "/pro/operations/failures/00000000-0000-0000-0000-000000000000/retry"
    assert (await send(visitor, "/pro/operations", unknown)).status_code == 404


@pytest.mark.parametrize(
    ("who", "path", "words"),
    [
        ("hotelier", "/pro/today", "Arrivées (3)"),
        ("hotelier", "/pro/statement", "lodging.payable"),
        ("federation", "/pro/agreement", "Soutenir les territoires en basse saison"),
        ("federation", "/pro/ledger", "Équilibrée au centime"),
    ],
)
async def test_each_role_has_its_page(
    visitor: AsyncTestClient, sign_in, who: str, path: str, words: str
) -> None:
    await sign_in(who)
    status, text = await read(visitor, path)
    assert status == 200
    assert words in text


async def test_unknown_pages_are_404_with_a_way_on(visitor: AsyncTestClient) -> None:
    status, text = await read(visitor, "/hebergements/99999999")
    assert status == 404
    assert "Chercher un séjour" in text
    assert (await read(visitor, "/nowhere"))[0] == 404


async def test_held_rooms_are_given_back_by_a_button(
    visitor: AsyncTestClient, demo: Database, house: House, demo_settings: Settings
) -> None:
    held = await hold(demo, await quote(demo, house.wish()))
    here = f"/reservation/{booking_token(demo_settings, held)}"
    sent = await send(visitor, here, f"{here}/rendre")
    assert (sent.status_code, sent.headers["location"]) == (303, here)
    status, text = await read(visitor, here)
    assert status == 200
    assert "Vous avez rendu les chambres" in text
    assert "/payer" not in text


async def test_one_of_three_rooms_is_cancelled_with_its_refund_shown_first(
    visitor: AsyncTestClient, demo: Database, house: House, demo_settings: Settings
) -> None:
    double = RoomWanted(room_type=house.types["double"], adults=2)
    booked = await book(demo, house.wish(double, double, double))
    here = f"/reservation/{booking_token(demo_settings, booked)}"
    _, text = await read(visitor, here)
    assert text.count("annuler?room=") == 3
    _, text = await read(visitor, f"{here}/annuler", room=2)
    room = booked.quote.breakdown.rooms[1]
    back = room.gross_cents + room.tourist_tax_cents
    assert f'name="refund_cents" value="{back}"' in text
    assert "Les autres chambres restent" in text
    sent = await send(visitor, f"{here}/annuler?room=2", f"{here}/annuler")
    assert sent.status_code == 303
    _, text = await read(visitor, here)
    assert text.count("annuler?room=") == 2
    assert "annulée sans frais" in text
    status, text = await read(visitor, f"{here}/annuler", room=2)
    assert (status, "Cette chambre est déjà annulée" in text) == (409, True)
    answer = await visitor.get(
        f"/api/v1/bookings/{here.rpartition('/')[2]}/refund", params={"room": [1, 3]}
    )
    assert answer.json()["refund_cents"] == booked.total_cents - back
    wrong = await send(visitor, f"{here}/annuler", f"{here}/annuler", rooms="a")
    assert wrong.status_code == 400
