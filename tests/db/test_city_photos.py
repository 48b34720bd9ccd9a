"""Photos of reports are sealed under their town's key."""

from uuid import UUID

import asyncpg
import pytest

from hub import keys
from hub.app import compose
from hub.core.db import Database
from hub.keys import KeyShredded
from hub.services import opening, store
from verticals.city import reports
from verticals.city.reports import tasks
from verticals.city.reports.actions import photos, tracking
from verticals.city.reports.errors import ReportUnknown
from verticals.city.reports.models import Photo, PhotosBare, SendReport

CONTENT = b"RIFF....WEBP of somebody's garden \xff\x00"
PHOTO = Photo(width=2, height=3, content=CONTENT)


@pytest.fixture
async def town(admin: asyncpg.Connection) -> int:
    return await admin.fetchval(
        "with town as (insert into organisation (kind, name, created_at)"
        " values ('town', 'Mende', now()) returning id)"
        " insert into city_town (tenant, code, name, lat, lng, reach_km, chosen_at)"
        " select id, '48095', 'Mende', 44.52, 3.5, 20, now() from town returning tenant"
    )


async def send(database: Database, town: int) -> UUID:
    async with database.transaction(town) as tx:
        id = tx.uuid()
        await reports.send_report(tx, id, SendReport(service="voirie", address="Place"), PHOTO)
    return id


async def test_a_photo_is_read_by_its_town_only_and_lost_with_its_key(
    database: Database, town: int, admin: asyncpg.Connection
) -> None:
    id = await send(database, town)
    row = await admin.fetchrow("select content, sealed from city_report_photo")
    assert row is not None
    assert row["content"] is None
    assert CONTENT[:8] not in row["sealed"]
    async with database.transaction(town) as tx:
        assert await tracking.find_photo(tx, id, public=False) == PHOTO
        with pytest.raises(ReportUnknown):
            await tracking.find_photo(tx, id)
    async with database.transaction(town) as tx:
        await keys.shred(tx)
    with pytest.raises(KeyShredded):
        async with database.transaction(town) as tx:
            await tracking.find_photo(tx, id, public=False)


async def test_a_photo_from_before_is_read_and_then_sealed(
    database: Database, town: int, admin: asyncpg.Connection
) -> None:
    ids = [await send(database, town) for _ in range(23)]
    await admin.execute("update city_report_photo set sealed = null, content = $1", CONTENT)
    async with database.transaction(town) as tx:
        assert await tracking.find_photo(tx, ids[0], public=False) == PHOTO
    async with database.transaction() as tx:
        assert await photos.announce_bare_photos(tx) == town
    for left in (3, 0, 0):
        await tasks.seal_photos_later.run(database, town, PhotosBare())
        bare = "select count(*) from city_report_photo where sealed is null"
        assert await admin.fetchval(bare) == left
    assert await admin.fetchval("select count(content) from city_report_photo") == 0
    async with database.transaction(town) as tx:
        for id in ids:
            assert await tracking.find_photo(tx, id, public=False) == PHOTO
    async with database.transaction() as tx:
        assert await photos.announce_bare_photos(tx) is None
    with pytest.raises(asyncpg.CheckViolationError):
        await admin.execute("update city_report_photo set content = 'both'")


async def test_every_sealed_column_of_a_vertical_is_of_a_table_whose_key_leaves(
    database: Database, town: int
) -> None:
    """What the database counts anew where it arrives binds no content."""
    found = set[str]()
    for vertical in compose().verticals:
        sealed = opening.sealed_of(vertical)
        async with database.transaction(town) as tx:
            for table in await store.list_tables(tx, list(sealed)):
                found.add(table.name)
                assert set(sealed[table.name]) <= set(table.files), table.name
                assert not set(table.key) & set(table.counted), table.name
    assert "city_report_photo" in found
