"""A practice's key goes to another hub by a file of its own, and what is sealed is read there."""

from pathlib import Path

import asyncpg
import pytest

from hub.core.db import Database
from hub.core.settings import Settings
from tests.practices import Cabinet, opened
from verticals.health import patients
from verticals.health.patients.handing import give_key, take_key

THERE = b"another house's secret key, long enough to be one"


@pytest.fixture
async def cabinet(database: Database) -> Cabinet:
    """A practice with a patient whose identity is qualified."""
    made = await opened(database)
    await made.fill()
    await made.take(made.lea)
    await made.check(made.lea, 1)
    return made


async def arrive(admin: asyncpg.Connection) -> None:
    """What the rows look like in another house: sealed by a key that it has not."""
    flipped = "set_byte(sealed, 20, 255 - get_byte(sealed, 20))"
    await admin.execute(f"update health_key set sealed = {flipped}")


async def test_a_key_that_is_handed_over_opens_what_was_sealed(
    cabinet: Cabinet, settings: Settings, admin: asyncpg.Connection, tmp_path: Path
) -> None:
    path = tmp_path / "practice.key"
    named = (str(cabinet.tenant), str(path))
    await give_key(settings, named)
    assert path.stat().st_mode & 0o077 == 0
    await arrive(admin)
    with pytest.raises(patients.SealedUnreadable):
        await cabinet.read(cabinet.lea)
    await take_key(settings, named)
    found = await cabinet.read(cabinet.lea)
    assert found is not None
    assert found.matricule == "2850548095123"


async def test_a_file_that_is_there_is_not_written_over(
    cabinet: Cabinet, settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "practice.key"
    path.write_text("mine")
    with pytest.raises(patients.SealedUnreadable):
        await give_key(settings, (str(cabinet.tenant), str(path)))
    assert path.read_text() == "mine"


@pytest.mark.parametrize("content", [b"", b"no key at all!", b"AAAA", b"A" * 43 + b"="])
async def test_another_key_is_refused_and_nothing_changes(
    cabinet: Cabinet, settings: Settings, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "practice.key"
    path.write_bytes(content)
    with pytest.raises(patients.SealedUnreadable):
        await take_key(settings, (str(cabinet.tenant), str(path)))
    assert await cabinet.read(cabinet.lea) is not None


@pytest.mark.parametrize("organisation", ["", "Cabinet", "-1", "٤٢"])
async def test_an_organisation_is_named_by_its_number(
    settings: Settings, tmp_path: Path, organisation: str
) -> None:
    with pytest.raises(patients.SealedUnreadable):
        await give_key(settings, (organisation, str(tmp_path / "practice.key")))


async def test_another_house_s_key_seals_it_anew(
    cabinet: Cabinet, settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "practice.key"
    named = (str(cabinet.tenant), str(path))
    await give_key(settings, named)
    async with cabinet.database.transaction(cabinet.tenant) as tx:
        await patients.take_key(tx, THERE, await patients.give_key(tx, settings.secret_key))
    assert await cabinet.read(cabinet.lea, THERE) is not None
    with pytest.raises(patients.SealedUnreadable):
        await cabinet.read(cabinet.lea)
