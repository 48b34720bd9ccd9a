"""A change from its pages and its API: compare, confirm, pay; the old stay intact if not."""

import re
from datetime import timedelta

import pytest
from litestar.testing import AsyncTestClient

from hub.core.db import Database
from hub.core.settings import Settings
from tests.forms import read_form, submit, values_of
from tests.houses import ARRIVAL, NIGHTS, House, book, find_house
from tourism.booking.actions import reading
from tourism.booking.models import Booking
from tourism.booking.views import booking_token

HTML = {"accept": "text/html", "accept-language": "fr"}
HIDDEN = re.compile(r'type="hidden" name="(\w+)" value="([^"]*)"')
LONGER = str(ARRIVAL + timedelta(days=NIGHTS + 1))
SHORTER = str(ARRIVAL + timedelta(days=NIGHTS - 1))


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


async def find(demo: Database, booked: Booking) -> Booking:
    async with demo.transaction(booked.tenant) as tx:
        return await reading.find_booking(tx, booked.id)


async def compare(visitor: AsyncTestClient, here: str, **fields: str):
    """Fill the form of a change and look at the difference; the answer and its hidden values."""
    shown = (await visitor.get(here, headers=HTML)).text
    typed = dict(re.findall(r'name="(\w+)"[^>]* value="([^"]*)"', shown))
    chosen = re.findall(r'<select id="[^"]+" name="(\w+)">.*?value="(\d+)" selected', shown, re.S)
    answer = await visitor.post(here, data={**typed, **dict(chosen), **fields}, headers=HTML)
    found = answer.text.partition('id="difference"')[2].partition("</form>")[0]
    return answer, dict(HIDDEN.findall(found))


async def test_a_longer_stay_is_compared_refused_by_a_card_and_paid(
    visitor: AsyncTestClient, demo: Database, house: House, demo_settings: Settings
) -> None:
    booked = await book(demo, house.wish())
    stay = f"/reservation/{booking_token(demo_settings, booked)}"
    here = f"{stay}/modifier"
    answer, hidden = await compare(visitor, here, departure=LONGER)
    assert answer.status_code == 200
    assert "À payer maintenant" in answer.text
    assert int(hidden["difference_cents"]) > 0
    card = {"payment_method": "pm_card_visa_chargeDeclined"}
    declined = await visitor.post(f"{here}/confirmer", data={**hidden, **card}, headers=HTML)
    assert declined.status_code == 402
    # The attribute's quotation marks aside, the words are the page's own.
    assert "Votre séjour n" in declined.text
    assert (await find(demo, booked)).quote == booked.quote
    _, hidden = await compare(visitor, here, departure=LONGER)
    card = {"payment_method": "pm_card_visa"}
    paid = await visitor.post(f"{here}/confirmer", data={**hidden, **card}, headers=HTML)
    assert (paid.status_code, paid.headers["location"]) == (303, stay)
    changed = await find(demo, booked)
    assert str(changed.departure) == LONGER
    assert changed.total_cents == booked.total_cents + int(hidden["difference_cents"])


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"adults_1": "9"}, 409),
        ({"rooms": "0"}, 400),
        ({"rooms": "99999999"}, 400),
        ({"type_1": "999999999"}, 404),
    ],
)
async def test_a_stay_that_cannot_be_is_told_and_what_was_typed_is_kept(
    visitor: AsyncTestClient,
    demo: Database,
    house: House,
    demo_settings: Settings,
    fields: dict[str, str],
    status: int,
) -> None:
    booked = await book(demo, house.wish())
    here = f"/reservation/{booking_token(demo_settings, booked)}/modifier"
    form = read_form((await visitor.get(here, headers=HTML)).text, here)
    typed = dict(values_of(form)) | fields
    answer = await submit(visitor, form, here, list(typed.items()))
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert 'id="difference"' not in answer.text
    kept = dict(values_of(read_form(answer.text, here)))
    for name in {"rooms", "type_1"} & set(fields):  # what the page does not offer
        del typed[name], kept[name]
    assert kept == typed


async def test_the_house_shortens_a_stay_and_its_guest_is_refunded(
    visitor: AsyncTestClient, sign_in, demo: Database, house: House
) -> None:
    booked = await book(demo, house.wish())
    await sign_in("hotelier")
    here = f"/pro/bookings/{booked.id}/change"
    answer, hidden = await compare(visitor, here, departure=LONGER)
    assert "Le voyageur paie cette différence" in answer.text
    due = await visitor.post(f"{here}/confirm", data=hidden, headers=HTML)
    assert due.status_code == 409
    answer, hidden = await compare(visitor, here, departure=SHORTER, note="parti plus tôt")
    assert "Modifier et rembourser" in answer.text
    sent = await visitor.post(f"{here}/confirm", data=hidden, headers=HTML)
    assert sent.status_code == 303
    changed = await find(demo, booked)
    assert changed.refund_cents == -int(hidden["difference_cents"])
    page = (await visitor.get(f"/pro/bookings/{booked.id}", headers=HTML)).text
    assert "Séjour modifié : parti plus tôt" in page


async def test_a_program_previews_and_changes_once_for_a_key(
    visitor: AsyncTestClient, demo: Database, house: House, demo_settings: Settings
) -> None:
    booked = await book(demo, house.wish())
    here = f"/api/v1/bookings/{booking_token(demo_settings, booked)}"
    wish = {
        "arrival": str(ARRIVAL), "departure": SHORTER, "rate_plan": house.plans["flexible"],
        "rooms": [{"room_type": house.types["double"], "adults": 2}],
    }  # fmt: skip
    shown = (await visitor.post(f"{here}/change-preview", json=wish)).json()
    wrong = {**wish, "difference_cents": shown["difference_cents"] - 1}
    headers = {"idempotency-key": "k1"}
    refused = await visitor.post(f"{here}/change", json=wrong, headers=headers)
    assert refused.status_code == 409
    assert refused.json()["type"].endswith("difference-changed")
    right = {**wish, "difference_cents": shown["difference_cents"]}
    assert (await visitor.post(f"{here}/change", json=right)).status_code == 400  # no key
    headers = {"idempotency-key": "k2"}
    first = await visitor.post(f"{here}/change", json=right, headers=headers)
    second = await visitor.post(f"{here}/change", json=right, headers=headers)
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    assert first.json()["refund_cents"] == -shown["difference_cents"]
