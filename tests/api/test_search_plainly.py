"""The search as a browser without script sends it, and dates at the end of the calendar."""

import re
from html import unescape

import pytest
from litestar.testing import AsyncTestClient

HTML = {"accept": "text/html", "accept-language": "fr"}
STAY = {"arrival": "2027-05-20", "departure": "2027-05-22", "adults": "2"}
LOZERE = {"place": "department:48", "text": "Lozère", **STAY}


async def test_children_without_ages_are_asked_for_their_ages(visitor: AsyncTestClient) -> None:
    asked = {**LOZERE, "children": "2", "child_ages": "7", "arrival": "2027-05-21"}
    page = await visitor.get("/recherche", params=asked, headers=HTML)
    assert page.status_code == 400
    assert "Donnez l&#39;âge de chaque enfant." in page.text
    first, second = re.findall(r'<select id="child-age-\d"[^>]*>.*?</select>', page.text)
    assert 'value="7" selected' in first
    assert 'aria-describedby="problem"' in second
    assert "selected" not in second
    assert 'name="children" type="number" inputmode="numeric" min="0" max="10" value="2"' in (
        page.text
    )
    assert 'value="2027-05-21"' in page.text
    assert 'value="department:48"' in page.text


async def test_ages_of_as_many_children_are_searched(visitor: AsyncTestClient) -> None:
    family = {**LOZERE, "children": "2", "child_ages": ["7", "3"]}
    page = await visitor.get("/recherche", params=family, headers=HTML)
    assert page.status_code == 200
    assert "2 enfants" in page.text
    fewer = await visitor.get("/recherche", params={**family, "children": "1"}, headers=HTML)
    assert "1 enfant" in fewer.text
    none = await visitor.get("/recherche", params={**family, "children": "0"}, headers=HTML)
    assert "child_ages" not in unescape(none.text).partition("/hebergements/")[2][:200]


@pytest.mark.parametrize("odd", ["99", "-1", "two", "1" * 5000, "300"])
async def test_an_odd_number_of_children_is_refused(visitor: AsyncTestClient, odd: str) -> None:
    page = await visitor.get("/recherche", params={**LOZERE, "children": odd}, headers=HTML)
    assert page.status_code == 400
    assert page.text.count('id="child-age-') <= 31


@pytest.mark.parametrize("path", ["/dates", "/dates-souples"])
async def test_calendars_ask_for_the_ages_too(visitor: AsyncTestClient, path: str) -> None:
    asked = {"place": "commune:48095", "radius": "0", "children": "1"}
    assert (await visitor.get(path, params=asked, headers=HTML)).status_code == 400


async def test_children_are_not_lost_on_the_way_to_a_house(visitor: AsyncTestClient) -> None:
    asked = {"place": "house:7", "children": "2", **STAY}
    answer = await visitor.get("/recherche", params=asked, headers=HTML)
    assert answer.status_code == 303
    assert "children=2" in answer.headers["location"]


async def test_a_text_typed_over_the_chosen_place_is_searched(visitor: AsyncTestClient) -> None:
    over = {**LOZERE, "text": "Mende"}
    page = await visitor.get("/recherche", params=over, headers=HTML)
    assert page.status_code == 200
    assert "<title>Séjours : Mende" in page.text
    kept = await visitor.get("/recherche", params={**LOZERE, "text": "lozere"}, headers=HTML)
    assert "<title>Séjours : Lozère" in kept.text
    unknown = await visitor.get("/recherche", params={**LOZERE, "text": "zzzzqq"}, headers=HTML)
    assert unknown.status_code == 404


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/recherche", {"place": "department:48", "nights": "2"}),
        ("/hebergements/7", {"nights": "2"}),
        ("/api/v1/search/departures", {"place": "department:48"}),
        ("/api/v1/properties/7/departures", {}),
    ],
)
@pytest.mark.parametrize("arrival", ["9999-12-31", "9999-12-30"])
async def test_a_stay_at_the_end_of_the_calendar_is_refused(
    visitor: AsyncTestClient, path: str, asked: dict[str, str], arrival: str
) -> None:
    answer = await visitor.get(path, params={**asked, "arrival": arrival})
    assert answer.status_code == 400
