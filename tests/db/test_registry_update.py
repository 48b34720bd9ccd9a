"""A newer export brings the listed houses up to date, and nothing that a host entered is lost."""

from datetime import date

import asyncpg
import msgspec
import pytest

from hub.core.migrate import role_dsn
from hub.core.settings import Settings
from tests.conftest import SECRET
from tourism.lodging.registry import SHIPPED_ON, list_rows, read_shipped
from tourism.lodging.registry.update import Update, update_from_export

NEWER = date(2026, 11, 1)


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


def lozere():
    listed, _ = list_rows(read_shipped())
    return [entry for entry in listed if entry.match.commune_code.startswith("48")]


async def test_a_newer_export_updates_adds_and_counts_the_gone(
    owner: asyncpg.Connection, look: asyncpg.Connection
) -> None:
    listed = lozere()
    kept, gone = listed[1:], listed[0]
    renewed = msgspec.structs.replace(
        kept[0],
        row=msgspec.structs.replace(kept[0].row, stars=5, classified_on=NEWER, capacity=999),
    )
    fresh = msgspec.structs.replace(
        kept[1], key="hotel:48095:TOUT NEUF", row=msgspec.structs.replace(kept[1].row, name="TOUT")
    )
    before = await look.fetchrow("select count(*) as n, sum(units) from property")
    rooms = await look.fetchval("select count(*) from room_type")

    done = await update_from_export(owner, [renewed, fresh, *kept[1:]], NEWER)

    assert done == Update(updated=len(kept), added=1, gone=1)
    house = await look.fetchrow("select * from property where registry_key = $1", renewed.key)
    assert (house["stars"], house["capacity"], house["listing"]) == (5, 999, "demo")
    assert house["registry_export_on"] == NEWER
    new = await look.fetchrow("select * from property where registry_key = $1", fresh.key)
    assert new["listing"] == "registry"
    kind = await look.fetchval("select kind from organisation where id = $1", new["tenant"])
    assert kind == "lodging"
    old = await look.fetchrow("select * from property where registry_key = $1", gone.key)
    assert old["registry_export_on"] == SHIPPED_ON
    assert await look.fetchval("select count(*) from property") == before["n"] + 1
    assert await look.fetchval("select count(*) from room_type") == rooms


async def test_the_same_export_again_adds_nothing(
    owner: asyncpg.Connection, look: asyncpg.Connection
) -> None:
    listed = lozere()
    before = await look.fetchval("select count(*) from property")
    again = await update_from_export(owner, listed, SHIPPED_ON)
    assert again == Update(updated=len(listed), added=0, gone=0)
    assert await look.fetchval("select count(*) from property") == before


async def test_an_older_export_changes_nothing(
    owner: asyncpg.Connection, look: asyncpg.Connection
) -> None:
    listed = lozere()
    await update_from_export(owner, listed, NEWER)
    stale = msgspec.structs.replace(
        listed[0], row=msgspec.structs.replace(listed[0].row, stars=1, name="ANCIEN")
    )
    done = await update_from_export(owner, [stale, *listed[1:]], SHIPPED_ON)
    assert done.updated == 0
    name = await look.fetchval("select name from property where registry_key = $1", stale.key)
    assert name == listed[0].row.name
