"""A house keeps its own place's clock: listed, added, moved, or loaded long ago."""

from importlib import resources

import asyncpg
import msgspec
import pytest

from hub.core.db import Database
from hub.core.migrate import role_dsn
from hub.core.settings import Settings
from hub.territory import communes, zone_of
from tests.conftest import NOW, SECRET
from tests.houses import find_house
from tourism import lodging
from tourism.lodging.models import Kind, PlaceHouse
from tourism.lodging.registry import list_rows, read_shipped
from tourism.lodging.registry.update import update_from_export

# A commune of each clock.
FAR = tuple({zone_of(commune.code): commune.code for commune in communes()}.values())


@pytest.fixture
async def owner(demo_settings: Settings):
    assert demo_settings.database_url
    connection = await asyncpg.connect(role_dsn(demo_settings.database_url, "hub_owner", SECRET))
    yield connection
    await connection.close()


@pytest.fixture
async def look(demo_settings: Settings):
    connection = await asyncpg.connect(demo_settings.database_url)
    yield connection
    await connection.close()


async def test_a_house_that_the_registry_adds_overseas_keeps_its_own_clock(
    demo: Database, owner: asyncpg.Connection, look: asyncpg.Connection
) -> None:
    listed, _ = list_rows(read_shipped())
    some = next(one for one in listed if one.match.commune_code.startswith("974"))
    fresh = msgspec.structs.replace(some, key="hotel:97411:TOUT NEUF")
    await update_from_export(owner, [fresh], NOW.date())
    zone = await look.fetchval("select zone from property where registry_key = $1", fresh.key)
    assert zone == "Indian/Reunion"


async def test_a_house_that_is_added_or_moves_keeps_the_clock_of_its_commune(
    demo: Database, look: asyncpg.Connection
) -> None:
    tenant = await look.fetchval(
        "insert into organisation (kind, name, created_at) values ('lodging', 'Loin', now())"
        " returning id"
    )
    async with demo.transaction(tenant) as tx:  # no listed house is near
        await lodging.add_property(
            tx, demo.reader, kind=Kind.FURNISHED, name="Loin", commune_code="98731"
        )
        house = await lodging.own_house(tx)
        assert house.zone == "Pacific/Marquesas"
        said = PlaceHouse(
            address="1 rue du Port", postcode="97500", commune_code="97502", lat=None, lng=None
        )
        await lodging.place_house(tx, house, said)
        assert (await lodging.own_house(tx)).zone == "America/Miquelon"


async def test_houses_that_were_kept_with_the_wrong_clock_are_put_right(
    demo: Database, owner: asyncpg.Connection, look: asyncpg.Connection
) -> None:
    here = (await find_house(demo)).id
    houses = await look.fetch("select id from property where id <> $1 order by id", here)
    placed = dict(zip([row["id"] for row in houses], FAR, strict=False))
    assert len(placed) == len(FAR) > 12
    await look.executemany(
        "update property set commune_code = $2, department_code = left($2, 3),"
        " zone = 'Europe/Paris' where id = $1",
        list(placed.items()),
    )
    schema = resources.files("tourism.lodging").joinpath("schema", "006_zones.sql")
    async with owner.transaction():
        await owner.execute(schema.read_text("utf-8"))
    zones = await look.fetch("select id, commune_code, zone from property")
    assert {row["id"]: row["zone"] for row in zones} == {
        row["id"]: zone_of(row["commune_code"]) for row in zones
    }
