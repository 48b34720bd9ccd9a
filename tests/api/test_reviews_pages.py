"""Reviews from their pages and their API: written by the link of a letter, read by everybody,
answered by the house, reported, removed by the federation."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest
from litestar.testing import AsyncTestClient

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import Settings
from hub.core.tokens import sign_reference
from tests.houses import ARRIVAL, NIGHTS, House, book, find_house
from tests.people import read, send, text_of
from tourism.booking.models import Booking
from tourism.booking.views import booking_token
from tourism.reviewing.views import stayed_token

SAID = {"score": "4", "text": "Une chambre calme, un accueil simple et juste."}


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


@pytest.fixture
async def stay(demo: Database, house: House, clock: DrivenClock) -> Booking:
    """A stay that was booked and is over."""
    booked = await book(demo, house.wish())
    clock.set(datetime.combine(ARRIVAL + timedelta(days=NIGHTS + 1), time(12), UTC))
    return booked


@pytest.fixture
def link(stay: Booking, demo_settings: Settings) -> str:
    return f"/avis/{stayed_token(demo_settings, stay.tenant, stay.id)}"


async def test_a_review_goes_from_the_letters_link_to_the_page_of_the_house_and_its_reply(
    visitor: AsyncTestClient, sign_in, house: House, link: str
) -> None:
    status, form = await read(visitor, link)
    assert status == 200
    assert "Publier mon avis" in form
    wrong = await send(visitor, link, {**SAID, "text": "Écrivez-moi : a@b.fr"}, shown=link)
    assert wrong.status_code == 400
    assert "a@b.fr</textarea>" in text_of(wrong)
    assert re.search(r'value="4" checked', wrong.text)
    assert "aria-invalid" in wrong.text
    for _ in range(2):
        sent = await send(visitor, link, SAID, shown="/sign-up")
        assert (sent.status_code, sent.headers["location"]) == (303, link)
    _, shown = await read(visitor, f"/hebergements/{house.id}")
    assert "1 avis" in shown
    assert "4 / 5" in shown
    assert "sam. 27 févr. 2027" in shown
    assert "avis publié le mer. 3 mars 2027" in shown
    assert "martin" not in shown[shown.index('id="avis"') :].lower()
    await sign_in("hotelier")
    _, own = await read(visitor, "/pro/reviews")
    action = re.search(r'action="(/pro/reviews/[^"]+)"', own)
    assert action is not None
    empty = await send(visitor, action[1], {"reply": " "}, shown="/pro/reviews")
    assert empty.status_code == 400
    said = await send(visitor, action[1], {"reply": "Merci, à bientôt."}, shown="/pro/reviews")
    assert said.status_code == 303
    seen = (await visitor.get(f"/api/v1/properties/{house.id}/reviews")).json()
    assert seen["summary"] == {"count": 1, "tenths": 40}
    [review] = seen["reviews"]
    assert (review["author"], review["reply"]) == ("Ada M.", "Merci, à bientôt.")
    assert not {"id", "tenant", "email", "booking"} & set(review)
    one = (await visitor.get(f"/api/v1/properties/{house.id}")).json()
    assert one["reviews"] == {"count": 1, "tenths": 40}


async def test_a_report_leads_to_the_federation_which_removes_with_a_reason(
    visitor: AsyncTestClient, sign_in, house: House, link: str
) -> None:
    key = {"idempotency-key": "one"}
    api = f"/api/v1/reviews/{link.removeprefix('/avis/')}"
    body = {"score": 1, "text": "Le gérant est un escroc.", "language": "fr"}
    written = await visitor.post(api, json=body, headers=key)
    assert (written.status_code, written.json()["state"]) == (201, "published")
    assert (await visitor.post(api, json=body, headers=key)).json() == written.json()
    all_of = (await visitor.get(f"/api/v1/properties/{house.id}/reviews")).json()
    report = f"/avis/signaler/{all_of['reviews'][0]['token']}"
    wrong = await send(visitor, report, {"words": "Il insulte le gérant."}, shown=report)
    assert wrong.status_code == 400
    assert "Il insulte le gérant.</textarea>" in text_of(wrong)
    said = {"reason": "insult", "words": "Il insulte le gérant."}
    assert (await send(visitor, report, said, shown=report)).status_code == 303
    assert "relit cet avis" in (await read(visitor, report, done="true"))[1]
    await sign_in("office")
    assert (await visitor.get("/pro/reported-reviews")).status_code == 403
    await sign_in("federation")
    here = "/pro/reported-reviews"
    _, waits = await read(visitor, here)
    assert "signalé par un lecteur" in waits
    action = re.search(r'action="(/pro/reported-reviews/[^"]+)"', waits)
    assert action is not None
    decision = {"act": "remove", "reason": "insult", "words": "Il insulte une personne."}
    removed = await send(visitor, action[1], decision, shown=here)
    assert removed.status_code == 303
    assert "Aucun avis n'est signalé" in (await read(visitor, here))[1]
    visitor.cookies.clear()
    assert "Il insulte une personne." in (await read(visitor, link))[1]
    none = (await visitor.get(f"/api/v1/properties/{house.id}/reviews")).json()
    assert none["summary"] == {"count": 0, "tenths": None}
    assert "escroc" not in (await read(visitor, f"/hebergements/{house.id}/avis"))[1]


async def test_no_other_key_opens_a_review_and_its_author_takes_it_back(
    visitor: AsyncTestClient, stay: Booking, demo_settings: Settings, link: str
) -> None:
    # The key of the booking, which its house may see, is not the key of its review.
    others = (
        booking_token(demo_settings, stay),
        sign_reference(demo_settings.secret_key, "published review", stay.tenant, stay.id),
    )
    for token in others:
        assert (await read(visitor, f"/avis/{token}"))[0] == 404
    await send(visitor, link, SAID)
    assert (await send(visitor, f"{link}/retirer", {})).status_code == 303
    assert "Vous avez retiré votre avis" in (await read(visitor, link))[1]
    assert "sans autre critère" in (await read(visitor, "/avis/regles"))[1]
