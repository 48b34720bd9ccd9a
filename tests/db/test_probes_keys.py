"""The probe of keys finds the fault that is planted for it, and no other (SEC-02)."""

import base64
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from hub import keys, probes, trust
from hub.core.db import Database, Tx
from hub.core.settings import Settings
from hub.core.vertical import Portability, Slice
from hub.keys import actions
from hub.keys.gateway.files import LocalFiles
from hub.probes.looking import sealing
from hub.probes.world import World
from tests.trusted import SERVICE, find_operator


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    actions.KEPT.clear()
    yield
    actions.KEPT.clear()


@pytest.fixture
async def world(demo: Database, demo_settings: Settings) -> World:
    async with demo.transaction(await find_operator(demo)) as tx:
        service = await trust.register_service(tx, SERVICE)
    return World(database=demo, settings=demo_settings, service=service)


@pytest.fixture
async def admin(demo_settings: Settings):
    connection = await asyncpg.connect(demo_settings.database_url)
    yield connection
    await connection.close()


class Shallow(LocalFiles):
    """Wraps in name only: whoever has the database has the key."""

    async def wrap(self, name: str, key: bytes) -> str:
        return f"local:v1:{base64.b64encode(b'key=' + key).decode()}"

    async def unwrap(self, name: str, wrapped: str) -> bytes:
        return base64.b64decode(wrapped.split(":")[2])[4:]


class OneForAll(LocalFiles):
    """One key wraps everybody's."""

    async def make(self, name: str) -> None:
        await super().make("all")

    async def wrap(self, name: str, key: bytes) -> str:
        return await super().wrap("all", key)

    async def unwrap(self, name: str, wrapped: str) -> bytes:
        return await super().unwrap("all", wrapped)


class Lasting(LocalFiles):
    """Destroys nothing."""

    async def destroy(self, name: str) -> None:
        return


def hold(monkeypatch: pytest.MonkeyPatch, host: keys.Keys) -> None:
    for module in (actions, keys):
        monkeypatch.setattr(module, "find_host", lambda: host)


async def test_each_organisation_has_a_key_and_the_probe_leaves_nothing(
    world: World, admin: asyncpg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "keys"
    hold(monkeypatch, LocalFiles(folder))
    before = await admin.fetchval("select count(*) from tenant_key")
    acts = await admin.fetchval("select count(*) from audit_entry")
    found = await probes.run_probes(world, {"keys"})
    assert (found["keys"].rank, found["keys"].says) == (3, sealing.WELL), found
    assert list(folder.iterdir()) == []
    assert await admin.fetchval("select count(*) from tenant_key") == before
    assert await admin.fetchval("select count(*) from audit_entry") == acts
    async with world.database.transaction() as tx:
        [one] = await trust.list_findings(tx, SERVICE.code, "keys")
        assert one.rank == 3
        standing = await trust.assess(tx, SERVICE.code)
    [met] = [one for one in standing.assessment.criteria if one.id == "SEC-02"]
    assert "keys" not in {need.code for need in met.missing}


@pytest.mark.parametrize(
    ("host", "rank", "says"),
    [
        (Shallow, 0, sealing.OPEN),
        (OneForAll, 1, sealing.SHARED),
        (Lasting, 2, sealing.LASTING),
    ],
)
async def test_a_host_that_does_not_do_what_it_must_is_found(
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    host: type[LocalFiles],
    rank: int,
    says: str,
) -> None:
    hold(monkeypatch, host(tmp_path / "keys"))
    found = await sealing.look_at_keys(world)
    assert (found.rank, found.says) == (rank, says)


async def test_a_key_that_is_not_the_organisations_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    same = bytes(range(32))
    monkeypatch.setattr(actions, "draw", lambda _: same)
    monkeypatch.setattr("hub.keys.sealing.Ring._about", lambda *_: b"")
    found = await sealing.look_at_keys(world)
    assert (found.rank, found.says) == (1, sealing.SHARED)


async def test_what_is_sealed_in_name_only_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.keys.sealing.Ring.seal", lambda _, content, *more: content)
    monkeypatch.setattr("hub.keys.sealing.Ring.unseal", lambda _, sealed, *more: sealed)
    found = await sealing.look_at_keys(world)
    assert (found.rank, found.says) == (0, sealing.OPEN)


async def test_a_shredding_that_leaves_the_key_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def destroy_nothing(tx: Tx) -> int:
        return 1

    monkeypatch.setattr(actions.store, "destroy_keys", destroy_nothing)
    found = await sealing.look_at_keys(world)
    assert (found.rank, found.says) == (2, sealing.LASTING)


async def test_a_sealed_column_that_stands_in_clear_is_found(
    world: World, admin: asyncpg.Connection
) -> None:
    await admin.execute(
        "create table diary (id int primary key, tenant int not null, content bytea);"
        "grant select on diary to hub_app;"
        "insert into diary select row_number() over (), id, null from organisation"
    )
    diary = Slice(package="hub.keys", portability=Portability(sealed={"diary": ("content",)}))
    world.database.slices = (*world.database.slices, diary)
    assert (await sealing.look_at_keys(world)).says == sealing.WELL
    await admin.execute("update diary set content = '\\x52494646'")
    found = await sealing.look_at_keys(world)
    assert (found.rank, found.says) == (0, sealing.UNSEALED)
    assert found.filled == {"names": "diary.content"}


async def test_a_host_that_is_away_proves_nothing(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    hold(monkeypatch, LocalFiles(tmp_path / "file"))
    found = await probes.run_probes(world, {"keys"})
    assert found["keys"].rank == 0
