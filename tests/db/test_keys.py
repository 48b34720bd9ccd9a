"""The keys of organisations: made at the first use, changed, given up; what leaves with them."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from hub import keys, portability
from hub.app import compose
from hub.audit.actions import link_waiting
from hub.core import postgres
from hub.core.db import Database, Session, open_session
from hub.core.settings import Settings
from hub.core.vertical import Portability, Slice
from hub.keys import (
    KeysAway,
    KeyShredded,
    KeyUnknown,
    SealBroken,
    actions,
    find_host,
    place,
    tasks,
)
from hub.keys.errors import KeyStands
from hub.keys.gateway import transit
from hub.keys.models import KeysEnded
from hub.portability import policy, store
from tests.conftest import NOW
from tests.vaults import TOKEN, FakeTransit

CONTEXT = place("diary", "content", 1)
SECRET = "né le 3 à Mende".encode()
DIARY = Slice(package="hub.keys", portability=Portability(sealed={"diary": ("content",)}))
SLICES = (*compose().slices, DIARY)
MAKE_DIARY = (
    "create table diary (id int primary key, tenant int not null, words text, content bytea)"
)


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    actions.KEPT.clear()
    yield
    actions.KEPT.clear()


@pytest.fixture(params=["files", "server"])
def fake(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> FakeTransit | None:
    """The slice does the same with either host."""
    if request.param == "files":
        return None
    found = FakeTransit()
    monkeypatch.setitem(transit.TRANSPORTS, "https://vault.test", found.transport)
    monkeypatch.setenv("HUB_KEYS", "https://vault.test")
    monkeypatch.setenv("HUB_KEYS_TOKEN", TOKEN)
    return found


@pytest.fixture
async def two(admin: asyncpg.Connection) -> tuple[int, int]:
    """Two organisations."""
    rows = await admin.fetch(
        "insert into organisation (kind, name, created_at)"
        " values ('town', 'A', now()), ('town', 'B', now()) returning id"
    )
    return rows[0]["id"], rows[1]["id"]


async def seal(database: Database, tenant: int, content: bytes = SECRET) -> bytes:
    async with database.transaction(tenant) as tx:
        return await keys.seal(tx, content, CONTEXT)


async def unseal(database: Database, tenant: int, sealed: bytes, context: str = CONTEXT) -> bytes:
    async with database.transaction(tenant) as tx:
        return await keys.unseal(tx, sealed, context)


async def test_what_is_sealed_is_read_by_its_organisation_only(
    database: Database, two: tuple[int, int], fake: FakeTransit | None
) -> None:
    one, other = two
    sealed = await seal(database, one)
    assert SECRET not in sealed
    assert await unseal(database, one, sealed) == SECRET
    with pytest.raises(KeyShredded):
        await unseal(database, other, sealed)
    await seal(database, other)
    with pytest.raises(SealBroken):
        await unseal(database, other, sealed)
    with pytest.raises(SealBroken):
        await unseal(database, one, sealed, place("diary", "content", 2))
    async with database.transaction(one) as tx:
        assert len(await actions.store.list_keys(tx, one)) == 1
        assert await actions.store.list_keys(tx, other) == []


@pytest.mark.parametrize("fake", ["server"], indirect=True)
async def test_a_page_asks_the_host_once(
    database: Database, two: tuple[int, int], fake: FakeTransit | None
) -> None:
    assert fake is not None
    sealed = [await seal(database, two[0]) for _ in range(5)]
    for one in sealed:
        await unseal(database, two[0], one)
    assert fake.asked.count("POST decrypt") == 1
    fake.away = True
    assert await unseal(database, two[0], sealed[0]) == SECRET
    actions.KEPT.clear()
    with pytest.raises(KeysAway):
        await unseal(database, two[0], sealed[0])
    with pytest.raises(KeysAway):
        await seal(database, two[1])


async def test_many_at_once_make_one_key(
    database: Database, two: tuple[int, int], fake: FakeTransit | None
) -> None:
    sealed = await asyncio.gather(*(seal(database, two[0]) for _ in range(6)))
    assert {one[:3] for one in sealed} == {b"\x01\x00\x01"}
    for one in sealed:
        assert await unseal(database, two[0], one) == SECRET
    if fake is not None:
        assert len(fake.keys) == 1


async def test_after_a_rotation_old_things_open_and_new_ones_have_a_new_key(
    database: Database, two: tuple[int, int], fake: FakeTransit | None, admin: asyncpg.Connection
) -> None:
    before = await seal(database, two[0])
    was = await admin.fetchval("select wrapped from tenant_key")
    async with database.transaction(two[0]) as tx:
        mark = (await keys.open_ring(tx)).mark(b"180", "ins")
        assert await keys.rotate(tx) == 2
    after = await seal(database, two[0])
    assert (before[:3], after[:3]) == (b"\x01\x00\x01", b"\x01\x00\x02")
    actions.KEPT.clear()
    assert await unseal(database, two[0], before) == await unseal(database, two[0], after) == SECRET
    rows = await admin.fetch("select wrapped, at_host from tenant_key order by number")
    assert [row["wrapped"].split(":")[1] for row in rows] == ["v2", "v2"]
    assert was not in {row["wrapped"] for row in rows}
    assert len({row["at_host"] for row in rows}) == 1
    async with database.transaction(two[0]) as tx:
        assert (await keys.open_ring(tx)).mark(b"180", "ins") == mark
    with pytest.raises(KeyShredded):
        async with database.transaction(two[1]) as tx:
            await keys.rotate(tx)


async def test_a_shredded_key_opens_nothing_and_is_never_made_again(
    database: Database, two: tuple[int, int], fake: FakeTransit | None, admin: asyncpg.Connection
) -> None:
    sealed, others = await seal(database, two[0]), await seal(database, two[1])
    copy = await admin.fetchrow("select at_host, wrapped from tenant_key where tenant = $1", two[0])
    assert copy is not None
    async with database.transaction(two[0]) as tx:
        assert await keys.shred(tx)
    with pytest.raises(KeyShredded):
        await unseal(database, two[0], sealed)
    with pytest.raises(KeyShredded):
        await seal(database, two[0])
    async with database.transaction(two[0]) as tx:
        assert not await keys.shred(tx)
    assert await unseal(database, two[1], others) == SECRET
    name = f"hub-{copy['at_host']}"
    assert await find_host().unwrap(name, copy["wrapped"]), "the host goes after the commit"
    await tasks.let_go_later.run(database, two[0], KeysEnded())
    await tasks.let_go_later.run(database, two[0], KeysEnded())
    with pytest.raises(KeyUnknown):  # and what a copy of the database holds opens nothing either
        await find_host().unwrap(name, copy["wrapped"])
    row = await admin.fetchrow("select * from tenant_key where tenant = $1", two[0])
    assert row is not None
    assert (row["wrapped"], row["destroyed_at"], row["let_go_at"]) == (None, NOW, NOW)
    with pytest.raises(asyncpg.PostgresError, match="cannot come back"):
        await admin.execute(
            "update tenant_key set wrapped = $1, destroyed_at = null where tenant = $2",
            copy["wrapped"],
            two[0],
        )
    async with database.transaction(two[0]) as tx:
        await keys.open_anew(tx)
    assert await unseal(database, two[0], await seal(database, two[0])) == SECRET
    with pytest.raises(KeyShredded):
        await unseal(database, two[0], sealed)
    with pytest.raises(KeyStands):
        async with database.transaction(two[0]) as tx:
            await keys.open_anew(tx)
    async with database.transaction() as tx:
        await link_waiting(tx)
    acts = await admin.fetch("select action from audit_entry where tenant = $1 order by id", two[0])
    assert [act["action"] for act in acts] == ["keys.made", "keys.shredded", "keys.made"]


async def test_the_host_is_told_by_the_hour_of_keys_that_an_erasure_took(
    database: Database, two: tuple[int, int], admin: asyncpg.Connection
) -> None:
    await seal(database, two[0])
    assert await admin.fetchval("select end_tenant_keys($1)", two[0]) == 1
    async with database.transaction() as tx:
        assert await actions.announce_ended(tx) == 1
    await tasks.let_go_later.run(database, two[0], KeysEnded())
    async with database.transaction() as tx:
        assert await actions.announce_ended(tx) == 0


# -- leaving and arriving --------------------------------------------------------------------------


@pytest.fixture
async def here(settings: Settings, admin: asyncpg.Connection) -> AsyncIterator[Session]:
    await admin.execute(MAKE_DIARY)
    assert settings.database_url is not None
    session = await open_session(settings.database_url)
    yield session
    await session.close()


@pytest.fixture
async def there(server: postgres.Server, template: str) -> AsyncIterator[Session]:
    """Another hub, empty."""
    admin = await asyncpg.connect(server.dsn())
    await admin.execute(f"create database hub_keys_there template {template} strategy file_copy")
    session = await open_session(server.dsn(database="hub_keys_there"))
    await session.con.execute(MAKE_DIARY)
    yield session
    await session.close()
    await admin.execute("drop database hub_keys_there with (force)")
    await admin.close()


async def write_diary(database: Database, session: Session, tenant: int) -> None:
    async with database.transaction(tenant) as tx:
        for id, content in ((1, SECRET), (2, b"\xff\x00"), (3, None)):
            sealed = content and await keys.seal(tx, content, place("diary", "content", id))
            await session.con.execute(
                "insert into diary (id, tenant, words, content) values ($1, $2, 'w', $3)",
                id,
                tenant,
                sealed,
            )


def lines_of(folder: Path) -> list[dict]:
    [part] = (folder / "tables" / "diary").iterdir()
    return [json.loads(line) for line in part.read_text().splitlines()]


async def leave(session: Session, tenant: int, folder: Path) -> portability.Exported:
    return await portability.export_tenant(session, tenant, folder, SLICES, now=NOW)


async def test_what_is_sealed_leaves_readable_and_arrives_under_the_new_hubs_key(
    database: Database, two: tuple[int, int], here: Session, there: Session, tmp_path: Path
) -> None:
    await write_diary(database, here, two[0])
    left = await leave(here, two[0], tmp_path / "left")
    assert [row["content"] for row in lines_of(tmp_path / "left")] == [
        SECRET.decode(),
        {"base64": "/wA="},
        None,
    ]
    assert "tenant_key" not in {table.table for table in left.bundle.tables}
    await portability.import_tenant(there, tmp_path / "left", SLICES)
    again = await portability.import_tenant(there, tmp_path / "left", SLICES)
    assert again.new == 0
    arrived = await leave(there, two[0], tmp_path / "again")
    assert arrived.bundle.tables == left.bundle.tables
    ask = "select content from diary where id = 1"
    old, new = await here.con.fetchval(ask), await there.con.fetchval(ask)
    assert old != new
    ring = await keys.find_ring(there, two[0])
    assert ring.unseal(new, CONTEXT) == SECRET
    with pytest.raises(SealBroken):
        ring.unseal(old, CONTEXT)


async def test_who_is_erased_takes_the_key_along(
    database: Database, two: tuple[int, int], here: Session, tmp_path: Path
) -> None:
    await write_diary(database, here, two[0])
    sealed = await here.con.fetchval("select content from diary where id = 1")
    await leave(here, two[0], tmp_path)
    done = await portability.erase_tenant(here, two[0], tmp_path, SLICES, now=NOW)
    assert done.erased["diary"] == 3
    with pytest.raises(KeyShredded):
        await unseal(database, two[0], sealed)
    # Who comes back begins anew, with what the export holds.
    await portability.import_tenant(here, tmp_path, SLICES)
    assert await here.con.fetchval("select max(number) from tenant_key") == 2
    anew = await here.con.fetchval("select content from diary where id = 1")
    assert await unseal(database, two[0], anew) == SECRET
    with pytest.raises(KeyShredded):
        await unseal(database, two[0], sealed)


async def test_what_nobody_opens_any_more_leaves_as_it_is(
    database: Database, two: tuple[int, int], here: Session, there: Session, tmp_path: Path
) -> None:
    await write_diary(database, here, two[0])
    async with database.transaction(two[0]) as tx:
        await keys.shred(tx)
    left = await leave(here, two[0], tmp_path / "left")
    kept = await here.con.fetchval("select content from diary where id = 1")
    assert lines_of(tmp_path / "left")[0]["content"] == {"sealed": "\\x" + kept.hex()}
    await portability.import_tenant(there, tmp_path / "left", SLICES)
    assert await there.con.fetchval("select content from diary where id = 1") == kept
    arrived = await leave(there, two[0], tmp_path / "again")
    assert arrived.bundle.tables == left.bundle.tables


async def test_nothing_leaves_closed_while_the_host_of_keys_is_away(
    database: Database,
    two: tuple[int, int],
    here: Session,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await write_diary(database, here, two[0])
    monkeypatch.setenv("HUB_KEYS", str(tmp_path / "another"))
    with pytest.raises(KeyUnknown):
        await leave(here, two[0], tmp_path / "left")


async def test_no_sealed_column_stays_after_its_key_is_gone(here: Session) -> None:
    """What the law keeps outlasts the key: it is not sealed under it. And every column is there."""
    rules = policy.rules_of(SLICES)
    tables = {table.name: table for table in await store.list_tables(here)}
    for name, columns in rules.sealed.items():
        types = {column.name: column.type for column in tables[name].columns}
        assert {types.get(column) for column in columns} == {"bytea"}, name
        assert name not in {*rules.kept, *rules.named}, name
        assert rules.leaves(tables[name])
