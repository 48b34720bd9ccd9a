"""A practice leaves readable, and arrives with what it has sealed under the new hub's key."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import asyncpg
import msgspec
import pytest

from hub import keys, portability
from hub.app import compose
from hub.core.db import Session, connect, open_session
from hub.core.migrate import role_dsn
from hub.core.settings import Settings
from tests.conftest import NOW, SECRET
from tests.db.test_health_documents import PDF, Desk, desk
from tests.db.test_portability import elsewhere, target
from tests.practices import LEA, OF_LEA, Cabinet
from verticals.health import documents, patients
from verticals.health.patients.errors import InsTaken
from verticals.health.visits import actions as visits

__all__ = ["desk", "elsewhere", "target"]

SLICES = compose().slices
NUMBER = "2850548095123"


@pytest.fixture
async def here(settings: Settings) -> AsyncIterator[Session]:
    assert settings.database_url is not None
    session = await open_session(settings.database_url)
    yield session
    await session.close()


async def leave(session: Session, tenant: int, folder: Path) -> portability.Exported:
    return await portability.export_tenant(session, tenant, folder, SLICES, now=NOW)


def rows_of(folder: Path, table: str) -> list[dict[str, object]]:
    [part] = (folder / "tables" / table).iterdir()
    return [json.loads(line) for line in part.read_text().splitlines()]


async def test_what_a_practice_has_sealed_leaves_readable_and_is_sealed_anew(
    desk: Desk, here: Session, target: Session, elsewhere: str, tmp_path: Path
) -> None:
    await desk.take(desk.lea)
    await desk.check(desk.lea, 1)
    await desk.keep()
    left = await leave(here, desk.tenant, tmp_path)
    told = {row["id"]: row["ins_sealed"] for row in rows_of(tmp_path, "health_patient")}
    assert told[str(desk.lea)] == f"{patients.NIR_OID}:{NUMBER}"
    (kept,) = rows_of(tmp_path, "health_document")
    assert (kept["title_sealed"], kept["content_sealed"]) == ("Prise de sang", PDF.decode())

    await portability.import_tenant(target, tmp_path, SLICES)
    again = await leave(target, desk.tenant, tmp_path / "again")
    assert again.bundle.tables == left.bundle.tables
    app, index = (role_dsn(elsewhere, role, SECRET) for role in ("hub_app", "hub_index"))
    database = await connect(app, index)
    try:
        there = Cabinet(database, desk.tenant)
        async with desk.database.transaction(desk.tenant) as tx:
            await keys.shred(tx)
        ins = await there.read(desk.lea)
        assert ins is not None
        assert ins.matricule == NUMBER
        async with database.transaction(desk.tenant) as tx:
            (own,) = await documents.list_own(tx, desk.lea)
            assert own.title == "Prise de sang"
            same = msgspec.structs.replace(LEA, another=True)
            await patients.add_patient(tx, UUID(int=60), same)
        with pytest.raises(InsTaken):
            await there.take(UUID(int=60), OF_LEA)
    finally:
        await database.close()


async def test_nothing_of_a_practice_that_is_leaving_is_written(
    desk: Desk, admin: asyncpg.Connection
) -> None:
    """Its archive is what it was; what is there is still read."""
    await desk.keep()
    await desk.share(desk.nadia)
    await admin.execute(
        "insert into held_organisation (tenant, since, reason) values ($1, now(), 'its notice')",
        desk.tenant,
    )
    count = "select count(*) from health_opening union all select count(*) from health_look"
    for reason in (None, "Inconsciente, à l'accueil"):
        with pytest.raises(patients.PracticeLeaves):
            await desk.look(desk.nadia_account, reason)
    async with desk.database.transaction(desk.tenant) as tx:
        await patients.keep_looks(tx, [desk.lea], patients.What.RECORD, desk.nadia_account)
        assert await patients.list_looks(tx, desk.lea) == []
        with pytest.raises(patients.PracticeLeaves):
            await visits.enter(tx, UUID(int=1))
    assert [row[0] for row in await admin.fetch(count)] == [0, 0]
    assert await desk.readable(desk.nadia) == ["Prise de sang"]
