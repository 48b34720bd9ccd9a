"""The fields of a search: each mistake stands beside its field, nothing typed or chosen is lost."""

import re

import pytest
from litestar.testing import AsyncTestClient
from lxml import html

from hub.core.db import Database
from tests.forms import Form, Mistake, assert_beside, check_mistakes, controls_of, read_form
from tests.houses import ARRIVAL, find_house
from tests.people import HTML

DEPARTURE = "2027-03-02"
MENDE = "/?place=commune:48095&text=Mende, Lozère"
STAY = {"arrival": str(ARRIVAL), "departure": DEPARTURE, "adults": "2", "children": "0"}
NO_DATE = "Donnez une date telle que 2027-05-06."
NO_NUMBER = "Donnez un nombre entier."
PERSONS = "On peut chercher pour 30 personnes au plus."
ROOMS = "On peut chercher de 1 à 9 chambres."
WHEN = (
    Mistake("arrival", "demain", NO_DATE),
    Mistake("arrival", "2020-01-01", "L'arrivée est dans le passé.",
            also={"departure": "2020-01-02"}),
    Mistake("departure", "<b>", NO_DATE),
    Mistake("departure", "2027-02-20", "Le départ doit être après l'arrivée."),
    Mistake("departure", str(ARRIVAL), "Le départ doit être après l'arrivée."),
    Mistake("departure", "2027-09-15", "Un séjour a au plus 28 nuits."),
    Mistake("departure", "2029-01-02", "On peut chercher 400 jours à l'avance.",
            also={"arrival": "2029-01-01"}),
)  # fmt: skip
WHO = (
    Mistake("adults", "deux", NO_NUMBER),
    Mistake("adults", "0", "Il faut au moins un adulte."),
    Mistake("adults", "60", PERSONS),
    Mistake("children", "trois", NO_NUMBER),
    Mistake("rooms", "0", ROOMS),
    Mistake("rooms", "40", ROOMS),
    Mistake("rooms", "3", "Il faut un adulte par chambre."),
)
HOME = Form(
    key="storefront/home.html /recherche",
    typed={"text": "Mende, Lozère", **STAY, "rooms": "1"},
    mistakes=(
        Mistake("text", "", "Choisissez où aller.", also={"place": ""}),
        Mistake("text", "zzqxw", "Aucun lieu ni hébergement ne porte ce nom ou ce code postal.",
                also={"place": ""}, status=404),
        *WHEN,
        *WHO,
    ),
)  # fmt: skip
HOUSE = Form(
    key="storefront/property.html /hebergements/{}",
    typed={**STAY, "rooms": "1"},
    mistakes=(*WHEN, *WHO),
)
FORMS = (HOME, HOUSE)
CHOSEN = {
    "kind": ["hotel", "campsite"], "stars": ["3"], "meal_plan": ["14"], "amenity": ["wifi"],
    "accessibility": ["step_free"], "pets": ["1"], "free_cancellation": ["1"], "instant": ["1"],
    "price_min": ["20"], "price_max": ["900"], "sort": ["distance"], "radius": ["40"],
}  # fmt: skip


async def test_what_is_wrong_is_said_beside_the_fields_of_the_home(
    visitor: AsyncTestClient,
) -> None:
    await check_mistakes(visitor, HOME, MENDE, "/recherche")


async def test_what_is_wrong_is_said_beside_the_fields_of_a_house(
    visitor: AsyncTestClient, demo: Database
) -> None:
    page = f"/hebergements/{(await find_house(demo)).id}"
    await check_mistakes(visitor, HOUSE, page, page)


async def again(visitor: AsyncTestClient, status: int, **asked: object) -> html.HtmlElement:
    """The page that shows a search again."""
    page = await visitor.get("/recherche", params=asked, headers=HTML)
    assert page.status_code == status, page.text
    return html.fromstring(page.text)


def beside(page: html.HtmlElement) -> dict[str, list[str]]:
    """What goes with the form from elsewhere on its page."""
    found: dict[str, list[str]] = {}
    for one in page.xpath("//input[@form='chercher']"):
        found.setdefault(one.get("name"), []).append(one.get("value"))
    return found


async def test_a_search_that_is_shown_again_keeps_its_filters_its_order_and_its_distance(
    visitor: AsyncTestClient,
) -> None:
    reversed_dates = {"arrival": DEPARTURE, "departure": str(ARRIVAL)}
    page = await again(visitor, 400, place="commune:48095", **reversed_dates, **CHOSEN)
    assert beside(page) == CHOSEN
    assert page.xpath("string(//title)").startswith("Erreur :")
    assert page.xpath("//input[@id='departure']/@value") == [str(ARRIVAL)]
    # The place too, in words, although the address has its code only.
    assert page.xpath("//input[@id='place']/@value") == ["commune:48095"]
    assert page.xpath("//input[@id='text']/@value") == ["Mende, Lozère"]
    home = await visitor.get("/", params=CHOSEN, headers=HTML)
    assert beside(html.fromstring(home.text)) == CHOSEN
    assert "Erreur" not in home.text


@pytest.mark.parametrize(
    ("name", "value"), [("stars", "9"), ("price_max", "x"), ("kind", "castle"), ("radius", "1000")]
)
async def test_a_filter_that_cannot_be_is_left_out_so_that_the_next_search_can_be_made(
    visitor: AsyncTestClient, name: str, value: str
) -> None:
    asked = {"place": "commune:48095", **STAY, **CHOSEN, name: value}
    page = await again(visitor, 400, **asked)
    assert page.xpath("//*[@id='problem']")
    kept = beside(page)
    assert kept == {one: values for one, values in CHOSEN.items() if one != name}
    await again(visitor, 200, place="commune:48095", **STAY, **kept)


@pytest.mark.parametrize(
    ("place", "status"),
    [("planet:earth", 400), ("box:-90,-180,90,180", 400), ("commune:99999", 404)],
)
async def test_a_place_that_cannot_be_is_left_out_so_that_what_is_typed_then_counts(
    visitor: AsyncTestClient, place: str, status: int
) -> None:
    page = await again(visitor, status, place=place, text="Mende", **STAY)
    form = read_form(html.tostring(page, encoding="unicode"), "/recherche")
    assert form.fields["place"] == ""
    assert form.fields["text"] == "Mende"
    [text] = controls_of(form, "text")
    assert_beside(form, "text", page.get_element_by_id("error-text").text_content())
    assert text.get("aria-invalid") == "true"


async def test_the_ages_that_miss_are_asked_for_beside_the_children(
    visitor: AsyncTestClient,
) -> None:
    asked = {"place": "commune:48095", **STAY, "children": "2"}
    page = await again(visitor, 400, **asked)
    form = read_form(html.tostring(page, encoding="unicode"), "/recherche")
    assert len(controls_of(form, "child_ages")) == 2
    assert_beside(form, "child_ages", "Donnez l'âge de chaque enfant.")
    assert form.fields["children"] == "2"
    asked["child_ages"] = "18"
    page = await again(visitor, 400, **asked | {"children": "1"})
    form = read_form(html.tostring(page, encoding="unicode"), "/recherche")
    assert_beside(form, "child_ages", "Les enfants ont de 0 à 17 ans.")
    # Nothing is wrong with who has not been asked yet.
    home = await visitor.get("/", params={"children": "2"}, headers=HTML)
    assert home.text.count('name="child_ages" required') == 2
    assert not re.search(r'aria-invalid="true"|id="error-', home.text)


async def test_a_number_of_nights_that_cannot_be_is_corrected_at_the_departure(
    visitor: AsyncTestClient,
) -> None:
    page = await again(visitor, 400, place="commune:48095", arrival=str(ARRIVAL), nights="200")
    form = read_form(html.tostring(page, encoding="unicode"), "/recherche")
    assert_beside(form, "departure", "Un séjour a au plus 28 nuits.")
