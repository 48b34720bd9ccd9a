"""The search as a browser without script sends it, and dates at the end of the calendar."""

import re
from html import unescape
from urllib.parse import parse_qsl

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
    assert 'aria-describedby="error-child_ages"' in second
    assert 'id="error-child_ages"' in page.text
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


async def test_a_month_next_year_shows_what_is_sold_in_it(visitor: AsyncTestClient) -> None:
    """As far as stays can be searched."""
    asked = {"place": "commune:48095", "radius": "0", "month": "2027-12", "length": "week"}
    page = await visitor.get("/dates-souples", params=asked, headers=HTML)
    shown = {int(day) for day in re.findall(r"arrival=2027-12-(\d\d)", page.text)}
    assert page.status_code == 200
    assert max(shown) > 20


async def test_the_filters_of_a_search_are_those_of_its_dates(visitor: AsyncTestClient) -> None:
    """Whoever goes from results to two months of prices and back keeps what was chosen."""
    filters = {"kind": "hotel", "stars": ["3", "4"], "free_cancellation": "1", "price_max": "900"}
    results = await visitor.get(
        "/recherche", params={"place": "commune:48095", "radius": "0", **STAY, **filters},
        headers=HTML,
    )  # fmt: skip
    link = next(iter(re.findall(r'href="(/dates\?[^"]+)"', results.text)))
    page = await visitor.get(unescape(link), headers=HTML)
    assert page.status_code == 200
    addresses = [
        dict(parse_qsl(unescape(query)))
        for query in re.findall(r'href="/(?:dates|dates-souples|recherche)\?([^"]+)"', page.text)
    ]
    kept = [address for address in addresses if address.get("kind") == "hotel"]
    assert len(kept) >= len(addresses) - 1  # but for the one that takes the filters away
    assert all(one["price_max"] == "900" and one["free_cancellation"] == "1" for one in kept)
    for name, value in (("kind", "hotel"), ("stars", "3"), ("stars", "4"), ("price_max", "900")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in page.text
    asked = {"place": "commune:48095", "radius": "0", "nights": "2", "first": "2027-05-01"}
    plain = await visitor.get("/dates", params=asked, headers=HTML)
    none = await visitor.get("/dates", params={**asked, "price_max": "1"}, headers=HTML)
    buttons = 'type="submit" name="arrival"'
    assert plain.status_code == none.status_code == 200
    assert plain.text.count(buttons) > none.text.count(buttons) == 0
    assert "index des disponibilités" not in none.text
    assert "Retirer les filtres" in none.text
