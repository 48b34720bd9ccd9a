"""Each probe that looks into a hub finds the fault that is planted for it, and no other."""

import asyncio
import socket
from datetime import date, timedelta

import asyncpg
import msgspec
import pytest
import structlog

from hub import probes, trust
from hub.app import compose
from hub.audit.actions import link_waiting
from hub.core import postgres
from hub.core.clock import DrivenClock, SystemClock
from hub.core.db import Database, Session, open_session
from hub.core.settings import Settings
from hub.core.vertical import Nothing
from hub.portability import bundle
from hub.probes import actions as probing
from hub.probes import tasks
from hub.probes.looking import (
    isolation,
    places,
    records,
    rehearsal,
    signing_in,
)
from hub.probes.models import Place, Places, Restored
from hub.probes.world import Probe, World
from hub.trust import Found
from tests.houses import book, find_house
from tests.served import Queue
from tests.trusted import SERVICE, find_operator

YEAR_S = 365 * 86_400


@pytest.fixture
async def service(demo: Database) -> trust.Service:
    async with demo.transaction(await find_operator(demo)) as tx:
        return await trust.register_service(tx, SERVICE)


@pytest.fixture
def world(demo: Database, demo_settings: Settings, service: trust.Service) -> World:
    return World(database=demo, settings=demo_settings, service=service)


@pytest.fixture
async def admin(demo_settings: Settings):
    connection = await asyncpg.connect(demo_settings.database_url)
    yield connection
    await connection.close()


async def test_a_slow_probe_is_written_down_as_such_and_keeps_no_other_from_looking(
    demo: Database, service: trust.Service, admin: asyncpg.Connection, monkeypatch
) -> None:
    async def wait(_: World) -> Found:
        await asyncio.Event().wait()
        return Found(rank=3, says="never")

    async def look(_: World) -> Found:
        return Found(rank=2, says=records.CHAINED, filled={"links": 1})

    second = msgspec.structs.replace(SERVICE, code="second")
    async with demo.transaction(service.operator) as tx:
        await trust.register_service(tx, second)
    known = (Probe(code="clock", run=wait), Probe(code="sbom", run=look))
    monkeypatch.setattr(probing, "PROBES", known)
    monkeypatch.setattr(probing, "TASK_PATIENCE_S", 0.2)
    await admin.execute("delete from pgmq.q_celery")
    await tasks.run_all_later.run(demo, None, Nothing())
    done = await Queue(demo, admin).run()
    async with demo.transaction(service.operator) as tx:
        codes = [one.code for one in await trust.list_services(tx) if one.run_here]
        for code in codes:
            found = {one.probe: (one.rank, one.says) for one in await trust.list_findings(tx, code)}
            assert found == {"clock": (0, probing.UNMEASURED), "sbom": (2, records.CHAINED)}
    assert done.count("probes.run_one") == 2 * len(codes), "a message for each probe"


# -- walls -----------------------------------------------------------------------------------------


async def test_no_wall_lets_anything_through(world: World, demo: Database) -> None:
    house = await find_house(demo)
    await book(demo, house.wish())
    found = await isolation.look_at_isolation(world)
    assert (found.rank, found.says) == (3, isolation.WELL), found
    assert int(found.filled["tables"]) > 50
    assert int(found.filled["tries"]) > 300


HOLES = [
    (
        "create policy hole on property for select to hub_app using (true)",
        "drop policy hole on property",
        0,
        isolation.READ,
        "property",
    ),
    (
        "alter table booking no force row level security",
        "alter table booking force row level security",
        0,
        isolation.UNWALLED,
        "booking",
    ),
    (
        "alter table booking disable row level security",
        "alter table booking enable row level security",
        0,
        isolation.UNWALLED,
        "booking",
    ),
    (
        "create table leak (tenant int not null); grant select on leak to hub_app",
        "drop table leak",
        0,
        isolation.UNWALLED,
        "leak",
    ),
    (
        "create policy hole on audit_entry for insert to hub_app with check (true)",
        "drop policy hole on audit_entry",
        1,
        isolation.WRITTEN,
        "audit_entry",
    ),
    (
        "grant select (id, email) on person to hub_index",
        "revoke select (id, email) on person from hub_index",
        1,
        isolation.SEARCHED,
        "person.email",
    ),
    (
        "grant update on property to hub_index",
        "revoke update on property from hub_index",
        1,
        isolation.SEARCHED,
        "property",
    ),
]


async def test_holes_in_walls_are_found(world: World, admin: asyncpg.Connection) -> None:
    for fault, mend, rank, says, name in HOLES:
        await admin.execute(fault)
        found = await isolation.look_at_isolation(world)
        await admin.execute(mend)
        assert (found.rank, found.says) == (rank, says), (fault, found)
        assert name in str(found.filled["names"])


async def test_a_log_that_tells_what_an_organisation_writes_is_found(world: World) -> None:
    assert (await isolation.look_at_isolation(world)).says == isolation.WELL
    before = structlog.get_config()
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    try:
        found = await isolation.look_at_isolation(world)
    finally:
        structlog.configure(**before)
    assert (found.rank, found.says) == (1, isolation.LOGGED)


# -- administrators --------------------------------------------------------------------------------


async def test_every_administrator_has_a_factor_that_resists(
    world: World, admin: asyncpg.Connection
) -> None:
    found = await signing_in.look_at_sign_in(world)
    assert (found.rank, found.says) == (0, signing_in.WITHOUT)
    await admin.execute(
        "insert into second_factor (person, kind, secret, since)"
        " select distinct m.person, 'code', '\\x00112233445566778899aabbccddeeff'::bytea, now()"
        " from membership m"
        " join organisation o on o.id = m.tenant where o.kind = 'operator'"
    )
    assert (await signing_in.look_at_sign_in(world)).says == signing_in.PHISHED
    await admin.execute("update second_factor set kind = 'passkey'")
    assert (await signing_in.look_at_sign_in(world)).rank == 3
    await admin.execute("delete from second_factor")
    assert (await signing_in.look_at_sign_in(world)).rank == 0


# -- records, clock, restores ----------------------------------------------------------------------


async def test_a_rewritten_act_is_found(world: World, admin: asyncpg.Connection) -> None:
    async with world.database.transaction(world.service.operator) as tx:
        while await link_waiting(tx):
            pass
    assert (await records.look_at_audit(world)).says == records.CHAINED
    await admin.execute("grant update on audit_entry to hub_app")
    assert (await records.look_at_audit(world)).says == records.WRITABLE
    await admin.execute("revoke update on audit_entry from hub_app")
    for fault, mend in (
        ("grant truncate on audit_link to hub_app", "revoke truncate on audit_link from hub_app"),
        (
            "grant update (hash) on audit_own_link to hub_app",
            "revoke update (hash) on audit_own_link from hub_app",
        ),
        (
            "alter table audit_own_link disable trigger append_only_whole",
            "alter table audit_own_link enable trigger append_only_whole",
        ),
    ):
        await admin.execute(fault)
        assert (await records.look_at_audit(world)).says == records.WRITABLE, fault
        await admin.execute(mend)
        assert (await records.look_at_audit(world)).says == records.CHAINED, mend
    await admin.execute("alter table audit_entry disable trigger append_only")
    assert (await records.look_at_audit(world)).says == records.WRITABLE
    await admin.execute("update audit_entry set actor = 'person:99' where id = 1")
    await admin.execute("alter table audit_entry enable trigger append_only")
    found = await records.look_at_audit(world)
    assert (found.rank, found.says) == (0, records.BROKEN)
    assert found.filled["entry"] == 1


async def test_a_clock_that_goes_wrong_is_found(world: World, clock: DrivenClock) -> None:
    clock.set(SystemClock().now() + timedelta(minutes=1))
    assert (await records.look_at_clock(world)).says == records.FAST
    clock.set(SystemClock().now() - timedelta(minutes=1))
    assert (await records.look_at_clock(world)).says == records.FAST
    world.database.clock = SystemClock()
    assert (await records.look_at_clock(world)).rank == 3


async def test_the_last_restore_that_was_written_down_counts(
    world: World, clock: DrivenClock
) -> None:
    assert (await records.look_at_restore(world)).says == records.NEVER
    for measured, invariants, rank in ((True, True, 3), (False, True, 1), (True, False, 0)):
        async with world.database.transaction(world.service.operator) as tx:
            done = Restored(rpo_s=60, rto_s=60, sites=2, invariants=invariants, measured=measured)
            await probes.note_restored(tx, done)
        assert (await records.look_at_restore(world)).rank == rank
    clock.forward(timedelta(days=367))
    assert (await records.look_at_restore(world)).rank == 0


# -- places and egress -----------------------------------------------------------------------------


async def test_the_place_of_the_database_is_the_real_one(world: World) -> None:
    assert (await places.look_at_places(world)).says == places.UNTOLD
    for network, says in (("127.0.0.0/8", places.LIES), ("192.0.2.0/24", places.ELSEWHERE)):
        here = tuple(Place(holds=kind, networks=(network,), country="FR") for kind in places.WANTED)
        seen = msgspec.structs.replace(world, places=Places(place=here))
        assert (await places.look_at_places(seen)).says == says


async def test_the_place_of_files_on_a_server_is_the_real_one_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = "s3://hub-files/one?endpoint=http://127.0.0.1:9000"
    settings = msgspec.structs.replace(world.settings, files=stored)
    for network, says in (
        ("127.0.0.0/8", places.LIES),
        ("192.0.2.0/24", places.FILES_ELSEWHERE),
    ):
        here = tuple(
            Place(
                holds=kind,
                networks=(network if kind == "files" else "127.0.0.0/8",),
                country="FR",
            )
            for kind in places.WANTED
        )
        seen = msgspec.structs.replace(world, settings=settings, places=Places(place=here))
        found = await places.look_at_places(seen)
        assert found.says == says
    assert (found.rank, found.filled) == (0, {"address": "127.0.0.1"})

    async def resolve(names: object) -> list[places.Address]:
        return []

    monkeypatch.setattr(places, "_resolve", resolve)
    named = "s3://hub-files/one?endpoint=https://s3.invalid"
    unknown = msgspec.structs.replace(seen, settings=msgspec.structs.replace(settings, files=named))
    assert (await places.look_at_places(unknown)).filled == {"address": "s3.invalid"}
    calls = Places(egress=("127.0.0.1",))
    found = await places.look_at_egress(msgspec.structs.replace(unknown, places=calls))
    assert "s3.invalid" in str(found.filled["names"])


async def test_the_server_of_the_backups_is_looked_at_like_that_of_the_files(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_BACKUPS_TO", "s3://backups/one?endpoint=http://127.0.0.1:9000")
    for network, says in (
        ("127.0.0.0/8", places.LIES),
        ("192.0.2.0/24", places.BACKUPS_ELSEWHERE),
    ):
        here = tuple(
            Place(
                holds=kind,
                networks=(network if kind == "backups" else "127.0.0.0/8",),
                country="FR",
            )
            for kind in places.WANTED
        )
        seen = msgspec.structs.replace(world, places=Places(place=here))
        assert (await places.look_at_places(seen)).says == says
    calls = msgspec.structs.replace(world, places=Places(egress=("127.0.0.0/8",)))
    assert (await places.look_at_egress(calls)).rank == 3

    async def resolve(names: object) -> list[places.Address]:
        return []

    monkeypatch.setattr(places, "_resolve", resolve)
    monkeypatch.setenv("HUB_BACKUPS_TO", "s3://backups/one?endpoint=https://s3.invalid")
    found = await places.look_at_egress(calls)
    assert (found.rank, found.filled["names"]) == (0, "s3.invalid")
    monkeypatch.setenv("HUB_BACKUPS_TO", "/mnt/elsewhere")
    assert (await places.look_at_egress(calls)).rank == 3


async def test_a_call_outside_of_the_list_is_found(world: World) -> None:
    seen = msgspec.structs.replace(world, places=Places(egress=("127.0.0.1",)))
    assert (await places.look_at_egress(world)).says == places.UNLISTED
    assert (await places.look_at_egress(seen)).rank == 3
    with socket.socket() as there:
        there.bind(("127.0.0.2", 0))
        there.listen()
        with socket.create_connection(there.getsockname()):
            found = await places.look_at_egress(seen)
    assert (found.rank, found.filled["names"]) == (0, "127.0.0.2")
    mailing = msgspec.structs.replace(
        seen, settings=msgspec.structs.replace(seen.settings, smtp_url="smtp://mail.invalid:25")
    )
    assert (await places.look_at_egress(mailing)).filled["names"] == "mail.invalid"


# -- leaving ---------------------------------------------------------------------------------------


@pytest.fixture
async def rehearsed(demo: Database, demo_settings: Settings, server, template: str):
    """Rehearse with a house, into a fresh database."""
    assert demo_settings.database_url is not None
    session = await open_session(demo_settings.database_url)
    house = await find_house(demo)
    await book(demo, house.wish())
    admin = await asyncpg.connect(server.dsn())
    await admin.execute(f"create database hub_rehearsed template {template} strategy file_copy")

    async def open_empty() -> Session:
        return await open_session(server.dsn(database="hub_rehearsed"))

    async def act(service: trust.Service, tenant: int | None = None) -> dict[str, Found]:
        slices = compose().slices
        return await probes.rehearse(
            demo, session, service, tenant or house.tenant, slices, open_empty
        )

    yield act
    await session.close()
    await admin.execute("drop database hub_rehearsed with (force)")
    await admin.close()


async def test_leaving_is_rehearsed_and_the_time_is_kept(
    rehearsed, service: trust.Service, demo: Database, server: postgres.Server
) -> None:
    found = await rehearsed(service)
    assert {code: one.rank for code, one in found.items()} == {"export": 3, "round-trip": 3}
    async with demo.transaction() as tx:
        kept = await trust.list_findings(tx, "tourism", "round-trip")
        assert (kept[0].rank, kept[0].at) == (3, tx.now)


async def test_who_received_a_share_of_others_takes_it_along(
    rehearsed, service: trust.Service, admin: asyncpg.Connection
) -> None:
    office: int = await admin.fetchval(
        "select credit_tenant from ledger_transfer where credit_tenant <> tenant limit 1"
    )
    found = await rehearsed(service, office)
    assert {code: one.rank for code, one in found.items()} == {"export": 3, "round-trip": 3}


async def test_an_export_that_holds_rows_of_others_is_found(
    rehearsed, service: trust.Service, admin: asyncpg.Connection
) -> None:
    name = "portable_lines(text, text[], text[], text[], int)"
    body: str = await admin.fetchval("select pg_get_functiondef($1::regprocedure)", name)
    hole = "where t.tableoid = ''membership''::regclass or (%s)"
    assert "where %s" in body
    await admin.execute(body.replace("where %s", hole))
    found = await rehearsed(service)
    assert found["export"].says == rehearsal.CROSSED
    assert found["export"].filled == {"names": "membership"}
    assert {one.rank for one in found.values()} == {0}


async def test_a_hub_that_does_not_take_an_export_in_is_found(
    rehearsed, service: trust.Service, admin: asyncpg.Connection
) -> None:
    await admin.execute("update schema_migration set checksum = 'x' where slice = 'hub.trust'")
    found = await rehearsed(service)
    assert {code: one.rank for code, one in found.items()} == {"export": 3, "round-trip": 0}
    assert found["round-trip"].filled == {"why": "SchemaDiffers"}


async def test_a_second_export_that_keeps_nothing_of_the_first_is_found(
    rehearsed, service: trust.Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "_sum", lambda _: "of another file")
    found = await rehearsed(service)
    assert (found["export"].rank, found["export"].says) == (2, rehearsal.AGAIN)
    assert found["round-trip"].rank == 3, "it arrives all the same"


async def test_a_row_that_arrives_otherwise_is_found(
    rehearsed, service: trust.Service, server: postgres.Server
) -> None:
    """A trigger of the other hub that changes what comes, also when it comes as it is."""
    there = await asyncpg.connect(server.dsn(database="hub_rehearsed"))
    await there.execute("""
        create function spoil() returns trigger language plpgsql as
          $$ begin new.since := new.since - interval '1 second'; return new; end $$;
        create trigger spoil before insert on membership
          for each row execute function spoil();
        alter table membership enable always trigger spoil;
    """)
    await there.close()
    found = await rehearsed(service)
    assert {code: one.rank for code, one in found.items()} == {"export": 3, "round-trip": 0}
    assert found["round-trip"].says == rehearsal.DIFFERS
    assert found["round-trip"].filled == {"why": "AlreadyHeld"}
    assert "membership" in str(found["round-trip"].detail["error"])


# -- all of them -----------------------------------------------------------------------------------


async def test_a_probe_that_fails_is_a_bad_finding_and_keeps_no_other_from_looking(
    world: World, demo: Database
) -> None:
    async def fail(_: World) -> Found:
        raise OSError("gone")

    async def well(_: World) -> Found:
        return Found(rank=3, says=isolation.WELL)

    given = (Probe(code="tls", run=fail, inside=False), Probe(code="clock", run=well))
    found = await probes.run_probes(world, probes=given)
    assert {code: one.rank for code, one in found.items()} == {"tls": 0, "clock": 3}
    elsewhere = msgspec.structs.replace(
        world, service=msgspec.structs.replace(world.service, run_here=False)
    )
    assert list(await probes.run_probes(elsewhere, probes=given)) == ["tls"]


async def test_a_night_measures_everything_and_keeps_the_history(
    demo: Database, demo_settings: Settings, service: trust.Service, clock: DrivenClock
) -> None:
    first = await probes.run_one(demo, demo_settings, "tourism")
    clock.forward(timedelta(days=1))
    await probes.run_one(demo, demo_settings, "tourism")
    async with demo.transaction() as tx:
        history = await trust.list_findings(tx, "tourism", "isolation")
        standing = await trust.assess(tx, "tourism")
    assert first["isolation"].rank == 3
    assert [one.at.date() for one in history] == [date(2026, 12, 2), date(2026, 12, 1)]
    assert {one.probe for one in standing.findings} == set(first)
