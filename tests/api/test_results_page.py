"""The page of results: whatever it leads to can be searched, and no choice is lost on the way."""

from urllib.parse import parse_qs, urlsplit

import pytest
from litestar.testing import AsyncTestClient
from lxml import html

HTML = {"accept": "text/html", "accept-language": "fr"}
LOZERE = {"place": "department:48", "arrival": "2027-05-20", "adults": "2"}
STAY = {**LOZERE, "departure": "2027-05-22"}
Fields = list[tuple[str, str]]


async def show(visitor: AsyncTestClient, status: int = 200, **params: object) -> html.HtmlElement:
    answer = await visitor.get("/recherche", params=params, headers=HTML)
    assert answer.status_code == status, answer.text
    return html.fromstring(answer.text)


def fields_of(page: html.HtmlElement, form: html.FormElement) -> Fields:
    """What a browser sends of a form, with the fields that belong to it from elsewhere."""
    others = page.xpath("//input[@form=$id]", id=form.get("id") or "-")
    return [*form.form_values(), *((field.get("name"), field.get("value")) for field in others)]


def form_named(page: html.HtmlElement, label: str) -> html.FormElement:
    return next(form for form in page.forms if form.get("aria-label") == label)


def query_of(link: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(link).query)


@pytest.mark.parametrize(
    "end", [{"nights": "2"}, {"departure": "2027-05-22"}], ids=["nights", "departure"]
)
async def test_every_link_and_form_of_the_results_can_be_followed(
    visitor: AsyncTestClient, end: dict[str, str]
) -> None:
    page = await show(visitor, **LOZERE, **end)
    addresses = {
        link.partition("#")[0]
        for link in page.xpath("//main//a/@href")
        if link.startswith(("/recherche", "/dates", "/hebergements"))
    }
    assert {urlsplit(link).path for link in addresses} >= {"/recherche", "/dates", "/dates-souples"}
    assert any("page=2" in link for link in addresses)
    assert any("place=box" in link for link in addresses)
    wrong = {
        link for link in addresses if (await visitor.get(link, headers=HTML)).status_code != 200
    }
    assert not wrong
    for form in page.xpath("//main//form"):
        sent = fields_of(page, form)
        assert ("arrival", "2027-05-20") in sent
        assert ("departure", "2027-05-22") in sent
        for action in {form.get("action"), *form.xpath(".//button/@formaction")}:
            answer = await visitor.get(action, params=sent, headers=HTML)
            assert answer.status_code == 200, (action, sent)


async def test_other_dates_keep_the_filters_the_order_and_the_distance(
    visitor: AsyncTestClient,
) -> None:
    chosen = {
        "kind": ["hotel", "campsite"], "stars": ["3"], "meal_plan": ["14"], "amenity": ["wifi"],
        "accessibility": ["step_free"], "pets": ["1"], "free_cancellation": ["1"],
        "instant": ["1"], "price_min": ["20"], "price_max": ["900"], "sort": ["distance"],
        "radius": ["40"],
    }  # fmt: skip
    asked = {**STAY, "place": "commune:48095", **chosen}
    page = await show(visitor, **asked)
    sent = fields_of(page, form_named(page, "Chercher un séjour"))
    for name, values in chosen.items():
        assert sorted(value for one, value in sent if one == name) == sorted(values)
    assert [value for name, value in sent if name == "arrival"] == ["2027-05-20"]


async def test_a_house_that_is_searched_for_some_nights_is_shown_for_them(
    visitor: AsyncTestClient,
) -> None:
    asked = {**LOZERE, "place": "house:12", "nights": "3"}
    answer = await visitor.get("/recherche", params=asked, headers=HTML)
    assert answer.status_code == 303
    to = answer.headers["location"]
    assert (query_of(to)["arrival"], query_of(to)["nights"]) == (["2027-05-20"], ["3"])
