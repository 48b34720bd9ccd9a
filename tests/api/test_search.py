"""Searches through the API and the pages: facets, areas, reasons, calendars, bad input; answered by
the index and by PostgreSQL."""

import re
from collections.abc import AsyncIterator
from datetime import date, timedelta
from html import unescape
from math import prod
from urllib.parse import parse_qsl

import asyncpg
import pytest
from litestar.testing import AsyncTestClient

from hub.core.db import Database
from hub.core.settings import Settings
from tests.houses import House, find_house
from tests.indexed import fresh_view, kept_index

STAY = {"arrival": "2027-05-20", "departure": "2027-05-22", "adults": "2"}
NIGHTS = 2
LOZERE = {"place": "department:48", **STAY}
HTML = {"accept": "text/html", "accept-language": "fr"}


@pytest.fixture(params=["postgres", "index"], autouse=True)
async def engine(request: pytest.FixtureRequest, demo_settings: Settings) -> AsyncIterator[str]:
    """Who answers. The index must still be kept up at the end, or PostgreSQL answered for it."""
    if request.param == "postgres":
        yield request.param
        return
    async with kept_index(demo_settings):
        yield request.param
        await fresh_view(demo_settings.data)


async def ask(visitor: AsyncTestClient, path: str = "/api/v1/search", **params: object) -> dict:
    answer = await visitor.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_facet_counts_what_its_choice_leaves(visitor: AsyncTestClient) -> None:
    found = await ask(visitor, **LOZERE)
    assert found["total"] > 20
    for facet in found["kinds"]:
        assert (await ask(visitor, **LOZERE, kind=facet["value"]))["total"] == facet["count"]
    for facet in found["stars"]:
        assert (await ask(visitor, **LOZERE, stars=facet["value"]))["total"] == facet["count"]
    for facet in found["meal_plans"]:
        assert (await ask(visitor, **LOZERE, meal_plan=facet["value"]))["total"] == facet["count"]
    free = await ask(visitor, **LOZERE, free_cancellation=True)
    assert free["total"] == found["free_cancellation"]


async def test_facets_count_under_the_other_choices_and_the_price(
    visitor: AsyncTestClient,
) -> None:
    chosen = {**LOZERE, "kind": "hotel", "price_max": "150"}
    found = await ask(visitor, **chosen)
    assert found["total"] > 0
    assert all(hit["total_cents"] <= 15_000 for hit in found["hits"])
    for facet in found["stars"]:
        assert (await ask(visitor, **chosen, stars=facet["value"]))["total"] == facet["count"]
    other = next(facet for facet in found["kinds"] if facet["value"] != "hotel")
    alone = await ask(visitor, **{**chosen, "kind": other["value"]})
    assert alone["total"] == other["count"]


async def test_a_range_of_prices_counts_what_its_choice_leaves_whatever_price_is_wanted(
    visitor: AsyncTestClient,
) -> None:
    assert (await ask(visitor, **LOZERE))["price_bands"] == []
    chosen = {**LOZERE, "kind": "hotel", "spread": "true"}
    bands = (await ask(visitor, **chosen))["price_bands"]
    assert sum(band["count"] > 0 for band in bands) > 2
    assert (await ask(visitor, **chosen, price_max="1"))["price_bands"] == bands
    for band in bands:
        ends = {"price_min": band["low_cents"] // 100}
        if band["high_cents"] is not None:
            ends["price_max"] = band["high_cents"] // 100
        assert (await ask(visitor, **chosen, **ends))["total"] == band["count"], band


async def test_pages_are_stable_and_end(visitor: AsyncTestClient) -> None:
    first = await ask(visitor, **LOZERE)
    ids: list[int] = []
    for number in range(1, first["pages"] + 1):
        page = await ask(visitor, **LOZERE, page=number)
        ids += [hit["property"] for hit in page["hits"]]
    assert len(ids) == len(set(ids)) == first["total"]
    beyond = await ask(visitor, **LOZERE, page=9_999)
    assert beyond["page"] == first["pages"]
    assert [hit["property"] for hit in beyond["hits"]] == ids[-len(beyond["hits"]) :]


@pytest.mark.parametrize(
    ("sort", "asked"),
    [
        ("price", LOZERE),
        ("stars", LOZERE),
        ("recommended", LOZERE),
        ("recommended", {"place": "commune:48095", "radius": 60, "rooms": 2, **STAY}),
    ],
)
async def test_orders_are_those_that_the_rule_says(
    visitor: AsyncTestClient, sort: str, asked: dict[str, object]
) -> None:
    """Every number of the order is one that is published."""
    rule = (await ask(visitor, "/api/v1/ranking"))[sort]
    hits = (await ask(visitor, **asked, sort=sort))["hits"]
    counts = {"night": NIGHTS, "room": asked.get("rooms", 1)}
    times = prod(counts[per] for per in rule["per"])

    def rank(hit: dict) -> tuple[int, ...]:
        missing = rule["most_stars"] - (hit["stars"] or 0)
        if sort == "price":
            return (hit["total_cents"], hit["property"])
        if sort == "stars":
            return (missing, hit["total_cents"], hit["property"])
        added = missing * rule["cents_per_missing_star"]
        added += (hit["distance_km"] or 0) * rule["cents_per_km"]
        return (hit["total_cents"] + added * times, hit["total_cents"], hit["property"])

    assert len(hits) > 5
    assert hits == sorted(hits, key=rank)


async def test_distance_is_from_the_place_and_limits_the_circle(visitor: AsyncTestClient) -> None:
    near = await ask(visitor, place="commune:48095", radius=20, **STAY, sort="distance")
    alone = await ask(visitor, place="commune:48095", radius=0, **STAY)
    away = [hit["distance_km"] for hit in near["hits"]]
    assert away == sorted(away)
    assert max(away) <= 20
    assert near["total"] > alone["total"]
    assert {hit["commune"] for hit in alone["hits"]} == {"Mende"}


async def test_the_same_houses_are_found_by_a_point_a_box_and_a_landmark(
    visitor: AsyncTestClient,
) -> None:
    point = await ask(visitor, place="point:44.52,3.5", radius=15, **STAY)
    box = await ask(visitor, place="box:44.2,3.0,44.9,3.9", **STAY)
    landmark = await ask(visitor, place="landmark:gorges-du-tarn", **STAY)
    assert 0 < point["total"] <= box["total"]
    assert landmark["area"]["label"] == "Gorges du Tarn"
    for found, inside in ((box, (44.2, 44.9)),):
        assert all(inside[0] <= hit["lat"] <= inside[1] for hit in found["hits"])


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"arrival": "2027-05-22", "departure": "2027-05-20"}, "departure"),
        ({"arrival": "2027-05-22", "departure": "2027-12-08"}, "departure"),
        ({"adults": "60"}, "adults"),
        ({"place": "box:-20,170,-10,-170"}, "text"),
        ({"place": "box:10,10,5,20"}, "text"),
        ({"place": "<script>alert(1)</script>"}, "text"),
        ({"place": "commune:74010", "radius": "5000"}, "radius"),
        ({"amenity": "' or 1=1 --"}, "amenity"),
        ({"rooms": "0"}, "rooms"),
    ],
)
async def test_bad_searches_are_refused_in_words_by_field(
    visitor: AsyncTestClient, params: dict[str, str], field: str
) -> None:
    answer = await visitor.get("/api/v1/search", params={**LOZERE, **params})
    assert answer.status_code == 400
    assert answer.json()["field"] == field
    assert answer.json()["detail"]
    page = await visitor.get("/recherche", params={**LOZERE, **params}, headers=HTML)
    assert page.status_code == 400
    assert "<script>alert" not in page.text


@pytest.mark.parametrize(
    "text", ["'; drop table property; --", "<script>alert(1)</script>", "%00", "zz" * 40]
)
async def test_strange_text_finds_no_place_and_breaks_nothing(
    visitor: AsyncTestClient, text: str
) -> None:
    page = await visitor.get("/recherche", params={"text": text, **STAY}, headers=HTML)
    assert page.status_code == 404
    assert "<script>alert" not in page.text
    fragment = await visitor.get("/suggestions", params={"text": text}, headers=HTML)
    assert fragment.status_code == 200
    assert "data-count" in fragment.text


async def test_the_page_says_the_same_as_the_api(visitor: AsyncTestClient) -> None:
    found = await ask(visitor, **LOZERE, kind="hotel")
    page = await visitor.get("/recherche", params={**LOZERE, "kind": "hotel"}, headers=HTML)
    totals = re.findall(r'class="big">([\d\s\u202f\xa0]+,\d\d)', page.text)
    shown = [int(re.sub(r"\D", "", total)) for total in totals]
    assert shown == [hit["total_cents"] for hit in found["hits"]]
    linked = re.findall(r'<h2><a href="/hebergements/(\d+)\?', page.text)
    assert [int(id) for id in linked] == [hit["property"] for hit in found["hits"]]


async def test_a_refused_stay_names_its_reason_and_the_nearest_that_is_sold(
    visitor: AsyncTestClient, demo: Database
) -> None:
    residence = (await ask(visitor, place="department:48", arrival="2027-07-17",
                           departure="2027-07-24", kind="residence"))["hits"][0]  # fmt: skip
    here = f"/api/v1/properties/{residence['property']}"
    view = await ask(visitor, here, arrival="2027-07-15", departure="2027-07-17")
    assert "min_stay" in view["refusal"]["obstacles"]
    near = view["alternative"]
    sold = await ask(visitor, here, arrival=near["arrival"], departure=near["departure"])
    offers = [offer for option in sold["options"] for offer in option["offers"]]
    totals = [offer["gross_cents"] + offer["tourist_tax_cents"] for offer in offers]
    assert min(totals) == near["total_cents"]
    page = await visitor.get(
        f"/hebergements/{residence['property']}",
        params={"arrival": "2027-07-15", "departure": "2027-07-17"},
        headers=HTML,
    )
    assert "Voir ces dates" in page.text
    assert f"arrival={near['arrival']}" in page.text


async def test_the_least_stay_is_that_of_the_plan_that_comes_nearest(
    visitor: AsyncTestClient, demo: Database, demo_settings: Settings
) -> None:
    house = await find_house(demo)
    connection = await asyncpg.connect(demo_settings.database_url)
    for number, plan in enumerate(house.plans.values()):
        await connection.execute(
            "insert into rate_month select tenant, $4, room_type, $1, month,"
            " array_fill(0, array[31]), array_fill($2::int2, array[31]),"
            " array_fill(0::int2, array[31]), array_fill(0::int2, array[31]),"
            " array_fill(0::int2, array[31]), array_fill(0::int2, array[31])"
            " from ari_month where room_type = $3 and month = '2027-05-01'",
            plan, 7 - 2 * (number % 2), house.types["double"], house.id,
        )  # fmt: skip
    await connection.close()
    view = await ask(visitor, f"/api/v1/properties/{house.id}", **STAY)
    option = next(o for o in view["options"] if o["room_type"]["id"] == house.types["double"])
    assert (option["obstacles"], option["min_stay"]) == (["min_stay"], 5)


@pytest.mark.parametrize("nights", ["0001" + "0" * 5_000, "00280000", "٣", "-1", "", "29"])
async def test_odd_nights_of_a_house_show_the_usual_ones(
    visitor: AsyncTestClient, demo: Database, nights: str
) -> None:
    house = await find_house(demo)
    page = await visitor.get(f"/hebergements/{house.id}", params={"nights": nights}, headers=HTML)
    assert page.status_code == 200


async def test_a_search_with_few_results_tells_of_the_others(visitor: AsyncTestClient) -> None:
    found = await ask(visitor, place="department:48", arrival="2027-07-15",
                      departure="2027-07-17", kind="residence")  # fmt: skip
    assert found["total"] == 0
    assert 1 <= len(found["why_not"]) <= 4
    for house in found["why_not"]:
        assert house["refusal"]["obstacles"]
        near = house["alternative"]
        stay = {"arrival": near["arrival"], "departure": near["departure"]}
        again = await ask(visitor, place="department:48", kind="residence", **stay)
        hit = next(hit for hit in again["hits"] if hit["property"] == house["property"])
        assert hit["total_cents"] == near["total_cents"]


async def test_five_people_are_told_of_two_rooms(visitor: AsyncTestClient) -> None:
    five = {"place": "commune:48095", "arrival": "2027-05-20", "departure": "2027-05-22",
            "adults": 5, "kind": "hotel"}  # fmt: skip
    found = await ask(visitor, **five)
    hint = found["rooms_hint"]
    two = await ask(visitor, **{**five, "rooms": hint["rooms"]}, sort="price")
    assert (hint["rooms"], hint["total"]) == (2, two["total"])
    assert hint["low_cents"] == two["hits"][0]["total_cents"]


async def test_a_house_calendar_gives_the_totals_of_its_page(
    visitor: AsyncTestClient, demo: Database
) -> None:
    house: House = await find_house(demo)
    here = f"/api/v1/properties/{house.id}"
    calendar = await ask(visitor, f"{here}/calendar", nights=3, first="2027-02-20", days=14)
    assert len(calendar["days"]) == 14
    checked = 0
    for day in calendar["days"]:
        leaving = date.fromisoformat(day["on"]) + timedelta(days=3)
        view = await ask(visitor, here, arrival=day["on"], departure=str(leaving))
        offers = [offer for option in view["options"] for offer in option["offers"]]
        totals = [offer["gross_cents"] + offer["tourist_tax_cents"] for offer in offers]
        assert day["total_cents"] == min(totals, default=None)
        checked += bool(totals)
    assert checked


async def test_a_place_calendar_gives_the_cheapest_of_each_search(
    visitor: AsyncTestClient,
) -> None:
    calendar = await ask(visitor, "/api/v1/search/calendar", place="commune:48095", radius=0,
                         nights=2, first="2027-05-18", days=5)  # fmt: skip
    for day in calendar["days"]:
        leaving = date.fromisoformat(day["on"]) + timedelta(days=2)
        found = await ask(visitor, place="commune:48095", radius=0, arrival=day["on"],
                          departure=str(leaving), sort="price")  # fmt: skip
        assert found["hits"][0]["total_cents"] == day["total_cents"]


@pytest.mark.parametrize("nights", [0, 29, 200])
async def test_calendars_are_bounded(visitor: AsyncTestClient, nights: int) -> None:
    for path in ("/api/v1/search/calendar", "/api/v1/properties/1/calendar"):
        answer = await visitor.get(path, params={"place": "department:48", "nights": nights})
        assert answer.status_code in {400, 404}
    days = {"place": "department:48", "nights": 2, "days": 1_000}
    assert (await visitor.get("/api/v1/search/calendar", params=days)).status_code == 400


async def test_a_chosen_house_leads_to_its_page_with_the_dates(
    visitor: AsyncTestClient, demo: Database
) -> None:
    house = await find_house(demo)
    answer = await visitor.get(
        "/recherche", params={"place": f"house:{house.id}", **STAY}, headers=HTML
    )
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"/hebergements/{house.id}?arrival=2027-05-20")


async def test_days_with_prices_are_buttons_that_lead_to_the_search(
    visitor: AsyncTestClient,
) -> None:
    asked = {"place": "commune:48095", "radius": "0", "nights": "2", "first": "2027-05-01"}
    page = await visitor.get("/dates", params=asked, headers=HTML)
    assert page.status_code == 200
    buttons = re.findall(r'name="arrival" value="(2027-0[56]-\d\d)"', page.text)
    assert len(buttons) > 50
    chosen = {"place": "commune:48095", "nights": "2", "arrival": buttons[0], "adults": "2"}
    results = await visitor.get("/recherche", params=chosen, headers=HTML)
    assert results.status_code == 200


async def test_dates_that_need_not_be_exact_lead_to_what_is_sold(visitor: AsyncTestClient) -> None:
    """Each price of the table around a stay, and of the weekends of a month, is that of its
    search."""
    asked = {"place": "commune:48095", "radius": "0", "adults": "2", "month": "2027-06",
             "length": "weekend", "arrival": "2027-05-20", "departure": "2027-05-22"}  # fmt: skip
    page = await visitor.get("/dates-souples", params=asked, headers=HTML)
    assert page.status_code == 200
    hrefs = re.findall(r'href="/recherche\?([^"]+)"[^>]*>(.*?)</a>', page.text, re.DOTALL)
    links = [(dict(parse_qsl(unescape(query))), text) for query, text in hrefs]
    near = [(query, text) for query, text in links if "departure" in query]
    weekends = [date.fromisoformat(query["arrival"]) for query, _ in links if "nights" in query]
    assert {on.isoweekday() for on in weekends} == {5}
    assert {on.month for on in weekends} == {6}
    assert len(near) > 30
    for query, text in near[::7]:
        found = await ask(visitor, **query, sort="price")
        euros = round(found["hits"][0]["total_cents"] / 100)
        assert f"{euros}\N{NO-BREAK SPACE}€" in text or f"{euros}\N{NARROW NO-BREAK SPACE}€" in text


@pytest.mark.parametrize("odd", [{"month": "1999-01"}, {"length": "year"}, {"month": "<b>"}])
async def test_odd_months_and_lengths_show_the_usual_ones(
    visitor: AsyncTestClient, odd: dict[str, str]
) -> None:
    asked = {"place": "commune:48095", "radius": "0"} | odd
    page = await visitor.get("/dates-souples", params=asked, headers=HTML)
    assert page.status_code == 200
    assert "<b>&lt;" not in page.text
    assert 'value="week" selected' in page.text


async def test_each_departure_has_the_total_of_its_search(
    visitor: AsyncTestClient, demo: Database
) -> None:
    house = await find_house(demo)
    of_house = await ask(visitor, f"/api/v1/properties/{house.id}/departures", arrival="2027-05-20")
    of_place = await ask(
        visitor, "/api/v1/search/departures", place="commune:48095", radius=0, arrival="2027-05-20"
    )
    assert len(of_house) == len(of_place) == 14
    for day in of_place[:3]:
        found = await ask(visitor, place="commune:48095", radius=0, arrival="2027-05-20",
                          departure=day["on"], sort="price")  # fmt: skip
        assert (found["total"], found["hits"][0]["total_cents"]) == (
            day["houses"], day["total_cents"],
        )  # fmt: skip
    for path in (f"/api/v1/properties/{house.id}/departures", "/api/v1/search/departures"):
        past = await visitor.get(path, params={"place": "department:48", "arrival": "2020-01-01"})
        assert past.status_code == 400


async def test_all_of_france_is_a_place(visitor: AsyncTestClient) -> None:
    here = await ask(visitor, **LOZERE)
    assert (await ask(visitor, **{**LOZERE, "place": "country:FR"}))["total"] >= here["total"]
    wrong = await visitor.get("/api/v1/search", params={**LOZERE, "place": "country:DE"})
    assert wrong.status_code == 404


async def test_a_search_too_wide_for_postgresql_waits_for_the_index(
    visitor: AsyncTestClient, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    if engine == "index":
        pytest.skip("the index searches all of France")
    monkeypatch.setattr("tourism.offers.actions.engine.MOST_HOUSES", 3)
    answer = await visitor.get("/api/v1/search", params={**LOZERE, "place": "country:FR"})
    assert answer.status_code == 503
    page = await visitor.get("/recherche", params={**LOZERE, "place": "country:FR"}, headers=HTML)
    assert page.status_code == 503
    assert "Choisissez une région" in page.text
