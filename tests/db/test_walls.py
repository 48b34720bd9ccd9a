"""Tenant walls, read from the catalogue: a new table cannot forget them."""

import asyncpg
import pytest

from hub.core.db import Database
from hub.core.settings import Settings
from tests.houses import book, find_house

# Tables that hold no tenant's rows, each with its reason.
NO_TENANT = {
    "schema_migration": "which schema files ran",
    "idempotent_reply": "scoped by the caller, looked up by key only",
    "schedule": "the house's own clock",
    "failed_task": "the operator's: ids only",
    "commune": "public reference data",
    "department": "public reference data",
    "region": "public reference data",
    "place": "public reference data",
    "person": "one person acts for several organisations",
    "session": "found by the hash of its secret only",
    "second_factor": "a person's; found by the person only",
    "second_factor_offer": "a person's; found by the person only",
    "recovery_code": "a person's; hashes only",
    "password_link": "a person's; hashes only",
    "person_copy": "a person's; found by the person only",
    "person_copy_piece": "a person's; found by the person only",
    "leaving_owner": "a person's; looked at by functions only",
    "sign_in_attempt": "no tenant is known before signing in",
    "stay_email": "a person's proven address; found by the person only",
    "audit_waiting": "ids only; the linker works over all tenants",
    "audit_link": "hashes only, over the entries of all tenants",
    "audit_walk": "how far the chain was verified",
    "heard_event": "numbers only; whom it concerns is found before a wall is entered",
    "service_line": "the operator's: numbers and cents of the platform's own balance",
    "own_payout": "the operator's: payouts of the platform itself, numbers and cents only",
    "money_break": "the operator's: numbers and cents only",
    "reconciliation": "the operator's: counts of a comparison",
    "sandbox_movement": "stands for the outside world",
    "ledger_class": "one floor for a class of accounts, the same for all",
    "ledger_waiting": "ids only; the linker works over all organisations",
    "ledger_link": "hashes only, over the transfers of all organisations",
    "ledger_check": "counts of the daily check",
    "index_change": "ids and months only; the index reads the listings of all tenants",
    "index_writer": "who keeps an index",
    "index_feed": "which feed of changes it is",
    "approval": "published to everybody",
    "approval_event": "published to everybody",
    "restore_rehearsal": "the operator's: times of a restore",
    "service_pulse": "whether services answered, for everybody",
    "service_incident": "the operator's, published",
    "service_work": "the operator's, published",
    "service_measured": "published to everybody",
    "service_sheet_check": "published to everybody",
    "trust_service": "published to everybody",
    "trust_evidence": "published to everybody",
    "trust_clause": "published to everybody",
    "trust_finding": "published to everybody",
    "erased_organisation": "numbers and days; only an administrator reads it",
    "told_month": "which months were counted for areas",
    "told_demand": "numbers of areas under statistical secrecy, shown as they stand",
    "demonstration": "whether the demonstration's data are there",
}
POWERS = ("rolsuper", "rolbypassrls", "rolcreaterole")
ROLES = ("hub_app", "hub_index", "hub_owner", "hub_broker", "hub_definer")


async def tables(admin: asyncpg.Connection) -> list[asyncpg.Record]:
    return await admin.fetch(
        """
        select c.relname as name, c.relrowsecurity as on, c.relforcerowsecurity as forced,
               exists (select from pg_attribute a where a.attrelid = c.oid
                        and a.attname = 'tenant' and not a.attisdropped) as has_tenant,
               (select array_agg(pg_get_expr(p.polqual, p.polrelid))
                  from pg_policy p where p.polrelid = c.oid and p.polroles = '{0}') as walls
          from pg_class c
         where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
        """
    )


async def test_every_table_is_walled_or_says_why_not(admin: asyncpg.Connection) -> None:
    found = await tables(admin)
    assert len(found) > 20
    for table in found:
        if table["name"] in NO_TENANT:
            assert not table["has_tenant"] or table["name"] in {"failed_task", "session"}
            continue
        assert table["on"], f"{table['name']} has no row level security"
        assert table["forced"], f"{table['name']} does not force it on its owner"
        assert table["walls"], f"{table['name']} has no policy for everybody"


async def test_no_policy_turns_a_missing_tenant_into_silence(admin: asyncpg.Connection) -> None:
    for table in await tables(admin):
        for wall in table["walls"] or []:
            assert "current_setting('app.tenant'::text)" in wall, table["name"]
            assert "true)" not in wall.replace("'app.tenant'::text)", ""), table["name"]
            assert "nullif" not in wall.lower(), table["name"]


async def test_no_role_of_ours_can_climb_over(admin: asyncpg.Connection) -> None:
    rows = await admin.fetch(
        "select rolname, rolsuper, rolbypassrls, rolcreaterole from pg_roles"
        " where rolname = any($1::text[])",
        list(ROLES),
    )
    assert {row["rolname"] for row in rows} == set(ROLES)
    for row in rows:
        assert not any(row[power] for power in POWERS), row["rolname"]
    owned = await admin.fetchval(
        "select count(*) from pg_class c join pg_roles r on r.oid = c.relowner"
        " where r.rolname in ('hub_app', 'hub_index') and c.relnamespace = 'public'::regnamespace"
    )
    assert owned == 0


async def walled(admin: asyncpg.Connection) -> list[str]:
    return [table["name"] for table in await tables(admin) if table["on"]]


async def look(database: Database, name: str) -> None:
    async with database.transaction() as tx:
        await (await tx.connection()).fetch(f"select * from {name} limit 1")


async def test_without_a_tenant_every_walled_table_is_an_error(
    admin: asyncpg.Connection, database: Database
) -> None:
    readable = 0
    for name in await walled(admin):
        allowed = await admin.fetchval("select has_table_privilege('hub_app', $1, 'select')", name)
        if not allowed:
            continue
        readable += 1
        with pytest.raises(asyncpg.PostgresError) as caught:
            await look(database, name)
        assert caught.value.sqlstate in {"42704", "22P02"}, name
    assert readable > 10


async def test_definer_functions_keep_a_fixed_search_path(admin: asyncpg.Connection) -> None:
    loose = await admin.fetch(
        "select proname from pg_proc where prosecdef and pronamespace = 'public'::regnamespace"
        " and not coalesce(array_to_string(proconfig, ','), '') like '%search_path=%'"
    )
    assert [row["proname"] for row in loose] == []
    public = await admin.fetch(
        "select proname from pg_proc where prosecdef and pronamespace = 'public'::regnamespace"
        " and has_function_privilege('public', oid, 'execute')"
    )
    assert [row["proname"] for row in public] == []


async def test_every_table_shows_a_tenant_its_own_rows_only(
    demo: Database, demo_settings: Settings
) -> None:
    """On a filled database, for every table of the catalogue: another house sees nothing."""
    house = await find_house(demo)
    await book(demo, house.wish())
    admin = await asyncpg.connect(demo_settings.database_url)
    stranger = await admin.fetchval(
        "select id from organisation where kind = 'lodging' and id <> $1 limit 1", house.tenant
    )
    filled = 0
    for table in await tables(admin):
        name = table["name"]
        allowed = await admin.fetchval("select has_table_privilege('hub_app', $1, 'select')", name)
        if not table["on"] or not allowed:
            continue
        owner = "id" if name == "organisation" else "tenant"
        own = await admin.fetchval(f"select count(*) from {name} where {owner} = $1", stranger)
        total = await admin.fetchval(f"select count(*) from {name}")
        async with demo.transaction(stranger) as tx:
            seen = await (await tx.connection()).fetchval(f"select count(*) from {name}")
        assert seen == own, name
        filled += total > own
    await admin.close()
    assert filled > 12
