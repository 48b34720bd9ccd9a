"""What a house says of its rooms and how to call it stands on its page, and nothing where it said
nothing."""

import re

import asyncpg
import pytest
from litestar.testing import AsyncTestClient

from hub.core.db import Database
from hub.core.i18n import LANGUAGES
from hub.core.settings import Settings
from tests.houses import House, find_house

HTML = {"accept": "text/html", "accept-language": "fr"}
WORDS = "Sous le toit.\n\nUne <b>poutre</b> basse."
BEDS = (
    '[{"kind": "queen", "count": 1}, {"kind": "single", "count": 2}, {"kind": "cot", "count": 1}]'
)


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


async def change(settings: Settings, statement: str, *given: object) -> None:
    connection = await asyncpg.connect(settings.database_url)
    await connection.execute(statement, *given)
    await connection.close()


async def describe(settings: Settings, house: House, description: dict[str, str]) -> None:
    """The suite, told in full."""
    await change(
        settings,
        "update room_type set name = 'Le <i>nid</i>', beds = $2::jsonb, area_m2 = 1041,"
        " occupancy_standard = 1, amenities = array['balcony', 'kitchen'],"
        " description = (select jsonb_object_agg(key, value) from unnest($3::text[], $4::text[])"
        " as told(key, value)) where id = $1",
        house.types["suite"], BEDS, list(description), list(description.values()),
    )  # fmt: skip


async def suite_of(visitor: AsyncTestClient, house: House, language: str = "fr") -> str:
    """The section of the last room type, in a language."""
    headers = HTML | {"accept-language": language}
    answer = await visitor.get(f"/hebergements/{house.id}", headers=headers)
    assert answer.status_code == 200
    return answer.text.split('<section class="option">')[-1].partition("</section>")[0]


async def test_a_room_says_its_beds_surface_equipment_and_words(
    visitor: AsyncTestClient, demo_settings: Settings, house: House
) -> None:
    await describe(demo_settings, house, {"fr": WORDS})
    shown = await suite_of(visitor, house)
    assert "pour 1 personne · jusqu" in shown
    assert re.search(
        r"<p>1 grand lit \+ 2 lits simples \+ 1 lit de bébé · 1\s041&nbsp;m²</p>", shown
    )
    assert "<li>Balcon</li><li>Cuisine</li></ul>" in shown
    assert '<div lang="fr"><p>Sous le toit.</p><p>Une &lt;b&gt;poutre&lt;/b&gt; basse.</p>' in shown
    assert '<span lang="fr">Le &lt;i&gt;nid&lt;/i&gt;</span></h3>' in shown


async def test_a_room_says_it_in_each_language_and_its_words_as_they_were_written(
    visitor: AsyncTestClient, demo_settings: Settings, house: House
) -> None:
    await describe(demo_settings, house, {"fr": WORDS, "nl": "Onder het dak."})
    said = {language: await suite_of(visitor, house, language) for language in LANGUAGES}
    beds = {
        "fr": "1 grand lit + 2 lits simples + 1 lit de bébé",
        "en": "1 large bed + 2 single beds + 1 cot",
        "de": "1 großes Bett + 2 Einzelbetten + 1 Babybett",
        "es": "1 cama grande + 2 camas individuales + 1 cuna",
        "it": "1 letto grande + 2 letti singoli + 1 lettino",
        "nl": "1 groot bed + 2 eenpersoonsbedden + 1 babybed",
    }
    assert {language: beds[language] in text for language, text in said.items()} == dict.fromkeys(
        LANGUAGES, True
    )
    assert '<div lang="nl"><p>Onder het dak.</p></div>' in said["nl"]
    assert {language for language, text in said.items() if '<div lang="fr">' in text} == {
        language for language in LANGUAGES if language != "nl"
    }


async def test_a_room_of_which_nothing_is_said_shows_nothing_empty(
    visitor: AsyncTestClient, demo_settings: Settings, house: House
) -> None:
    await change(
        demo_settings,
        "update room_type set name = null, beds = '[]', area_m2 = null, amenities = '{}',"
        " description = '{}', occupancy_standard = occupancy_max where id = $1",
        house.types["suite"],
    )
    await change(demo_settings, "update property set facts = '{}' where id = $1", house.id)
    shown = await suite_of(visitor, house)
    assert re.findall(r"<(\w+)", shown) == ["h3", "p", "p"]  # the name, for how many, no dates yet
    page = (await visitor.get(f"/hebergements/{house.id}", headers=HTML)).text
    assert "tel:" not in page
    assert "<dt>Téléphone</dt>" not in page
    assert re.findall(r"<(h\d|p|ul|dd|dt)\b[^>]*>\s*</\1>", page) == []


async def test_the_house_is_called_by_a_press_on_the_number_that_it_gave(
    visitor: AsyncTestClient, demo_settings: Settings, house: House
) -> None:
    page = (await visitor.get(f"/hebergements/{house.id}", headers=HTML)).text
    assert '<dd><a href="tel:+33465710074">04 65 71 00 74</a></dd>' in page
    await change(
        demo_settings,
        'update property set facts = facts || \'{"phone": "(.-) .-"}\' where id = $1',
        house.id,
    )
    assert "tel:" not in (await visitor.get(f"/hebergements/{house.id}", headers=HTML)).text


async def test_a_program_reads_the_same_of_a_room(
    visitor: AsyncTestClient, demo_settings: Settings, house: House
) -> None:
    await describe(demo_settings, house, {"fr": WORDS})
    read = (await visitor.get(f"/api/v1/properties/{house.id}")).json()
    assert read["property"]["facts"]["phone"] == "04 65 71 00 74"
    room = read["options"][-1]["room_type"]
    told = ("beds", "area_m2", "amenities", "description", "occupancy_standard", "occupancy_max")
    assert [room[name] for name in told] == [
        [
            {"kind": "queen", "count": 1},
            {"kind": "single", "count": 2},
            {"kind": "cot", "count": 1},
        ],
        1041,
        ["balcony", "kitchen"],
        {"fr": WORDS},
        1,
        4,
    ]


async def test_who_swore_to_the_statement_is_nobodys_to_read(
    visitor: AsyncTestClient, demo_settings: Settings, house: House
) -> None:
    await change(
        demo_settings,
        'update property set facts = facts || \'{"sworn_name": "Colette Bertrand",'
        ' "sworn_at": "2026-11-02T09:00:00Z"}\' where id = $1',
        house.id,
    )
    for path in (f"/api/v1/properties/{house.id}", f"/hebergements/{house.id}"):
        for stay in ({}, {"arrival": "2027-02-27", "departure": "2027-03-02"}):
            answer = await visitor.get(path, params=stay)
            assert answer.status_code == 200
            assert "Colette Bertrand" not in answer.text
            assert "2026-11-02T09" not in answer.text
