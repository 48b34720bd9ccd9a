"""Suggestions over the demonstration's database, and the areas of a search."""

import asyncpg
import pytest

from hub.core.db import Database
from hub.core.settings import Settings
from tourism import places
from tourism.places import store
from tourism.places.actions import suggesting


@pytest.fixture
async def suggestions(demo: Database) -> places.Suggestions:
    made = places.Suggestions()
    await made.ready(demo.reader)
    return made


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("annecy", "commune:74010"),
        ("anecy", "commune:74010"),
        ("St-Malo", "commune:35288"),
        ("st gervais les", "commune:74236"),
        ("74000", "commune:74010"),
        ("2a", "department:2A"),
        ("haute savoie", "department:74"),
        ("provence-alpes", "region:93"),
        ("corsica", "region:94"),
        ("nizza", "commune:06088"),
        ("evry-courc", "commune:91228"),
        ("cran gevrier", "commune:74010"),
        ("dune du pila", "landmark:dune-du-pilat"),
        ("genfersee", "landmark:lac-leman"),
        ("france", "country:FR"),
        ("frankr", "country:FR"),
    ],
)
async def test_all_of_france_is_suggested(
    demo: Database, suggestions: places.Suggestions, text: str, place: str
) -> None:
    found = await suggestions.suggest(demo.reader, text)
    assert f"{found[0].kind}:{found[0].code}" == place


async def test_a_house_is_found_by_its_name_and_town(
    demo: Database, suggestions: places.Suggestions
) -> None:
    found = await suggestions.suggest(demo.reader, "hotel du belvedere annecy")
    assert (found[0].kind, found[0].name) == ("house", "Hôtel du Belvédère (maison inventée)")


async def test_postgresql_answers_until_the_memory_stands(demo: Database) -> None:
    found = await places.Suggestions().suggest(demo.reader, "annecy")
    assert found[0].code == "74010"


async def test_a_new_house_is_suggested_after_the_next_look(
    demo: Database,
    demo_settings,
    suggestions: places.Suggestions,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    admin = await asyncpg.connect(demo_settings.database_url)
    await admin.execute(
        "update property set name = 'Zizanie du Bois' where id = (select max(id) from property"
        " where listing = 'demo')"
    )
    await admin.execute("update place set lodgings = lodgings + 1 where code = '48095'")
    await admin.close()
    assert await suggestions.suggest(demo.reader, "zizanie du bois") == []
    monkeypatch.setattr(suggesting, "REFRESH_S", -1)
    await suggestions.ready(demo.reader)
    found = await suggestions.suggest(demo.reader, "zizanie du bois")
    assert [place.name for place in found] == ["Zizanie du Bois"]


async def test_the_memory_is_not_built_again_when_nothing_changed(
    demo: Database, suggestions: places.Suggestions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suggesting, "REFRESH_S", -1)
    before = suggestions._index
    await suggestions.ready(demo.reader)
    assert suggestions._index is before
    assert await store.find_state(demo.reader)


async def test_a_commune_comes_with_its_surroundings_unless_told(demo: Database) -> None:
    near = await places.find_area(demo.reader, "commune:74010")
    alone = await places.find_area(demo.reader, "commune:74010", 0)
    assert (near.label, near.radius_km) == ("Annecy, Haute-Savoie", places.NEAR_KM)
    assert (alone.radius_km, alone.codes) == (0, ("74010",))
    paris = await places.find_area(demo.reader, "commune:75056")
    assert len(paris.codes) == 21


@pytest.mark.parametrize(
    ("place", "radius", "kind"),
    [
        ("department:48", 0, "department"),
        ("region:84", 0, "region"),
        ("landmark:ile-de-re", 16, "landmark"),
        ("point:44.5,3.5", 10, "point"),
        ("box:44,3,45,4", 0, "box"),
    ],
)
async def test_every_kind_of_area_is_resolved(
    demo: Database, place: str, radius: float, kind: str
) -> None:
    area = await places.find_area(demo.reader, place)
    assert (area.kind, area.radius_km, area.place) == (kind, radius, place)


@pytest.mark.parametrize(
    ("place", "error"),
    [
        ("commune:99999", places.PlaceUnknown),
        ("landmark:atlantis", places.PlaceUnknown),
        ("house:12", places.PlaceInvalid),
        ("region:' or 1=1 --", places.PlaceUnknown),
        ("box:45,7,46,6", places.PlaceInvalid),
    ],
)
async def test_an_area_that_is_none_is_refused(
    demo: Database, place: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await places.find_area(demo.reader, place)


async def test_a_house_that_its_owner_added_counts_in_its_places(
    demo: Database, demo_settings: Settings
) -> None:
    root = await asyncpg.connect(demo_settings.database_url)

    async def counts(*codes: str) -> list[int]:
        rows = await root.fetch(
            "select kind || ':' || code as code, lodgings from place"
            " where kind || ':' || code = any ($1)",
            codes,
        )
        known = {row["code"]: row["lodgings"] for row in rows}
        return [known[code] for code in codes]

    here = ("commune:48095", "department:48", "region:76")
    in_paris = ("commune:75056", "commune:75101", "department:75", "region:11")
    places = here + in_paris
    before = await counts(*places)
    house = await root.fetchval(
        "insert into property (tenant, kind, name, search_key, listing, commune_code,"
        " department_code, region_code, units, capacity, position_source, landscape)"
        " select id, 'furnished', 'Gîte', 'gite', 'draft', '48095', '48', '76', 1, 4, 'commune',"
        " 'country' from organisation where kind = 'lodging' order by id limit 1 returning id"
    )
    assert await counts(*places) == before
    change = "update property set listing = $2 where id = $1"
    await root.execute(change, house, "demo")
    added = [n + (code in here) for n, code in zip(before, places, strict=True)]
    assert await counts(*places) == added
    await root.execute(
        "update property set commune_code = '75101', department_code = '75', region_code = '11'"
        " where id = $1",
        house,
    )
    moved = [n + (code in in_paris) for n, code in zip(before, places, strict=True)]
    assert await counts(*places) == moved
    await root.execute(change, house, "draft")
    assert await counts(*places) == before
    await root.execute("update property set listing = 'draft' where registry_key is not null")
    assert await counts(*places) == before
    await root.close()
