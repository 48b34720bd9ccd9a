"""The page of results: whatever it leads to can be searched, and no choice is lost on the way."""

from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest
from litestar.testing import AsyncTestClient
from lxml import html

from hub.core.settings import Settings
from tourism.lodging.models import AMENITIES
from tourism.offers.actions import engine
from tourism.search.policy import rules

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


async def test_a_chosen_filter_without_results_can_be_taken_back(visitor: AsyncTestClient) -> None:
    chosen = {
        "kind": "campsite", "stars": "5", "meal_plan": "1", "amenity": "meeting_room",
        "accessibility": "braille", "price_min": "5", "price_max": "10",
    }  # fmt: skip
    page = await show(visitor, **STAY, **chosen)
    assert not page.xpath("//div[@class='price']")
    form = form_named(page, "Affiner")
    sent = fields_of(page, form)
    assert {name: [value for one, value in sent if one == name] for name in chosen} == {
        name: [value] for name, value in chosen.items()
    }
    for name in chosen:
        field = form.inputs[name]
        assert getattr(field, "type", "checkbox") != "hidden", name
    counts = page.xpath("//input[@id='kind-campsite']/../span[@class='count']/text()")
    assert counts == ["0"]


async def test_every_amenity_of_the_results_is_offered(
    visitor: AsyncTestClient, demo_settings: Settings
) -> None:
    root = await asyncpg.connect(demo_settings.database_url)
    await root.execute(
        "update property set facts = facts || jsonb_build_object('amenities', $1::text[])",
        AMENITIES[:12],
    )
    await root.close()
    page = await show(visitor, **STAY)
    offered = page.xpath("//form[@id='affiner']//input[@name='amenity']/@value")
    hidden = page.xpath("//details[@id='more-amenity']//input/@value")
    assert sorted(offered) == sorted(AMENITIES[:12])
    assert len(hidden) == 2
    page = await show(visitor, **STAY, amenity=hidden[1])
    (box,) = page.xpath(f"//input[@id='amenity-{hidden[1]}']")
    assert box.get("checked") is not None
    assert not box.xpath("ancestor::details")


@pytest.mark.parametrize(
    ("place", "sorts", "words"),
    [
        ("department:48", ["recommended", "price", "stars"], "Du séjour le moins cher"),
        ("box:44.1,2.9,44.9,4.0", ["recommended", "price", "stars"], "Du séjour le moins cher"),
        ("country:FR", ["recommended", "price", "stars"], "Du séjour le moins cher"),
        (
            "commune:48095",
            ["recommended", "price", "distance", "stars"],
            "le plus proche du centre",
        ),
    ],
)
async def test_the_order_by_distance_is_offered_and_told_where_there_is_a_centre(
    visitor: AsyncTestClient, place: str, sorts: list[str], words: str
) -> None:
    page = await show(visitor, **{**STAY, "place": place}, sort="distance")
    assert page.xpath("//select[@id='sort']/option/@value") == sorts
    chosen = page.xpath("//select[@id='sort']/option[@selected]/@value")
    assert chosen == ["distance" if "distance" in sorts else "price"]
    assert words in page.xpath("string(//details[contains(@class, 'rule')]/p)")


async def test_stars_that_nobody_has_are_not_offered(visitor: AsyncTestClient) -> None:
    await show(visitor, 400, **STAY, stars="9999999")
    await show(visitor, 400, **STAY, stars="0")


async def test_the_map_counts_the_stays_of_all_pages(visitor: AsyncTestClient) -> None:
    for number in (1, 2):
        page = await show(visitor, **STAY, page=number)
        total = int(page.xpath("string(//p[starts-with(@class, 'count')]/strong)").split()[0])
        alone = page.xpath("//*[@id='carte']//svg/a[not(@class)]")
        many = page.xpath("//*[@id='carte']//a[@class='many']/text[1]/text()")
        assert len(alone) + sum(map(int, many)) == total > 20
        assert "La carte montre" not in page.xpath("string(//section[@id='carte'])")


async def test_how_far_around_a_commune_is_searched_is_said_where_its_name_stands(
    visitor: AsyncTestClient,
) -> None:
    where = "string(//details[starts-with(@class, 'asked')]/summary/span[1]/b)"
    for radius, words in ((None, "jusqu'à 10 km"), (20, "jusqu'à 20 km"), (0, None)):
        chosen = {} if radius is None else {"radius": radius}
        page = await show(visitor, **{**STAY, **chosen, "place": "commune:48095"})
        told = page.xpath(where)
        assert (words in told) if words else ("km" not in told), told


async def test_houses_at_one_spot_lead_to_the_list(
    visitor: AsyncTestClient, demo_settings: Settings
) -> None:
    root = await asyncpg.connect(demo_settings.database_url)
    await root.execute("update property set lat = 44.5, lng = 3.5")
    await root.close()
    page = await show(visitor, **STAY)
    (mark,) = page.xpath("//a[@class='many']")
    assert mark.get("href") == "#liste"
    assert page.xpath("//*[@id='liste']")
    assert "séjours au même endroit" in mark.text_content()


ENDS = "La liste s'arrête à"
NOT_PLACED = "La carte ne place pas plus de 30\u202f000 séjours"
NOT_COUNTED = "Au-delà de 30\u202f000 séjours, tous prix confondus, les tranches de prix"


async def test_where_the_list_ends_is_said_only_where_there_are_more(
    visitor: AsyncTestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await show(visitor, **STAY)
    total = int(page.xpath("string(//p[starts-with(@class, 'count')]/strong)").split()[0])
    assert total > rules.PAGE_SIZE
    assert ENDS not in page.text_content()
    monkeypatch.setattr(rules, "MAX_PAGES", 1)
    page = await show(visitor, **STAY)
    assert f"{ENDS} 20 séjours sur {total} : affinez" in page.xpath("string(//div[@id='liste'])")
    few = await show(visitor, **STAY, price_max="1")
    assert ENDS not in few.text_content()


async def test_stays_that_are_too_many_for_the_map_and_the_ranges_of_prices_are_said_to_be(
    visitor: AsyncTestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = {**STAY, "place": "box:44.1,2.9,44.9,4.0"}
    for asked in (STAY, box):
        text = (await show(visitor, **asked)).text_content()
        assert NOT_PLACED not in text
        assert NOT_COUNTED not in text
    monkeypatch.setattr(engine, "SPREAD_HOUSES", 5)
    page = await show(visitor, **STAY)
    assert NOT_PLACED in page.xpath("string(//div[@id='liste'])")
    assert not page.xpath("//section[@id='carte']")
    assert NOT_COUNTED in page.xpath("string(//form[@id='affiner'])")
    # A part of the map is still drawn, and led away from.
    page = await show(visitor, **box)
    assert NOT_PLACED in page.xpath("string(//section[@id='carte'])")
    assert "La carte montre" not in page.text_content()
    assert NOT_PLACED not in page.xpath("string(//div[@id='liste'])")


async def test_what_is_counted_is_said_in_its_number(
    visitor: AsyncTestClient, demo_settings: Settings
) -> None:
    """Of a commune that has two houses left, and then one."""
    root = await asyncpg.connect(demo_settings.database_url)
    move = (
        "with kept as (select id from property p where commune_code = '48095' and exists "
        "(select from room_type where property = p.id) order by id limit $1) update property set "
        "commune_code = '48001' where commune_code = '48095' and id not in (select id from kept)"
    )
    await root.execute(move, 2)
    asked = {**STAY, "place": "commune:48095", "radius": "0"}
    page = await show(visitor, **asked)
    counts = [
        (int(one.xpath("string(span[@aria-hidden])")), one.xpath("string(span[@class])"))
        for one in page.xpath("//ol[@class='bands']//span[@class='count']")
    ]
    assert {1} <= {count for count, _ in counts}
    assert all(text == f"{n} séjour{'s' * (n > 1)}" for n, text in counts), counts
    assert "sur 2 hébergements, pour 2 nuits" in page.text_content()
    await root.execute(move, 1)
    await root.close()
    page = await show(visitor, **asked)
    assert "sur 1 hébergement, pour 2 nuits" in page.text_content()
    days = page.xpath("//nav[@class='strip']//span[@class='houses']")
    assert days
    assert {one.xpath("string(span[@class])") for one in days} == {"1 hébergement"}
