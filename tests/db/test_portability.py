"""A tenant leaves a hub and arrives in another one, row by row the same."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path

import asyncpg
import pytest

from hub import audit, ledger, members, portability
from hub.app import compose
from hub.core import postgres
from hub.core.db import Database, Session, connect, open_session
from hub.core.migrate import role_dsn
from hub.core.settings import Settings
from hub.portability import policy, store
from hub.portability.errors import (
    AlreadyHeld,
    BundleBroken,
    ChangedSinceExport,
    ReferenceLost,
    SchemaDiffers,
    TenantUnknown,
    WallsStand,
)
from tests.conftest import NOW, SECRET
from tests.houses import book, find_house
from tourism.demo.assembly import STATUTE

SLICES = compose().slices


@pytest.fixture
async def source(demo_settings: Settings) -> AsyncIterator[Session]:
    assert demo_settings.database_url
    session = await open_session(demo_settings.database_url)
    yield session
    await session.close()


@pytest.fixture
async def elsewhere(server: postgres.Server, template: str) -> AsyncIterator[str]:
    """Another hub, empty."""
    admin = await asyncpg.connect(server.dsn())
    await admin.execute(f"create database hub_elsewhere template {template} strategy file_copy")
    yield server.dsn(database="hub_elsewhere")
    await admin.execute("drop database hub_elsewhere with (force)")
    await admin.close()


@pytest.fixture
async def target(elsewhere: str) -> AsyncIterator[Session]:
    session = await open_session(elsewhere)
    yield session
    await session.close()


async def leave(session: Session, tenant: int, folder: Path) -> portability.Exported:
    return await portability.export_tenant(session, tenant, folder, SLICES, now=NOW)


async def arrive(session: Session, folder: Path) -> portability.Imported:
    return await portability.import_tenant(session, folder, SLICES)


async def organisation(session: Session, kind: str) -> int:
    id = await session.con.fetchval("select min(id) from organisation where kind = $1", kind)
    assert id is not None
    return id


async def test_no_table_is_forgotten(source: Session) -> None:
    tables = await store.list_tables(source)
    rules = policy.rules_of(SLICES)
    assert policy.forgotten(rules, tables) == []
    names = {table.name for table in tables}
    said = {*rules.belongs_by, *rules.named, *rules.stays, *rules.with_triggers}
    assert said - names == set(), "a slice speaks of a table that is not there"
    for name, columns in rules.named.items():
        assert set(columns) <= {c.name for t in tables if t.name == name for c in t.columns}
        assert set(rules.same_by[name]) <= set(columns), f"who a row of {name} is"


async def test_a_house_arrives_with_all_its_rows(
    demo: Database, source: Session, target: Session, elsewhere: str, tmp_path: Path
) -> None:
    house = await find_house(demo)
    booked = await book(demo, house.wish())
    async with demo.transaction(house.tenant) as tx:
        balances = await ledger.list_balances(tx)
    left = await leave(source, house.tenant, tmp_path)
    rows = {table.table: table.rows for table in left.bundle.tables}
    assert rows["property"] == 1 < rows["booking"]
    assert rows["ari_month"] > 30
    assert rows["ledger_transfer"] >= len(balances) > 0
    arrived = await arrive(target, tmp_path)
    assert arrived == portability.Imported(
        tenant=house.tenant, rows=left.bundle.rows, new=left.bundle.rows, lives_at=NOW
    )

    again = await leave(target, house.tenant, tmp_path / "again")
    assert again.bundle.tables == left.bundle.tables
    assert again.bundle.named == left.bundle.named
    app, index = (role_dsn(elsewhere, role, SECRET) for role in ("hub_app", "hub_index"))
    database = await connect(app, index, on=compose().on)
    async with database.transaction(house.tenant) as tx:
        assert await ledger.list_balances(tx) == balances
        assert (await audit.verify_chain(tx)).broken_at is None
    await database.close()
    found = await target.con.fetchrow(
        "select state, reference from booking where id = $1", booked.id
    )
    assert found is not None
    assert dict(found) == {"state": booked.state.value, "reference": booked.reference}
    told = await target.con.fetchval(
        "select count(*) from index_change where kind = 'house' and property = $1", house.id
    )
    assert told, "the search of the new hub hears of the house"


@pytest.mark.parametrize("kind", ["federation", "office", "region"])
async def test_those_who_share_leave_too(
    demo: Database, source: Session, target: Session, tmp_path: Path, kind: str
) -> None:
    await book(demo, (await find_house(demo)).wish())
    tenant = await organisation(source, kind)
    left = await leave(source, tenant, tmp_path)
    assert (await arrive(target, tmp_path)).new == left.bundle.rows > 0
    assert (await leave(target, tenant, tmp_path / "again")).bundle.tables == left.bundle.tables


async def test_two_who_share_a_transfer_arrive_one_after_the_other(
    demo: Database, source: Session, target: Session, tmp_path: Path
) -> None:
    house = await find_house(demo)
    await book(demo, house.wish())
    office = await organisation(source, "office")
    for tenant in (house.tenant, office):
        await leave(source, tenant, tmp_path / str(tenant))
    await arrive(target, tmp_path / str(house.tenant))
    second = await arrive(target, tmp_path / str(office))
    assert 0 < second.new < second.rows


async def test_a_second_arrival_changes_nothing(
    demo: Database, source: Session, target: Session, tmp_path: Path
) -> None:
    house = await find_house(demo)
    await leave(source, house.tenant, tmp_path)
    await arrive(target, tmp_path)
    assert (await arrive(target, tmp_path)).new == 0


async def test_nobody_elses_rows_leave(demo: Database, source: Session, tmp_path: Path) -> None:
    house = await find_house(demo)
    await book(demo, house.wish())
    bundle = (await leave(source, house.tenant, tmp_path)).bundle
    for table in bundle.tables:
        for part in table.parts:
            for line in (tmp_path / part.file).read_text().split("\n")[:-1]:
                row = json.loads(line)
                owners = {row.get(c) for c in ("tenant", "debit_tenant", "credit_tenant")}
                assert house.tenant in owners or row["id"] == house.tenant
    secrets = {"password_hash", "token"}
    assert not secrets & {c.name for t in (*bundle.tables, *bundle.named) for c in t.columns}
    persons = [table for table in bundle.named if table.table == "person"]
    members = await source.con.fetchval(
        "select count(*) from membership where tenant = $1", house.tenant
    )
    assert sum(table.rows for table in persons) == members


async def test_an_interrupted_export_goes_on_and_an_old_one_is_brought_up_to_date(
    demo: Database, source: Session, tmp_path: Path
) -> None:
    house = await find_house(demo)
    whole = await leave(source, house.tenant, tmp_path)
    (tmp_path / "manifest.json").unlink()
    (tmp_path / "tables/property/00001.jsonl").write_text("torn")
    (tmp_path / "tables/stranger").mkdir()
    (tmp_path / "tables/stranger/00001.jsonl").write_text("{}\n")
    again = await leave(source, house.tenant, tmp_path)
    assert again.bundle == whole.bundle
    assert (again.written, again.kept) == (1, whole.written - 1)
    assert not (tmp_path / "tables/stranger/00001.jsonl").exists()
    await book(demo, house.wish())
    later = await leave(source, house.tenant, tmp_path)
    assert later.kept > 10
    portability.verify_bundle(tmp_path)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: (folder / "manifest.json").unlink(), "did not end"),
        (lambda folder: (folder / "manifest.json").write_text("{}"), "cannot be read"),
        (lambda folder: (folder / "tables/property/00001.jsonl").unlink(), "is missing"),
        (lambda folder: (folder / "tables/property/00001.jsonl").write_text("{}\n"), "was changed"),
    ],
)
async def test_a_broken_export_is_refused(
    demo: Database,
    source: Session,
    target: Session,
    tmp_path: Path,
    spoil: Callable[[Path], object],
    said: str,
) -> None:
    await leave(source, (await find_house(demo)).tenant, tmp_path)
    spoil(tmp_path)
    with pytest.raises(BundleBroken, match=said):
        await arrive(target, tmp_path)
    assert await target.con.fetchval("select count(*) from organisation") == 0


async def test_a_path_out_of_the_export_is_refused(
    demo: Database, source: Session, target: Session, tmp_path: Path
) -> None:
    folder = tmp_path / "export"
    await leave(source, (await find_house(demo)).tenant, folder)
    inside = folder / "tables/property/00001.jsonl"
    inside.rename(tmp_path / "secret")
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace("tables/property/00001.jsonl", "../secret"))
    with pytest.raises(BundleBroken, match="outside"):
        await arrive(target, folder)


async def test_other_rows_under_the_same_numbers_are_kept_and_nothing_arrives(
    demo: Database, source: Session, target: Session, tmp_path: Path
) -> None:
    house = await find_house(demo)
    await leave(source, house.tenant, tmp_path)
    await arrive(target, tmp_path)
    await target.con.execute("update room_type set units = units + 1 where rank = 0")
    await book(demo, house.wish())
    await leave(source, house.tenant, tmp_path)
    before = await target.con.fetchval("select count(*) from booking")
    with pytest.raises(AlreadyHeld, match="Rows of"):
        await arrive(target, tmp_path)
    assert await target.con.fetchval("select count(*) from booking") == before


async def test_an_owner_never_becomes_the_stranger_who_has_their_number_in_the_new_hub(
    demo: Database, source: Session, target: Session, tmp_path: Path
) -> None:
    house = await find_house(demo)
    owner, email = await _owner(source, house.tenant)
    await leave(source, house.tenant, tmp_path)
    await _open_account(target, owner, "stranger@example.org")
    with pytest.raises(AlreadyHeld) as refused:
        await arrive(target, tmp_path)
    assert f"person {owner} of the export" in str(refused.value)
    for table in ("organisation", "membership", "property"):
        assert await target.con.fetchval(f"select count(*) from {table}") == 0
    assert await target.con.fetchval("select email from person") == "stranger@example.org"
    # The same person is the same, however they write their address; under another number not.
    await target.con.execute("update person set email = $1", email.upper())
    await arrive(target, tmp_path)
    await target.con.execute("update person set email = $1 where id = $2", "new@x.org", owner)
    with pytest.raises(AlreadyHeld):
        await portability.check_named(target, tmp_path, SLICES)


async def test_who_has_another_number_in_the_new_hub_is_refused_with_words(
    demo: Database, source: Session, target: Session, tmp_path: Path
) -> None:
    house = await find_house(demo)
    owner, email = await _owner(source, house.tenant)
    await leave(source, house.tenant, tmp_path)
    await _open_account(target, owner + 1_000_000, email)
    with pytest.raises(AlreadyHeld, match=f"person {owner} of the export"):
        await arrive(target, tmp_path)


async def test_money_never_goes_to_the_stranger_who_has_a_partners_number_in_the_new_hub(
    demo: Database, source: Session, target: Session, tmp_path: Path
) -> None:
    house = await find_house(demo)
    await book(demo, house.wish())
    await leave(source, house.tenant, tmp_path)
    await target.con.execute(
        "insert into organisation (id, kind, name, created_at) overriding system value"
        " values ($1, 'office', 'Somebody else', now())",
        await organisation(source, "office"),
    )
    with pytest.raises(AlreadyHeld, match=r"organisation \d+ of the export"):
        await arrive(target, tmp_path)
    assert await target.con.fetchval("select count(*) from organisation") == 1


async def _owner(session: Session, tenant: int) -> tuple[int, str]:
    row = await session.con.fetchrow(
        "select p.id, p.email from person p join membership m on m.person = p.id"
        " where m.tenant = $1 order by p.id limit 1",
        tenant,
    )
    assert row is not None
    return row["id"], row["email"]


async def _open_account(session: Session, id: int, email: str) -> None:
    await session.con.execute(
        "insert into person (id, email, name, password_hash, created_at) overriding system value"
        " values ($1, $2, 'Somebody', 'x', now())",
        id,
        email,
    )


async def test_hubs_of_two_versions_do_not_exchange(
    demo: Database, source: Session, target: Session, tmp_path: Path
) -> None:
    await leave(source, (await find_house(demo)).tenant, tmp_path)
    await target.con.execute("update schema_migration set checksum = 'x' where slice = 'hub.core'")
    with pytest.raises(SchemaDiffers):
        await arrive(target, tmp_path)


async def test_a_row_that_names_a_lost_one_is_refused(
    demo: Database, source: Session, target: Session, tmp_path: Path
) -> None:
    await leave(source, (await find_house(demo)).tenant, tmp_path)
    manifest = tmp_path / "manifest.json"
    bundle = json.loads(manifest.read_text())
    bundle["named"] = [table for table in bundle["named"] if table["table"] != "person"]
    manifest.write_text(json.dumps(bundle))
    with pytest.raises(ReferenceLost, match="membership"):
        await arrive(target, tmp_path)
    assert await target.con.fetchval("select count(*) from membership") == 0


async def test_only_who_may_pass_the_walls_moves_tenants(
    demo: Database, source: Session, demo_settings: Settings, tmp_path: Path
) -> None:
    assert demo_settings.database_url
    session = await open_session(role_dsn(demo_settings.database_url, "hub_app", SECRET))
    with pytest.raises((WallsStand, asyncpg.InsufficientPrivilegeError)):
        await leave(session, 1, tmp_path)
    await session.close()
    with pytest.raises(TenantUnknown):
        await leave(source, 2_000_000_000, tmp_path)


async def erase(session: Session, tenant: int, folder: Path) -> portability.Certificate:
    return await portability.erase_tenant(session, tenant, folder, SLICES, now=NOW)


async def test_an_erased_house_is_gone_but_for_its_accounts_and_can_come_back(
    demo: Database, source: Session, tmp_path: Path
) -> None:
    house = await find_house(demo)
    await book(demo, house.wish())
    others = "select count(*) from booking where tenant <> $1"
    before = await source.con.fetchval(others, house.tenant)
    left = await leave(source, house.tenant, tmp_path)
    async with demo.transaction(house.tenant) as tx:
        balances = await ledger.list_balances(tx)
    certificate = await erase(source, house.tenant, tmp_path)
    assert certificate.left == {}
    assert certificate.erased["property"] == 1
    assert {one.table for one in certificate.kept} >= {"ledger_transfer", "audit_entry"}
    assert {one.until for one in certificate.kept} == {date(2036, 12, 31)}
    written = json.loads((tmp_path / "erasure-certificate.json").read_text())
    assert written["export_sha256"] == certificate.export_sha256
    for name in certificate.erased:
        rest = await source.con.fetchval(
            f"select count(*) from {name} where tenant = $1", house.tenant
        )
        assert rest == 0, name
    assert await source.con.fetchval(others, house.tenant) == before
    async with demo.transaction(house.tenant) as tx:
        assert await ledger.list_balances(tx) == balances
        assert (await audit.verify_chain(tx)).broken_at is None
    lost = "select count(*) from index_change where kind = 'house' and property = $1"
    assert await source.con.fetchval(lost, house.id)

    back = await arrive(source, tmp_path)
    assert back.new == sum(certificate.erased.values()) > 0
    assert (await leave(source, house.tenant, tmp_path)).bundle.tables == left.bundle.tables


async def test_an_erasure_cut_off_after_its_commit_still_gives_its_certificate(
    demo: Database, source: Session, tmp_path: Path
) -> None:
    house = await find_house(demo)
    await leave(source, house.tenant, tmp_path)
    first = await erase(source, house.tenant, tmp_path)
    (tmp_path / "erasure-certificate.json").rename(tmp_path / "erasure-certificate.prepared.json")
    assert await erase(source, house.tenant, tmp_path) == first
    assert (tmp_path / "erasure-certificate.json").exists()
    assert await erase(source, house.tenant, tmp_path) == first


async def test_a_federation_is_erased_whose_votes_nobody_may_delete(
    demo: Database, source: Session, tmp_path: Path
) -> None:
    federation = await organisation(source, "federation")
    async with demo.transaction(federation) as tx:
        await members.write_statute(tx, STATUTE)
    await leave(source, federation, tmp_path)
    certificate = await erase(source, federation, tmp_path)
    assert certificate.erased["statute"] > 0
    assert certificate.left == {}
    assert "agreement_version" in {one.table for one in certificate.kept}


async def test_what_was_written_since_the_export_is_not_erased(
    demo: Database, source: Session, tmp_path: Path
) -> None:
    house = await find_house(demo)
    await leave(source, house.tenant, tmp_path)
    booked = await book(demo, house.wish())
    with pytest.raises(ChangedSinceExport):
        await erase(source, house.tenant, tmp_path)
    assert await source.con.fetchval("select count(*) from booking where id = $1", booked.id) == 1
    with pytest.raises(BundleBroken, match="another organisation"):
        await erase(source, house.tenant + 1, tmp_path)


async def test_what_is_being_written_while_an_organisation_is_erased_is_waited_for_and_kept(
    demo: Database, source: Session, demo_settings: Settings, tmp_path: Path
) -> None:
    house = await find_house(demo)
    await leave(source, house.tenant, tmp_path)
    assert demo_settings.database_url
    other = await open_session(demo_settings.database_url)
    await _open_account(other, 2_000_000, "new@example.org")
    await other.execute("begin")
    await other.con.execute(
        "insert into membership (tenant, person, role, since) values ($1, 2000000, 'owner', now())",
        house.tenant,
    )
    erasing = asyncio.create_task(erase(source, house.tenant, tmp_path))
    waits = "select exists (select from pg_locks where pid = $1 and not granted)"
    pid = source.con.get_server_pid()
    while not (erasing.done() or await other.con.fetchval(waits, pid)):
        pass
    await other.execute("commit")
    with pytest.raises(ChangedSinceExport, match="membership"):
        await erasing
    await other.close()


async def test_a_move_gives_up_nothing_that_was_written_where_the_law_keeps_rows(
    demo: Database, source: Session, tmp_path: Path
) -> None:
    house = await find_house(demo)
    await leave(source, house.tenant, tmp_path)
    async with demo.transaction(house.tenant) as tx:
        await audit.record(tx, action="member.added", subject="person:1")
    with pytest.raises(ChangedSinceExport, match="audit_entry"):
        await portability.erase_tenant(source, house.tenant, tmp_path, SLICES, now=NOW, whole=True)
