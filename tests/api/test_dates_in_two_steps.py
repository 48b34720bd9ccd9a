"""An arrival is chosen from a month, then a departure among those that are sold, without script."""

import re
from datetime import date, timedelta
from html import unescape
from urllib.parse import parse_qsl

from litestar.testing import AsyncTestClient

from hub.core.db import Database
from tests.houses import find_house

HTML = {"accept": "text/html", "accept-language": "fr"}
MENDE = {"place": "commune:48095", "radius": "0", "adults": "2"}
ARRIVAL = date(2027, 5, 20)


def departures_of(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Each departure that is offered: the path and the query of its link, and its name."""
    links = re.findall(r'<li><a href="([^"?]+)\?([^"]+)" data-departure.*?>(.*?)</a>', text, re.S)
    return [
        (path, dict(parse_qsl(unescape(query))), unescape(re.sub(r"<[^>]+>", " ", name)))
        for path, query, name in links
    ]


def euros(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02}"


async def test_after_the_arrival_a_place_offers_the_departures_that_are_sold(
    visitor: AsyncTestClient,
) -> None:
    filters = {"kind": "hotel", "free_cancellation": "1", "child_ages": "7"}
    month = await visitor.get("/dates", params=MENDE | filters, headers=HTML)
    form = month.text.partition('<form method="get" action="/dates#departures-title"')[2]
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))
    assert kept["kind"] == "hotel"
    assert 'id="departures"' not in month.text
    asked = kept | {"arrival": str(ARRIVAL)}
    page = await visitor.get("/dates", params=asked, headers=HTML)
    assert page.status_code == 200
    found = departures_of(page.text)
    assert found
    for path, query, name in found:
        nights = (date.fromisoformat(query["departure"]) - ARRIVAL).days
        assert f"départ après {nights} nuit" in name
        assert path == "/recherche"
        assert query.items() >= {**MENDE, **filters, "arrival": str(ARRIVAL)}.items()
    sought = found[0][1] | {"sort": "price"}
    cheapest = (await visitor.get("/api/v1/search", params=sought)).json()["hits"][0]
    assert euros(cheapest["total_cents"]) in found[0][2]


async def test_the_departures_of_a_place_go_as_far_as_the_nights_that_are_wanted(
    visitor: AsyncTestClient,
) -> None:
    asked = MENDE | {"arrival": str(ARRIVAL), "nights": "21"}
    page = await visitor.get("/dates", params=asked, headers=HTML)
    last = max(query["departure"] for _, query, _ in departures_of(page.text))
    assert last == str(ARRIVAL + timedelta(days=21))


async def test_days_that_filters_leave_nothing_of_say_so(visitor: AsyncTestClient) -> None:
    asked = MENDE | {"arrival": str(ARRIVAL), "price_max": "1"}
    page = await visitor.get("/dates", params=asked, headers=HTML)
    assert departures_of(page.text) == []
    assert page.text.count("rien à vendre avec vos filtres.") == 14
    assert "Rien n'est à vendre ces deux mois pour cette durée." in page.text
    assert "est à vendre après cette arrivée" in page.text


async def test_days_that_are_shut_everywhere_say_why(
    visitor: AsyncTestClient, demo: Database
) -> None:
    """A party that is too large for every room of a small place: what stands most often in the
    way is told, and each day of the month can be pressed to read it."""
    asked = MENDE | {"adults": "30", "rooms": "1", "nights": "1"}
    month = await visitor.get("/dates", params=asked, headers=HTML)
    assert month.text.count('<button class="shut" name="arrival"') > 50
    page = await visitor.get("/dates", params=asked | {"arrival": str(ARRIVAL)}, headers=HTML)
    assert "rien à vendre, le plus souvent : trop petits." in page.text


async def test_after_the_arrival_a_house_offers_the_departures_that_are_sold(
    visitor: AsyncTestClient, demo: Database
) -> None:
    house = await find_house(demo)
    address = f"/hebergements/{house.id}"
    month = await visitor.get(address, params={"nights": "3"}, headers=HTML)
    form = month.text.partition(f'<form method="get" action="{address}#departures-title"')[2]
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))
    assert kept["nights"] == "3"
    page = await visitor.get(address, params=kept | {"arrival": str(ARRIVAL)}, headers=HTML)
    assert page.status_code == 200
    found = departures_of(page.text)
    told = (
        await visitor.get(f"/api/v1{address}".replace("hebergements", "properties") + "/departures",
                          params={"arrival": str(ARRIVAL)})
    ).json()  # fmt: skip
    sold = {day["on"]: day["total_cents"] for day in told if day["total_cents"] is not None}
    assert [query["departure"] for _, query, _ in found] == list(sold)
    for path, query, name in found:
        assert path == address
        assert query["arrival"] == str(ARRIVAL)
        assert euros(sold[query["departure"]]) in name.replace("\N{NARROW NO-BREAK SPACE}", "")
    stay = await visitor.get(address, params=found[0][1], headers=HTML)
    assert 'action="/devis"' in stay.text
    assert 'id="departures"' not in stay.text


async def test_a_house_says_why_a_departure_is_not_sold(
    visitor: AsyncTestClient, demo: Database
) -> None:
    house = await find_house(demo)
    asked = {"arrival": str(ARRIVAL), "departures": "1", "adults": "30"}
    page = await visitor.get(f"/hebergements/{house.id}", params=asked, headers=HTML)
    assert departures_of(page.text) == []
    assert page.text.count("Trop petit pour ces personnes.") >= 14


async def test_an_arrival_that_cannot_be_is_refused_on_the_page_of_a_house(
    visitor: AsyncTestClient, demo: Database
) -> None:
    house = await find_house(demo)
    for arrival in ("2020-01-01", "9999-12-31", "<b>"):
        asked = {"arrival": arrival, "departures": "1"}
        page = await visitor.get(f"/hebergements/{house.id}", params=asked, headers=HTML)
        assert page.status_code == 400
        assert 'id="problem"' in page.text
        assert '<b>"' not in page.text
