"""A crowd at the door, seen by a person's browser: a place in line, and back at the same step."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from html import unescape

import pytest
from litestar.testing import AsyncTestClient

from hub.app import create_app
from hub.core.clock import DrivenClock, SeededIds
from hub.core.db import Database
from hub.core.settings import Settings
from hub.core.web import Admission
from tests.houses import House, find_house, quote
from tourism.quoting.views import quote_token

HTML = {"accept": "text/html", "accept-language": "fr"}
HIDDEN = re.compile(r'type="hidden" name="(\w+)" value="([^"]*)"')
SEARCH = "/recherche?place=commune:48095&arrival=2027-02-27&departure=2027-03-02&adults=2"


@pytest.fixture
def door() -> Admission:
    return Admission()


@pytest.fixture
async def guest(
    demo_settings: Settings, clock: DrivenClock, door: Admission
) -> AsyncIterator[AsyncTestClient]:
    app = create_app(demo_settings, clock=clock, ids=SeededIds(3), door=door)
    async with AsyncTestClient(app, base_url="http://testserver.local") as client:
        client.follow_redirects = False
        yield client


def text_of(page: str) -> str:
    return unescape(" ".join(re.sub("<[^>]*>", " ", page).split()))


async def test_a_search_in_a_crowd_waits_in_line_and_comes_back_by_itself(
    guest: AsyncTestClient, door: Admission, clock: DrivenClock
) -> None:
    door._giving_way = 0
    told = await guest.get(SEARCH, headers=HTML)
    assert told.status_code == 503
    assert (told.headers["refresh"], told.headers["retry-after"]) == ("4", "4")
    assert told.headers["cache-control"] == "no-store"
    assert "Personne n'est devant vous" in text_of(told.text)
    first = told.cookies["place"]
    clock.forward(timedelta(seconds=1))
    guest.cookies.clear()
    second = await guest.get(SEARCH, headers=HTML)
    assert "1 personne est devant vous" in text_of(second.text)
    door._giving_way = 1
    guest.cookies.clear()
    newcomer = await guest.get(SEARCH, headers=HTML)  # there is a place, but two wait for it
    assert newcomer.status_code == 503
    guest.cookies.clear()
    guest.cookies.set("place", first, domain="testserver.local")
    assert (await guest.get(SEARCH, headers=HTML)).status_code == 200


async def test_a_program_gets_a_problem_and_no_place(
    guest: AsyncTestClient, door: Admission
) -> None:
    door._giving_way = 0
    for path, accept in (("/api/v1/search", "text/html"), (SEARCH, "application/json")):
        told = await guest.get(path, headers={"accept": accept})
        assert told.status_code == 503
        assert told.headers["content-type"].startswith("application/problem+json")
        assert "refresh" not in told.headers
        assert "place" not in told.cookies


async def test_what_a_form_has_sent_is_kept_and_sent_again_it_does_its_work_once(
    guest: AsyncTestClient, door: Admission, demo: Database, demo_settings: Settings
) -> None:
    house: House = await find_house(demo)
    made = await quote(demo, house.wish())
    offer = f"/devis/{quote_token(demo_settings, made)}"
    page = await guest.get(offer, headers=HTML)
    token = dict(HIDDEN.findall(page.text))["_csrf_token"]
    held = await guest.post(f"{offer}/retenir", data={"_csrf_token": token}, headers=HTML)
    stay = held.headers["location"]
    checkout = (await guest.get(stay, headers=HTML)).text
    form = checkout.partition(f'action="{stay}/payer"')[2].partition("</form>")[0]
    typed = {
        **dict(HIDDEN.findall(form)),
        "first_name": 'Ada "la belle"', "last_name": "Martin é", "email": "ada@demo.example",
        "payment_method": "pm_card_visa", "phone": "",
    }  # fmt: skip
    door._most = 0
    told = await guest.post(f"{stay}/payer", data=typed, headers=HTML)
    assert told.status_code == 503
    assert "refresh" not in told.headers
    assert f'action="{stay}/payer" data-again="4"' in told.text
    kept = {name: unescape(value) for name, value in HIDDEN.findall(told.text)}
    assert kept == typed
    door._most = 100
    for _ in range(2):
        paid = await guest.post(f"{stay}/payer", data=kept, headers=HTML)
        assert (paid.status_code, paid.headers["location"]) == (303, stay)
    assert "Confirmée" in (await guest.get(stay, headers=HTML)).text


async def test_a_secret_is_not_written_into_the_page(
    guest: AsyncTestClient, door: Admission
) -> None:
    page = await guest.get("/sign-in", headers=HTML)
    token = dict(HIDDEN.findall(page.text))["_csrf_token"]
    door._most = 0
    typed = {"_csrf_token": token, "email": "a@b.fr", "password": "une phrase de passe"}
    told = await guest.post("/sign-in", data=typed, headers=HTML)
    assert told.status_code == 503
    assert "une phrase de passe" not in told.text
    assert "Revenez à la page précédente" in told.text
