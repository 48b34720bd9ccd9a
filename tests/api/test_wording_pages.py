"""A guest reads the conditions of their stay as it was sold; a program is given them with their
digest."""

import pytest
from litestar.testing import AsyncTestClient

from hub.core.db import Database
from hub.core.i18n import LANGUAGES
from tests.api.test_booking_api import booked, held
from tests.houses import House, find_house


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


async def test_a_program_is_given_the_words_of_each_language(
    visitor: AsyncTestClient, house: House
) -> None:
    stay = await booked(visitor, house)
    answer = await visitor.get(f"/api/v1/bookings/{stay['token']}/terms")
    assert answer.status_code == 200
    found = answer.json()
    assert set(found["words"]) == set(LANGUAGES)
    assert (found["reference"], found["version"]) == (stay["reference"], 1)
    assert found["terms"] == stay["terms"]
    assert len(found["digest"]) == 64


async def test_a_guest_reads_them_in_their_language(visitor: AsyncTestClient, house: House) -> None:
    stay = await booked(visitor, house)
    here = f"/reservation/{stay['token']}"
    assert f'href="{here}/conditions"' in (await visitor.get(here)).text
    words = (await visitor.get(f"/api/v1/bookings/{stay['token']}/terms")).json()["words"]
    for language in LANGUAGES:
        page = await visitor.get(f"{here}/conditions", params={"lang": language})
        assert page.status_code == 200
        assert f'lang="{language}"' in page.text
        assert words[language].split("\n")[0].split(" · ")[0] in page.text


async def test_a_stay_that_is_only_held_tells_what_it_would_be_sold_under(
    visitor: AsyncTestClient, house: House
) -> None:
    stay = await held(visitor, house)
    found = (await visitor.get(f"/api/v1/bookings/{stay['token']}/terms")).json()
    assert found["kept_at"] is None
    assert (await visitor.get("/api/v1/bookings/none/terms")).status_code == 404
