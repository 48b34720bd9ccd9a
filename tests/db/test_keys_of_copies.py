"""A copy that goes takes its keys along, wherever it was; what was left is given up by hand."""

from pathlib import Path

import asyncpg
import pytest

from hub import errands, keys, portability
from hub.core import postgres
from hub.core.clock import SystemIds
from hub.core.db import Database, Session, open_session
from hub.core.settings import Settings
from hub.keys import KeysAway, KeyUnknown, find_host
from hub.keys.gateway.files import LocalFiles
from hub.portability import Going
from hub.portability.errors import StillHere, UnderLegalHold
from tests.conftest import NOW
from tests.db.test_keys import (
    CONTEXT,
    SECRET,
    SLICES,
    here,
    leave,
    nothing_kept,
    there,
    two,
    unseal,
    write_diary,
)

__all__ = ["here", "nothing_kept", "there", "two"]  # fixtures
HELD = "select at_host, wrapped from tenant_key where tenant = $1 and wrapped is not null"
ENDED = "select at_host from ended_keys()"


async def clear(session: Session, tenant: int, folder: Path) -> None:
    await portability.clear_copy(session, tenant, SLICES)


async def erase(session: Session, tenant: int, folder: Path) -> None:
    await leave(session, tenant, folder)
    await portability.erase_tenant(session, tenant, folder, SLICES, now=NOW, going=Going.COPY)


@pytest.mark.parametrize("go", [clear, erase])
async def test_a_copy_that_is_not_wanted_leaves_no_key(
    database: Database, two: tuple[int, int], here: Session, there: Session, tmp_path: Path, go
) -> None:
    await write_diary(database, here, two[0])
    await leave(here, two[0], tmp_path / "left")
    for _ in range(2):  # it may come again
        await portability.import_tenant(there, tmp_path / "left", SLICES, copy=True)
        held = await there.con.fetchrow(HELD, two[0])
        assert held is not None
        await go(there, two[0], tmp_path / "there")
        assert await there.con.fetchrow(HELD, two[0]) is None
        assert held["at_host"] in {row["at_host"] for row in await there.con.fetch(ENDED)}
    sealed = await here.con.fetchval("select content from diary where id = 1")
    assert await unseal(database, two[0], sealed) == SECRET, "where it lives nothing was touched"


async def test_keys_are_given_up_by_hand_once_the_organisation_is_gone(
    database: Database, two: tuple[int, int], here: Session, settings: Settings
) -> None:
    await write_diary(database, here, two[0])
    at_host, wrapped = await here.con.fetchrow(HELD, two[0]) or ("", "")
    with pytest.raises(StillHere, match="diary"):
        await portability.shred_keys(here, two[0], SLICES, now=NOW)
    await here.con.execute("delete from diary")
    await portability.place_hold(here, two[0], "TJ Mende, 26/0142", NOW)
    with pytest.raises(UnderLegalHold):
        await portability.shred_keys(here, two[0], SLICES, now=NOW)
    assert await find_host().unwrap(f"hub-{at_host}", wrapped)
    await portability.lift_hold(here, two[0], NOW)
    assert await errands.shred_keys(settings, two[0]) == "1 keys destroyed, and 1 at their host"
    with pytest.raises(KeyUnknown):
        await find_host().unwrap(f"hub-{at_host}", wrapped)
    acts = "select action from audit_entry where tenant = $1 order by id desc limit 1"
    assert await here.con.fetchval(acts, two[0]) == "keys.shredded"
    assert await errands.shred_keys(settings, two[0]) == "0 keys destroyed, and 0 at their host"


async def test_a_rehearsal_leaves_nothing_at_the_host_of_keys(
    here: Session,
    server: postgres.Server,
    template: str,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    admin, name = await asyncpg.connect(server.dsn()), "hub_rehearsal_0"
    await admin.execute(f"create database {name} template {template} strategy file_copy")
    copy = await open_session(server.dsn(database=name))
    ring = await keys.arrive(copy, 4711, SystemIds(), NOW)
    assert ring is not None
    assert ring.unseal(ring.seal(SECRET, CONTEXT, SystemIds()), CONTEXT) == SECRET
    at_host, wrapped = await copy.con.fetchrow(HELD, 4711) or ("", "")
    await copy.close()
    exists = "select exists (select from pg_database where datname = $1)"
    assert settings.database_url is not None

    async def be_away(self: LocalFiles, name: str) -> None:
        raise KeysAway()

    with monkeypatch.context() as away:
        away.setattr(LocalFiles, "destroy", be_away)
        await errands._drop_left_over(here, settings.database_url)
    assert await admin.fetchval(exists, name), "until the host answers"
    await errands._drop_left_over(here, settings.database_url)
    assert not await admin.fetchval(exists, name)
    with pytest.raises(KeyUnknown):
        await find_host().unwrap(f"hub-{at_host}", wrapped)
    await errands._drop(here, settings.database_url, name)  # nothing happens when it is gone
    await admin.close()
