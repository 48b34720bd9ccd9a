"""The one instant of a move: the same for who arrives and for who is erased, whenever either is."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hub import portability
from hub.app import compose
from hub.core.db import Database, Session, open_session
from hub.core.settings import Settings
from hub.portability import bundle
from tests.conftest import NOW
from tests.houses import House, find_house

SLICES = compose().slices
LATER, LAST = NOW + timedelta(days=3), NOW + timedelta(days=5)


@pytest.fixture
async def source(demo_settings: Settings) -> AsyncIterator[Session]:
    assert demo_settings.database_url
    session = await open_session(demo_settings.database_url)
    yield session
    await session.close()


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


async def leave(session: Session, house: House, folder: Path, now: datetime) -> portability.Bundle:
    done = await portability.export_tenant(session, house.tenant, folder, SLICES, now=now)
    return done.bundle


async def rename(session: Session, house: House, name: str) -> None:
    await session.con.execute("update property set name = $2 where id = $1", house.id, name)


async def test_an_export_made_again_departs_when_its_rows_stood_first(
    source: Session, house: House, tmp_path: Path
) -> None:
    assert (await leave(source, house, tmp_path, NOW)).departure == NOW
    again = await leave(source, house, tmp_path, LATER)
    assert (again.made_at, again.departure) == (LATER, NOW)
    # What the law keeps is erased nowhere, and may go on.
    await source.con.execute(
        "select record_audit($1, $2, 'administrator', 'legal_hold.lift', 'organisation:1', '{}')",
        house.tenant,
        NOW,
    )
    assert (await leave(source, house, tmp_path, LATER)).departure == NOW
    await rename(source, house, "Hôtel Neuf")
    assert (await leave(source, house, tmp_path, LATER)).departure == LATER
    await rename(source, house, "Hôtel Vieux")
    assert (await leave(source, house, tmp_path, LAST)).departure == LAST


async def test_an_export_that_was_cut_off_keeps_the_instant_of_the_one_before(
    source: Session, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await leave(source, house, tmp_path, NOW)
    for _ in range(2):
        with monkeypatch.context() as broken:
            broken.setattr(bundle.Writer, "close", None)
            with pytest.raises(TypeError):
                await leave(source, house, tmp_path, LATER)
        assert not (tmp_path / bundle.MANIFEST).exists()
    assert (await leave(source, house, tmp_path, LAST)).departure == NOW
    assert not (tmp_path / bundle.BEFORE).exists()


async def test_the_export_of_somebody_else_in_the_folder_says_nothing(
    source: Session, house: House, tmp_path: Path
) -> None:
    await leave(source, house, tmp_path, NOW)
    other = await source.con.fetchval("select min(id) from organisation where kind = 'region'")
    done = await portability.export_tenant(source, other, tmp_path, SLICES, now=LATER)
    assert done.bundle.departure == LATER


async def test_who_is_erased_lived_here_until_the_departure_of_the_export(
    source: Session, house: House, tmp_path: Path
) -> None:
    await leave(source, house, tmp_path, NOW)
    done = await portability.erase_tenant(source, house.tenant, tmp_path, SLICES, now=LATER)
    assert (done.left_at, done.erased_at) == (NOW, LATER)
    again = await portability.erase_tenant(source, house.tenant, tmp_path, SLICES, now=LAST)
    assert again == done
    since = "select since from lived_elsewhere where tenant = $1"
    assert await source.con.fetchval(since, house.tenant) == NOW
    arrived = await portability.import_tenant(source, tmp_path, SLICES)
    assert arrived.lives_at == NOW


async def test_whoever_moves_it_may_say_another_instant(
    source: Session, house: House, tmp_path: Path
) -> None:
    await leave(source, house, tmp_path, NOW)
    done = await portability.erase_tenant(
        source, house.tenant, tmp_path, SLICES, now=LAST, left_at=LATER
    )
    assert done.left_at == LATER
